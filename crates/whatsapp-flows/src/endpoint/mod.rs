//! The request path: one HTTP request in, one response out.
//!
//! [`Endpoint::handle`] is the order of it. routes.rs finds the flow of a path; open.rs verifies, decrypts and parses;
//! token_rules.rs checks the flow token; driver.rs runs the exchange with the session and the handler; status.rs maps
//! every failure to a status; log.rs is the log line of a request.

mod driver;
mod hint;
mod log;
mod open;
mod routes;
mod status;
mod token_rules;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use crate::clock::epoch_seconds;
use crate::deadline::with_deadline;
use crate::flow::{DynFlow, Flow, ReplyCheck};
use crate::future::{BoxFuture, join_all};
use crate::keyring::{KeyringProvider, KeyringUnavailable};
use crate::protocol::keyring::Keyring;
use crate::protocol::request::{Action, ErrorKey, Message};
use crate::protocol::response;
use crate::session::{Failure, Limits, SessionStore, StoredReplyKeys, conversation};
use driver::{Delivery, timed};
use log::{RequestLog, under_request_id};
use open::{Opened, open};
use routes::{Route, Routes};
use status::{Refusal, respond};

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

/// A request that was opened, and the flow on its path.
struct Accepted<'a> {
    path: &'a Arc<str>,
    flow: &'a dyn DynFlow,
    keyring: Arc<Keyring>,
    opened: Opened,
}

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

    /// Answers a request. It never fails and never panics, and writes one log line.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let id = request.extensions().get().map(|RequestId(id)| Arc::from(&**id));
        under_request_id(id.clone(), self.handle_request(request, id)).await
    }

    async fn handle_request(
        &self,
        request: Request<Bytes>,
        id: Option<Arc<str>>,
    ) -> Response<Bytes> {
        let started = Instant::now();
        let remaining = request.extensions().get().map(|RemainingTime(remaining)| *remaining);
        let time = remaining.map_or(self.time_limit, |remaining| remaining.min(self.time_limit));
        let is_strict = self.reply_check == ReplyCheck::Strict;
        let mut log = RequestLog::new(id.clone(), is_strict);
        log.cold_start = (!self.has_served.swap(true, Ordering::Relaxed)).then_some(true);
        let accepted = with_deadline(time, self.accept(&request, &mut log)).await;
        let response = match accepted.unwrap_or_else(|stopped| Err(stopped.into())) {
            Err(refusal) => {
                log.refused(refusal, request.uri().path());
                log.hint = hint::of(refusal, &request, || self.paths());
                refusal.response()
            }
            Ok(accepted) => {
                let left = time.saturating_sub(started.elapsed());
                let answer =
                    self.answer(&accepted, id.as_ref(), started, Limits::of(time), &mut log);
                let answer = with_deadline(left, answer).await;
                let reply = answer.unwrap_or_else(|stopped| Err(stopped.into()));
                if let Err(failure) = &reply {
                    log.failed(failure);
                }
                respond(reply, accepted.opened.decrypted.reply_key)
            }
        };
        log.emit(response.status().as_u16(), started.elapsed());
        response
    }

    /// The part before the request's key is known: path, method, size, form of the signature, keyring, signature,
    /// decryption.
    async fn accept(
        &self,
        request: &Request<Bytes>,
        log: &mut RequestLog,
    ) -> Result<Accepted<'_>, Refusal> {
        let Some((path, Route { flow, keyring: own })) = self.routes.find(request.uri().path())
        else {
            log.signed = self.is_signed(request).await.then_some(true);
            return Err(Refusal::UnknownPath);
        };
        let provider = own.as_ref().unwrap_or(&self.keyring);
        log.path = Some(Arc::clone(path));
        if request.method() != Method::POST {
            return Err(Refusal::NotPost);
        }
        if request.body().len() > MAX_BODY_BYTES {
            return Err(Refusal::BodyTooLarge);
        }
        // Before the keyring, so that a scanner's request without a signature does not read the secret.
        let signature = open::signature(request).map_err(Refusal::Signature)?;
        let keyring = timed(&mut log.parts.secret, provider.keyring()).await;
        let mut keyring = keyring.map_err(|_| Refusal::KeyringUnavailable)?;
        let mut opened = open(request, signature, &keyring);
        // The business may have rotated its keys or app secrets since they were read.
        if opened.as_ref().is_err_and(|error| error.depends_on_keyring)
            && let Some(reloaded) =
                timed(&mut log.parts.secret, provider.reload_if_stale(&keyring)).await
        {
            opened = open(request, signature, &reloaded);
            keyring = reloaded;
        }
        let opened = opened.map_err(|error| error.refusal)?;
        log.app_secret = Some(opened.signed_by as u64);
        let key = keyring.private_keys().get(opened.decrypted.opened_by);
        log.key = key.map(|key| Arc::clone(key.id()));
        Ok(Accepted { path, flow: &**flow, keyring, opened })
    }

    /// Reports whether one of our app secrets has signed a request on an unknown path: then the path is mistyped at
    /// Meta, and the request does not come from a stranger.
    async fn is_signed(&self, request: &Request<Bytes>) -> bool {
        if request.method() != Method::POST || request.body().len() > MAX_BODY_BYTES {
            return false;
        }
        let Ok(signature) = open::signature(request) else { return false };
        let keyrings = self.keyrings().await;
        keyrings
            .iter()
            .flatten()
            .any(|keyring| signature.verify(request.body(), keyring.app_secrets()).is_ok())
    }

    /// The plaintext of the reply.
    async fn answer(
        &self,
        accepted: &Accepted<'_>,
        request_id: Option<&Arc<str>>,
        started: Instant,
        limits: Limits,
        log: &mut RequestLog,
    ) -> Result<Vec<u8>, Failure> {
        let Accepted { path, flow, keyring, opened } = accepted;
        let request = match &opened.message {
            Message::Unknown => return Err(Failure::UnknownAction),
            Message::Ping => {
                log.action = Some("ping");
                return Ok(response::active());
            }
            Message::ErrorNotification(key, token) => {
                log.error_notification(*key);
                let app_secret = &keyring.app_secrets()[opened.signed_by];
                let token = token.as_ref().filter(|token| token.is_session_id());
                log.conversation = token.map(|token| conversation(app_secret, token));
                return Ok(response::acknowledged());
            }
            Message::Request(request) => request,
        };
        log.action(request, flow.known_screen(&request.screen));
        let is_error_notification = request.may_be_error_notification()
            && (request.action != Action::DataExchange || !flow.handles(request));
        if is_error_notification {
            log.error_notification(ErrorKey::UNLISTED);
        }
        let checked = token_rules::parse(request, *flow).and_then(|token| {
            log.token = token_rules::peculiarity(&token);
            let fault = token_rules::check(request, &token, *flow, keyring)?;
            Ok((token, fault))
        });
        let (token, token_fault) = match checked {
            Err(_) if is_error_notification => return Ok(response::acknowledged()),
            checked => checked?,
        };
        let reply_keys = StoredReplyKeys::new(keyring.app_secrets(), opened.signed_by, &token);
        log.conversation = token.is_session_id().then(|| reply_keys.conversation());
        let delivery = Delivery {
            path,
            flow: *flow,
            one_of_several: self.routes.len() > 1,
            request,
            body: opened.decrypted.reply_key.body_digest(),
            token: &token,
            token_fault,
            is_error_notification,
            reply_keys,
            request_id,
            started,
            limits,
        };
        match token.is_session_id() {
            true => driver::run(&delivery, &*self.sessions, &*self.clock, log).await,
            false => driver::run_without_session(&delivery, log).await,
        }
    }
}
