//! The request path: one HTTP request in, one response out.
//!
//! handle.rs has the order of it. routes.rs finds the flow of a path; open.rs verifies, decrypts and parses;
//! token_rules.rs checks the flow token; driver.rs runs the exchange with the session and the handler; status.rs maps
//! every failure to a status; log.rs is the log line of a request.

mod driver;
mod handle;
mod hint;
mod log;
mod open;
mod routes;
mod status;
mod token_rules;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::epoch_seconds;
use crate::deadline::with_deadline;
use crate::flow::{DynFlow, Flow, ReplyCheck};
use crate::future::{BoxFuture, join_all};
use crate::keyring::{KeyringProvider, KeyringUnavailable};
use crate::protocol::keyring::Keyring;
use crate::session::SessionStore;
use routes::{Route, Routes};

pub use log::{RequestId, TARGET, current_request_id};

/// The largest body that is read, in bytes. Meta documents no limit; media travel by URL, so real bodies have a few KB.
pub const MAX_BODY_BYTES: usize = 1 << 20;

/// The time limit of a request. Meta's limit is 10 s (ERR, `timeout_error`).
pub const TIME_LIMIT: Duration = Duration::from_secs(8);

/// The time for which the start of the program waits for each keyring. The cached keyring gives up before; only a private
/// key whose passphrase takes longer is left to the first request.
const LOAD_LIMIT: Duration = Duration::from_secs(3);

/// The time that a request still has when it reaches the endpoint. An adapter that knows how long the request was on
/// its way puts this into the request's extensions. More than the endpoint's own limit has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemainingTime(pub Duration);

/// Serves any number of flows, each on its path, with one session store, and one keyring unless a flow has its own.
pub struct Endpoint {
    routes: Routes,
    keyring: Arc<dyn KeyringProvider>,
    sessions: Box<dyn SessionStore>,
    clock: Clock,
    time_limit: Duration,
    reply_check: ReplyCheck,
    /// A request was answered before.
    has_served: AtomicBool,
}

/// Returns the time in seconds since the epoch.
type Clock = Box<dyn Fn() -> u64 + Send + Sync>;

impl Endpoint {
    /// Creates an endpoint without flows.
    pub fn new(keyring: impl KeyringProvider, sessions: impl SessionStore) -> Self {
        Self {
            routes: Routes::default(),
            keyring: Arc::new(keyring),
            sessions: Box::new(sessions),
            clock: Box::new(epoch_seconds),
            time_limit: TIME_LIMIT,
            reply_check: ReplyCheck::Documented,
            has_served: AtomicBool::new(false),
        }
    }

    /// Serves `flow` on `path`, for example `/appointment`. A trailing slash makes no difference.
    ///
    /// # Panics
    ///
    /// If the path does not start with a slash, or already serves a flow.
    #[track_caller]
    pub fn serve<App, State>(self, path: &str, flow: Flow<App, State>) -> Self
    where
        App: Send + Sync + 'static,
        State: Default + Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        self.add(path, flow, None)
    }

    /// Serves `flow` on `path` with a keyring of its own: the keys and app secrets of another Meta app. A request on
    /// this path is tried with this keyring only, and no request on another path is. If it cannot be read, the other
    /// paths are served all the same. To share one keyring between paths, pass clones of an `Arc<dyn KeyringProvider>`.
    ///
    /// One Meta app has one app secret, and may use one key pair for all of its phone numbers; its flows can share a
    /// keyring. Sessions are stored under the flow token in one table, so tokens of all businesses must be random.
    ///
    /// # Panics
    ///
    /// As [`serve`](Self::serve).
    #[track_caller]
    pub fn serve_with<App, State>(
        self,
        path: &str,
        flow: Flow<App, State>,
        keyring: impl KeyringProvider,
    ) -> Self
    where
        App: Send + Sync + 'static,
        State: Default + Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        self.add(path, flow, Some(Arc::new(keyring)))
    }

    #[track_caller]
    fn add<App, State>(
        mut self,
        path: &str,
        mut flow: Flow<App, State>,
        keyring: Option<Arc<dyn KeyringProvider>>,
    ) -> Self
    where
        App: Send + Sync + 'static,
        State: Default + Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        flow.set_reply_check(self.reply_check);
        self.routes.add(path, Route { flow: Box::new(flow), keyring });
        self
    }

    /// Sets the time limit of a request, [`TIME_LIMIT`] by default.
    ///
    /// # Panics
    ///
    /// If it is over [`TIME_LIMIT`]: Meta's own limit comes soon after, and the claims of `once` handlers are made for
    /// it.
    #[track_caller]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        let most = TIME_LIMIT.as_secs();
        assert!(limit <= TIME_LIMIT, "the time limit is over {most} s; pass {most} s or less");
        self.time_limit = limit;
        self
    }

    /// For tests and development. Treats every reply that does not match the Flow JSON as a failure; otherwise a reply
    /// that breaks a rule which is only observed in clients, and not in Meta's documentation, is sent and logged. The log
    /// line has the text of a handler's error, an unknown screen and an unknown path as well, which may contain what a
    /// user typed: do not serve users with a strict endpoint.
    pub fn strict(self) -> Self {
        self.with_reply_check(ReplyCheck::Strict)
    }

    /// The paths that serve a flow, sorted.
    pub fn paths(&self) -> Vec<&str> {
        self.routes.paths()
    }

    /// Loads all keyrings, so that the first requests need not. Errors are logged by their providers, and the requests
    /// try again.
    pub async fn load_keyrings(&self) {
        self.keyrings().await;
    }

    /// The keyrings of all providers, loaded at once. The endpoint's own is the first. A provider that panics or hangs
    /// does not affect the others.
    pub(crate) async fn keyrings(&self) -> Vec<Result<Arc<Keyring>, KeyringUnavailable>> {
        let load = |provider: &Arc<dyn KeyringProvider>| -> BoxFuture<'_, _> {
            let provider = Arc::clone(provider);
            Box::pin(async move {
                let loaded = with_deadline(LOAD_LIMIT, async { provider.keyring().await }).await;
                loaded.unwrap_or(Err(KeyringUnavailable))
            })
        };
        let providers = std::iter::once(&self.keyring).chain(self.routes.own_keyrings());
        join_all(providers.map(load).collect()).await
    }

    /// Sends every reply, whether it matches the Flow JSON or not, for a client that checks it.
    #[cfg(feature = "testing")]
    pub(crate) fn unchecked(self) -> Self {
        self.with_reply_check(ReplyCheck::Off)
    }

    fn with_reply_check(mut self, check: ReplyCheck) -> Self {
        self.reply_check = check;
        self.routes.set_reply_check(check);
        self
    }

    /// The paths that serve a flow, sorted, each with the first 8 hex digits of the SHA-256 of its Flow JSON; `-` for a
    /// flow without one.
    pub fn document_digests(&self) -> Vec<(&str, &str)> {
        self.routes.document_digests()
    }

    /// Sets the clock, in seconds since the epoch, for tests of expiry.
    pub fn clock(mut self, clock: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }
}
