//! A secret in memory: served from there, and reloaded inside the request that needs it.
//!
//! Nothing runs between requests: a Lambda process is frozen then. So a request that finds the secret
//! stale reloads it before it goes on, and a process that was frozen for days serves nothing with an app
//! secret that was revoked meanwhile.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::task::JoinHandle;
use zeroize::Zeroizing;

use super::parsing::{parse, report, unreadable};
use super::provider::{KeyringProvider, KeyringUnavailable};
use super::source::{SecretFile, SecretSource};
use super::wall_clock::{Moment, WallClock};
use crate::deadline::{Stopped, with_deadline};
use crate::future::BoxFuture;
use crate::protocol::keyring::{Keyring, SkippedKey};

/// Seconds for which a failed first read is not repeated.
const RETRY_SECONDS: u64 = 1;
/// Seconds for which neither a request that does not fit the secret nor a stale secret causes another
/// read: strangers send such requests too, and each waits for its read.
pub const MISMATCH_SECONDS: u64 = 30;
/// The age in seconds at which a request reloads the secret.
pub const STALE_SECONDS: u64 = 300;
/// Seconds for which a secret that cannot be reloaded serves: 12 hours.
pub const EXPIRED_SECONDS: u64 = 12 * 3600;

/// How long a reload's read may take: requests that could be served with the known secret wait for it.
const RELOAD: Duration = Duration::from_secs(1);
/// How long any other read may take. The request cannot be served without it.
const READ: Duration = Duration::from_millis(2500);
/// How much sooner the source's own limit ends: it says more.
const GRACE: Duration = Duration::from_millis(100);
/// How long a request waits until keys are parsed. A passphrase costs up to a second of a whole core, and
/// a small Lambda has a third of one.
const PARSE: Duration = Duration::from_secs(4);

/// Reads the secret from its source and keeps it.
pub struct CachedKeyring<S> {
    source: S,
    /// The published key of the sample events may serve.
    accepts_sample_key: bool,
    clock: WallClock,
    known: Mutex<Option<Known>>,
    /// Whoever holds the lock is loading.
    loading: tokio::sync::Mutex<Loading>,
}

#[derive(Clone)]
struct Known {
    secret: Arc<Keyring>,
    /// Of the JSON that it came from.
    digest: JsonDigest,
    /// When the last read of that JSON began.
    read: Moment,
}

/// SHA-256: bytes that have not changed are not parsed again.
type JsonDigest = [u8; 32];

#[derive(Default)]
struct Loading {
    /// When the last read began.
    tried: Option<Moment>,
    /// Keys that are being parsed on a thread of their own, for longer than their request has waited.
    parsing: Option<Parsing>,
    /// The last JSON that is not a secret, and why.
    refused: Option<(JsonDigest, String)>,
}

struct Parsing {
    task: JoinHandle<Result<(Keyring, Vec<SkippedKey>), String>>,
    digest: JsonDigest,
    read: Moment,
}

/// Why the secret is loaded.
enum Reason<'a> {
    /// None is known.
    Start,
    /// The known one is old.
    Stale,
    /// A request does not fit this one.
    Mismatch(&'a Arc<Keyring>),
}

#[derive(PartialEq, PartialOrd)]
enum Age {
    Fresh,
    Stale,
    Expired,
}

impl CachedKeyring<SecretFile> {
    /// Caches the secret of a local file, for emulators and tests. Unlike other sources it may contain the key pair of
    /// the sample events, whose private half is published.
    pub fn from_file(path: impl Into<PathBuf>) -> Self {
        Self { accepts_sample_key: true, ..Self::new(SecretFile(path.into())) }
    }
}

impl<S: SecretSource> CachedKeyring<S> {
    /// Nothing is read before the first call of [`KeyringProvider::keyring`].
    pub fn new(source: S) -> Self {
        Self {
            source,
            accepts_sample_key: false,
            clock: WallClock::default(),
            known: Mutex::new(None),
            loading: Default::default(),
        }
    }

    /// Takes the time from `clock`, in seconds since the epoch, for tests of what becomes stale.
    pub fn clock(mut self, clock: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        self.clock = WallClock::new(clock);
        self
    }
}

impl<S: SecretSource> KeyringProvider for CachedKeyring<S> {
    fn keyring(&self) -> BoxFuture<'_, Result<Arc<Keyring>, KeyringUnavailable>> {
        Box::pin(async {
            let known = self.known();
            match known.as_ref().map(|known| known.age(self.clock.now())) {
                Some(Age::Fresh) => {}
                // One request reloads it; those beside it go on with the known one.
                Some(Age::Stale) => {
                    if let Ok(mut loading) = self.loading.try_lock() {
                        self.load(&mut loading, Reason::Stale).await;
                    }
                }
                Some(Age::Expired) => {
                    self.load(&mut *self.loading.lock().await, Reason::Stale).await;
                }
                None => self.load(&mut *self.loading.lock().await, Reason::Start).await,
            }
            self.known()
                .filter(|known| known.age(self.clock.now()) < Age::Expired)
                .map(|known| known.secret)
                .ok_or(KeyringUnavailable)
        })
    }

    fn reload_if_stale<'a>(
        &'a self,
        stale: &'a Arc<Keyring>,
    ) -> BoxFuture<'a, Option<Arc<Keyring>>> {
        Box::pin(async {
            self.load(&mut *self.loading.lock().await, Reason::Mismatch(stale)).await;
            let known = self.known().map(|known| known.secret);
            known.filter(|known| !Arc::ptr_eq(known, stale))
        })
    }
}

impl<S: SecretSource> CachedKeyring<S> {
    fn known(&self) -> Option<Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the secret and parses it, as long as the reason stands and it was not tried just now.
    async fn load(&self, loading: &mut Loading, reason: Reason<'_>) {
        // Twice if the process was stopped meanwhile: what it has read is old, or its connection is gone.
        for _ in 0..2 {
            self.parsed(loading).await;
            let began = self.clock.now();
            let tried = loading.tried.map(|tried| began.since(tried));
            if loading.parsing.is_some()
                || !reason.stands(self.known().as_ref(), began)
                || tried.is_some_and(|seconds| seconds < reason.pause())
            {
                return;
            }
            // Noted before the read, so that strangers cannot cause more of them when their requests are
            // dropped half-way. A reload that is dropped with its request is left to the next one.
            if let Reason::Mismatch(_) = reason {
                loading.tried = Some(began);
            }
            let read = self.read(reason.limit()).await;
            loading.tried = Some(began);
            let stopped = || self.clock.now().since(began) >= MISMATCH_SECONDS;
            match read {
                Ok(json) => {
                    self.take(loading, json, began);
                    self.parsed(loading).await;
                }
                Err(cause) if !stopped() => unreadable(&cause),
                Err(_) => {}
            }
            if !stopped() {
                return;
            }
        }
    }

    async fn read(&self, limit: Duration) -> Result<Zeroizing<Vec<u8>>, &'static str> {
        match with_deadline(limit, self.source.read(limit - GRACE)).await {
            Ok(read) => read,
            Err(Stopped::TimedOut) => Err("it takes too long"),
            Err(Stopped::Panicked) => Err("its source panicked"),
        }
    }

    /// Keeps what is known, or begins to parse what is not.
    fn take(&self, loading: &mut Loading, json: Zeroizing<Vec<u8>>, read: Moment) {
        let digest = Sha256::digest(&*json).into();
        let known = self.known();
        match (known, &loading.refused) {
            (Some(known), _) if known.digest == digest => self.keep(Known { read, ..known }),
            (_, Some((refused, cause))) if *refused == digest => unreadable(cause),
            (known, _) => {
                let accepts_sample_key = self.accepts_sample_key;
                let known = known.map(|known| known.secret);
                let task = tokio::task::spawn_blocking(move || {
                    parse(&json, known.as_deref(), accepts_sample_key)
                });
                loading.parsing = Some(Parsing { task, digest, read });
            }
        }
    }

    /// Waits for the keys that are being parsed, if there are any.
    async fn parsed(&self, loading: &mut Loading) {
        let Some(Parsing { task, digest, read }) = &mut loading.parsing else { return };
        let Ok(parsed) = tokio::time::timeout(PARSE, task).await else {
            return unreadable(&"its private keys are still being decrypted");
        };
        let (digest, read) = (*digest, *read);
        loading.parsing = None;
        match parsed {
            Ok(Ok((secret, skipped))) => {
                report(&secret, &skipped);
                let keys = secret.key_ids();
                let changed = self.known().is_some();
                self.keep(Known { secret: Arc::new(secret), digest, read });
                if changed {
                    tracing::info!(%keys, "the secret has changed");
                }
            }
            Ok(Err(cause)) => {
                unreadable(&cause);
                loading.refused = Some((digest, cause));
            }
            Err(_) => unreadable(&"parsing it panicked"),
        }
    }

    fn keep(&self, known: Known) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
    }
}

impl Known {
    fn age(&self, now: Moment) -> Age {
        match now.since(self.read) {
            EXPIRED_SECONDS.. => Age::Expired,
            STALE_SECONDS.. => Age::Stale,
            _ if now.set_back_since(self.read) => Age::Stale,
            _ => Age::Fresh,
        }
    }
}

impl Reason<'_> {
    /// Whether what is known still has to be loaded.
    fn stands(&self, known: Option<&Known>, now: Moment) -> bool {
        known.is_none_or(|known| match self {
            Self::Start => false,
            Self::Stale => known.age(now) != Age::Fresh,
            Self::Mismatch(stale) => Arc::ptr_eq(&known.secret, stale),
        })
    }

    /// Seconds for which a read is not repeated.
    fn pause(&self) -> u64 {
        match self {
            Self::Start => RETRY_SECONDS,
            Self::Stale | Self::Mismatch(_) => MISMATCH_SECONDS,
        }
    }

    fn limit(&self) -> Duration {
        match self {
            Self::Stale => RELOAD,
            Self::Start | Self::Mismatch(_) => READ,
        }
    }
}
