//! The client of the soak test: encrypts and signs a request, invokes the program, and decrypts the reply.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::signature::{AppSecret, HEADER};
use whatsapp_flows::testing::{RequestSealer, Sealed};

use super::Error;
use local_lambda::event;
use local_lambda::runtime_api::Lambda;

/// A client that all users share.
pub struct Client {
    lambda: Lambda,
    sealer: RequestSealer,
    app_secret: AppSecret,
    exchanges: AtomicU64,
    limit: u64,
    end: Instant,
    /// The number of requests of each kind.
    counts: Mutex<BTreeMap<&'static str, u64>>,
}

/// The response to a request.
pub struct Response {
    pub status: u16,
    pub raw: String,
    /// The decrypted reply; `Null` if the body is empty or cannot be decrypted.
    pub reply: Value,
}

impl Client {
    pub fn new(lambda: Lambda, secret: &[u8], limit: u64, time: Duration) -> Result<Self, Error> {
        let (secret, _) = Keyring::from_json(secret)?;
        Ok(Self {
            lambda,
            sealer: RequestSealer::new(&secret.private_keys()[0].public_pem())?,
            app_secret: secret.app_secrets()[0].clone(),
            exchanges: AtomicU64::new(0),
            limit,
            end: Instant::now() + time,
            counts: Mutex::default(),
        })
    }

    pub fn seal(&self, plaintext: &Value) -> Sealed {
        self.sealer.seal(plaintext.to_string().as_bytes())
    }

    pub async fn send(
        &self,
        kind: &'static str,
        path: &str,
        sealed: &Sealed,
    ) -> Result<Response, Error> {
        self.send_signed(kind, path, sealed, &self.app_secret.sign(sealed.body.as_bytes())).await
    }

    pub async fn send_signed(
        &self,
        kind: &'static str,
        path: &str,
        sealed: &Sealed,
        signature: &str,
    ) -> Result<Response, Error> {
        let headers = [(HEADER, signature.as_bytes())];
        let event = event::http_api("POST", path, headers, sealed.body.as_bytes());
        let answer = self.lambda.invoke(&event).await;
        let answer = answer.map_err(|error| format!("{kind}: no response: {error:?}"))?;
        self.exchanges.fetch_add(1, Ordering::Relaxed);
        *self.counts.lock().unwrap().entry(kind).or_default() += 1;
        let raw = answer["body"].as_str().unwrap_or_default().to_owned();
        Ok(Response {
            status: answer["statusCode"].as_u64().unwrap_or_default() as u16,
            reply: sealed.opener.open(raw.as_bytes()).unwrap_or_default(),
            raw,
        })
    }

    /// Returns the number of requests that got a response.
    pub fn exchanges(&self) -> u64 {
        self.exchanges.load(Ordering::Relaxed)
    }

    /// Returns true if no further conversation may start.
    pub fn is_over(&self) -> bool {
        self.exchanges() >= self.limit || Instant::now() >= self.end
    }

    /// Formats the number of requests of each kind.
    pub fn counts(&self) -> String {
        let counts = self.counts.lock().unwrap();
        counts.iter().map(|(kind, count)| format!("{count:>9}  {kind}\n")).collect()
    }
}
