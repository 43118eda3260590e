//! Where the endpoint's secret comes from, how it is kept, and when it is read again.
//!
//! Keys and app secrets change while requests come. So the secret is read again when a request does not
//! fit it, at most once in 30 seconds, and beside a request when it is five minutes old. While it
//! cannot be read, the one that is known serves on. Nothing runs between requests: a Lambda is frozen
//! then.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::sync::Mutex;
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::flow::BoxFuture;
use crate::protocol::key::Fingerprint;
use crate::protocol::secret::Secret;
use crate::within::within;

/// How long a failed first read is not repeated.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// How long requests that do not fit cannot make another read: strangers send such requests too.
pub const MISMATCH_AFTER: Duration = Duration::from_secs(30);
/// The age at which a request has the secret read again beside it.
pub const REFRESH_AFTER: Duration = Duration::from_secs(300);

/// How long a read beside a request may take. Requests that do not fit the secret wait for it.
const LONGEST_READ: Duration = Duration::from_secs(5);

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

    /// Another secret than `stale`, to which a request did not fit, if there is one.
    fn fresher<'a>(&'a self, stale: &'a Arc<Secret>) -> BoxFuture<'a, Option<Arc<Secret>>>;
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

/// Reads the secret from its source and keeps it.
pub struct KeptSecret<S>(Arc<Kept<S>>);

struct Kept<S> {
    source: S,
    /// The secret, and when it was read.
    known: RwLock<Option<(Arc<Secret>, Instant)>>,
    /// SHA-256 of the JSON that it came from: a key under a passphrase takes a while to read.
    digest: std::sync::Mutex<[u8; 32]>,
    /// When it was last tried to read it. Whoever holds the lock is reading.
    tried: Mutex<Option<Instant>>,
    /// Somebody is reading beside a request.
    refreshing: AtomicBool,
}

impl<S: SecretSource> KeptSecret<S> {
    /// Nothing is read before the first call of [`Secrets::secret`].
    pub fn new(source: S) -> Self {
        Self(Arc::new(Kept {
            source,
            known: RwLock::new(None),
            digest: Default::default(),
            tried: Mutex::new(None),
            refreshing: AtomicBool::new(false),
        }))
    }
}

impl<S: SecretSource> Secrets for KeptSecret<S> {
    fn secret(&self) -> BoxFuture<'_, Result<Arc<Secret>, SecretUnreadable>> {
        Box::pin(async {
            match self.0.known() {
                Some((secret, read)) => {
                    if read.elapsed() >= REFRESH_AFTER {
                        Kept::refresh_beside(&self.0);
                    }
                    Ok(secret)
                }
                None => self.0.read_unless_tried(RETRY_AFTER, None).await.ok_or(SecretUnreadable),
            }
        })
    }

    fn fresher<'a>(&'a self, stale: &'a Arc<Secret>) -> BoxFuture<'a, Option<Arc<Secret>>> {
        Box::pin(self.0.read_unless_tried(MISMATCH_AFTER, Some(stale)))
    }
}

impl<S: SecretSource> Kept<S> {
    fn known(&self) -> Option<(Arc<Secret>, Instant)> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A secret other than `stale`: the known one, or else the one that is read now, unless it was tried
    /// less than `pause` ago.
    async fn read_unless_tried(
        &self,
        pause: Duration,
        stale: Option<&Arc<Secret>>,
    ) -> Option<Arc<Secret>> {
        let mut tried = self.tried.lock().await;
        let known = self.known().map(|(secret, _)| secret);
        if known.as_ref().is_some_and(|known| !stale.is_some_and(|stale| Arc::ptr_eq(known, stale)))
        {
            return known;
        }
        if tried.is_some_and(|last| last.elapsed() < pause) {
            return None;
        }
        // Noted before the read: one that is dropped half-way, at its request's time limit, counts.
        *tried = Some(Instant::now());
        let read = self.read().await;
        read.filter(|read| !stale.is_some_and(|stale| Arc::ptr_eq(read, stale)))
    }

    /// Reads beside the request that came by; it goes on with the next one if this process is frozen.
    fn refresh_beside(kept: &Arc<Self>) {
        if kept.refreshing.swap(true, Ordering::Relaxed) {
            return;
        }
        let kept = Arc::clone(kept);
        tokio::spawn(async move {
            let mut tried = kept.tried.lock().await;
            if !tried.is_some_and(|last| last.elapsed() < MISMATCH_AFTER) {
                *tried = Some(Instant::now());
                // Whatever the source does, the next request may try again.
                let _ = within(LONGEST_READ, kept.read()).await;
            }
            drop(tried);
            kept.refreshing.store(false, Ordering::Relaxed);
        });
    }

    async fn read(&self) -> Option<Arc<Secret>> {
        let json = self.source.read().await;
        let json = json.inspect_err(|cause| unreadable(cause)).ok()?;
        let digest = Sha256::digest(&*json).into();
        let unchanged = *self.digest.lock().unwrap_or_else(PoisonError::into_inner) == digest;
        if let (true, Some((secret, _))) = (unchanged, self.known()) {
            self.keep(Arc::clone(&secret));
            return Some(secret);
        }
        let secret = Secret::from_json(&json);
        let (mut secret, skipped) = secret.inspect_err(|error| unreadable(error)).ok()?;
        for key in skipped {
            tracing::warn!(skipped = %key, "a private key cannot be read");
        }
        if !self.source.takes_the_events_key() {
            secret.private_keys.retain(|key| key.fingerprint() != EVENTS_KEY);
            if secret.private_keys.is_empty() {
                unreadable(&"its only key is the one of events/, which everybody has");
                return None;
            }
        }
        let secret = Arc::new(secret);
        *self.digest.lock().unwrap_or_else(PoisonError::into_inner) = digest;
        if self.keep(Arc::clone(&secret)) {
            tracing::info!(keys = %secret.key_ids(), "the secret has changed");
        }
        Some(secret)
    }

    /// Keeps it as read now, and says whether there was one before.
    fn keep(&self, secret: Arc<Secret>) -> bool {
        let known = Some((secret, Instant::now()));
        let mut place = self.known.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *place, known).is_some()
    }
}

/// A secret that is known: for tests and benchmarks.
impl Secrets for Arc<Secret> {
    fn secret(&self) -> BoxFuture<'_, Result<Arc<Secret>, SecretUnreadable>> {
        let secret = Arc::clone(self);
        Box::pin(async { Ok(secret) })
    }

    fn fresher<'a>(&'a self, _: &'a Arc<Secret>) -> BoxFuture<'a, Option<Arc<Secret>>> {
        Box::pin(async { None })
    }
}

/// One of several, chosen when the program starts.
impl Secrets for Box<dyn Secrets> {
    fn secret(&self) -> BoxFuture<'_, Result<Arc<Secret>, SecretUnreadable>> {
        (**self).secret()
    }

    fn fresher<'a>(&'a self, stale: &'a Arc<Secret>) -> BoxFuture<'a, Option<Arc<Secret>>> {
        (**self).fresher(stale)
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
