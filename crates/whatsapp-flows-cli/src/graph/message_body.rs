//! The body of a message in the form of the Graph API.

use serde_json::{Map, Value, json};

use super::{FlowMessage, Mode, Opening, Recipient};

/// The body of a message.
pub fn message_body(message: &FlowMessage) -> Value {
    let mut parameters = json!({
        "flow_message_version": "3",
        "flow_id": message.flow.as_str(),
        "flow_cta": message.cta,
        "flow_token": message.flow_token.as_str(),
        "mode": match message.mode {
            Mode::Draft => "draft",
            Mode::Published => "published",
        },
    });
    match &message.opening {
        Opening::DataExchange => parameters["flow_action"] = "data_exchange".into(),
        Opening::Navigate { screen, data } => {
            let mut payload = Map::from_iter([("screen".to_owned(), json!(screen))]);
            // An empty object is refused.
            if !data.is_empty() {
                payload.insert("data".into(), Value::Object(data.clone()));
            }
            parameters["flow_action"] = "navigate".into();
            parameters["flow_action_payload"] = payload.into();
        }
    }
    let mut interactive = json!({
        "type": "flow",
        "body": { "text": message.body },
        "action": { "name": "flow", "parameters": parameters },
    });
    if let Some(header) = &message.header {
        interactive["header"] = json!({ "type": "text", "text": header });
    }
    if let Some(footer) = &message.footer {
        interactive["footer"] = json!({ "text": footer });
    }
    let (member, to) = match &message.to {
        Recipient::Number(number) => ("to", number),
        Recipient::UserId(id) => ("recipient", id),
    };
    json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        member: to,
        "type": "interactive",
        "interactive": interactive,
    })
}
