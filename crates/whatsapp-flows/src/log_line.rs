//! What a request leaves in the log: an allow list, as a type. A new member is a decision.
//!
//! Nothing of a request's text is here: screens and actions are ours or the flow's, never the
//! phone's spelling of them; an error is its type, its place in the code, and the member's path.

use std::borrow::Cow;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use crate::flow::Cause;
use crate::protocol::request::{Action, Request};
use crate::status::{Failure, Refusal};
use whatsapp_flow_json::agreement::Disagreement;

/// The target of the event, and the only one that is logged at INFO.
pub const TARGET: &str = "whatsapp_flows::request";

/// AWS's request id, put into a request's extensions by the adapter that knows it.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// One request, as the log may know it.
#[derive(Debug, Default)]
pub(crate) struct LogLine {
    /// AWS's id of the invocation.
    pub request_id: Option<String>,
    /// The flow's path.
    pub path: Option<Arc<str>>,
    /// `INIT`, `BACK`, `data_exchange`, `ping` or `notice`.
    pub action: Option<&'static str>,
    /// The screen it came from: its id if the flow knows it, else `absent` or `unknown`. INIT comes from
    /// none.
    pub screen: Option<&'static str>,
    /// The screen that was shown.
    pub shown: Option<&'static str>,
    /// The id of the private key that opened it.
    pub key: Option<Arc<str>>,
    /// Which app secret had signed it, 0 being the newest.
    pub app_secret: Option<u64>,
    /// The error that a phone reports.
    pub notice: Option<&'static str>,
    /// The last reply was given again.
    pub repeat: Option<bool>,
    /// It failed, and the person was left where they were: status 200, and a failure all the same.
    pub covered: Option<bool>,
    /// Why it ended as it did.
    pub cause: Option<&'static str>,
    /// Why it failed before that, if the attempt to leave the user where they were has failed, too.
    pub first_cause: Option<&'static str>,
    /// The session's state could not be read, and INIT started with a new one.
    pub state_reset: Option<bool>,
    /// What is peculiar about the token: `missing`, `placeholder`, `short`, `builder`.
    pub token: Option<&'static str>,
    /// What to look at or configure, where the cause alone does not say it.
    pub hint: Option<Cow<'static, str>>,
    /// Where in the code.
    pub at: Option<&'static Location<'static>>,
    /// The member of the payload, or of the reply's data, that did not fit: in the Flow JSON's words.
    pub member: Option<String>,
    /// What the Flow JSON expects of the reply, in this place of this screen.
    pub expected: Option<&'static str>,
    /// The reply disagrees with what phones are seen to demand, and was sent all the same.
    pub disagrees: Option<bool>,
}

impl LogLine {
    /// `known` is the request's screen, as the flow names it.
    pub fn acted(&mut self, request: &Request, known: Option<&'static str>) {
        let action = request.action;
        self.screen = match (known, request.screen.as_str()) {
            (Some(known), _) => Some(known),
            (None, _) if action == Action::Init => None,
            (None, "") => Some("absent"),
            (None, _) => Some("unknown"),
        };
        self.action = Some(match action {
            Action::Init => "INIT",
            Action::Back => "BACK",
            Action::DataExchange => "data_exchange",
        });
    }

    pub fn refused(&mut self, refusal: Refusal) {
        self.cause = Some(refusal.cause());
    }

    /// It failed, and the reply leaves the person where they were.
    pub fn covered(&mut self, failure: &Failure) {
        self.covered = Some(true);
        self.failed(failure);
    }

    /// It failed first for this reason, and then for the one that ended it.
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
            Failure::Failed(Cause { at, .. }) => self.at = *at,
            Failure::Token { fault, .. } => self.hint = fault.hint().map(Cow::from),
            Failure::Misfit { member } => self.member = Some(member.clone()),
            Failure::Disagrees(disagreement) => self.expected(disagreement),
            Failure::NoObject { screen } | Failure::ReplyTooLarge { screen } => {
                self.shown = Some(screen);
            }
            _ => {}
        }
    }

    /// A reply that a phone may refuse is on its way.
    pub fn disagrees(&mut self, disagreement: &Disagreement) {
        self.disagrees = Some(true);
        self.expected(disagreement);
    }

    fn expected(&mut self, disagreement: &Disagreement) {
        let Disagreement { screen, member, expected, .. } = disagreement;
        self.shown = Some(screen);
        self.member = Some(member.clone());
        self.expected = Some(expected);
    }

    /// Emits the line.
    pub fn end(self, status: u16, took: Duration) {
        tracing::info!(
            target: TARGET,
            requestId = self.request_id,
            path = self.path.as_deref(),
            action = self.action,
            screen = self.screen,
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
            at = self.at.map(tracing::field::display),
            member = self.member,
            expected = self.expected,
            disagrees = self.disagrees,
        );
    }
}
