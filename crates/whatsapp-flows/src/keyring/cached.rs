//! The cache of the keyring, which is reloaded inside the request that needs it.
//!
//! Nothing runs between requests, because Lambda freezes the process. A request that finds the keyring stale
//! therefore reloads it first, so a process that was frozen for days never accepts an app secret that was revoked
//! in the meantime.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::task::JoinHandle;
use zeroize::Zeroizing;

use super::parsing::{log_failure, log_problems, parse};
use super::provider::{KeyringProvider, KeyringUnavailable};
use super::source::{SecretFile, SecretSource};
use super::wall_clock::{Moment, WallClock};
use crate::deadline::{Stopped, with_deadline};
use crate::future::BoxFuture;
use crate::protocol::keyring::{Keyring, SkippedKey};

/// Seconds after a failed first read in which it is not retried.
const RETRY_SECONDS: u64 = 1;
/// Seconds after a read in which neither a stale keyring nor a request that does not match the keyring causes another
/// one. Anybody can send such requests, and each of them waits for its read.
pub const MISMATCH_SECONDS: u64 = 30;
/// The age in seconds at which the keyring is stale and a request reloads it.
pub const STALE_SECONDS: u64 = 300;
/// The age in seconds up to which a keyring that cannot be reloaded is used: 12 hours.
pub const EXPIRED_SECONDS: u64 = 12 * 3600;

/// The time limit of a read that reloads a stale keyring. The request that waits for it could be served with the cached
/// keyring.
const RELOAD_TIMEOUT: Duration = Duration::from_secs(1);
/// The time limit of any other read. The request cannot be served without it.
const READ_TIMEOUT: Duration = Duration::from_millis(2500);
/// The time by which the source's own limit is shorter, because its error is more precise.
const SOURCE_MARGIN: Duration = Duration::from_millis(100);
/// The time for which a request waits for private keys to be parsed. A passphrase takes up to a second on a whole core,
/// and a small Lambda function has a third of one.
const PARSE_TIMEOUT: Duration = Duration::from_secs(4);

/// A keyring that is read from a [`SecretSource`], cached, and reloaded when it is stale.
pub struct CachedKeyring<S> {
    source: S,
    /// Accepts the published private key of the sample events.
    accepts_sample_key: bool,
    clock: WallClock,
    entry: Mutex<Option<CacheEntry>>,
    /// Locked while the secret is loaded.
    load_state: tokio::sync::Mutex<LoadState>,
}

/// A parsed keyring.
#[derive(Clone)]
struct CacheEntry {
    keyring: Arc<Keyring>,
    /// The digest of its JSON.
    digest: JsonDigest,
    /// The start of the last read that returned this JSON.
    read: Moment,
}

/// The SHA-256 of a secret's JSON, which is not parsed again while it is unchanged.
type JsonDigest = [u8; 32];

/// The state of loading the secret.
#[derive(Default)]
struct LoadState {
    /// The start of the last read.
    last_read: Option<Moment>,
    /// A parse that takes longer than its request waited.
    parse_task: Option<ParseTask>,
    /// The last JSON that could not be parsed, and the reason.
    rejected: Option<(JsonDigest, String)>,
}

/// Private keys that are being parsed on a blocking thread.
struct ParseTask {
    task: JoinHandle<Result<(Keyring, Vec<SkippedKey>), String>>,
    digest: JsonDigest,
    read: Moment,
}

/// The reason for loading the secret.
enum LoadReason<'a> {
    /// The cache is empty.
    Start,
    /// The cached keyring is stale.
    Stale,
    /// A request does not match this keyring.
    Mismatch(&'a Arc<Keyring>),
}

/// The age of the cached keyring.
#[derive(PartialEq, PartialOrd)]
enum Age {
    Fresh,
    Stale,
    Expired,
}

impl CachedKeyring<SecretFile> {
    /// Creates a cache in front of a local file, for emulators and tests. Unlike other sources, the file may contain
    /// the key pair of the sample events, whose private key is public.
    pub fn from_file(path: impl Into<PathBuf>) -> Self {
        Self { accepts_sample_key: true, ..Self::new(SecretFile(path.into())) }
    }
}

impl<S: SecretSource> CachedKeyring<S> {
    /// Creates an empty cache. The first call of [`KeyringProvider::keyring`] reads the secret.
    pub fn new(source: S) -> Self {
        Self {
            source,
            accepts_sample_key: false,
            clock: WallClock::default(),
            entry: Mutex::new(None),
            load_state: Default::default(),
        }
    }

    /// Sets the wall clock, in seconds since the Unix epoch, for tests of staleness. The default is the system's clock.
    pub fn clock(mut self, clock: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        self.clock = WallClock::new(clock);
        self
    }
}

impl<S: SecretSource> KeyringProvider for CachedKeyring<S> {
    fn keyring(&self) -> BoxFuture<'_, Result<Arc<Keyring>, KeyringUnavailable>> {
        Box::pin(async {
            let entry = self.entry();
            match entry.as_ref().map(|entry| entry.age(self.clock.now())) {
                Some(Age::Fresh) => {}
                // One request reloads it; concurrent requests use the cached keyring.
                Some(Age::Stale) => {
                    if let Ok(mut load_state) = self.load_state.try_lock() {
                        self.load(&mut load_state, LoadReason::Stale).await;
                    }
                }
                Some(Age::Expired) => {
                    self.load(&mut *self.load_state.lock().await, LoadReason::Stale).await;
                }
                None => self.load(&mut *self.load_state.lock().await, LoadReason::Start).await,
            }
            self.entry()
                .filter(|entry| entry.age(self.clock.now()) < Age::Expired)
                .map(|entry| entry.keyring)
                .ok_or(KeyringUnavailable)
        })
    }

    fn reload_if_stale<'a>(
        &'a self,
        stale: &'a Arc<Keyring>,
    ) -> BoxFuture<'a, Option<Arc<Keyring>>> {
        Box::pin(async {
            self.load(&mut *self.load_state.lock().await, LoadReason::Mismatch(stale)).await;
            let keyring = self.entry().map(|entry| entry.keyring);
            keyring.filter(|keyring| !Arc::ptr_eq(keyring, stale))
        })
    }
}

impl<S: SecretSource> CachedKeyring<S> {
    fn entry(&self) -> Option<CacheEntry> {
        self.entry.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads and parses the secret, unless the reason no longer applies or the last read was too recent.
    async fn load(&self, load_state: &mut LoadState, reason: LoadReason<'_>) {
        // Repeated if the process was frozen during the read: its result is old, or its connection is gone.
        for _ in 0..2 {
            self.finish_parsing(load_state).await;
            let began = self.clock.now();
            let last_read = load_state.last_read.map(|last_read| began.since(last_read));
            if load_state.parse_task.is_some()
                || !reason.applies(self.entry().as_ref(), began)
                || last_read.is_some_and(|seconds| seconds < reason.retry_seconds())
            {
                return;
            }
            // Recorded before the read, so that requests of strangers that are dropped during it cannot cause more
            // reads. If a reload of a stale keyring is dropped with its request, the next request repeats it.
            if let LoadReason::Mismatch(_) = reason {
                load_state.last_read = Some(began);
            }
            let read = self.read(reason.read_timeout()).await;
            load_state.last_read = Some(began);
            let frozen = || self.clock.now().since(began) >= MISMATCH_SECONDS;
            match read {
                Ok(json) => {
                    self.process_json(load_state, json, began);
                    self.finish_parsing(load_state).await;
                }
                Err(cause) if !frozen() => log_failure(&cause),
                Err(_) => {}
            }
            if !frozen() {
                return;
            }
        }
    }

    /// Reads the secret from its source within the limit.
    async fn read(&self, limit: Duration) -> Result<Zeroizing<Vec<u8>>, &'static str> {
        match with_deadline(limit, self.source.read(limit - SOURCE_MARGIN)).await {
            Ok(read) => read,
            Err(Stopped::TimedOut) => Err("the read timed out"),
            Err(Stopped::Panicked) => Err("the source panicked"),
        }
    }

    /// Renews the cached keyring if the JSON is unchanged, and otherwise starts parsing it.
    fn process_json(&self, load_state: &mut LoadState, json: Zeroizing<Vec<u8>>, read: Moment) {
        let digest = Sha256::digest(&*json).into();
        let entry = self.entry();
        match (entry, &load_state.rejected) {
            (Some(entry), _) if entry.digest == digest => {
                self.replace(CacheEntry { read, ..entry })
            }
            (_, Some((rejected, cause))) if *rejected == digest => log_failure(cause),
            (entry, _) => {
                let accepts_sample_key = self.accepts_sample_key;
                let cached = entry.map(|entry| entry.keyring);
                let task = tokio::task::spawn_blocking(move || {
                    parse(&json, cached.as_deref(), accepts_sample_key)
                });
                load_state.parse_task = Some(ParseTask { task, digest, read });
            }
        }
    }

    /// Waits for the running parse, if there is one, and stores its result.
    async fn finish_parsing(&self, load_state: &mut LoadState) {
        let Some(ParseTask { task, digest, read }) = &mut load_state.parse_task else { return };
        let Ok(parsed) = tokio::time::timeout(PARSE_TIMEOUT, task).await else {
            return log_failure(&"the private keys are still being decrypted");
        };
        let (digest, read) = (*digest, *read);
        load_state.parse_task = None;
        match parsed {
            Ok(Ok((keyring, skipped))) => {
                log_problems(&keyring, &skipped);
                let keys = keyring.key_ids();
                let changed = self.entry().is_some();
                self.replace(CacheEntry { keyring: Arc::new(keyring), digest, read });
                if changed {
                    tracing::info!(%keys, "the secret has changed");
                }
            }
            Ok(Err(cause)) => {
                log_failure(&cause);
                load_state.rejected = Some((digest, cause));
            }
            Err(_) => log_failure(&"parsing the secret panicked"),
        }
    }

    fn replace(&self, entry: CacheEntry) {
        *self.entry.lock().unwrap_or_else(PoisonError::into_inner) = Some(entry);
    }
}

impl CacheEntry {
    fn age(&self, now: Moment) -> Age {
        match now.since(self.read) {
            EXPIRED_SECONDS.. => Age::Expired,
            STALE_SECONDS.. => Age::Stale,
            _ if now.set_back_since(self.read) => Age::Stale,
            _ => Age::Fresh,
        }
    }
}

impl LoadReason<'_> {
    /// Reports whether the secret still has to be loaded.
    fn applies(&self, entry: Option<&CacheEntry>, now: Moment) -> bool {
        entry.is_none_or(|entry| match self {
            Self::Start => false,
            Self::Stale => entry.age(now) != Age::Fresh,
            Self::Mismatch(stale) => Arc::ptr_eq(&entry.keyring, stale),
        })
    }

    /// Returns the seconds after a read in which it is not repeated.
    fn retry_seconds(&self) -> u64 {
        match self {
            Self::Start => RETRY_SECONDS,
            Self::Stale | Self::Mismatch(_) => MISMATCH_SECONDS,
        }
    }

    /// Returns the time limit of the read.
    fn read_timeout(&self) -> Duration {
        match self {
            Self::Stale => RELOAD_TIMEOUT,
            Self::Start | Self::Mismatch(_) => READ_TIMEOUT,
        }
    }
}
