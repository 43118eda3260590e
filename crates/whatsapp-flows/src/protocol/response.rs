//! The plaintext of a reply (EP, *Next screen response*, *Final response*; ERR, *427*).

use serde_json::{Map, Value, json};

use super::token::FlowToken;

/// Bytes of the largest reply: 1 MB for the whole data channel (Meta's *Components*, Image).
pub const MAX_BYTES: usize = 1_000_000;

/// The reserved screen that ends a flow; no screen may have this id (FJ).
pub const SUCCESS: &str = "SUCCESS";

/// `{"data":{"status":"active"}}`: the health check's answer.
pub fn active() -> Value {
    json!({ "data": { "status": "active" } })
}

/// `{"data":{"acknowledged":true}}`: the answer to an error notice.
pub fn acknowledged() -> Value {
    json!({ "data": { "acknowledged": true } })
}

/// Shows a screen, with a message in a snackbar if there is one.
pub fn screen(id: &str, mut data: Map<String, Value>, error_message: Option<String>) -> Value {
    if let Some(words) = error_message {
        data.insert("error_message".into(), words.into());
    }
    json!({ "screen": id, "data": data })
}

/// A reply's plaintext with other words over the same screen; `None` if it shows another one.
pub fn shown_again(plaintext: &[u8], screen: &str, words: &str) -> Option<Vec<u8>> {
    let mut reply: Value = serde_json::from_slice(plaintext).ok()?;
    if reply["screen"] != screen {
        return None;
    }
    reply["data"].as_object_mut()?.insert("error_message".into(), words.into());
    Some(reply.to_string().into_bytes())
}

/// A message over a screen that the client is on already: it merges the rest from what it has.
pub fn message_alone(screen: &str, words: &str) -> Vec<u8> {
    json!({ "screen": screen, "data": { "error_message": words } }).to_string().into_bytes()
}

/// Ends the flow and sends `params` into the chat. The flow token is part of them, and is ours.
pub fn complete(mut params: Map<String, Value>, token: &FlowToken) -> Value {
    params.insert("flow_token".into(), token.as_str().into());
    json!({ "screen": SUCCESS, "data": { "extension_message_response": { "params": params } } })
}

/// Ends the flow and sends nothing.
pub fn close() -> Value {
    json!({ "screen": SUCCESS, "data": {} })
}

/// The words under a 427: why this message cannot be used any more.
pub fn token_invalid(words: &str) -> Value {
    json!({ "error_msg": words })
}
