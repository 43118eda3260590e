//! A stand-in for the part of Meta that holds the public keys of phone numbers, and proves app secrets.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use serde_json::{Value, json};
use whatsapp_flows::protocol::public_key::parse_public_key;

use super::kill_switch::KillSwitch;

pub const TOKEN: &str = "EAAtestTOKEN";

/// The keys by number. Clones share them.
#[derive(Clone, Default)]
pub struct MetaKeys {
    keys: Arc<Mutex<HashMap<String, String>>>,
    app_secret: Arc<Mutex<String>>,
    switch: KillSwitch,
}

impl MetaKeys {
    pub fn new(switch: &KillSwitch) -> Self {
        Self { switch: switch.clone(), ..Self::default() }
    }

    /// Serves, and returns the URL.
    pub async fn serve(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/{version}/{number}/whatsapp_business_encryption", get(show).post(register))
            .route("/{version}/{app}/subscriptions", get(subscriptions))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }

    /// The key that the clients of a number fetch.
    pub fn key(&self, number: &str) -> String {
        self.keys.lock().unwrap()[number].clone()
    }

    pub fn set_key(&self, number: &str, public_pem: &str) {
        self.keys.lock().unwrap().insert(number.into(), public_pem.into());
    }

    /// The app secret that Meta signs with.
    pub fn app_secret(&self) -> String {
        self.app_secret.lock().unwrap().clone()
    }

    /// Confirms the reset of the app secret.
    pub fn set_app_secret(&self, app_secret: &str) {
        *self.app_secret.lock().unwrap() = app_secret.into();
    }
}

type Answer = (StatusCode, [(&'static str, &'static str); 1], String);

fn answer(status: StatusCode, json: Value) -> Answer {
    (status, [("content-type", "application/json")], json.to_string())
}

fn refused(code: u16) -> Answer {
    answer(StatusCode::BAD_REQUEST, json!({ "error": { "message": "refused", "code": code } }))
}

fn has_token(headers: &HeaderMap) -> bool {
    headers.get("authorization").is_some_and(|value| value == &format!("Bearer {TOKEN}"))
}

async fn show(
    State(meta): State<MetaKeys>,
    Path((_, number)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer {
    if !has_token(&headers) {
        return refused(190);
    }
    let shown = meta.switch.call("show", || {
        let keys = meta.keys.lock().unwrap();
        let key = keys.get(&number).map(|key| {
            json!({ "business_public_key": key, "business_public_key_signature_status": "VALID" })
        });
        json!({ "data": key.into_iter().collect::<Vec<_>>() })
    });
    match shown {
        Some(shown) => answer(StatusCode::OK, shown),
        None => std::future::pending().await,
    }
}

async fn register(
    State(meta): State<MetaKeys>,
    Path((_, number)): Path<(String, String)>,
    headers: HeaderMap,
    body: String,
) -> Answer {
    let pem = form_value(&body, "business_public_key");
    if !has_token(&headers) {
        return refused(190);
    }
    if pem.contains("PRIVATE") || parse_public_key(&pem).is_err() {
        return refused(100);
    }
    match meta.switch.call("register", || meta.set_key(&number, &pem)) {
        Some(()) => answer(StatusCode::OK, json!({ "success": true })),
        None => std::future::pending().await,
    }
}

async fn subscriptions(
    State(meta): State<MetaKeys>,
    Path((_, app)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer {
    let expected = format!("Bearer {app}|{}", meta.app_secret.lock().unwrap());
    match headers.get("authorization").is_some_and(|value| value == &expected) {
        true => answer(StatusCode::OK, json!({ "data": [] })),
        false => refused(190),
    }
}

/// A value of an urlencoded form.
fn form_value(form: &str, name: &str) -> String {
    let value = form.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let mut bytes = Vec::new();
    let mut rest = value.unwrap_or_default().bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).unwrap()
}
