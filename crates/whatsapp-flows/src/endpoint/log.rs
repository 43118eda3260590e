//! The log line of a request: an allow list, as a type. A new member is a decision.
//!
//! It contains no text of the request. Screens and actions are spelled as we or the flow spell them; an error is its
//! type and its place in the code. Only a strict endpoint, for development, adds the text of an error, an unknown
//! screen and an unknown path.

use std::borrow::Cow;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use super::status::Refusal;
use crate::protocol::request::{Action, ErrorKey, Request};
use crate::session::{Cause, Failure, ReplyMismatch};

/// The target of the log line.
pub const TARGET: &str = "whatsapp_flows::request";

/// The request id of AWS. An adapter that knows it puts it into the request's extensions.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// The members of the log line.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    /// The endpoint is strict: the line is read by the developer only.
    is_strict: bool,
    /// The request id of AWS.
    request_id: Option<String>,
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

impl RequestLog {
    pub fn new(request_id: Option<&RequestId>, is_strict: bool) -> Self {
        let request_id = request_id.map(|RequestId(id)| id.clone());
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
        self.cause = Some(failure.cause());
        self.details(failure);
    }

    fn details(&mut self, failure: &Failure) {
        match failure {
            Failure::Failed(Cause { at, text, .. }) => {
                self.at = *at;
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

    /// Writes the line.
    pub fn emit(self, status: u16, took: Duration) {
        tracing::info!(
            target: TARGET,
            requestId = self.request_id,
            path = self.path.as_deref(),
            action = self.action,
            screen = self.screen.as_deref(),
            shown = self.shown,
            status,
            ms = (took.as_secs_f64() * 1e5).round() / 1e2,
            key = self.key.as_deref(),
            appSecret = self.app_secret,
            notice = self.notice,
            repeat = self.repeat,
            covered = self.covered,
            cause = self.cause,
            firstCause = self.first_cause,
            stateReset = self.state_reset,
            token = self.token,
            hint = self.hint.as_deref(),
            requested = self.requested,
            error = self.error,
            at = self.at.map(tracing::field::display),
            member = self.member,
            expected = self.expected,
            disagrees = self.disagrees,
        );
    }
}
