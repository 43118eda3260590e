//! The parser of decrypted requests (EP, *Data exchange*, *Error notification*, *Health check*).
//!
//! It is lenient where Meta's clients differ: `null` counts as absent, the order of members and unknown members do not
//! matter, and `version` is never checked.

use serde_json::{Map, Value};

use super::lossy_numbers;
use super::token::FlowToken;

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

/// The key of an error that a client reports (ERR). The error's text is not stored, because it may quote the user's
/// input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorKey(&'static str);

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
            .or_else(|_| serde_json::from_slice(&replace_lone_surrogates(&plaintext)))
            .map_err(|_| NotJson)?;
        let Value::Object(mut members) = json else { return Ok(Self::Unknown) };
        if let Some(key) = find_error_key(&members) {
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

impl ErrorKey {
    /// The key that replaces any key that Meta's pages do not list.
    pub(crate) const UNLISTED: Self = Self("unknown");

    /// Returns the key, or `unknown` for one that Meta's pages do not list: text from a request is never logged.
    pub fn as_str(self) -> &'static str {
        self.0
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
        let Value::Object(data) = &self.data else { return false };
        is_error_shape(data) && data.keys().any(|name| is_key_member(name))
    }
}

/// Finds the key of an error notification.
///
/// A client that could not use a reply must never be mistaken for a user who agrees to something. A request is
/// therefore an error notification if it has a key that Meta lists, whatever other members it has or lacks; if it has a
/// notification's members beside `data` instead of in it; or if it has only a notification's members and the key is
/// empty or missing.
fn find_error_key(members: &Map<String, Value>) -> Option<ErrorKey> {
    let data = members.get("data").and_then(Value::as_object);
    let listed = data.and_then(find_listed_key).or_else(|| find_listed_key(members));
    if let Some(key) = listed {
        return Some(key);
    }
    let text =
        |name: &&str| members.get(*name).and_then(Value::as_str).is_some_and(|t| !t.is_empty());
    if ERROR_MEMBERS.iter().any(text) {
        return Some(ErrorKey::UNLISTED);
    }
    let data = data.filter(|data| is_error_shape(data))?;
    let keyed = data.iter().any(|(name, value)| is_key_member(name) && !is_empty(value));
    (!keyed).then_some(ErrorKey(""))
}

/// Returns the first key that Meta lists among the members that contain a key.
fn find_listed_key(members: &Map<String, Value>) -> Option<ErrorKey> {
    let mut keys = members.iter().filter(|(name, _)| is_key_member(name));
    keys.find_map(|(_, value)| {
        let key = value.as_str()?.trim();
        ERROR_KEYS.iter().find(|known| is_same_error_key(known, key)).map(|known| ErrorKey(known))
    })
}

/// Compares keys, ignoring case and the difference between `-` and `_`: Meta's webhooks spell some keys in capitals
/// with underscores, and a client might as well.
fn is_same_error_key(known: &str, key: &str) -> bool {
    let plain = |byte: u8| if byte == b'_' { b'-' } else { byte.to_ascii_lowercase() };
    known.bytes().map(plain).eq(key.bytes().map(plain))
}

/// Reports whether an object has only members of an error notification, and at least one. Their values are strings;
/// `null` counts as absent.
fn is_error_shape(data: &Map<String, Value>) -> bool {
    let mut present = data.iter().filter(|(_, value)| !value.is_null()).peekable();
    present.peek().is_some()
        && present.all(|(name, value)| ERROR_MEMBERS.contains(&name.as_str()) && value.is_string())
}

/// Reports whether a member contains the key: `error` in Meta's sample, `error_key` in Meta's table.
fn is_key_member(name: &str) -> bool {
    matches!(name, "error" | "error_key")
}

/// The members of an error notification (EP, *Error notification*).
const ERROR_MEMBERS: [&str; 3] = ["error", "error_key", "error_message"];

/// Replaces escaped lone surrogates with U+FFFD.
///
/// JavaScript writes them (ECMA-262, *QuoteJSONString*) for half of a character outside the BMP, which remains if text
/// is truncated inside an emoji. They are not valid Unicode.
fn replace_lone_surrogates(json: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(json.len());
    let mut rest = json;
    while let Some((&first, after)) = rest.split_first() {
        let length = match (first, surrogate(rest), surrogate(rest.get(6..).unwrap_or_default())) {
            (b'\\', Some(Surrogate::High), Some(Surrogate::Low)) => 12,
            (b'\\', Some(_), _) => {
                whole.extend_from_slice(b"\\ufffd");
                rest = &rest[6..];
                continue;
            }
            (b'\\', None, _) if !after.is_empty() => 2,
            _ => 1,
        };
        whole.extend_from_slice(&rest[..length]);
        rest = &rest[length..];
    }
    whole
}

/// One half of a surrogate pair.
enum Surrogate {
    High,
    Low,
}

/// Returns the half of a surrogate pair that the JSON starts with as `\uXXXX`.
fn surrogate(json: &[u8]) -> Option<Surrogate> {
    let digits = std::str::from_utf8(json.get(..6)?.strip_prefix(b"\\u")?).ok()?;
    match u16::from_str_radix(digits, 16).ok()? {
        0xd800..=0xdbff => Some(Surrogate::High),
        0xdc00..=0xdfff => Some(Surrogate::Low),
        _ => None,
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

/// The keys that ERR lists, and `components-validation-error`, which is only found in clients.
const ERROR_KEYS: [&str; 13] = [
    "response-decryption-error",
    "invalid-screen-transition",
    "payload-schema-error",
    "components-validation-error",
    "business-decryption-error",
    "public-key-missing",
    "public-key-signiture-verification",
    "public-key-signature-verification",
    "timeout_error",
    "unexpected_http_status_code",
    "no_http_response_error",
    "cannot_be_served",
    "missing_capability",
];

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
