//! `flowctl flow status`: shows state, versions, health and preview of flows at Meta.

use clap::Args;
use serde_json::{Value, json};
use whatsapp_flow_json::internals::{NEWEST, PUBLISHABLE};

use super::health;
use super::plan::find;
use super::target::{Target, TargetArgs};
use crate::flows_toml::FlowEntry;
use crate::graph::{ControlPlane, Flow, FlowStatus};
use crate::report::{Finding, Report, Status};
use crate::stop::Stop;

/// Show state, versions and health of flows at Meta, and their preview link
#[derive(Args)]
#[command(
    after_help = "The exit code is 1 if something is blocked. A draft is blocked as long as it cannot be published.\n\n\
    Examples:\n  \
    flowctl flow status\n  \
    flowctl flow status --flow appointment --preview"
)]
pub struct StatusCommand {
    /// Print the preview link, which opens the flow for anybody who has it, for 30 days
    #[arg(long)]
    preview: bool,
    /// Make a new preview link, and end the ones given before
    #[arg(long)]
    renew_preview: bool,
    #[command(flatten)]
    target: TargetArgs,
}

impl StatusCommand {
    pub fn json(&self) -> bool {
        self.target.json
    }

    pub fn run(self) -> Result<u8, Stop> {
        let as_json = self.target.json;
        let preview = self.preview || self.renew_preview;
        let target = self.target.resolve()?;
        let mut report = Report::new("flow status");
        let (mut flows, mut links) = (Vec::new(), Vec::new());
        for entry in target.all()? {
            let Some(flow) = read(&target, entry)? else {
                let finding = Finding::new("state", Status::Fail, "Meta has no flow of this name");
                report.add(finding.about(&entry.name).fix("create it: flowctl flow push"));
                continue;
            };
            describe(&flow, &mut report);
            let mut object = object(&flow);
            if preview {
                let preview = target.graph.preview(&target.waba, &flow.id, self.renew_preview)?;
                object["preview"] = json!({ "url": preview.url, "expiresAt": preview.expires_at });
                let until =
                    preview.expires_at.map(|at| format!(", until {at}")).unwrap_or_default();
                links.push(format!("{}: {}{until}", entry.name, preview.url));
            }
            flows.push(object);
        }
        report.member("flows", flows.into());
        let code = report.print(as_json);
        if !as_json {
            links.iter().for_each(|link| println!("{link}"));
        }
        Ok(code)
    }
}

fn read(target: &Target, entry: &FlowEntry) -> Result<Option<Flow>, Stop> {
    let found = find(&target.graph, &target.waba, &entry.name)?;
    let flow = found.map(|found| target.graph.flow(&target.waba, &found.id, target.number()));
    Ok(flow.transpose()?)
}

/// Adds what is known of a flow.
fn describe(flow: &Flow, report: &mut Report) {
    let add = |report: &mut Report, code, status, text: String| {
        report.add(Finding::new(code, status, text).about(&flow.name));
    };
    let (status, words) = match &flow.status {
        FlowStatus::Draft => (Status::Ok, "only test messages open it"),
        FlowStatus::Published => (Status::Ok, "messages open it"),
        FlowStatus::Throttled => {
            (Status::Warning, "ten messages an hour at most, because its endpoint is unhealthy")
        }
        FlowStatus::Blocked => {
            (Status::Fail, "no message opens it, because its endpoint is unhealthy")
        }
        FlowStatus::Deprecated => (Status::Fail, "retired for good"),
        FlowStatus::Other(_) => (Status::Warning, "flowctl does not know this state"),
    };
    add(report, "state", status, format!("flow {} is {}: {words}", flow.id, flow.status));
    report.add(version(flow));
    if let Some(data_api) = &flow.data_api_version {
        let endpoint = flow.endpoint_uri.as_deref();
        let text = endpoint.map_or("no address of an endpoint is set".into(), |uri| {
            format!("{uri} (data API {data_api})")
        });
        let status = if endpoint.is_some() { Status::Ok } else { Status::Fail };
        add(report, "endpoint-uri", status, text);
    }
    if let Some(application) = &flow.application {
        let name = application.name.as_deref().unwrap_or("app");
        add(report, "application", Status::Ok, format!("{name} ({})", application.id.short()));
    }
    if !flow.validation_errors.is_empty() {
        let text = format!(
            "{} errors in the Flow JSON; flowctl flow push shows them",
            flow.validation_errors.len()
        );
        add(report, "validation", Status::Fail, text);
    }
    health::findings(&flow.name, flow.health.as_ref())
        .into_iter()
        .for_each(|found| report.add(found));
}

/// The version of the Flow JSON, and what is known of its end.
fn version(flow: &Flow) -> Finding {
    let finding = |status, text: String| Finding::new("version", status, text).about(&flow.name);
    let Some(version) = &flow.json_version else {
        return finding(Status::Warning, "there is no Flow JSON yet".into())
            .fix("run flowctl flow push");
    };
    let parts = version.split_once('.');
    let parsed = parts.and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    let newest = format!("{}.{}", NEWEST.0, NEWEST.1);
    let end =
        "Meta tells the end of a version only by the webhook `flows` (FLOW_VERSION_EXPIRY_WARNING)";
    match parsed {
        Some(version) if version == NEWEST => {
            finding(Status::Ok, format!("Flow JSON {newest}, the newest that flowctl knows"))
        }
        Some(old) if old < PUBLISHABLE => {
            finding(Status::Fail, format!("Flow JSON {version} can no longer be published"))
                .fix(format!("write it for a version up to {newest}"))
        }
        Some(older) if older < NEWEST => finding(
            Status::Ok,
            format!("Flow JSON {version}; the newest that flowctl knows is {newest}. {end}"),
        ),
        Some(_) | None => {
            finding(Status::Warning, format!("Flow JSON {version}, which flowctl does not know"))
        }
    }
}

fn object(flow: &Flow) -> Value {
    json!({
        "name": flow.name,
        "id": flow.id.as_str(),
        "status": flow.status.to_string(),
        "jsonVersion": flow.json_version,
        "dataApiVersion": flow.data_api_version,
        "endpointUri": flow.endpoint_uri,
        "applicationId": flow.application.as_ref().map(|application| application.id.short()),
        "canSendMessage": flow.health.as_ref().map(|health| health.can_send.to_string()),
    })
}
