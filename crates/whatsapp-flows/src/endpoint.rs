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
use tokio::time::Instant;

use crate::admitted::Admitted;
use crate::conversation::Conversation;
use crate::engine::Limits;
use crate::flow::{Flow, Serve, Sessions};
use crate::hint;
use crate::log_line::{LogLine, RequestId};
use crate::protocol::reply_key::ReplyKey;
use crate::protocol::request::{Action, Message, NoticeKey};
use crate::protocol::response;
use crate::protocol::token::FlowToken;
use crate::secrets::Secrets;
use crate::status::{Failure, Refusal, sealed};
use crate::unlock::{NoAction, Unlocked, unlock};
use crate::within::{Stopped, within};

/// Bytes of the largest body that is read. Meta documents no limit; media travel by address, so real
/// bodies have a few KB.
pub const MAX_BODY_BYTES: usize = 1 << 20;
/// How long a request may take. Meta's limit is 10 s (ERR, `timeout_error`).
pub const TIME_LIMIT: Duration = Duration::from_secs(8);

/// How much time a request still has when it is handed over, put into its extensions by the adapter that
/// knows how long it was on its way. More than the endpoint's own limit has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemainingTime(pub Duration);

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
    ///
    /// # Panics
    ///
    /// When it is over [`TIME_LIMIT`]: Meta's own limit comes soon after, and claims of `once` handlers
    /// are made for it.
    #[track_caller]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        assert!(limit <= TIME_LIMIT, "a request has {TIME_LIMIT:?} at most");
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
        let remaining = request.extensions().get().map(|RemainingTime(remaining)| *remaining);
        let time = remaining.map_or(self.time_limit, |remaining| remaining.min(self.time_limit));
        let mut line = LogLine {
            request_id: request.extensions().get().map(|RequestId(id)| id.clone()),
            ..LogLine::default()
        };
        let admitted = within(time, self.admit(&request, started, &mut line)).await;
        let response = match admitted.unwrap_or_else(|stopped| Err(stopped.into())) {
            Err(refusal) => {
                line.refused(refusal);
                line.hint = hint::of(refusal, &request, self.flows.keys());
                refusal.response()
            }
            Ok((admitted, reply_key)) => {
                let left = time.saturating_sub(started.elapsed());
                let limits = Limits::of(time);
                let answer = within(left, self.answer(admitted, limits, &mut line)).await;
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
        let (path, flow) = self.flow_on(request.uri().path()).ok_or(Refusal::UnknownPath)?;
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
        let admitted = Admitted {
            path,
            flow,
            one_of_several: self.flows.len() > 1,
            secret,
            signed_by,
            body: opened.reply_key.body_digest(),
            message,
            started,
            strict: self.strict,
        };
        Ok((admitted, opened.reply_key))
    }

    /// The flow whose path this one ends with, at a slash: a stage, a base path or a route's prefix may come
    /// before it. Of two, the longer one.
    fn flow_on(&self, path: &str) -> Option<(&Arc<str>, &dyn Serve)> {
        let path = trimmed(path);
        let fits = |served: &str| match served {
            "" => path.is_empty(),
            served => path.ends_with(served),
        };
        let found = self.flows.iter().filter(|(served, _)| fits(served));
        found.max_by_key(|(served, _)| served.len()).map(|(served, flow)| (served, &**flow))
    }

    /// The reply's plaintext.
    async fn answer(
        &self,
        admitted: Admitted<'_>,
        limits: Limits,
        line: &mut LogLine,
    ) -> Result<Vec<u8>, Failure> {
        match &admitted.message {
            Err(NoAction) => Err(Failure::NoAction),
            Ok(Message::Ping) => {
                line.action = Some("ping");
                Ok(response::active().to_string().into_bytes())
            }
            Ok(Message::Notice(key)) => {
                line.action = Some("notice");
                line.notice = Some(key.as_str());
                Ok(acknowledged())
            }
            Ok(Message::Request(request)) => {
                line.acted(request, admitted.flow.known_screen(&request.screen));
                let is_notice = request.may_be_a_notice()
                    && (request.action != Action::DataExchange || !admitted.flow.handles(request));
                if is_notice {
                    line.action = Some("notice");
                    line.notice = Some(NoticeKey::UNLISTED.as_str());
                }
                line.token = FlowToken::new(request.flow_token.as_str()).ok().and_then(peculiar);
                let (token, token_fault) = match admitted.token(request) {
                    Err(_) if is_notice => return Ok(acknowledged()),
                    checked => checked?,
                };
                let (admitted, token) = (&admitted, &token);
                let conversation =
                    Conversation { admitted, request, token, token_fault, is_notice, limits };
                match token.identifies() {
                    true => conversation.remembered(&*self.sessions, &*self.clock, line).await,
                    false => conversation.answer(line).await,
                }
            }
        }
    }
}

/// What is peculiar about a token, for the log: it was not made for one message, or may be guessed.
fn peculiar(token: FlowToken) -> Option<&'static str> {
    match token {
        token if token.is_left_out() => Some("missing"),
        token if !token.identifies() => Some("placeholder"),
        token if token.is_from_builder() => Some("builder"),
        token => token.is_short().then_some("short"),
    }
}

fn acknowledged() -> Vec<u8> {
    response::acknowledged().to_string().into_bytes()
}

impl From<Stopped> for Refusal {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::TimedOut => Self::TimedOut,
            Stopped::Panicked => Self::Panicked,
        }
    }
}

fn trimmed(path: &str) -> &str {
    path.strip_suffix('/').unwrap_or(path)
}

/// The time, as the clock of this machine has it.
pub(crate) fn epoch_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
