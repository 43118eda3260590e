//! Where the endpoint's secret comes from, and how it is kept.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::flow::BoxFuture;
use crate::protocol::key::Fingerprint;
use crate::protocol::secret::Secret;

/// How long a failed read is not repeated.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The public half of the key pair in events/secret.json. Everybody has its private half.
const EVENTS_KEY: Fingerprint = Fingerprint([
    0x0b, 0x10, 0xe4, 0x52, 0x44, 0x63, 0x4a, 0x5c, 0xdb, 0x61, 0xa9, 0xad, 0x06, 0x9c, 0x36, 0xc0,
    0x25, 0x4b, 0x8a, 0xb4, 0x53, 0xa9, 0x51, 0xce, 0xd7, 0xae, 0x4a, 0xe2, 0x0e, 0x86, 0x1d, 0x76,
]);

/// The secret could not be read. The log says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretUnreadable;

/// Gives the secret. Asked on every request, so it answers from memory whenever it can.
pub trait Secrets: Send + Sync + 'static {
    /// The secret as it is known now.
    fn secret(&self) -> BoxFuture<'_, Result<Arc<Secret>, SecretUnreadable>>;
}

/// A place that the secret's JSON is read from.
pub trait SecretSource: Send + Sync + 'static {
    /// Reads it, or says why not, in words for the log that hold nothing of it.
    fn read(&self) -> BoxFuture<'_, Result<Zeroizing<Vec<u8>>, &'static str>>;

    /// Whether the key pair of events/, which everybody has, may serve from here.
    fn takes_the_events_key(&self) -> bool;
}

/// A local file, for emulators and tests.
pub struct SecretFile(pub PathBuf);

/// Reads the secret once and keeps it. As long as it cannot be read, tries again when a request asks,
/// at most once a second.
pub struct KeptSecret<S> {
    source: S,
    secret: OnceLock<Arc<Secret>>,
    tried: Mutex<Option<Instant>>,
}

impl<S: SecretSource> KeptSecret<S> {
    /// Nothing is read before the first call of [`Secrets::secret`].
    pub fn new(source: S) -> Self {
        Self { source, secret: OnceLock::new(), tried: Mutex::new(None) }
    }

    async fn read(&self) -> Option<Arc<Secret>> {
        let json = self.source.read().await;
        let json = json.inspect_err(|cause| unreadable(cause)).ok()?;
        let secret = Secret::from_json(&json);
        let (mut secret, skipped) = secret.inspect_err(|error| unreadable(error)).ok()?;
        for key in skipped {
            tracing::warn!(skipped = %key);
        }
        if !self.source.takes_the_events_key() {
            secret.private_keys.retain(|key| key.fingerprint() != EVENTS_KEY);
            if secret.private_keys.is_empty() {
                unreadable(&"its only key is the one of events/, which everybody has");
                return None;
            }
        }
        Some(Arc::new(secret))
    }
}

impl<S: SecretSource> Secrets for KeptSecret<S> {
    fn secret(&self) -> BoxFuture<'_, Result<Arc<Secret>, SecretUnreadable>> {
        Box::pin(async {
            if let Some(secret) = self.secret.get() {
                return Ok(Arc::clone(secret));
            }
            let mut tried = self.tried.lock().await;
            if let Some(secret) = self.secret.get() {
                return Ok(Arc::clone(secret));
            }
            if tried.is_some_and(|last| last.elapsed() < RETRY_AFTER) {
                return Err(SecretUnreadable);
            }
            let secret = self.read().await;
            *tried = Some(Instant::now());
            let secret = secret.ok_or(SecretUnreadable)?;
            Ok(Arc::clone(self.secret.get_or_init(|| secret)))
        })
    }
}

/// A secret that is known: for tests and benchmarks.
impl Secrets for Arc<Secret> {
    fn secret(&self) -> BoxFuture<'_, Result<Arc<Secret>, SecretUnreadable>> {
        let secret = Arc::clone(self);
        Box::pin(async { Ok(secret) })
    }
}

/// One of several, chosen when the program starts.
impl Secrets for Box<dyn Secrets> {
    fn secret(&self) -> BoxFuture<'_, Result<Arc<Secret>, SecretUnreadable>> {
        (**self).secret()
    }
}

impl SecretSource for SecretFile {
    fn read(&self) -> BoxFuture<'_, Result<Zeroizing<Vec<u8>>, &'static str>> {
        let read = std::fs::read(&self.0).map(Zeroizing::new);
        Box::pin(async { read.map_err(|_| "the file of FLOWS_SECRET_FILE cannot be read") })
    }

    fn takes_the_events_key(&self) -> bool {
        true
    }
}

fn unreadable(cause: &dyn std::fmt::Display) {
    tracing::error!(cause = %cause, "the secret cannot be read");
}
