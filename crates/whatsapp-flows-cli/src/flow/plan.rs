//! The differences between a flow of `flows.toml` and the flow at Meta.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use whatsapp_flow_json::internals::path_position;

use super::json_diff::differing_paths;
use super::target::Target;
use crate::flows_toml::FlowEntry;
use crate::graph::{AppId, ControlPlane, Flow, WabaId};
use crate::stop::Stop;
use crate::{Error, files};

/// A flow on both sides, and what a push changes.
pub struct Plan<'a> {
    pub entry: &'a FlowEntry,
    /// The text of the Flow JSON, without a byte order mark.
    pub local: Local,
    /// The flow at Meta; `None` if there is none of this name.
    pub remote: Option<Flow>,
    pub changes: Vec<Change>,
}

/// The description of a flow on this side.
pub struct Local {
    pub bytes: Vec<u8>,
    /// The address of the flow's endpoint; `None` for a flow without one.
    pub endpoint_uri: Option<String>,
    pub app_id: Option<AppId>,
}

/// A change that a push makes.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    Create,
    /// The paths that differ. Empty if Meta has no Flow JSON.
    FlowJson(Vec<String>),
    Categories {
        from: Vec<String>,
        to: Vec<String>,
    },
    EndpointUri {
        from: Option<String>,
        to: String,
    },
    Application {
        from: Option<AppId>,
        to: AppId,
    },
}

impl Local {
    pub fn read(target: &Target, entry: &FlowEntry) -> Result<Self, Stop> {
        let bytes = files::read_bytes(&entry.flow_json)?;
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes).to_vec();
        let document: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let endpoint_uri = match document.get("data_api_version") {
            Some(_) => Some(target.settings.flow_url(entry)?),
            None => None,
        };
        Ok(Self { bytes, endpoint_uri, app_id: target.settings.environment.app_id.clone() })
    }
}

impl<'a> Plan<'a> {
    /// Compares a flow with the one of the same name at Meta.
    pub fn make(target: &Target, entry: &'a FlowEntry) -> Result<Self, Stop> {
        let local = Local::read(target, entry)?;
        let found = find(&target.graph, &target.waba, &entry.name)?;
        let remote = match found {
            Some(found) => Some(target.graph.flow(&target.waba, &found.id, target.number())?),
            None => None,
        };
        Self::compare(target, entry, local, remote)
    }

    /// Compares a flow with one that was read.
    pub fn compare(
        target: &Target,
        entry: &'a FlowEntry,
        local: Local,
        remote: Option<Flow>,
    ) -> Result<Self, Stop> {
        let changes = match &remote {
            None => created(&local, entry),
            Some(flow) => changes(target, entry, &local, flow)?,
        };
        Ok(Self { entry, local, remote, changes })
    }

    /// The file, for output.
    pub fn file(&self) -> String {
        self.entry.flow_json.display().to_string()
    }
}

/// Finds a flow by its name.
pub fn find(
    control: &dyn ControlPlane,
    waba: &WabaId,
    name: &str,
) -> Result<Option<Flow>, crate::graph::GraphError> {
    Ok(control.flows(waba)?.into_iter().find(|flow| flow.name == name))
}

fn created(local: &Local, entry: &FlowEntry) -> Vec<Change> {
    let mut changes = vec![Change::Create, Change::FlowJson(Vec::new())];
    if !entry.categories.is_empty() {
        let to = entry.categories.clone();
        changes.push(Change::Categories { from: Vec::new(), to });
    }
    let endpoint = local.endpoint_uri.clone().map(|to| Change::EndpointUri { from: None, to });
    let application = local.app_id.clone().map(|to| Change::Application { from: None, to });
    changes.extend(endpoint.into_iter().chain(application));
    changes
}

fn changes(
    target: &Target,
    entry: &FlowEntry,
    local: &Local,
    flow: &Flow,
) -> Result<Vec<Change>, Stop> {
    let mut changes = Vec::new();
    let stored = target.graph.flow_json(&target.waba, &flow.id)?;
    match stored.as_deref().map(parse) {
        None | Some(None) => changes.push(Change::FlowJson(Vec::new())),
        Some(Some(stored)) => {
            let document = parse(&local.bytes).ok_or_else(|| not_json(entry))?;
            let paths = differing_paths(&document, &stored);
            changes.extend((!paths.is_empty()).then_some(Change::FlowJson(paths)));
        }
    }
    let as_set = |list: &[String]| list.iter().cloned().collect::<BTreeSet<_>>();
    // A flow without categories in flows.toml keeps those at Meta.
    if !entry.categories.is_empty() && as_set(&entry.categories) != as_set(&flow.categories) {
        let (from, to) = (flow.categories.clone(), entry.categories.clone());
        changes.push(Change::Categories { from, to });
    }
    if let Some(to) = local.endpoint_uri.clone().filter(|to| flow.endpoint_uri.as_ref() != Some(to))
    {
        changes.push(Change::EndpointUri { from: flow.endpoint_uri.clone(), to });
    }
    let application = flow.application.as_ref().map(|application| &application.id);
    if let Some(to) = local.app_id.clone().filter(|to| application != Some(to)) {
        changes.push(Change::Application { from: application.cloned(), to });
    }
    Ok(changes)
}

fn parse(bytes: &[u8]) -> Option<Value> {
    serde_json::from_slice(bytes).ok()
}

fn not_json(entry: &FlowEntry) -> Error {
    format!("{} is not JSON; see flowctl check", entry.flow_json.display()).into()
}

impl Change {
    /// A stable name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::FlowJson(_) => "flow-json",
            Self::Categories { .. } => "categories",
            Self::EndpointUri { .. } => "endpoint-uri",
            Self::Application { .. } => "application",
        }
    }

    /// The difference in words. `bytes` is the Flow JSON of this side.
    pub fn describe(&self, bytes: &[u8]) -> String {
        let list = |names: &[String]| names.join(", ");
        match self {
            Self::Create => "Meta has no flow of this name".into(),
            Self::FlowJson(paths) => describe_paths(paths, bytes),
            Self::Categories { from, to } if from.is_empty() => list(to),
            Self::Categories { from, to } => format!("{} → {}", list(from), list(to)),
            Self::EndpointUri { from: None, to } => to.clone(),
            Self::EndpointUri { from: Some(from), to } => format!("{from} → {to}"),
            Self::Application { from: None, to } => to.short(),
            Self::Application { from: Some(from), to } => {
                format!("{} → {}", from.short(), to.short())
            }
        }
    }

    /// The change as an object.
    pub fn to_json(&self, bytes: &[u8]) -> Value {
        let mut json = json!({ "code": self.code(), "text": self.describe(bytes) });
        if let Self::FlowJson(paths) = self {
            json["paths"] = json!(paths);
        }
        json
    }
}

fn describe_paths(paths: &[String], bytes: &[u8]) -> String {
    let Some(first) = paths.first() else { return "Meta has no Flow JSON of this flow".into() };
    let place = match path_position(bytes, first) {
        Some(at) => format!("{first} (line {})", at.line),
        // Removed on this side.
        None => first.clone(),
    };
    match paths.len() - 1 {
        0 => format!("differs at {place}"),
        more => format!("differs at {place}, and at {more} more"),
    }
}
