//! An endpoint that answers pings, and ends each flow at once, with real cryptography.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use whatsapp_flows::protocol::envelope::Envelope;
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::signature::{self, HEADER};
use whatsapp_flows::testing::KeyPair;

use super::APP_SECRET;

pub struct PingEndpoint {
    pub url: String,
    pub public_pem: String,
    /// The secret, as `flowctl secret` makes it.
    pub secret_file: PathBuf,
    _runtime: tokio::runtime::Runtime,
}

impl PingEndpoint {
    /// Starts an endpoint, with its files in a folder of this name.
    pub fn start(name: &str) -> Self {
        let pair = KeyPair::generate();
        let secret = json!({ "private_keys": [{ "id": "k", "pem": *pair.private_pem }], "app_secrets": [APP_SECRET] });
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let secret_file = folder.join("secret.json");
        std::fs::write(&secret_file, secret.to_string()).unwrap();
        let keyring = Keyring::from_json(secret.to_string().as_bytes()).unwrap().0;
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(ping).with_state(Arc::new(keyring));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { url, public_pem: pair.public_pem, secret_file, _runtime: runtime }
    }
}

async fn ping(
    State(keyring): State<Arc<Keyring>>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let signatures = headers.get_all(HEADER).iter().map(|value| value.as_bytes());
    if signature::verify(signatures, &body, keyring.app_secrets()).is_err() {
        return (StatusCode::from_u16(432).unwrap(), String::new());
    }
    let opened =
        Envelope::parse(&body).ok().and_then(|body| body.open(keyring.private_keys()).ok());
    match opened {
        Some(opened) => {
            let request: Value = serde_json::from_slice(&opened.plaintext).unwrap_or_default();
            let params = json!({ "flow_token": request["flow_token"], "day": "café 1/2" });
            let reply = match request["action"].as_str() {
                Some("ping") => json!({ "data": { "status": "active" } }),
                _ => {
                    json!({ "screen": "SUCCESS", "data": { "extension_message_response": { "params": params } } })
                }
            };
            (StatusCode::OK, opened.reply_key.seal(reply.to_string().into_bytes()))
        }
        None => (StatusCode::MISDIRECTED_REQUEST, String::new()),
    }
}
