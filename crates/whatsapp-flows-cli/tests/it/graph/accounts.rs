//! Accounts, their numbers, and the apps that are subscribed to them.

use serde_json::{Map, Value, json};

use super::errors::{Answer, refuse};
use super::flows::page;
use super::request::Request;
use super::state::State;

impl State {
    pub fn account(&self, id: &str, request: &Request) -> Answer {
        let waba = &self.wabas[id];
        let node = json!({
            "id": id, "name": waba.name, "timezone_id": "56", "account_review_status": "APPROVED",
            "business_verification_status": if waba.business_verified { "verified" } else { "not_verified" },
            "country": "DE", "ownership_type": "SELF",
            "health_status": { "can_send_message": "AVAILABLE", "entities": [] },
        });
        select(&node, request)
    }

    pub fn phone_numbers(&self, waba: &str, request: &Request) -> Answer {
        let numbers = self.numbers.iter().filter(|(_, number)| number.waba == waba);
        let ids: Vec<_> = numbers.map(|(id, _)| id.clone()).collect();
        let (page, paging) = page(&ids, request);
        let numbers = page.iter().map(|id| {
            let number = &self.numbers[id];
            let mut node = json!({
                "id": id, "display_phone_number": number.display, "verified_name": "Dr Example",
                "status": number.status, "quality_rating": "GREEN", "code_verification_status": "VERIFIED",
                "name_status": "APPROVED", "platform_type": number.platform,
                "throughput": { "level": "STANDARD" },
            });
            if self.knows_optional_fields {
                node["account_mode"] = "LIVE".into();
                node["whatsapp_business_manager_messaging_limit"] = "TIER_250".into();
                node["webhook_configuration"] = json!({ "application": "https://hooks.example/meta" });
                node["health_status"] = json!({ "can_send_message": "AVAILABLE", "entities": [
                    { "entity_type": "PHONE_NUMBER", "id": id, "can_send_message": "AVAILABLE" },
                ] });
            }
            select(&node, request)
        });
        Ok(json!({ "data": numbers.collect::<Result<Vec<_>, _>>()?, "paging": paging }))
    }

    pub fn subscribed_apps(&self, waba: &str) -> Answer {
        let apps = self.wabas[waba].subscribed.iter().map(|(id, uri)| {
            let data =
                json!({ "id": id, "name": self.apps[id].name, "link": "https://dentist.example/" });
            let mut node = json!({ "whatsapp_business_api_data": data });
            if let Some(uri) = uri {
                node["override_callback_uri"] = uri.as_str().into();
            }
            node
        });
        Ok(json!({ "data": apps.collect::<Vec<_>>() }))
    }

    pub fn subscribe(&mut self, waba: &str, app: &str) -> Answer {
        let waba = self.wabas.get_mut(waba).expect("it exists");
        waba.subscribed.entry(app.into()).or_insert(None);
        Ok(json!({ "success": true }))
    }
}

/// The fields that are asked for; an unknown one fails the call.
fn select(node: &Value, request: &Request) -> Answer {
    let Some(fields) = request.fields() else { return Ok(node.clone()) };
    let mut selected = Map::new();
    for field in fields {
        let value = node
            .get(field)
            .ok_or_else(|| refuse(100, &format!("Tried accessing nonexisting field ({field})")))?;
        selected.insert(field.into(), value.clone());
    }
    Ok(selected.into())
}
