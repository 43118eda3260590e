//! `flowctl flow push`: creates and updates flows at Meta.

use clap::Args;
use serde_json::{Value, json};

use super::apply::{Applied, apply};
use super::plan::Plan;
use super::target::{Target, TargetArgs};
use super::upload_errors;
use crate::check;
use crate::flows_toml::FlowEntry;
use crate::graph::{Flow, FlowStatus};
use crate::report::{Finding, Report, Status};
use crate::stop::Stop;

/// Create flows at Meta and update them: Flow JSON, categories, endpoint and app
///
/// Only differences are sent. The Flow JSON is linted first; errors that Meta finds are printed at their line.
#[derive(Args)]
#[command(after_help = "It is safe to repeat.\n\n\
    A published flow is changed only with --yes: an upload puts it back to DRAFT until it is published again, or Meta\n\
    refuses it. --clone pushes onto a draft of another name instead, and creates it.\n\n\
    Exit codes: 0 done, 1 errors or refused, 2 could not start.\n\n\
    Examples:\n  \
    flowctl flow push\n  \
    flowctl flow push --flow appointment --clone appointment_2\n  \
    flowctl flow push --flow quote --flow-json flow.json --category OTHER --path /quote --waba-id 100000000000001 \\\n    \
    --endpoint https://flows.example.com")]
pub struct Push {
    /// Change a published flow
    #[arg(long)]
    yes: bool,
    /// Leave the flow as it is, and push onto a copy with this name
    #[arg(long, value_name = "NAME", conflicts_with = "yes")]
    clone: Option<String>,
    #[command(flatten)]
    target: TargetArgs,
}

impl Push {
    pub fn json(&self) -> bool {
        self.target.json
    }

    pub fn run(self) -> Result<u8, Stop> {
        let as_json = self.target.json;
        let target = self.target.resolve()?;
        let entries = match &self.clone {
            // A name is for one flow.
            Some(_) => vec![target.one()?],
            None => target.all()?,
        };
        let mut report = Report::new("flow push");
        let mut flows = Vec::new();
        for entry in entries {
            let copy =
                self.clone.as_ref().map(|name| FlowEntry { name: name.clone(), ..entry.clone() });
            match push(&target, copy.as_ref().unwrap_or(entry), self.yes, &mut report) {
                Ok(pushed) => flows.push(pushed),
                Err(stop) if report.findings().is_empty() => return Err(stop),
                Err(stop) => {
                    report.member("flows", flows.into());
                    return Ok(stop.end(report, &entry.name, as_json));
                }
            }
        }
        report.member("flows", flows.into());
        Ok(report.print(as_json))
    }
}

/// Pushes one flow.
fn push(target: &Target, entry: &FlowEntry, yes: bool, report: &mut Report) -> Result<Value, Stop> {
    if let Some(refused) = lint(entry, report)? {
        return Ok(refused);
    }
    let plan = Plan::make(target, entry)?;
    match &plan.remote {
        Some(flow) if !is_open(&plan, flow, yes, report) => return Ok(object(&plan, flow, &[])),
        Some(_) | None => {}
    }
    let before = report.findings().len();
    let applied = apply(target, &plan, report)?;
    let is_changed = report.findings().len() > before;
    Ok(conclude(&plan, applied, is_changed, report))
}

/// Lints the Flow JSON, and prints its errors on stderr.
fn lint(entry: &FlowEntry, report: &mut Report) -> Result<Option<Value>, Stop> {
    let bytes = crate::files::read_bytes(&entry.flow_json)?;
    let file = entry.flow_json.display().to_string();
    if !check::print_errors(&file, &bytes) {
        return Ok(None);
    }
    let text = format!("{file} has errors; nothing was sent");
    report.add(
        Finding::new("check", Status::Fail, text)
            .about(&entry.name)
            .fix("fix them; see flowctl check"),
    );
    let errors = whatsapp_flow_json::lint::check(&bytes);
    let errors = whatsapp_flow_json::report::json(&file, &errors);
    Ok(Some(json!({ "name": entry.name, "errors": errors })))
}

/// Returns whether the flow may be changed, and reports why not.
fn is_open(plan: &Plan<'_>, flow: &Flow, yes: bool, report: &mut Report) -> bool {
    let name = &plan.entry.name;
    if plan.changes.is_empty() {
        return true;
    }
    let changes = plan.changes.iter().map(|change| change.code()).collect::<Vec<_>>().join(", ");
    match &flow.status {
        FlowStatus::Deprecated => {
            let text = "the flow is deprecated, which is final; nothing was changed";
            let fix = "give the flow another name in flows.toml, or pass --clone NAME";
            report.add(Finding::new("deprecated", Status::Fail, text).about(name).fix(fix));
            false
        }
        status if status.is_published() && !yes => {
            let text = format!("the flow is {status}; nothing was changed ({changes})");
            report.add(
                Finding::new("published", Status::Fail, text)
                    .about(name)
                    .why(
                        "users have messages that open it. An upload puts it back to DRAFT until it is published again, \
                         or Meta refuses it (139001); other changes take effect at once",
                    )
                    .fix("pass --clone NAME to work on a copy, or --yes to change it"),
            );
            false
        }
        _ => true,
    }
}

/// Reports a push.
fn conclude(plan: &Plan<'_>, applied: Applied, is_changed: bool, report: &mut Report) -> Value {
    let Applied { flow, errors } = applied;
    let name = &plan.entry.name;
    if !is_changed {
        let text = format!("no difference; the flow {} is {}", flow.id, flow.status);
        report.add(Finding::new("unchanged", Status::Ok, text).about(name));
    }
    let was_published = plan.remote.as_ref().is_some_and(|before| before.status.is_published());
    if was_published && flow.status == FlowStatus::Draft {
        let text = "the flow is a DRAFT again, and messages do not open it as before";
        let fix = "publish it: flowctl flow publish";
        report.add(Finding::new("draft-again", Status::Warning, text).about(name).fix(fix));
    }
    if !errors.is_empty() {
        upload_errors::print(&plan.file(), &plan.local.bytes, &errors);
        let count = errors.len();
        let text = format!(
            "Meta found {count} error{} in the Flow JSON",
            if count == 1 { "" } else { "s" }
        );
        let why = "the Flow JSON is stored; with errors it cannot be published";
        report.add(Finding::new("validation", Status::Fail, text).about(name).why(why));
    }
    object(plan, &flow, &upload_errors::to_json(&plan.file(), &plan.local.bytes, &errors))
}

fn object(plan: &Plan<'_>, flow: &Flow, errors: &[Value]) -> Value {
    json!({
        "name": plan.entry.name,
        "id": flow.id.as_str(),
        "status": flow.status.to_string(),
        "changes": plan.changes.iter().map(|change| change.code()).collect::<Vec<_>>(),
        "errors": errors,
    })
}
