//! The client's side for tests and tools, with real cryptography.
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
//! let response = phone.init().await;
//! assert_eq!((response.status, response.screen()), (200, "HELLO"));
//! assert_eq!(response.data()["greeting"], "Hi");
//! # });
//! ```

pub mod conformance;
mod flow_client;
mod key_pair;
mod response;
mod screen_agreement;
mod sealing;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub use flow_client::FlowClient;
pub use key_pair::KeyPair;
/// The client without a screen, with which [`FlowClient`] plays.
pub use whatsapp_flow_json::client;

pub use response::Response;
pub use screen_agreement::assert_screen_agrees;
pub use sealing::{ReplyOpenError, ReplyOpener, RequestSealer, Sealed, public_key_fingerprint};

use crate::clock::epoch_seconds;
use crate::endpoint::Endpoint;
use crate::flow::{Flow, Input, Screen};
use crate::protocol::key::PrivateKey;
use crate::protocol::keyring::Keyring;
use crate::protocol::signature::{AppSecret, HEADER};
use crate::protocol::token::FlowToken;
use crate::session::MemoryStore;

/// The app secret of [`Phone::new`].
const APP_SECRET: &str = "the app secret of a phone's business";

/// A client of one user, which calls an endpoint in the same process.
#[derive(Clone)]
pub struct Phone {
    endpoint: Arc<Endpoint>,
    path: String,
    sealing: Arc<RequestSealer>,
    app_secret: AppSecret,
    token: String,
    /// The seconds added to the endpoint's clock by [`Phone::wait`].
    waited: Arc<AtomicU64>,
}

impl Phone {
    /// Creates a client for one flow, on an endpoint with a [`MemoryStore`], and with a key pair that all clients in
    /// the process share.
    pub fn new<App, State>(flow: Flow<App, State>) -> Self
    where
        App: Send + Sync + 'static,
        State: Default + Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        Self::with_endpoint(flow, Endpoint::strict)
    }

    /// Creates a client for one flow, on an endpoint with these settings.
    fn with_endpoint<App, State>(
        flow: Flow<App, State>,
        set_up: impl FnOnce(Endpoint) -> Endpoint,
    ) -> Self
    where
        App: Send + Sync + 'static,
        State: Default + Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        let waited = Arc::new(AtomicU64::new(0));
        let clock = Arc::clone(&waited);
        let endpoint = Endpoint::new(shared_keyring(), MemoryStore::new())
            .clock(move || epoch_seconds() + clock.load(Ordering::Relaxed))
            .serve("/", flow);
        let app_secret = AppSecret::new(APP_SECRET).expect("not empty");
        Self { waited, ..Self::around(set_up(endpoint), "/", shared_key_pair(), app_secret) }
    }

    /// Creates a client for `path` of an endpoint whose keyring contains this key pair and app secret. The endpoint is
    /// made [`strict`](Endpoint::strict), so that replies that WhatsApp would reject are errors.
    ///
    /// # Panics
    ///
    /// If the public key of `keys` was replaced with text that is not one.
    pub fn for_endpoint(
        endpoint: Endpoint,
        path: &str,
        keys: &KeyPair,
        app_secret: AppSecret,
    ) -> Self {
        Self::around(endpoint.strict(), path, keys, app_secret)
    }

    fn around(endpoint: Endpoint, path: &str, keys: &KeyPair, app_secret: AppSecret) -> Self {
        Self {
            endpoint: Arc::new(endpoint),
            path: path.into(),
            sealing: Arc::new(
                RequestSealer::new(&keys.public_pem).expect("the public key of a key pair"),
            ),
            app_secret,
            token: random_token(),
            waited: Arc::default(),
        }
    }

    /// Advances the clock of the endpoint of [`Phone::new`], for tests of what expires. Whole seconds are added; the
    /// call returns at once.
    pub fn wait(&self, time: Duration) {
        self.waited.fetch_add(time.as_secs(), Ordering::Relaxed);
    }

    /// Returns a client of another user on the same endpoint, with a new random token.
    pub fn another(&self) -> Self {
        self.with_token(random_token())
    }

    /// Returns a client on the same endpoint, with this token.
    pub fn with_token(&self, token: impl Into<String>) -> Self {
        Self { token: token.into(), ..self.clone() }
    }

    /// Returns a client on another path of the same endpoint.
    pub fn on_path(&self, path: &str) -> Self {
        Self { path: path.into(), ..self.clone() }
    }

    /// Returns the flow token of the message that the user opened.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Opens the flow: sends `INIT`.
    pub async fn init(&self) -> Response {
        self.send(&self.request("INIT", "", json!({}))).await
    }

    /// Submits a screen, or changes a component on it: sends `data_exchange`.
    pub async fn submit(&self, screen: &str, data: Value) -> Response {
        self.send(&self.request("data_exchange", screen, data)).await
    }

    /// Submits screen `S` with an input of its type: sends `data_exchange`. A screen whose `Input` is `()` sends `{}`.
    ///
    /// ```
    /// # use serde::{Deserialize, Serialize};
    /// # use whatsapp_flows::testing::Phone;
    /// # use whatsapp_flows::{Context, Flow, Input, Reaches, ReplyTo, Result, Screen, show};
    /// # #[derive(Serialize)] struct Ask;
    /// # #[derive(Serialize, Deserialize)] struct AskInput { people: u32 }
    /// # impl Screen for Ask { const ID: &'static str = "ASK"; type Input = AskInput; }
    /// # #[derive(Serialize, Deserialize)] struct Offer { price: String }
    /// # impl Screen for Offer { const ID: &'static str = "OFFER"; type Input = (); }
    /// # impl Reaches<Offer> for Ask {}
    /// # async fn ask(_: Context<()>, given: Input<Ask>) -> Result<ReplyTo<Ask>> {
    /// #     Ok(show(Offer { price: format!("£{}", given.people * 20) }))
    /// # }
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// let phone = Phone::new(Flow::<()>::new(()).on::<Ask>(ask));
    /// let response = phone.submit_to::<Ask>(&AskInput { people: 2 }).await;
    /// assert_eq!(response.shown::<Offer>().price, "£40");
    /// # });
    /// ```
    ///
    /// # Panics
    ///
    /// If the input does not serialize to JSON.
    pub async fn submit_to<S: Screen>(&self, input: &Input<S>) -> Response
    where
        Input<S>: Serialize,
    {
        let data = match serde_json::to_value(input) {
            Ok(Value::Null) => json!({}),
            Ok(data) => data,
            Err(error) => panic!("the Input of screen {} does not serialize: {error}", S::ID),
        };
        self.submit(S::ID, data).await
    }

    /// Leaves a screen that has `refresh_on_back`: sends `BACK`.
    pub async fn back(&self, screen: &str) -> Response {
        self.send(&self.request("BACK", screen, json!({}))).await
    }

    /// Sends Meta's health check.
    pub async fn ping(&self) -> Response {
        self.send(&json!({ "version": "3.0", "action": "ping" })).await
    }

    /// Sends an error notification: reports that the last reply could not be used.
    pub async fn error_notification(&self, screen: &str, key: &str, message: &str) -> Response {
        let data = json!({ "error": key, "error_message": message });
        self.send(&self.request("data_exchange", screen, data)).await
    }

    /// Returns the plaintext of a request with this client's token.
    pub fn request(&self, action: &str, screen: &str, data: Value) -> Value {
        json!({ "data": data, "flow_token": self.token, "screen": screen, "action": action, "version": "4.0" })
    }

    /// Encrypts, signs and sends any plaintext, and decrypts the reply.
    pub async fn send(&self, plaintext: &Value) -> Response {
        self.post(&self.seal(plaintext)).await
    }

    /// Encrypts a plaintext, to be sent with [`post`](Self::post) once or several times.
    pub fn seal(&self, plaintext: &Value) -> Sealed {
        self.sealing.seal(plaintext.to_string().as_bytes())
    }

    /// Signs and sends an encrypted body.
    ///
    /// # Panics
    ///
    /// If the path is not valid in a URL.
    pub async fn post(&self, sealed: &Sealed) -> Response {
        let request = Request::builder()
            .method(Method::POST)
            .uri(&self.path)
            .header("content-type", "application/json")
            .header(HEADER, self.app_secret.sign(sealed.body.as_bytes()))
            .body(Bytes::from(sealed.body.clone()))
            .expect("a valid path and signature");
        self.deliver(request, &sealed.opener).await
    }

    /// Sends a request unchanged, and decrypts the reply.
    pub async fn deliver(&self, request: Request<Bytes>, opener: &ReplyOpener) -> Response {
        let response = self.endpoint.handle(request).await;
        let status = response.status().as_u16();
        let raw = response.into_body();
        let body = opener.open(&raw).unwrap_or_default();
        Response { status, raw, body }
    }
}

fn random_token() -> String {
    FlowToken::random().as_str().to_owned()
}

/// Returns the key pair of all clients in the process, because generating one is slow.
fn shared_key_pair() -> &'static KeyPair {
    static KEYS: OnceLock<KeyPair> = OnceLock::new();
    KEYS.get_or_init(KeyPair::generate)
}

/// Returns the keyring with the shared key pair.
fn shared_keyring() -> Arc<Keyring> {
    static KEYRING: OnceLock<Arc<Keyring>> = OnceLock::new();
    let keyring = KEYRING.get_or_init(|| {
        let key = PrivateKey::from_pem("phone", &shared_key_pair().private_pem, None);
        let app_secret = AppSecret::new(APP_SECRET).expect("not empty");
        let keyring = Keyring::new(vec![key.expect("a generated key")], vec![app_secret]);
        Arc::new(keyring.expect("a key and an app secret"))
    });
    Arc::clone(keyring)
}
