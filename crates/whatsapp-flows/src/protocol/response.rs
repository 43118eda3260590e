//! The plaintexts of replies (EP, *Next screen response*, *Final response*; ERR, *427*).

use serde_json::{Map, Value, json};

use super::token::FlowToken;

/// The size limit of a reply in bytes: 1 MB for the whole data channel (Meta's *Components*, Image).
pub const MAX_BYTES: usize = 1_000_000;

/// The reserved screen ID that ends a flow. No screen may use it (FJ).
pub const SUCCESS: &str = "SUCCESS";

/// Returns `{"data":{"status":"active"}}`, the reply to the health check.
pub fn active() -> Vec<u8> {
    json!({ "data": { "status": "active" } }).to_string().into_bytes()
}

/// Returns `{"data":{"acknowledged":true}}`, the reply to an error notification.
pub fn acknowledged() -> Vec<u8> {
    json!({ "data": { "acknowledged": true } }).to_string().into_bytes()
}

/// Returns a reply that shows a screen, with an optional message in a snackbar.
pub fn screen(id: &str, mut data: Map<String, Value>, error_message: Option<String>) -> Value {
    if let Some(message) = error_message {
        data.insert("error_message".into(), message.into());
    }
    json!({ "screen": id, "data": data })
}

/// Returns a copy of a reply with another message over its screen; `None` if the reply does not show `screen`.
pub fn with_message(plaintext: &[u8], screen: &str, message: &str) -> Option<Vec<u8>> {
    let mut reply: Value = serde_json::from_slice(plaintext).ok()?;
    if reply["screen"] != screen {
        return None;
    }
    reply["data"].as_object_mut()?.insert("error_message".into(), message.into());
    Some(reply.to_string().into_bytes())
}

/// Returns a reply with a message over the screen that the client already shows. The client keeps the rest of the
/// screen's data.
pub fn message_only(screen: &str, message: &str) -> Vec<u8> {
    json!({ "screen": screen, "data": { "error_message": message } }).to_string().into_bytes()
}

/// Returns a reply that ends the flow and sends `params` to the chat. Their `flow_token` is set to `token`.
pub fn complete(mut params: Map<String, Value>, token: &FlowToken) -> Value {
    params.insert("flow_token".into(), token.as_str().into());
    json!({ "screen": SUCCESS, "data": { "extension_message_response": { "params": params } } })
}

/// Returns a reply that ends the flow without sending anything to the chat.
pub fn close() -> Value {
    json!({ "screen": SUCCESS, "data": {} })
}

/// Returns the reply with status 427, whose message explains to the user why the flow can no longer be used.
pub fn token_invalid(message: &str) -> Vec<u8> {
    json!({ "error_msg": message }).to_string().into_bytes()
}
