//! Flows: creation, lists, metadata, uploads with their errors, and the states.

use serde_json::{Map, Value, json};
use whatsapp_flow_json::lint::{self, Severity};

use super::errors::{Answer, refuse};
use super::request::Request;
use super::state::{CreateAnswer, FlowRecord, PublishedUpload, State};

const CATEGORIES: [&str; 8] = [
    "SIGN_UP",
    "SIGN_IN",
    "APPOINTMENT_BOOKING",
    "LEAD_GENERATION",
    "CONTACT_US",
    "CUSTOMER_SUPPORT",
    "SURVEY",
    "OTHER",
];
/// Small, so that lists have pages.
const PAGE: usize = 2;

impl State {
    pub fn create_flow(&mut self, waba: &str, app: &str, request: &Request) -> Answer {
        let name = request.parameter("name").filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| refuse(100, "The parameter name is required."))?.to_owned();
        self.check_name(waba, &name, "")?;
        let categories = categories(request.parameter("categories"))?;
        let id = self.next_id.to_string();
        self.next_id += 1;
        let record = FlowRecord {
            waba: waba.into(),
            name,
            status: "DRAFT",
            categories,
            json: None,
            errors: Vec::new(),
            endpoint_uri: None,
            app: app.into(),
        };
        self.flows.insert(id.clone(), record);
        Ok(match self.create_answer {
            CreateAnswer::Full => json!({ "id": id, "success": true, "validation_errors": [] }),
            CreateAnswer::IdOnly => json!({ "id": id }),
        })
    }

    pub fn list_flows(&self, waba: &str, request: &Request) -> Answer {
        let ids = self.flows.iter().filter(|(_, flow)| flow.waba == waba);
        let ids: Vec<_> = ids.map(|(id, _)| id.clone()).collect();
        let (page, paging) = page(&ids, request);
        let flows = page.iter().map(|id| self.node(id, request));
        Ok(json!({ "data": flows.collect::<Result<Vec<_>, _>>()?, "paging": paging }))
    }

    pub fn get_flow(&self, id: &str, request: &Request) -> Answer {
        self.node(id, request)
    }

    /// The members that are asked for, and no others.
    fn node(&self, id: &str, request: &Request) -> Answer {
        let flow = &self.flows[id];
        let document: Value = flow
            .json
            .as_deref()
            .and_then(|json| serde_json::from_slice(json).ok())
            .unwrap_or_default();
        let usual = vec!["id", "name", "status", "categories", "validation_errors"];
        let mut node = Map::new();
        for field in request.fields().unwrap_or(usual) {
            let value = match field {
                "id" => json!(id),
                "name" => json!(flow.name),
                "status" => json!(flow.status),
                "categories" => json!(flow.categories),
                "validation_errors" => json!(flow.errors),
                "json_version" => document["version"].clone(),
                "data_api_version" => document["data_api_version"].clone(),
                "endpoint_uri" => json!(flow.endpoint_uri),
                "application" => {
                    json!({ "id": flow.app, "name": self.apps.get(&flow.app).map(|app| &app.name) })
                }
                "health_status" => {
                    self.flow_health(id, request.parameter("fields").unwrap_or_default())
                }
                "preview" => json!({
                    "preview_url": format!("https://business.facebook.com/wa/manage/flows/{id}/preview/?token=3f0c"),
                    "expires_at": "2026-12-26T10:00:00+0000",
                }),
                other => {
                    let text = format!("Tried accessing nonexisting field ({other})");
                    return Err(refuse(100, &text));
                }
            };
            if !value.is_null() {
                node.insert(field.into(), value);
            }
        }
        Ok(node.into())
    }

    pub fn update_flow(&mut self, id: &str, app: &str, request: &Request) -> Answer {
        if let Some(name) = request.parameter("name") {
            self.check_name(&self.flows[id].waba, name, id)?;
        }
        let list = request.parameter("categories");
        let categories = list.map(|list| categories(Some(list))).transpose()?;
        if request.parameter("application_id").is_some_and(|application| application != app) {
            return Err(refuse(100, "Invalid parameter: application_id"));
        }
        let is_accepted =
            |uri: &str| uri.starts_with("https://") || uri.starts_with("http://127.0.0.1:");
        if request.parameter("endpoint_uri").is_some_and(|uri| !is_accepted(uri)) {
            return Err(refuse(100, "Endpoint URI is invalid"));
        }
        let flow = self.flows.get_mut(id).expect("it exists");
        if let Some(name) = request.parameter("name") {
            flow.name = name.into();
        }
        if let Some(categories) = categories {
            flow.categories = categories;
        }
        if let Some(uri) = request.parameter("endpoint_uri") {
            flow.endpoint_uri = Some(uri.into());
        }
        if let Some(application) = request.parameter("application_id") {
            flow.app = application.into();
        }
        Ok(json!({ "success": true }))
    }

    fn check_name(&self, waba: &str, name: &str, own: &str) -> Result<(), super::errors::Refusal> {
        let taken =
            self.flows.iter().any(|(id, flow)| id != own && flow.waba == waba && flow.name == name);
        match taken {
            true => Err(refuse(100, "Invalid parameter").subcode(4016019).titled(
                "Flow name is not unique",
                "You can not use the same flow name. Please specify a unique flow name.",
            )),
            false => Ok(()),
        }
    }

    /// Stores the JSON, and answers success with the errors.
    pub fn upload(&mut self, id: &str, request: &Request) -> Answer {
        let named = request.parameter("name") == Some("flow.json");
        if !named || request.parameter("asset_type") != Some("FLOW_JSON") {
            return Err(refuse(100, "The parameters name and asset_type are required"));
        }
        let file = request.file.clone().ok_or_else(|| refuse(100, "The file is required"))?;
        let mut errors = errors_of(&file);
        errors.extend(self.upload_errors.iter().cloned());
        let published_upload = self.published_upload;
        let flow = self.flows.get_mut(id).expect("it exists");
        match (flow.status, published_upload) {
            ("DRAFT", _) | ("PUBLISHED", PublishedUpload::ToDraft) => {}
            _ => {
                return Err(refuse(139001, "Updating attempt failed")
                    .titled("Flow can't be updated", "Published flows can't be updated"));
            }
        }
        (flow.status, flow.json) = ("DRAFT", Some(file));
        flow.errors.clone_from(&errors);
        Ok(json!({ "success": true, "validation_errors": errors }))
    }

    pub fn assets(&self, id: &str, downloads: &str) -> Answer {
        let asset = json!({
            "name": "flow.json", "asset_type": "FLOW_JSON", "download_url": format!("{downloads}/{id}?signature=1"),
        });
        let data = self.flows[id].json.iter().map(|_| asset.clone());
        Ok(
            json!({ "data": data.collect::<Vec<_>>(), "paging": { "cursors": { "before": "a", "after": "b" } } }),
        )
    }

    pub fn deprecate(&mut self, id: &str) -> Answer {
        let flow = self.flows.get_mut(id).expect("it exists");
        if flow.status != "PUBLISHED" {
            return Err(refuse(139003, "Deprecating attempt failed")
                .titled("Flow can't be deprecated", "Only published flows can be deprecated"));
        }
        flow.status = "DEPRECATED";
        Ok(json!({ "success": true }))
    }

    pub fn delete_flow(&mut self, id: &str) -> Answer {
        if self.flows[id].status != "DRAFT" {
            return Err(refuse(139004, "Deleting attempt failed")
                .titled("Flow can't be deleted", "Only draft flows can be deleted"));
        }
        self.flows.remove(id);
        Ok(json!({ "success": true }))
    }
}

/// One page of a list, and where it goes on.
pub fn page<'l>(ids: &'l [String], request: &Request) -> (&'l [String], Value) {
    let after = request.parameter("after");
    let start = after.and_then(|after| after.parse().ok()).unwrap_or(0).min(ids.len());
    let end = (start + PAGE).min(ids.len());
    let mut paging =
        json!({ "cursors": { "before": start.to_string(), "after": end.to_string() } });
    if end < ids.len() {
        // The real one is an address with the token in it.
        let token = request.bearer.as_deref().unwrap_or_default();
        paging["next"] = format!("https://graph.example/?access_token={token}&after={end}").into();
    }
    (&ids[start..end], paging)
}

fn categories(list: Option<&str>) -> Result<Vec<String>, super::errors::Refusal> {
    let list: Vec<String> =
        list.and_then(|list| serde_json::from_str(list).ok()).unwrap_or_default();
    let known = |category: &String| CATEGORIES.contains(&category.as_str());
    match list.is_empty() || !list.iter().all(known) {
        true => Err(refuse(100, "Param categories must be a list of known categories")),
        false => Ok(list),
    }
}

/// The errors of our linter, in the form of Meta's.
fn errors_of(json: &[u8]) -> Vec<Value> {
    let report = lint::check(json);
    let errors = report.diagnostics.iter().filter(|(_, found)| found.severity == Severity::Error);
    let error = |(at, found): &(whatsapp_flow_json::span::Position, lint::Diagnostic)| {
        json!({
            "error": found.name().unwrap_or("INVALID_FLOW_JSON"), "error_type": "FLOW_JSON_ERROR",
            "message": found.message, "line_start": at.line, "line_end": at.line,
            "column_start": at.column, "column_end": at.column,
        })
    };
    errors.map(error).collect()
}
