//! The flow at Meta: its state, its versions, its errors, its Flow JSON, and its health.

use serde_json::{Value, json};
use whatsapp_flow_json::lint::{self, Severity};

use super::checks::finding;
use super::view::{SeenFlow, View};
use crate::graph::{Flow, FlowStatus, Health, SendStatus};
use crate::report::{Finding, Report, Status, count};

/// The place where Meta says more than its API does.
const ACCOUNT_QUALITY: &str =
    "see the flow, the account and the number in the WhatsApp Manager, which says more";
/// The versions of the data API (CHG).
const DATA_API: [&str; 2] = ["3.0", "4.0"];

pub fn check_state(view: &View, report: &mut Report) {
    for (seen, flow) in view.known_flows() {
        let state = format!("{}", flow.status);
        let found = match flow.status {
            FlowStatus::Published => finding("flow", Status::Ok, state),
            FlowStatus::Draft => {
                finding("flow", Status::Warning, "the flow is a draft").fix("flowctl flow publish")
            }
            FlowStatus::Throttled => finding(
                "flow",
                Status::Fail,
                "Meta throttles the flow, because its endpoint was unhealthy",
            )
            .fix("mend what this command finds; Meta lifts it by itself"),
            FlowStatus::Blocked => finding(
                "flow",
                Status::Fail,
                "Meta blocks the flow, because its endpoint was unhealthy",
            )
            .fix("mend what this command finds; Meta lifts it by itself"),
            FlowStatus::Deprecated => finding("flow", Status::Fail, "the flow is retired for good")
                .fix("make a new one: flowctl flow push"),
            FlowStatus::Other(_) => finding(
                "flow",
                Status::Warning,
                format!("the state is {state}, which this version does not know"),
            )
            .fix(ACCOUNT_QUALITY),
        };
        report.add(found.about(&*seen.name));
    }
}

pub fn check_document(view: &View, report: &mut Report) {
    if view.known_flows().next().is_none() {
        for code in ["flow-version", "flow-errors", "flow-json", "health"] {
            report.add(finding(code, Status::CannotSee, "no flow is seen"));
        }
    }
    for (seen, flow) in view.known_flows() {
        let findings = [judge_version(flow), judge_errors(flow), compare(view, seen, flow)];
        for found in findings.into_iter().chain(judge_health(flow.health.as_ref())) {
            report.add(found.about(&*seen.name));
        }
    }
}

fn judge_version(flow: &Flow) -> Finding {
    let code = "flow-version";
    let Some(version) = &flow.json_version else {
        return finding(code, Status::CannotSee, "Meta does not say the version of the Flow JSON");
    };
    let document = json!({ "version": version, "screens": [] }).to_string();
    let about_version = |found: &&lint::Diagnostic| found.rule.id.starts_with("VERSION_");
    let linted = lint::check(document.as_bytes());
    let problem = linted.diagnostics.iter().map(|(_, found)| found).find(about_version);
    if let Some(problem) = problem {
        let status =
            if problem.severity == Severity::Error { Status::Fail } else { Status::Warning };
        return finding(code, status, &problem.message)
            .fix("set a later `version`, and run flowctl check and flowctl flow push");
    }
    match flow.data_api_version.as_deref() {
        Some(api) if !DATA_API.contains(&api) => {
            finding(code, Status::Fail, format!("the data API version {api} is not known"))
                .fix("write \"data_api_version\": \"3.0\", and run flowctl flow push")
        }
        Some(api) => finding(code, Status::Ok, format!("Flow JSON {version}, data API {api}")),
        None => finding(code, Status::Ok, format!("Flow JSON {version}, without an endpoint")),
    }
}

fn judge_errors(flow: &Flow) -> Finding {
    match flow.validation_errors.as_slice() {
        [] => finding("flow-errors", Status::Ok, "none"),
        errors => {
            let first = &errors[0].message;
            finding(
                "flow-errors",
                Status::Fail,
                format!("{}; the first: {first}", count(errors.len(), "error")),
            )
            .fix("flowctl check FLOW.json, then flowctl flow push")
        }
    }
}

/// Compares the Flow JSON at Meta with the local file, as JSON and not as bytes.
fn compare(view: &View, seen: &SeenFlow, flow: &Flow) -> Finding {
    let code = "flow-json";
    let Some(entry) = &seen.entry else {
        let text =
            "no local file is named; list the flow in flows.toml, or pass --flow and --flow-json";
        return finding(code, Status::CannotSee, text);
    };
    let local = match std::fs::read(&entry.flow_json) {
        Ok(local) => local,
        Err(error) => {
            let text = format!("{}: {error}", entry.flow_json.display());
            return finding(code, Status::CannotSee, text);
        }
    };
    let remote = view.account().and_then(|(control, waba)| {
        control.flow_json(waba, &flow.id).map_err(|error| error.to_string())
    });
    let parse = |bytes: &[u8]| {
        serde_json::from_slice::<Value>(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).ok()
    };
    match remote {
        Err(cause) => finding(code, Status::CannotSee, cause),
        Ok(None) => finding(code, Status::Fail, "Meta has no Flow JSON").fix("flowctl flow push"),
        Ok(Some(remote)) => match (parse(&local), parse(&remote)) {
            (Some(local), Some(remote)) if local == remote => finding(code, Status::Ok, "the same"),
            (None, _) => finding(code, Status::Fail, format!("{} is not JSON", entry.flow_json.display()))
                .fix("flowctl check FLOW.json"),
            _ => finding(code, Status::Fail, format!("Meta has another Flow JSON than {}", entry.flow_json.display()))
                .fix("flowctl flow diff shows the difference; flowctl flow push and flowctl flow publish upload it"),
        },
    }
}

fn judge_health(health: Option<&Health>) -> Vec<Finding> {
    let Some(health) = health else {
        return vec![finding("health", Status::CannotSee, "Meta says nothing about it")];
    };
    let status = match health.can_send {
        SendStatus::Available => {
            return vec![finding("health", Status::Ok, "messages can be sent")];
        }
        SendStatus::Limited | SendStatus::Other(_) => Status::Warning,
        SendStatus::Blocked => Status::Fail,
    };
    let affected = health.entities.iter().filter(|entity| entity.can_send != SendStatus::Available);
    let mut findings = Vec::new();
    for entity in affected {
        let status =
            if entity.can_send == SendStatus::Blocked { Status::Fail } else { Status::Warning };
        let reasons =
            entity.errors.iter().map(|error| (error.description.clone(), error.solution.clone()));
        let remarks = entity.additional_info.iter().map(|text| (text.clone(), None));
        let mut texts: Vec<_> = reasons.chain(remarks).collect();
        if texts.is_empty() {
            texts.push(("Meta gives no reason".into(), None));
        }
        for (text, solution) in texts {
            let text = format!("{} {}: {text}", entity.kind, entity.can_send);
            let found = finding("health", status, text);
            findings.push(found.fix(solution.unwrap_or_else(|| ACCOUNT_QUALITY.into())));
        }
    }
    if findings.is_empty() {
        let text = format!("{}, and Meta gives no reason", health.can_send);
        findings.push(finding("health", status, text).fix(ACCOUNT_QUALITY));
    }
    findings
}
