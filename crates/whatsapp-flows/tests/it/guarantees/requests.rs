//! Requests and expectations of the tests of tokens and bodies.

use std::sync::{Arc, Mutex};

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use whatsapp_flows::BoxFuture;
use whatsapp_flows::keyring::{KeyringProvider, KeyringUnavailable};
use whatsapp_flows::protocol::key::PrivateKey;
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::signature::{AppSecret, HEADER};
use whatsapp_flows::testing::{Phone, Response, Sealed};

use crate::support::{business, sign};

pub fn assert_427(answer: &Response) {
    assert_eq!((answer.status, answer.error_msg()), (427, "It is over."));
}

pub fn assert_409(answer: &Response) {
    assert_eq!((answer.status, answer.raw.len()), (409, 0));
}

/// Signs and delivers a text as a body, whose reply the opener of `sealed` decrypts.
pub async fn deliver(phone: &Phone, path: &str, body: String, sealed: &Sealed) -> Response {
    let request = Request::post(path).header(HEADER, sign().sign(body.as_bytes()));
    phone.deliver(request.body(Bytes::from(body)).unwrap(), &sealed.opener).await
}

/// A keyring that the test replaces, as in a rotation.
#[derive(Clone)]
pub struct Rotating(pub Arc<Mutex<Arc<Keyring>>>);

impl KeyringProvider for Rotating {
    fn keyring(&self) -> BoxFuture<'_, Result<Arc<Keyring>, KeyringUnavailable>> {
        let secret = Arc::clone(&self.0.lock().unwrap());
        Box::pin(async { Ok(secret) })
    }

    fn reload_if_stale<'a>(&'a self, _: &'a Arc<Keyring>) -> BoxFuture<'a, Option<Arc<Keyring>>> {
        Box::pin(async { None })
    }
}

pub fn secret(app_secrets: &[&str]) -> Arc<Keyring> {
    let key = PrivateKey::from_pem("tests", &business().keys.private_pem, None).unwrap();
    let app_secrets = app_secrets.iter().map(|text| AppSecret::new(*text).unwrap()).collect();
    Arc::new(Keyring::new(vec![key], app_secrets).unwrap())
}

pub fn jwt(app_secret: &str, token: &str) -> Value {
    let encode = |text: String| BASE64_URL_SAFE_NO_PAD.encode(text);
    let claims = encode(json!({ "flow_token": token }).to_string());
    let signed = format!("{}.{claims}", encode(r#"{"alg":"HS256"}"#.into()));
    let hex = AppSecret::new(app_secret).unwrap().sign(signed.as_bytes());
    let digits = hex.strip_prefix("sha256=").unwrap();
    let tag: Vec<u8> = (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect();
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(tag)).into()
}
