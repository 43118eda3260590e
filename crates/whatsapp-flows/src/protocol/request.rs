//! The parser of decrypted requests (EP, *Data exchange*, *Error notification*, *Health check*).
//!
//! It is lenient where Meta's clients differ: `null` counts as absent, the order of members and unknown members do not
//! matter, and `version` is never checked.

use serde_json::{Map, Value};

use super::token::FlowToken;
use super::{error_notification, lone_surrogates, lossy_numbers};

pub use super::error_notification::ErrorKey;

/// A request of the client, or of Meta's health check.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// The health check.
    Ping,
    /// The client could not use a reply. It may name its flow token.
    ErrorNotification(ErrorKey, Option<FlowToken>),
    /// The user opened, submitted or left a screen.
    Request(Request),
    /// JSON without a known action, or with a member of another type. The status is 400.
    Unknown,
}

/// A data exchange request: the user opened the flow, or submitted or left a screen.
#[derive(Clone, PartialEq)]
pub struct Request {
    /// The action that the user took.
    pub action: Action,
    /// The ID of the screen that was submitted or left; on INIT any text.
    pub screen: String,
    /// The payload. WhatsApp's clients always send an object.
    pub data: Value,
    /// The flow token as received; empty if it is absent.
    pub flow_token: String,
    /// Meta's JWT over the token, sent from data API 4.0 on. An empty one counts as absent.
    pub flow_token_signature: Option<String>,
}

/// The three actions of a data exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// `INIT`: the flow was opened.
    Init,
    /// `BACK`: a screen with `refresh_on_back` is being left.
    Back,
    /// `data_exchange`: a screen was submitted, or a component changed.
    DataExchange,
}

/// An error for a plaintext that is not JSON in UTF-8. The status is 421, as for a request that does not decrypt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotJson;

impl Message {
    /// Parses a plaintext. Error notifications and pings are recognized first: they may have no token, no
    /// screen and no signature.
    ///
    /// # Errors
    ///
    /// If the plaintext is not JSON.
    pub fn parse(plaintext: &[u8]) -> Result<Self, NotJson> {
        let plaintext = lossy_numbers::quote(plaintext);
        let json: Value = serde_json::from_slice(&plaintext)
            .or_else(|_| serde_json::from_slice(&lone_surrogates::replace(&plaintext)))
            .map_err(|_| NotJson)?;
        let Value::Object(mut members) = json else { return Ok(Self::Unknown) };
        if let Some(key) = error_notification::find_key(&members) {
            let token = take_text(&mut members, "flow_token").flatten();
            return Ok(Self::ErrorNotification(
                key,
                token.and_then(|token| FlowToken::new(token).ok()),
            ));
        }
        Ok(match take_text(&mut members, "action") {
            Some(Some(action)) if action == "ping" => Self::Ping,
            Some(Some(action)) => {
                parse_request(&action, members).map_or(Self::Unknown, Self::Request)
            }
            _ => Self::Unknown,
        })
    }
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Request({:?}, [redacted])", self.action)
    }
}

impl Request {
    /// Reports whether the payload has the shape of an error notification whose key Meta's pages do not
    /// list: `error` or `error_key`, perhaps `error_message`, and nothing else. A form may have such
    /// fields of its own, so a screen with a handler receives it as a submission.
    pub(crate) fn may_be_error_notification(&self) -> bool {
        self.data.as_object().is_some_and(error_notification::is_shape_with_key)
    }
}

/// Reports whether the value represents an empty field. Clients send `null` or `""`, or omit the member.
pub(crate) fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

/// Removes a member; `None` if it is absent or `null`.
fn take_member(members: &mut Map<String, Value>, name: &str) -> Option<Value> {
    members.remove(name).filter(|value| !value.is_null())
}

/// Builds a request with this action; `None` if the action is unknown, or if a member has the wrong type.
fn parse_request(action: &str, mut members: Map<String, Value>) -> Option<Request> {
    let action = match action {
        "INIT" => Action::Init,
        "BACK" => Action::Back,
        "data_exchange" => Action::DataExchange,
        _ => return None,
    };
    Some(Request {
        action,
        screen: take_text(&mut members, "screen")?.unwrap_or_default(),
        data: take_member(&mut members, "data").unwrap_or_else(|| Map::new().into()),
        flow_token: take_text(&mut members, "flow_token")?.unwrap_or_default(),
        flow_token_signature: take_text(&mut members, "flow_token_signature")?
            .filter(|jwt| !jwt.is_empty()),
    })
}

/// Removes a member that is a string or absent; `None` if it has another type.
fn take_text(members: &mut Map<String, Value>, name: &str) -> Option<Option<String>> {
    match take_member(members, name) {
        None => Some(None),
        Some(Value::String(text)) => Some(Some(text)),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(value: Value) -> Result<Message, NotJson> {
        Message::parse(value.to_string().as_bytes())
    }

    #[test]
    fn null_members_are_absent_and_versions_are_ignored() {
        let init = Request {
            action: Action::Init,
            screen: String::new(),
            data: json!({}),
            flow_token: String::new(),
            flow_token_signature: None,
        };
        for value in [
            json!({ "action": "INIT" }),
            json!({ "action": "INIT", "version": 300, "screen": null, "data": null, "flow_token": null }),
            json!({ "data": {}, "flow_token": "", "screen": "", "action": "INIT", "version": "9.9", "new": 1 }),
            json!({ "action": "INIT", "flow_token_signature": "", "error": null, "error_message": "" }),
        ] {
            assert_eq!(parse(value), Ok(Message::Request(init.clone())));
        }
        assert_eq!(parse(json!({ "version": "3.0", "action": "ping" })), Ok(Message::Ping));
    }

    #[test]
    fn error_notifications_are_recognized_by_a_listed_key() {
        for (value, key) in [
            (
                json!({ "action": "BACK", "data": { "error": "payload-schema-error", "error_message": "m" } }),
                "payload-schema-error",
            ),
            (json!({ "action": "navigate", "data": { "error": "", "error_message": "m" } }), ""),
            (
                json!({ "action": "data_exchange", "data": { "error": "payload-schema-error" } }),
                "payload-schema-error",
            ),
            (
                json!({ "action": "data_exchange", "screen": "S",
                "data": { "error": "payload-schema-error", "error_message": null, "agreed": true } }),
                "payload-schema-error",
            ),
            (
                json!({ "action": "data_exchange",
                "data": { "error": 7, "error_key": " PAYLOAD_SCHEMA_ERROR" } }),
                "payload-schema-error",
            ),
            (
                json!({ "action": "data_exchange", "screen": "S", "error": "timeout_error" }),
                "timeout_error",
            ),
            (json!({ "action": "data_exchange", "data": {}, "error_key": "a new one" }), "unknown"),
            (json!({ "action": "data_exchange", "data": {}, "error_message": "m" }), "unknown"),
            (json!({ "action": "data_exchange", "data": { "error_message": "m" } }), ""),
            (json!({ "action": "data_exchange", "data": { "error": "" } }), ""),
            (
                json!({ "action": "data_exchange", "data": { "error": null, "error_message": "m" } }),
                "",
            ),
            (
                json!({ "data": { "error": "timeout_error", "error_key": "", "error_message": "" } }),
                "timeout_error",
            ),
            (
                json!({ "data": { "error": "", "error_key": "timeout_error", "error_message": "" } }),
                "timeout_error",
            ),
            (
                json!({ "data": { "error": null, "error_key": "timeout_error", "error_message": "" }, "version": 300 }),
                "timeout_error",
            ),
        ] {
            let Ok(Message::ErrorNotification(found, _)) = parse(value) else {
                panic!("not an error notification")
            };
            assert_eq!(found.as_str(), key);
        }
        for (data, may_be_error_notification) in [
            (json!({ "error": "x" }), true),
            (json!({ "error_key": "x", "error_message": "" }), true),
            (json!({ "error": "x", "error_message": "y", "name": "a form's own fields" }), false),
            (json!({ "error": 1, "error_message": "y" }), false),
            (json!({ "error_message": "y", "name": "z" }), false),
            (json!({}), false),
        ] {
            let request = parse(json!({ "action": "data_exchange", "data": data }));
            let Ok(Message::Request(request)) = request else { panic!("{data} is a submission") };
            assert_eq!(request.may_be_error_notification(), may_be_error_notification, "{data}");
        }
    }

    #[test]
    fn debug_shows_only_the_action() {
        let typed = json!({ "action": "BACK", "screen": "typed", "flow_token": "typed", "data": { "typed": 1 } });
        assert_eq!(format!("{:?}", parse(typed)), "Ok(Request(Request(Back, [redacted])))");
    }

    #[test]
    fn lone_surrogates_are_replaced() {
        let json = br#"{"action":"BACK","data":{"a":"x\ud83dy","b":"\udc00","c":"\ud83d\ude00","d":"\\ud83d"}}"#;
        let Ok(Message::Request(request)) = Message::parse(json) else { panic!("not a request") };
        let whole = json!({ "a": "x\u{fffd}y", "b": "\u{fffd}", "c": "\u{1f600}", "d": "\\ud83d" });
        assert_eq!(request.data, whole);
    }

    #[test]
    fn long_numbers_keep_their_digits() {
        let long = br#"{"action":"BACK","data":{"a":12345678901234567890123,"b":7}}"#;
        let Ok(Message::Request(request)) = Message::parse(long) else { panic!("not a request") };
        assert_eq!(request.data, json!({ "a": "12345678901234567890123", "b": 7 }));
    }

    #[test]
    fn invalid_requests_are_not_json_or_unknown() {
        for plaintext in [&b""[..], b"{", b"\xff", b"{} {}", b"\\", b"{\"a\":\"\\"] {
            assert_eq!(Message::parse(plaintext), Err(NotJson));
        }
        for value in [
            json!([]),
            json!({}),
            json!({ "action": "init" }),
            json!({ "action": 1 }),
            json!({ "action": "INIT", "flow_token": 7 }),
            json!({ "action": "BACK", "screen": ["A"] }),
        ] {
            assert_eq!(parse(value), Ok(Message::Unknown));
        }
    }
}
