//! Helpers of several tests: a business, and stores that fail.

pub mod log_lines;

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::Request;
use serde_json::Value;
use tokio::sync::Barrier;
use whatsapp_flows::BoxFuture;
use whatsapp_flows::protocol::key::PrivateKey;
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::signature::{AppSecret, HEADER};
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::session::{Precondition, Session, SessionStore, StoreError, WriteOutcome};
use whatsapp_flows::testing::{KeyPair, ReplyOpener, RequestSealer, Sealed};

/// The business's app secret.
pub const APP_SECRET: &str = "the app secret of the tests";

/// A business with its keys.
pub struct Business {
    pub keys: &'static KeyPair,
    pub secret: Arc<Keyring>,
}

/// Returns the business. There is one key pair per process, because its generation is slow.
pub fn business() -> Business {
    static KEYS: OnceLock<KeyPair> = OnceLock::new();
    let keys = KEYS.get_or_init(KeyPair::generate);
    let key = PrivateKey::from_pem("tests", &keys.private_pem, None).expect("a key just made");
    let secret = Keyring::new(vec![key], vec![sign()]).expect("a key and a secret");
    Business { keys, secret: Arc::new(secret) }
}

/// The app secret that signs requests to the business.
pub fn sign() -> AppSecret {
    AppSecret::new(APP_SECRET).expect("not empty")
}

/// A store that always fails.
pub fn faulty(error: StoreError) -> impl SessionStore {
    Faulty(error)
}

struct Faulty(StoreError);

impl SessionStore for Faulty {
    fn load<'a>(&'a self, _: &'a FlowToken) -> BoxFuture<'a, Result<Option<Session>, StoreError>> {
        Box::pin(async { Err(self.0) })
    }

    fn write<'a>(
        &'a self,
        _: &'a FlowToken,
        _: &'a Session,
        _: Precondition,
        _: u64,
    ) -> BoxFuture<'a, Result<WriteOutcome, StoreError>> {
        Box::pin(async { Err(self.0) })
    }
}

/// A store that fails in one way.
pub enum Misbehaving {
    /// Every write conflicts with another one.
    Overtaken,
    /// It can be read, but not written.
    Unwritable,
    /// It panics.
    Panicking,
    /// It never answers.
    Hanging,
}

impl SessionStore for Misbehaving {
    fn load<'a>(&'a self, _: &'a FlowToken) -> BoxFuture<'a, Result<Option<Session>, StoreError>> {
        assert!(!matches!(self, Self::Panicking), "a store that panics");
        Box::pin(async {
            match self {
                Self::Hanging => std::future::pending().await,
                _ => Ok(None),
            }
        })
    }

    fn write<'a>(
        &'a self,
        _: &'a FlowToken,
        _: &'a Session,
        _: Precondition,
        _: u64,
    ) -> BoxFuture<'a, Result<WriteOutcome, StoreError>> {
        Box::pin(async {
            match self {
                Self::Overtaken => Ok(WriteOutcome::Conflict(None)),
                Self::Unwritable | Self::Panicking | Self::Hanging => Err(StoreError("down")),
            }
        })
    }
}

/// A store whose first readers wait for each other, so that all of them read the same state.
pub struct Rendezvous<S> {
    store: S,
    barrier: Barrier,
    left: std::sync::atomic::AtomicUsize,
}

impl<S> Rendezvous<S> {
    pub fn new(store: S, readers: usize) -> Self {
        Self { store, barrier: Barrier::new(readers), left: readers.into() }
    }
}

impl<S: SessionStore> SessionStore for Rendezvous<S> {
    fn load<'a>(
        &'a self,
        token: &'a FlowToken,
    ) -> BoxFuture<'a, Result<Option<Session>, StoreError>> {
        Box::pin(async {
            let loaded = self.store.load(token).await;
            let claim = |left: usize| left.checked_sub(1);
            let relaxed = std::sync::atomic::Ordering::Relaxed;
            if self.left.try_update(relaxed, relaxed, claim).is_ok() {
                self.barrier.wait().await;
            }
            loaded
        })
    }

    fn write<'a>(
        &'a self,
        token: &'a FlowToken,
        next: &'a Session,
        base: Precondition,
        now: u64,
    ) -> BoxFuture<'a, Result<WriteOutcome, StoreError>> {
        self.store.write(token, next, base, now)
    }
}

/// A request to `/` of the business's endpoint, encrypted and signed, and what opens the reply.
pub fn post(plaintext: &Value) -> (Request<Bytes>, ReplyOpener) {
    let sealer = RequestSealer::new(&business().keys.public_pem).expect("a public key just made");
    let Sealed { body, opener } = sealer.seal(plaintext.to_string().as_bytes());
    let signature = sign().sign(body.as_bytes());
    let request = Request::post("/").header(HEADER, signature).body(Bytes::from(body));
    (request.expect("a signature is a header"), opener)
}

/// Returns random bytes.
pub fn bytes(random: &mut fastrand::Rng, count: usize) -> Vec<u8> {
    std::iter::repeat_with(|| random.u8(..)).take(count).collect()
}
