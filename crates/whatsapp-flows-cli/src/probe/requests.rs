//! The plaintext of the requests that the probe sends.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use serde_json::{Value, json};
use whatsapp_flows::protocol::signature::AppSecret;

/// A health check.
pub fn ping() -> Value {
    crate::request_args::ping()
}

/// A request of a conversation. Without data it has an empty object.
pub fn exchange(action: &str, screen: &str, data: Value, token: &str, version: &str) -> Value {
    let data = if data.is_null() { json!({}) } else { data };
    json!({ "data": data, "flow_token": token, "screen": screen, "action": action, "version": version })
}

/// An error notification with this key.
pub fn notice(key: &str, screen: &str, token: &str, version: &str) -> Value {
    let data = json!({ "error": key, "error_message": "sent by flowctl probe" });
    exchange("data_exchange", screen, data, token, version)
}

/// The JWT that signs a flow token.
pub fn token_signature(token: &str, app_secret: &AppSecret) -> String {
    let encode = |json: Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let header = encode(json!({ "alg": "HS256", "typ": "JWT" }));
    let signed = format!("{header}.{}", encode(json!({ "flow_token": token })));
    let digits = app_secret.sign(signed.as_bytes());
    let digits = digits.trim_start_matches("sha256=").as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
    let mac: Vec<u8> = digits.chunks(2).filter_map(byte).collect();
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac))
}
