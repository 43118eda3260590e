//! The log line of a request: an allow list, as a type. A new member is a decision.
//!
//! It contains no text of the request. Screens and actions are spelled as we or the flow spell them; an error is its
//! type and its place in the code. Only a strict endpoint, for development, adds the text of an error, an unknown
//! screen and an unknown path.

use std::borrow::Cow;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use super::status::{self, Refusal};
use tracing::Level;

use crate::protocol::request::{Action, ErrorKey, Request};
use crate::session::{Cause, Failure, ReplyMismatch};

/// The target of the log line.
pub const TARGET: &str = "whatsapp_flows::request";

/// The request id of AWS. An adapter that knows it puts it into the request's extensions.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

tokio::task_local! {
    static CURRENT: Option<Arc<str>>;
}

/// Returns the id of the request that the current task works on, for a subscriber that adds it to events.
pub fn current_request_id() -> Option<Arc<str>> {
    CURRENT.try_with(Clone::clone).ok().flatten()
}

/// Runs the work of a request, so that [`current_request_id`] returns its id.
pub(super) async fn under_request_id<T>(id: Option<Arc<str>>, work: impl Future<Output = T>) -> T {
    CURRENT.scope(id, work).await
}

/// The members of the log line.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    /// The endpoint is strict: the line is read by the developer only.
    is_strict: bool,
    /// The request id of AWS.
    request_id: Option<Arc<str>>,
    /// Somebody should look at it, although it is not a failure of ours.
    needs_attention: bool,
    /// It is a failure of ours, although its status is not 5xx.
    is_ours: bool,
    /// It is the first request of this process.
    pub cold_start: Option<bool>,
    /// The path of the flow.
    pub path: Option<Arc<str>>,
    /// `INIT`, `BACK`, `data_exchange`, `ping` or `notice`.
    pub action: Option<&'static str>,
    /// The screen that was submitted or left: its id if the flow knows it, otherwise `absent` or `unknown`. INIT has
    /// none. A strict endpoint prints an unknown screen as well.
    screen: Option<Cow<'static, str>>,
    /// The screen that was shown.
    pub shown: Option<&'static str>,
    /// The id of the private key that decrypted the request.
    pub key: Option<Arc<str>>,
    /// The position of the app secret that signed it; 0 is the newest.
    pub app_secret: Option<u64>,
    /// The error that a client reports.
    notice: Option<&'static str>,
    /// The name of the flow token's conversation.
    pub conversation: Option<String>,
    /// No flow is served on the path of the request, but an app secret of ours has signed it.
    pub signed: Option<bool>,
    /// The time that parts of the request took.
    pub parts: PartTimes,
    /// Another request of the same token was faster than a write.
    pub conflict: Option<bool>,
    /// The last reply was sent again.
    pub repeat: Option<bool>,
    /// The request failed, and the user stayed on the screen: the status is 200, but it is a failure.
    covered: Option<bool>,
    /// The cause of the failure.
    cause: Option<&'static str>,
    /// The cause of the first failure, if recovering from it failed, too.
    first_cause: Option<&'static str>,
    /// The stored state was unreadable, and INIT replaced it.
    pub state_reset: Option<bool>,
    /// The peculiarity of the token: `missing`, `placeholder`, `short`, `builder`.
    pub token: Option<&'static str>,
    /// The cure, where the cause alone does not suggest it.
    pub hint: Option<Cow<'static, str>>,
    /// The path of the request if no flow is served on it; only of a strict endpoint.
    requested: Option<String>,
    /// The code of the handler's error.
    code: Option<String>,
    /// The text of the handler's error; only of a strict endpoint.
    error: Option<String>,
    /// The place in the code.
    at: Option<&'static Location<'static>>,
    /// The member of the payload, or of the reply's data, that is wrong, as the Flow JSON names it.
    member: Option<String>,
    /// The value that the Flow JSON expects there.
    expected: Option<&'static str>,
    /// The reply breaks a rule that is observed in clients, and was sent all the same.
    disagrees: Option<bool>,
}

/// The time that parts of a request took, for as long as they ran.
#[derive(Debug, Default)]
pub(crate) struct PartTimes {
    /// Providing the keyring, which reads the secret if it is stale.
    pub secret: Duration,
    /// Reading and writing the session.
    pub session: Duration,
    /// Running handlers.
    pub handler: Duration,
}

impl RequestLog {
    pub fn new(request_id: Option<Arc<str>>, is_strict: bool) -> Self {
        Self { request_id, is_strict, ..Self::default() }
    }

    /// `known` is the id of the request's screen, if the flow knows it.
    pub fn action(&mut self, request: &Request, known: Option<&'static str>) {
        let action = request.action;
        self.screen = match (known, request.screen.as_str()) {
            (Some(known), _) => Some(known.into()),
            (None, _) if action == Action::Init => None,
            (None, "") => Some("absent".into()),
            (None, mistyped) if self.is_strict => Some(format!("{mistyped} (unknown)").into()),
            (None, _) => Some("unknown".into()),
        };
        self.action = Some(match action {
            Action::Init => "INIT",
            Action::Back => "BACK",
            Action::DataExchange => "data_exchange",
        });
    }

    pub fn error_notification(&mut self, key: ErrorKey) {
        self.action = Some("notice");
        self.notice = Some(key.as_str());
    }

    pub fn refused(&mut self, refusal: Refusal, requested: &str) {
        self.cause = Some(refusal.cause());
        self.needs_attention = refusal.needs_attention() || self.signed == Some(true);
        if self.is_strict && refusal == Refusal::UnknownPath {
            self.requested = Some(requested.to_owned());
        }
    }

    /// The request failed, and the reply keeps the user on the screen.
    pub fn recovered(&mut self, failure: &Failure) {
        self.covered = Some(true);
        self.failed(failure);
    }

    /// The request failed first with this failure, and then with the one that ended it.
    pub fn first(&mut self, failure: &Failure) {
        self.first_cause = Some(failure.cause());
        self.details(failure);
    }

    pub fn failed(&mut self, failure: &Failure) {
        self.needs_attention = status::needs_attention(failure);
        self.is_ours = status::is_ours(failure);
        self.cause = Some(failure.cause());
        self.details(failure);
    }

    fn details(&mut self, failure: &Failure) {
        match failure {
            Failure::Failed(Cause { at, code, text, .. }) => {
                self.at = *at;
                self.code.clone_from(code);
                self.error.clone_from(text);
            }
            Failure::Token { fault, .. } => self.hint = fault.hint().map(Cow::from),
            Failure::InvalidPayload { member } => self.member = Some(member.clone()),
            Failure::ReplyMismatch(mismatch) => self.expected(mismatch),
            Failure::NotAnObject { screen } | Failure::ReplyTooLarge { screen } => {
                self.shown = Some(screen);
            }
            _ => {}
        }
    }

    /// A mismatch of the reply, which is sent all the same.
    pub fn mismatch(&mut self, mismatch: Option<ReplyMismatch>) {
        if let Some(mismatch) = mismatch {
            self.disagrees = Some(true);
            self.expected(&mismatch);
        }
    }

    fn expected(&mut self, mismatch: &ReplyMismatch) {
        let ReplyMismatch { screen, member, expected } = mismatch;
        self.shown = Some(screen);
        self.member = Some(member.clone());
        self.expected = Some(expected);
    }

    /// Writes the line: an error if the request failed or a failure was covered, a warning if somebody should look at
    /// it. The alarms and a rollout count the errors.
    pub fn emit(self, status: u16, took: Duration) {
        let failed = self.covered == Some(true) || self.is_ours || status >= 500;
        match (failed, self.needs_attention) {
            (true, _) => self.line(Level::ERROR, status, took),
            (false, true) => self.line(Level::WARN, status, took),
            (false, false) => self.line(Level::INFO, status, took),
        }
    }

    fn line(self, level: Level, status: u16, took: Duration) {
        // The level of an event is part of its call site.
        macro_rules! line {
            ($level:expr) => {
                tracing::event!(
                    target: TARGET,
                    $level,
                    requestId = self.request_id.as_deref(),
                    coldStart = self.cold_start,
                    path = self.path.as_deref(),
                    action = self.action,
                    screen = self.screen.as_deref(),
                    shown = self.shown,
                    status,
                    ms = milliseconds(took),
                    secretMs = part(self.parts.secret),
                    sessionMs = part(self.parts.session),
                    handlerMs = part(self.parts.handler),
                    key = self.key.as_deref(),
                    appSecret = self.app_secret,
                    conversation = self.conversation,
                    notice = self.notice,
                    repeat = self.repeat,
                    conflict = self.conflict,
                    covered = self.covered,
                    failed = (level == Level::ERROR).then_some(true),
                    signed = self.signed,
                    cause = self.cause,
                    firstCause = self.first_cause,
                    stateReset = self.state_reset,
                    token = self.token,
                    hint = self.hint.as_deref(),
                    requested = self.requested,
                    code = self.code,
                    error = self.error,
                    at = self.at.map(tracing::field::display),
                    member = self.member,
                    expected = self.expected,
                    disagrees = self.disagrees,
                )
            };
        }
        match level {
            Level::ERROR => line!(Level::ERROR),
            Level::WARN => line!(Level::WARN),
            _ => line!(Level::INFO),
        }
    }
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e5).round() / 1e2
}

/// The milliseconds of a part, unless it took less than a tenth of one.
fn part(time: Duration) -> Option<f64> {
    let tenths = (time.as_secs_f64() * 1e4).round();
    (tenths >= 1.0).then_some(tenths / 10.0)
}
