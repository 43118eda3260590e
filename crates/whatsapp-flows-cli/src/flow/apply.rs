//! Makes the changes of a plan at Meta, and reads back what it set.

use super::create::create;
use super::plan::{Change, Plan};
use super::target::Target;
use crate::graph::{ControlPlane, Flow, Metadata, NewFlow, ValidationError};
use crate::report::{Finding, Report, Status, progress};
use crate::stop::Stop;

/// The flow after a push.
pub struct Applied {
    pub flow: Flow,
    /// The errors that Meta found in the Flow JSON.
    pub errors: Vec<ValidationError>,
}

/// Makes the changes, and reports each as soon as it is made.
pub fn apply(target: &Target, plan: &Plan<'_>, report: &mut Report) -> Result<Applied, Stop> {
    let (name, waba, graph) = (&plan.entry.name, &target.waba, &target.graph);
    let id = match &plan.remote {
        Some(flow) => flow.id.clone(),
        None => {
            let categories = plan.entry.categories.clone();
            if categories.is_empty() {
                return Err(format!(
                    "the flow `{name}` has no category; set `categories` in flows.toml, or pass --category"
                )
                .into());
            }
            progress(format_args!("{name}: creating the flow"));
            let id = create(graph, waba, &NewFlow { name: name.clone(), categories })?;
            report.add(done("create", name, format!("created as a draft with id {id}")));
            id
        }
    };
    let mut metadata = Metadata::default();
    let mut errors = None;
    for change in &plan.changes {
        match change {
            Change::Create => {}
            Change::FlowJson(_) => {
                progress(format_args!("{name}: uploading the Flow JSON"));
                errors = Some(graph.upload_flow_json(waba, &id, &plan.local.bytes)?);
            }
            Change::Categories { to, .. } => metadata.categories = Some(to.clone()),
            Change::EndpointUri { to, .. } => metadata.endpoint_uri = Some(to.clone()),
            Change::Application { to, .. } => metadata.application_id = Some(to.clone()),
        }
    }
    if !metadata.is_empty() {
        progress(format_args!("{name}: setting the metadata"));
        graph.update_flow(waba, &id, &metadata)?;
    }
    let flow = graph.flow(waba, &id, target.number())?;
    for change in &plan.changes {
        let finding = read_back(name, change, &flow, errors.as_deref().unwrap_or_default());
        finding.into_iter().for_each(|finding| report.add(finding));
    }
    // Without an upload, the errors are those of the upload before.
    let errors = errors.unwrap_or_else(|| flow.validation_errors.clone());
    Ok(Applied { flow, errors })
}

/// Compares a change with the flow that was read back.
fn read_back(
    name: &str,
    change: &Change,
    flow: &Flow,
    errors: &[ValidationError],
) -> Option<Finding> {
    let code = change.code();
    let differs = |what: &str| {
        let text = format!("Meta accepted the {what} and does not show it");
        Finding::new(code, Status::Fail, text)
            .about(name)
            .fix("run flowctl flow push once more; then look at the flow in WhatsApp Manager")
    };
    Some(match change {
        Change::Create => return None,
        Change::FlowJson(_) if errors.is_empty() => {
            done(code, name, "uploaded without errors".into())
        }
        Change::FlowJson(_) => done(code, name, "uploaded and stored, with errors".into()),
        Change::Categories { to, .. } => {
            let all = to.iter().all(|category| flow.categories.contains(category));
            if !all {
                return Some(differs("categories"));
            }
            done(code, name, to.join(", "))
        }
        Change::EndpointUri { to, .. } if flow.endpoint_uri.as_ref() == Some(to) => {
            done(code, name, to.clone())
        }
        Change::EndpointUri { .. } => differs("address"),
        Change::Application { to, .. } => match &flow.application {
            Some(application) if application.id == *to => done(code, name, to.short()),
            _ => differs("app"),
        },
    })
}

fn done(code: &'static str, name: &str, text: String) -> Finding {
    Finding::new(code, Status::Ok, text).about(name)
}
