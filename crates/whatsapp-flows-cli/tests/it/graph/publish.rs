//! The checks before publication, and the health that shows them.

use std::time::Duration;

use serde_json::{Value, json};
use whatsapp_flows::protocol::public_key::parse_public_key_bytes;
use whatsapp_flows::protocol::signature::{AppSecret, HEADER};
use whatsapp_flows::testing::RequestSealer;

use super::errors::{Refusal, refuse};
use super::state::{FLOW_FIELD, State};

/// The ping before publication.
pub struct Ping(Option<(String, RequestSealer, AppSecret)>);

/// A check that fails: the word in the health, the title, and the text.
type Failed = (&'static str, &'static str, &'static str);

impl State {
    pub fn check_publish(&self, id: &str) -> Result<Ping, Refusal> {
        let flow = &self.flows[id];
        if flow.status != "DRAFT" {
            return Err(failed(&("", "Invalid state", "Flow is not in state DRAFT")));
        }
        if let Some(first) = self.failed_checks(id).first() {
            return Err(failed(first));
        }
        let Some(url) = flow.endpoint_uri.clone() else { return Ok(Ping(None)) };
        let (pem, _) = self.keys(&flow.waba).next().expect("a key, which was checked");
        let key = parse_public_key_bytes(pem.as_bytes()).expect("a key, which was registered");
        let secret = AppSecret::new(self.apps[&flow.app].secret.clone()).unwrap();
        Ok(Ping(Some((url, RequestSealer::for_key(&key).unwrap(), secret))))
    }

    /// The checks that fail, except the ping.
    fn failed_checks(&self, id: &str) -> Vec<Failed> {
        let flow = &self.flows[id];
        let document: Value = flow
            .json
            .as_deref()
            .and_then(|json| serde_json::from_slice(json).ok())
            .unwrap_or_default();
        let subscribed = &self.wabas[&flow.waba].subscribed;
        let listens = subscribed.keys().any(|app| {
            let subscriptions = &self.apps[app].subscriptions;
            let fields =
                subscriptions.iter().flat_map(|one| one["fields"].as_array().into_iter().flatten());
            fields.into_iter().any(|field| field["name"] == FLOW_FIELD)
        });
        let endpoint = document.get("data_api_version").is_some();
        let mut failed: Vec<Failed> = Vec::new();
        let mut check = |holds: bool, what: Failed| {
            if !holds {
                failed.push(what);
            }
        };
        check(
            flow.json.is_some() && flow.errors.is_empty(),
            ("flow_json", "Validation errors", "Fix the validation errors"),
        );
        if endpoint {
            check(flow.endpoint_uri.is_some(), ("endpoint_uri", "No endpoint", "Set endpoint_uri"));
            check(self.apps.contains_key(&flow.app), ("app_check", "No app", "Connect an app"));
            let number = self.numbers.values().any(|number| number.waba == flow.waba);
            check(number, ("phone_number", "No phone number", "Add a phone number"));
            let key = self.keys(&flow.waba).any(|(_, valid)| valid);
            check(key, ("public_key", "No signed key", "Upload and sign a public key"));
            check(
                listens,
                ("webhook", "Not subscribed", "Subscribe the WABA to the webhook flows"),
            );
        }
        failed
    }

    fn keys(&self, waba: &str) -> impl Iterator<Item = (&str, bool)> {
        let numbers = self.numbers.values().filter(move |number| number.waba == waba);
        numbers.filter_map(|number| number.key.as_ref().map(|(pem, valid)| (pem.as_str(), *valid)))
    }

    pub fn flow_health(&self, id: &str, fields: &str) -> Value {
        let flow = &self.flows[id];
        let error = |(word, _, text): Failed| json!({ "error_code": 131000, "error_description": format!("{word}: {text}"), "possible_solution": text });
        let errors: Vec<_> = match flow.status {
            "DRAFT" => self.failed_checks(id).into_iter().map(error).collect(),
            _ => Vec::new(),
        };
        let state = match flow.status {
            "BLOCKED" | "DEPRECATED" => "BLOCKED",
            "THROTTLED" => "LIMITED",
            _ if errors.is_empty() => "AVAILABLE",
            _ => "BLOCKED",
        };
        let mut own = json!({ "entity_type": "FLOW", "id": id, "can_send_message": state });
        if !errors.is_empty() {
            own["errors"] = errors.into();
        }
        let mut business = json!({ "entity_type": "BUSINESS", "id": "500000000000005", "can_send_message": "AVAILABLE" });
        if !self.wabas[&flow.waba].business_verified {
            business["can_send_message"] = "LIMITED".into();
            business["errors"] = json!([{ "error_code": 141010, "error_description": "business is not verified", "possible_solution": "verify it" }]);
        }
        let mut entities = vec![
            own,
            json!({ "entity_type": "WABA", "id": flow.waba, "can_send_message": "AVAILABLE" }),
            business,
            json!({ "entity_type": "APP", "id": flow.app, "can_send_message": "AVAILABLE" }),
        ];
        let number = fields.split("phone_number(").nth(1).and_then(|rest| rest.split(')').next());
        if let Some((id, number)) = number.and_then(|id| self.numbers.get_key_value(id)) {
            let valid = number.key.as_ref().is_some_and(|(_, valid)| *valid);
            let state = if valid { "AVAILABLE" } else { "BLOCKED" };
            let mut entity =
                json!({ "entity_type": "PHONE_NUMBER", "id": id, "can_send_message": state });
            if !valid {
                entity["errors"] = json!([{ "error_code": 131000, "error_description": "public_key: the key is missing or not signed" }]);
            }
            entities.push(entity);
        }
        let worst = ["BLOCKED", "LIMITED"]
            .into_iter()
            .find(|worst| entities.iter().any(|entity| entity["can_send_message"] == *worst));
        json!({ "can_send_message": worst.unwrap_or("AVAILABLE"), "entities": entities })
    }
}

impl Ping {
    /// Pings the endpoint as Meta does: sealed for the registered key, signed by the app.
    pub fn send(self) -> Result<(), Refusal> {
        let Some((url, sealer, secret)) = self.0 else { return Ok(()) };
        let sealed = sealer.seal(br#"{"version":"3.0","action":"ping"}"#);
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(10)));
        let agent: ureq::Agent = config.build().into();
        let post = agent.post(&url).header(HEADER, secret.sign(sealed.body.as_bytes()));
        let reply = post.send(&sealed.body).ok().filter(|response| response.status() == 200);
        let body = reply.and_then(|mut response| response.body_mut().read_to_string().ok());
        let reply = body.and_then(|body| sealed.opener.open(body.as_bytes()).ok());
        match reply {
            Some(reply) if reply["data"]["status"] == "active" => Ok(()),
            _ => Err(failed(&(
                "",
                "Endpoint not available",
                "The endpoint does not answer the health check",
            ))),
        }
    }
}

fn failed((_, title, text): &Failed) -> Refusal {
    refuse(139002, "Publishing attempt failed").titled(title, text)
}
