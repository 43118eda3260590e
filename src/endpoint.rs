//! The front door: one HTTP request in, one response out, whatever happens in between.
//!
//! This is the only file that knows the order: verify, open, parse, recall, route, agree, remember,
//! seal.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{Method, Request, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use crate::admitted::Admitted;
use crate::engine::{Arrival, At, End, Exchange, Step};
use crate::flow::{Answered, BodyDigest, Flow, Owner, Serve, Sessions};
use crate::log_line::{LogLine, RequestId};
use crate::protocol::reply_key::ReplyKey;
use crate::protocol::request::{self, Message};
use crate::protocol::token::FlowToken;
use crate::protocol::{response, submission};
use crate::secrets::Secrets;
use crate::status::{Failure, Refusal, sealed};
use crate::unlock::{NoAction, Unlocked, unlock};
use crate::within::within;

/// Bytes of the largest body that is read. Meta documents no limit; media travel by address, so real
/// bodies have a few KB.
pub const MAX_BODY_BYTES: usize = 1 << 20;
/// How long a request may take. Meta's limit is 10 s (ERR, `timeout_error`).
pub const TIME_LIMIT: Duration = Duration::from_secs(8);

/// The part of that after which a handler is stopped: the rest is for saying so.
const HANDLERS_SHARE: f64 = 0.875;

/// Serves any number of flows, each on its path, with one secret and one store of sessions.
pub struct Endpoint {
    flows: HashMap<Arc<str>, Box<dyn Serve>>,
    secrets: Box<dyn Secrets>,
    sessions: Box<dyn Sessions>,
    clock: Clock,
    time_limit: Duration,
    strict: bool,
}

/// Tells the time in seconds since the epoch.
type Clock = Box<dyn Fn() -> u64 + Send + Sync>;

impl Endpoint {
    /// An endpoint without flows.
    pub fn new(secrets: impl Secrets, sessions: impl Sessions) -> Self {
        Self {
            flows: HashMap::new(),
            secrets: Box::new(secrets),
            sessions: Box::new(sessions),
            clock: Box::new(epoch_seconds),
            time_limit: TIME_LIMIT,
            strict: false,
        }
    }

    /// Serves `flow` on `path`, for example `/appointment`. A trailing slash makes no difference.
    #[track_caller]
    pub fn serve<App, State>(mut self, path: &str, flow: Flow<App, State>) -> Self
    where
        App: Send + Sync + 'static,
        State: Default + Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        assert!(path.starts_with('/'), "a path starts with a slash: /{path}");
        let before = self.flows.insert(trimmed(path).into(), Box::new(flow));
        assert!(before.is_none(), "one flow is served on {path}");
        self
    }

    /// Answers within `limit` instead of [`TIME_LIMIT`].
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// Answers 500 also to a reply that only disagrees with what phones are seen to demand, and not only
    /// with Meta's pages: for tests and development. Otherwise such a reply is sent, and logged.
    pub fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Takes the time from `clock`, in seconds since the epoch, for tests of what expires.
    pub fn clock(mut self, clock: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Answers a request. It never fails and never panics; how it went is one log line.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let started = Instant::now();
        let mut line = LogLine {
            request_id: request.extensions().get().map(|RequestId(id)| id.clone()),
            ..LogLine::default()
        };
        let admitted = within(self.time_limit, self.admit(&request, started, &mut line)).await;
        let response = match admitted.unwrap_or(Err(Refusal::SecretUnreadable)) {
            Err(refusal) => {
                line.refused(refusal);
                refusal.response()
            }
            Ok((admitted, reply_key)) => {
                let left = self.time_limit.saturating_sub(started.elapsed());
                let answer = within(left, self.answer(admitted, &mut line)).await;
                match answer.unwrap_or_else(|stopped| Err(stopped.into())) {
                    Ok(plaintext) => sealed(200, reply_key, plaintext),
                    Err(failure) => {
                        line.failed(&failure);
                        failure.response(reply_key)
                    }
                }
            }
        };
        line.end(response.status().as_u16(), started.elapsed());
        response
    }

    /// Route, verify, open and parse: whatever comes before the request's key is known.
    async fn admit(
        &self,
        request: &Request<Bytes>,
        started: Instant,
        line: &mut LogLine,
    ) -> Result<(Admitted<'_>, ReplyKey), Refusal> {
        let (path, flow) =
            self.flows.get_key_value(trimmed(request.uri().path())).ok_or(Refusal::UnknownPath)?;
        line.path = Some(Arc::clone(path));
        if request.method() != Method::POST {
            return Err(Refusal::NotPost);
        }
        let body = request.body();
        if body.len() > MAX_BODY_BYTES {
            return Err(Refusal::BodyTooLarge);
        }
        let mut secret = self.secrets.secret().await.map_err(|_| Refusal::SecretUnreadable)?;
        let mut unlocked = unlock(request, &secret);
        // The business may have changed its keys or app secrets since they were read.
        if unlocked.as_ref().is_err_and(|locked| locked.by_secret)
            && let Some(fresh) = self.secrets.fresher(&secret).await
        {
            unlocked = unlock(request, &fresh);
            secret = fresh;
        }
        let Unlocked { signed_by, opened, message } = unlocked.map_err(|locked| locked.refusal)?;
        line.app_secret = Some(signed_by as u64);
        line.key = secret.private_keys().get(opened.opened_by).map(|key| Arc::clone(key.id()));
        let strict = self.strict;
        let admitted =
            Admitted { path, flow: &**flow, secret, body: digest(body), message, started, strict };
        Ok((admitted, opened.reply_key))
    }

    /// The reply's plaintext.
    async fn answer(&self, admitted: Admitted<'_>, line: &mut LogLine) -> Result<Vec<u8>, Failure> {
        match &admitted.message {
            Err(NoAction) => Err(Failure::NoAction),
            Ok(Message::Ping) => {
                line.action = Some("ping");
                Ok(response::active().to_string().into_bytes())
            }
            Ok(Message::Notice(key)) => {
                line.action = Some("notice");
                line.notice = Some(key.as_str());
                Ok(response::acknowledged().to_string().into_bytes())
            }
            Ok(Message::Request(request)) => {
                line.acted(request.action, admitted.flow.known_screen(&request.screen));
                let token = admitted.token(request)?;
                if token.identifies() {
                    self.converse(&admitted, request, &token, line).await
                } else {
                    let handler = admitted.handler(request, &token, None, 1);
                    let answered = self.in_time(&admitted, handler).await?;
                    line.shown = Some(answered.screen);
                    if let Some(disagreement) = answered.disagreement {
                        line.disagrees(&disagreement);
                    }
                    Ok(answered.plaintext)
                }
            }
        }
    }

    /// Recall the session, run the handler on it, and remember both state and reply before the reply
    /// leaves: what the engine says, step by step.
    async fn converse(
        &self,
        admitted: &Admitted<'_>,
        request: &request::Request,
        token: &FlowToken,
        line: &mut LogLine,
    ) -> Result<Vec<u8>, Failure> {
        let arrival = Arrival {
            path: admitted.path,
            body: admitted.body,
            submission: submission::digest(request),
            manner: admitted.flow.manner(request),
        };
        let mut exchange = Exchange::new(arrival, owner());
        let at = || At { now: (self.clock)(), elapsed: admitted.started.elapsed() };
        let mut step = Step::Load;
        loop {
            step = match step {
                Step::Load => exchange.loaded(self.sessions.load(token).await, at()),
                Step::Store => {
                    let Some((next, base)) = exchange.writing() else { break };
                    let stored = self.sessions.store(token, next, base, at().now).await;
                    exchange.stored(stored, at())
                }
                Step::Handle { state, attempt } => {
                    let handler = admitted.handler(request, token, state.as_deref(), attempt);
                    exchange.handled(self.in_time(admitted, handler).await, at())
                }
                Step::Rebuild { state } => {
                    let handler = admitted.rebuild(request, token, state.as_deref());
                    exchange.handled(self.in_time(admitted, handler).await, at())
                }
                Step::Wait(pause) => {
                    tokio::time::sleep(pause).await;
                    Step::Load
                }
                Step::End => break,
            }
        }
        let End { reply, shown, repeat, covered, disagreement } = exchange.end();
        if let Some(disagreement) = disagreement {
            line.disagrees(&disagreement);
        }
        line.shown = shown;
        line.repeat = repeat.then_some(true);
        if let Some(failure) = covered {
            line.covered(&failure);
        }
        reply
    }

    /// Runs a handler, so long that its failure can still be answered in time.
    async fn in_time(
        &self,
        admitted: &Admitted<'_>,
        handler: impl Future<Output = Result<Answered, Failure>>,
    ) -> Result<Answered, Failure> {
        let limit = self.time_limit.mul_f64(HANDLERS_SHARE);
        let left = limit.saturating_sub(admitted.started.elapsed());
        within(left, handler).await.unwrap_or_else(|stopped| Err(stopped.into()))
    }
}

fn digest(body: &[u8]) -> BodyDigest {
    let hash = Sha256::digest(body);
    *hash.first_chunk().expect("SHA-256 has 32 bytes")
}

/// Names one attempt at something that is done once.
fn owner() -> Owner {
    let mut owner = Owner::default();
    aws_lc_rs::rand::fill(&mut owner).expect("the system gives random numbers");
    owner
}

fn trimmed(path: &str) -> &str {
    path.strip_suffix('/').unwrap_or(path)
}

/// The time, as the clock of this machine has it.
pub(crate) fn epoch_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
