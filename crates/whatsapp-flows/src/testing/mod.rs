//! The other end: a phone for tests and tools, with the real cryptography in between.
//!
//! A test of a flow needs no network and no cloud:
//!
//! ```
//! # use serde::Serialize;
//! # use serde_json::json;
//! use whatsapp_flows::testing::Phone;
//! use whatsapp_flows::{Context, Flow, Init, Reaches, ReplyTo, Result, Screen, show};
//!
//! #[derive(Serialize)]
//! struct Hello { greeting: String }
//! impl Screen for Hello { const ID: &'static str = "HELLO"; type Input = (); }
//! impl Reaches<Hello> for Init {}
//!
//! async fn init(_: Context<()>) -> Result<ReplyTo<Init>> {
//!     Ok(show(Hello { greeting: "Hi".into() }))
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let phone = Phone::new(Flow::<()>::new(()).on_init(init));
//! let answer = phone.init().await;
//! assert_eq!((answer.status, answer.screen()), (200, "HELLO"));
//! assert_eq!(answer.data()["greeting"], "Hi");
//! # });
//! ```

mod key_pair;
mod sealing;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub use key_pair::KeyPair;
pub use sealing::{NotOpened, ReplyOpener, RequestSealer, Sealed, public_key_fingerprint};

use crate::clock::epoch_seconds;
use crate::endpoint::Endpoint;
use crate::flow::Flow;
use crate::protocol::key::PrivateKey;
use crate::protocol::keyring::Keyring;
use crate::protocol::signature::{AppSecret, HEADER};
use crate::protocol::token::FlowToken;
use crate::session::MemoryStore;

/// The app secret of [`Phone::new`]'s business.
const APP_SECRET: &str = "the app secret of a phone's business";

/// A phone in the hands of one person, talking to an endpoint in the same process.
#[derive(Clone)]
pub struct Phone {
    endpoint: Arc<Endpoint>,
    path: String,
    sealing: Arc<RequestSealer>,
    app_secret: AppSecret,
    token: String,
    /// Seconds that the test has let pass.
    waited: Arc<AtomicU64>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The body as it came.
    pub raw: Bytes,
    /// The body as the phone opened it; `Null` when it was empty or did not open.
    pub body: Value,
}

impl Phone {
    /// A phone for one flow, with a key pair, an app secret and sessions of its own.
    pub fn new<App, State>(flow: Flow<App, State>) -> Self
    where
        App: Send + Sync + 'static,
        State: Default + Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        let waited = Arc::new(AtomicU64::new(0));
        let clock = Arc::clone(&waited);
        let endpoint = Endpoint::new(business_secret(), MemoryStore::new())
            .clock(move || epoch_seconds() + clock.load(Ordering::Relaxed))
            .serve("/", flow);
        let app_secret = AppSecret::new(APP_SECRET).expect("not empty");
        Self { waited, ..Self::for_endpoint(endpoint, "/", business_keys(), app_secret) }
    }

    /// A phone for `path` of an endpoint that reads with this key pair and checks with this secret. The
    /// endpoint becomes [`strict`](Endpoint::strict): here a reply that a phone would refuse is seen.
    pub fn for_endpoint(
        endpoint: Endpoint,
        path: &str,
        keys: &KeyPair,
        app_secret: AppSecret,
    ) -> Self {
        Self {
            endpoint: Arc::new(endpoint.strict()),
            path: path.into(),
            sealing: Arc::new(
                RequestSealer::new(&keys.public_pem).expect("a key pair's own public key"),
            ),
            app_secret,
            token: random_token(),
            waited: Arc::default(),
        }
    }

    /// Lets time pass for the endpoint of [`Phone::new`], at once: what a session says after a day.
    pub fn wait(&self, time: Duration) {
        self.waited.fetch_add(time.as_secs(), Ordering::Relaxed);
    }

    /// The same endpoint in the hands of somebody else, with a new token.
    pub fn another(&self) -> Self {
        self.with_token(random_token())
    }

    /// The same endpoint, with this token.
    pub fn with_token(&self, token: impl Into<String>) -> Self {
        Self { token: token.into(), ..self.clone() }
    }

    /// The same endpoint, on another path.
    pub fn on_path(&self, path: &str) -> Self {
        Self { path: path.into(), ..self.clone() }
    }

    /// The token of the message that the person opened.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Opens the flow.
    pub async fn init(&self) -> Response {
        self.send(&self.request("INIT", "", json!({}))).await
    }

    /// Submits a screen, or changes a component on it.
    pub async fn submit(&self, screen: &str, data: Value) -> Response {
        self.send(&self.request("data_exchange", screen, data)).await
    }

    /// Leaves a screen that has `refresh_on_back`.
    pub async fn back(&self, screen: &str) -> Response {
        self.send(&self.request("BACK", screen, json!({}))).await
    }

    /// Meta's health check.
    pub async fn ping(&self) -> Response {
        self.send(&json!({ "version": "3.0", "action": "ping" })).await
    }

    /// Reports that the last reply could not be used.
    pub async fn error_notification(&self, screen: &str, key: &str, message: &str) -> Response {
        let data = json!({ "error": key, "error_message": message });
        self.send(&self.request("data_exchange", screen, data)).await
    }

    /// A request of this person, as a phone puts it together.
    pub fn request(&self, action: &str, screen: &str, data: Value) -> Value {
        json!({ "data": data, "flow_token": self.token, "screen": screen, "action": action, "version": "4.0" })
    }

    /// Seals and signs any plaintext, sends it, and opens the answer.
    pub async fn send(&self, plaintext: &Value) -> Response {
        self.post(&self.seal(plaintext)).await
    }

    /// Seals a plaintext, to be sent with [`post`](Self::post), more than once if need be.
    pub fn seal(&self, plaintext: &Value) -> Sealed {
        self.sealing.seal(plaintext.to_string().as_bytes())
    }

    /// Signs and sends a sealed body.
    pub async fn post(&self, sealed: &Sealed) -> Response {
        let request = Request::builder()
            .method(Method::POST)
            .uri(&self.path)
            .header("content-type", "application/json")
            .header(HEADER, self.app_secret.sign(sealed.body.as_bytes()))
            .body(Bytes::from(sealed.body.clone()))
            .expect("a path and a signature make a request");
        self.deliver(request, &sealed.opener).await
    }

    /// Sends a request as it is.
    pub async fn deliver(&self, request: Request<Bytes>, opener: &ReplyOpener) -> Response {
        let response = self.endpoint.handle(request).await;
        let status = response.status().as_u16();
        let raw = response.into_body();
        let body = opener.open(&raw).unwrap_or_default();
        Response { status, raw, body }
    }
}

impl Response {
    /// The screen that is shown, or `SUCCESS`; empty when there is none.
    pub fn screen(&self) -> &str {
        self.body["screen"].as_str().unwrap_or_default()
    }

    /// The screen's data.
    pub fn data(&self) -> &Value {
        &self.body["data"]
    }

    /// The message over the screen; empty when there is none.
    pub fn message(&self) -> &str {
        self.body["data"]["error_message"].as_str().unwrap_or_default()
    }

    /// What a completion sends into the chat.
    pub fn params(&self) -> &Value {
        &self.body["data"]["extension_message_response"]["params"]
    }

    /// The words under a 427; empty when there are none.
    pub fn words(&self) -> &str {
        self.body["error_msg"].as_str().unwrap_or_default()
    }
}

fn random_token() -> String {
    FlowToken::random().as_str().to_owned()
}

/// One key pair for all phones of a process: it takes a while to make.
fn business_keys() -> &'static KeyPair {
    static KEYS: OnceLock<KeyPair> = OnceLock::new();
    KEYS.get_or_init(KeyPair::generate)
}

fn business_secret() -> Arc<Keyring> {
    static SECRET: OnceLock<Arc<Keyring>> = OnceLock::new();
    let secret = SECRET.get_or_init(|| {
        let key = PrivateKey::from_pem("phone", &business_keys().private_pem, None);
        let app_secret = AppSecret::new(APP_SECRET).expect("not empty");
        let secret = Keyring::new(vec![key.expect("a key just made")], vec![app_secret]);
        Arc::new(secret.expect("a key and a secret"))
    });
    Arc::clone(secret)
}
