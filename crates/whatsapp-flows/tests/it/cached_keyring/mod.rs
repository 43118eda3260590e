//! The lifetime of a cached keyring and its reloads, with a wall clock that the test sets.

mod mismatch;
mod parsing;
mod stale;

use crate::support::log_lines::LogLines;
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;
use whatsapp_flows::BoxFuture;
use whatsapp_flows::keyring::{CachedKeyring, KeyringProvider, KeyringUnavailable, SecretSource};
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::signature::HEADER;
use whatsapp_flows::testing::{KeyPair, RequestSealer};
use whatsapp_flows::{Endpoint, Flow, MemoryStore};
use zeroize::Zeroizing;

/// The log target of the keyring.
const TARGET: &str = "whatsapp_flows::keyring";

/// A source that counts its reads, delays them, and whose secret can be changed or removed.
#[derive(Clone)]
struct Source(Arc<Shared>);

struct Shared {
    json: Mutex<Option<String>>,
    reads: AtomicUsize,
    delay: Mutex<Duration>,
    /// The wall clock, in seconds since the epoch.
    clock: AtomicU64,
    /// The seconds for which the next read is frozen: only the wall clock advances.
    freeze: AtomicU64,
}

const START: u64 = 1_795_492_771;

/// The delay of a slow Secrets Manager.
const SLOW: Duration = Duration::from_millis(500);

impl Source {
    fn new(json: &Value) -> Self {
        Self(Arc::new(Shared {
            json: Mutex::new(Some(json.to_string())),
            reads: AtomicUsize::new(0),
            delay: Mutex::new(SLOW),
            clock: AtomicU64::new(START),
            freeze: AtomicU64::new(0),
        }))
    }

    /// A cached keyring from this source, with its clock.
    fn cached(&self) -> CachedKeyring<Self> {
        let shared = Arc::clone(&self.0);
        CachedKeyring::new(self.clone()).clock(move || shared.clock.load(Ordering::Relaxed))
    }

    fn set(&self, json: Option<&Value>) {
        *self.0.json.lock().unwrap() = json.map(Value::to_string);
    }

    fn set_delay(&self, time: Duration) {
        *self.0.delay.lock().unwrap() = time;
    }

    fn reads(&self) -> usize {
        self.0.reads.load(Ordering::Relaxed)
    }

    /// Sets the wall clock, in seconds after the start.
    fn set_time(&self, seconds: u64) {
        self.0.clock.store(START + seconds, Ordering::Relaxed);
    }
}

impl SecretSource for Source {
    fn read(&self, _: Duration) -> BoxFuture<'_, Result<Zeroizing<Vec<u8>>, &'static str>> {
        self.0.reads.fetch_add(1, Ordering::Relaxed);
        let delay = *self.0.delay.lock().unwrap();
        Box::pin(async move {
            tokio::time::sleep(delay).await;
            let frozen = self.0.freeze.swap(0, Ordering::Relaxed);
            if frozen > 0 {
                self.0.clock.fetch_add(frozen, Ordering::Relaxed);
                return Err("MARK the connection was closed");
            }
            let json = self.0.json.lock().unwrap().clone();
            Ok(Zeroizing::new(json.ok_or("not found")?.into_bytes()))
        })
    }
}

fn secret(key: &KeyPair, app_secrets: &[&str]) -> Value {
    // 32 hexadecimal digits, as Meta's have.
    let digits = |name: &str| name.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    let app_secrets: Vec<_> =
        app_secrets.iter().map(|name| format!("{:0<32}", digits(name))).collect();
    json!({ "private_keys": [{ "id": "k", "pem": *key.private_pem }], "app_secrets": app_secrets })
}

/// The number of app secrets, which identifies the version of the secret.
async fn app_secret_count(cached: &impl KeyringProvider) -> Result<usize, KeyringUnavailable> {
    cached.keyring().await.map(|secret| secret.app_secrets().len())
}
