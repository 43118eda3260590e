//! A Lambda program with a handler that panics on request.
//!
//! `make test` builds it with the command and profile of the endpoint. `tests/it/release.rs` then proves that a panic
//! ends one request and not the process.

use std::env;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use whatsapp_flows::aws::{lambda, log};
use whatsapp_flows::keyring::CachedKeyring;
use whatsapp_flows::{
    Context, Endpoint, Flow, Init, Input, MemoryStore, Reaches, ReplyTo, Result, Screen, show,
};

/// The only screen. It shows how often this process has shown it.
#[derive(Serialize)]
struct Start {
    shown: u64,
}

#[derive(Deserialize)]
struct StartInput {
    panics: bool,
}

impl Screen for Start {
    const ID: &'static str = "START";
    type Input = StartInput;
}

impl Reaches<Start> for Init {}

/// Counts the screens that this process has shown.
#[derive(Default)]
struct Counter(AtomicU64);

impl Counter {
    fn next(&self) -> Start {
        Start { shown: self.0.fetch_add(1, Ordering::Relaxed) + 1 }
    }
}

async fn init(cx: Context<Counter>) -> Result<ReplyTo<Init>> {
    Ok(show(cx.app().next()))
}

async fn start(cx: Context<Counter>, given: Input<Start>) -> Result<ReplyTo<Start>> {
    assert!(!given.panics, "MARK: the message of a panic is not logged");
    Ok(show(cx.app().next()))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error + Send + Sync>> {
    log::start(&[env!("CARGO_CRATE_NAME")]);
    let secret = env::var("FLOWS_SECRET_FILE")?;
    let flow = Flow::new(Counter::default()).on_init(init).on::<Start>(start);
    let secret = CachedKeyring::from_file(secret);
    lambda::run(Endpoint::new(secret, MemoryStore::new()).serve("/panicking", flow)).await
}
