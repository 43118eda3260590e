//! `flowctl flow publish`: publishes a draft after everything that Meta checks holds.

use clap::Args;
use serde_json::json;

use super::plan::Plan;
use super::target::{Target, TargetArgs};
use super::{health, ping};
use crate::check;
use crate::graph::{ControlPlane, Flow, FlowStatus};
use crate::report::{Finding, Report, Status, progress};
use crate::stop::Stop;

/// Publish a draft, after its Flow JSON, its endpoint and its health were checked
#[derive(Args)]
#[command(
    after_help = "Nothing is published unless the linter finds no error, Meta has the same Flow JSON and metadata,\n\
    the endpoint answers a ping sealed with the registered key, and nothing is blocked. It is safe to repeat.\n\n\
    Examples:\n  \
    flowctl flow publish\n  \
    flowctl flow publish --flow appointment --env prod"
)]
pub struct Publish {
    #[command(flatten)]
    target: TargetArgs,
}

impl Publish {
    pub fn json(&self) -> bool {
        self.target.json
    }

    pub fn run(self) -> Result<u8, Stop> {
        let as_json = self.target.json;
        let target = self.target.resolve()?;
        let entry = target.one()?;
        let name = &entry.name;
        let mut report = Report::new("flow publish");
        let plan = Plan::make(&target, entry)?;
        let Some(flow) = &plan.remote else {
            let finding = Finding::new("create", Status::Fail, "Meta has no flow of this name");
            report.add(finding.about(name).fix("create it: flowctl flow push"));
            return Ok(report.print(as_json));
        };
        report.member(
            "flow",
            json!({ "name": name, "id": flow.id.as_str(), "status": flow.status.to_string() }),
        );
        let refusals = check_document(&plan, flow);
        let is_draft = flow.status == FlowStatus::Draft;
        if refusals.is_empty() && flow.status.is_published() {
            let text = format!("the flow is {} already, and nothing differs", flow.status);
            let finding = match flow.status {
                FlowStatus::Published => Finding::new("published", Status::Ok, text),
                // Throttled or blocked, which publishing does not end.
                _ => Finding::new("published", Status::Fail, text).fix("run flowctl doctor"),
            };
            report.add(finding.about(name));
            return Ok(report.print(as_json));
        }
        refusals.into_iter().for_each(|finding| report.add(finding));
        if !is_draft {
            let text = format!("the flow is {}; only a draft can be published", flow.status);
            report.add(Finding::new("state", Status::Fail, text).about(name));
        }
        if is_draft {
            if let Some(url) = &flow.endpoint_uri {
                ping::findings(&target, name, url)?.into_iter().for_each(|found| report.add(found));
            }
            let found = health::findings(name, flow.health.as_ref());
            found.into_iter().for_each(|finding| report.add(finding));
        }
        if report.worst() == Status::Fail {
            let text = "nothing was published";
            report.add(Finding::new("published", Status::Fail, text).about(name));
            return Ok(report.print(as_json));
        }
        let published = publish(&target, flow)?;
        let text = format!("the flow {} is {}", published.id, published.status);
        let status = match published.status.is_published() {
            true => Status::Ok,
            false => Status::Fail,
        };
        report.add(Finding::new("published", status, text).about(name));
        report.member(
            "flow",
            json!({ "name": name, "id": flow.id.as_str(), "status": published.status.to_string() }),
        );
        Ok(report.print(as_json))
    }
}

/// Checks the Flow JSON on both sides, and that they are the same.
fn check_document(plan: &Plan<'_>, flow: &Flow) -> Vec<Finding> {
    let (name, file) = (&plan.entry.name, plan.file());
    let fail = |code, text: String| Finding::new(code, Status::Fail, text).about(name);
    let mut found = Vec::new();
    if check::print_errors(&file, &plan.local.bytes) {
        found.push(fail("check", format!("{file} has errors")).fix("fix them; see flowctl check"));
    }
    if !plan.changes.is_empty() {
        let codes: Vec<_> = plan.changes.iter().map(|change| change.code()).collect();
        let text = format!("Meta does not have what is here: {} differ", codes.join(", "));
        found.push(
            fail("differs", text).fix("look at flowctl flow diff, and run flowctl flow push"),
        );
    }
    if let Some(first) = flow.validation_errors.first() {
        let text = format!(
            "Meta found {} in the Flow JSON: {}",
            plural(flow.validation_errors.len()),
            first.message
        );
        found.push(fail("validation", text).fix("flowctl flow push shows them at their line"));
    }
    found
}

/// Publishes, and reads the state back, also after an error: the answer may be lost.
fn publish(target: &Target, flow: &Flow) -> Result<Flow, Stop> {
    progress(format_args!("{}: publishing; Meta pings the endpoint", flow.name));
    let published = target.graph.publish_flow(&target.waba, &flow.id);
    let read = target.graph.flow(&target.waba, &flow.id, None);
    match (published, read) {
        (Ok(()), read) => Ok(read?),
        (Err(_), Ok(read)) if read.status.is_published() => Ok(read),
        (Err(error), _) => Err(error.into()),
    }
}

fn plural(count: usize) -> String {
    format!("{count} error{}", if count == 1 { "" } else { "s" })
}
