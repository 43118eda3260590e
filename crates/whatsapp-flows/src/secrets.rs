//! Where the endpoint's secret comes from, how it is kept, and when it is read again.
//!
//! Keys and app secrets change while requests come. So the secret is read again inside a request that
//! finds it five minutes old, and inside one that does not fit it, at most once in 30 seconds. While it
//! cannot be read, the known one serves, for 12 hours.

mod kept;
mod parsing;
mod wall_clock;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::flow::BoxFuture;
use crate::protocol::key::Fingerprint;
use crate::protocol::secret::Secret;

pub use kept::{EXPIRED_SECONDS, KeptSecret, MISMATCH_SECONDS, STALE_SECONDS};

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
    /// Reads it within `limit`, or says why not, in words for the log that hold nothing of it.
    fn read(&self, limit: Duration) -> BoxFuture<'_, Result<Zeroizing<Vec<u8>>, &'static str>>;

    /// Whether the key pair of events/, which everybody has, may serve from here.
    fn takes_the_events_key(&self) -> bool;
}

/// A local file, for emulators and tests.
pub struct SecretFile(pub PathBuf);

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
    fn read(&self, _: Duration) -> BoxFuture<'_, Result<Zeroizing<Vec<u8>>, &'static str>> {
        let read = std::fs::read(&self.0).map(Zeroizing::new);
        Box::pin(async { read.map_err(|_| "the file of FLOWS_SECRET_FILE cannot be read") })
    }

    fn takes_the_events_key(&self) -> bool {
        true
    }
}
