//! Messages that open a flow.

use serde_json::{Value, json};

use super::errors::{Answer, refuse};
use super::state::{MessageAnswer, State};
use super::webhooks::wamid;

impl State {
    pub fn send(&mut self, number: &str, message: &Value) -> Answer {
        let interactive = &message["interactive"];
        let parameters = &interactive["action"]["parameters"];
        let required = [
            ("to or recipient", message["to"].is_string() || message["recipient"].is_string()),
            ("interactive.body", interactive["body"]["text"].is_string()),
            ("flow_cta", parameters["flow_cta"].as_str().is_some_and(|cta| !cta.is_empty())),
            ("flow_id", parameters["flow_id"].is_string() || parameters["flow_name"].is_string()),
        ];
        for (name, there) in required {
            if !there {
                return Err(refuse(131008, "Required parameter is missing").details(name));
            }
        }
        let bad_value =
            |details: &str| refuse(131009, "Parameter value is not valid").details(details);
        let payload = &parameters["flow_action_payload"];
        let action = parameters["flow_action"].as_str().unwrap_or("navigate");
        if message["messaging_product"] != "whatsapp" || message["type"] != "interactive" {
            return Err(refuse(100, "Invalid parameter"));
        }
        if parameters["flow_message_version"] != "3"
            || !["navigate", "data_exchange"].contains(&action)
        {
            return Err(bad_value("flow_message_version or flow_action"));
        }
        if action == "data_exchange" && !payload.is_null() {
            return Err(bad_value("flow_action_payload is for navigate"));
        }
        if payload["data"].as_object().is_some_and(|data| data.is_empty()) {
            return Err(bad_value("data must be a non-empty object"));
        }
        let flow = parameters["flow_id"].as_str().and_then(|id| self.flows.get(id));
        let flow = flow.ok_or_else(|| bad_value("flow_id"))?;
        let draft = parameters["mode"] == "draft";
        match flow.status {
            "BLOCKED" => return Err(refuse(132068, "Flow is in blocked state")),
            "THROTTLED" => return Err(refuse(132069, "Flow is in throttled state")),
            "DRAFT" if draft => {}
            "PUBLISHED" if !draft => {}
            _ => return Err(bad_value("mode does not fit the state of the flow")),
        }
        let sender = self.numbers.get_mut(number).expect("it exists");
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let (to, is_user_id) = match message["to"].as_str() {
            Some(to) => (to, false),
            None => (message["recipient"].as_str().unwrap_or_default(), true),
        };
        if !is_user_id && to == digits(&sender.display) {
            return Err(refuse(131021, "Recipient cannot be sender"));
        }
        if !sender.recipients.contains(to) {
            return Err(refuse(131030, "Recipient phone number not in allowed list").details(to));
        }
        if !sender.windows.contains(to) {
            return Err(refuse(131047, "Re-engagement message"));
        }
        if sender.pair_limited {
            sender.pair_limited = false;
            return Err(refuse(131056, "Business account, consumer account pair rate limit hit"));
        }
        self.messages.push(message.clone());
        let id = wamid(self.messages.len());
        if let Some(posts) = self.statuses(number, &id, message) {
            std::thread::spawn(|| posts.send());
        }
        Ok(match (self.message_answer, is_user_id) {
            (MessageAnswer::NoId, _) => json!({ "messaging_product": "whatsapp" }),
            (MessageAnswer::Old, _) => json!({
                "meta": { "api_status": "stable" },
                "contacts": [{ "Input": to }], "messages": [{ "id": id }],
            }),
            (MessageAnswer::Full, false) => json!({
                "messaging_product": "whatsapp",
                "contacts": [{ "input": to, "wa_id": to, "user_id": "US.AbC123dEf456" }],
                "messages": [{ "id": id, "message_status": "accepted" }],
            }),
            (MessageAnswer::Full, true) => json!({
                "messaging_product": "whatsapp", "contacts": [{ "input": to, "user_id": to }],
                "messages": [{ "id": id, "message_status": "accepted" }],
            }),
        })
    }
}
