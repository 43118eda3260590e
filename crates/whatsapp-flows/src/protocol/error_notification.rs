//! Error notifications: the requests in which a client reports that it could not use a reply (EP, *Error
//! notification*).

use serde_json::{Map, Value};

/// The key of an error that a client reports (ERR). The error's text is not stored, because it may quote the user's
/// input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorKey(&'static str);

impl ErrorKey {
    /// The key that replaces any key that Meta's pages do not list.
    pub(crate) const UNLISTED: Self = Self("unknown");

    /// Returns the key, or `unknown` for one that Meta's pages do not list: text from a request is never logged.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

/// Finds the key of an error notification.
///
/// A client that could not use a reply must never be mistaken for a user who agrees to something. A request is
/// therefore an error notification if it has a key that Meta lists, whatever other members it has or lacks; if it has a
/// notification's members beside `data` instead of in it; or if it has only a notification's members and the key is
/// empty or missing.
pub(super) fn find_key(members: &Map<String, Value>) -> Option<ErrorKey> {
    let data = members.get("data").and_then(Value::as_object);
    let listed = data.and_then(find_listed_key).or_else(|| find_listed_key(members));
    if let Some(key) = listed {
        return Some(key);
    }
    if ERROR_MEMBERS.iter().any(|name| members.get(*name).is_some_and(is_text)) {
        return Some(ErrorKey::UNLISTED);
    }
    let data = data.filter(|data| is_error_shape(data))?;
    let keyed = data.iter().any(|(name, value)| is_key_member(name) && is_text(value));
    (!keyed).then_some(ErrorKey(""))
}

/// Reports whether data have the shape of an error notification and a key, listed or not.
pub(super) fn is_shape_with_key(data: &Map<String, Value>) -> bool {
    is_error_shape(data) && data.keys().any(|name| is_key_member(name))
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

/// Reports whether a value is a string that is not empty.
fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

/// The members of an error notification (EP, *Error notification*).
const ERROR_MEMBERS: [&str; 3] = ["error", "error_key", "error_message"];

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
