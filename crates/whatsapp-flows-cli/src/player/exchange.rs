//! An exchange, as the inspector shows it.

use std::time::Instant;

use serde_json::{Value, json};
use whatsapp_flows::testing::Sealed;
use whatsapp_flows::testing::client::{Frame, View};

use super::misbehave::Misbehaviour;
use crate::play;

/// A request that the player sent.
pub struct Exchange {
    pub id: u64,
    /// The number of the flow, whose endpoint got the request.
    pub flow: usize,
    pub plaintext: Value,
    pub kind: Kind,
    pub misbehaviour: Option<Misbehaviour>,
    pub started: Instant,
    /// `None` while the request is under way.
    pub outcome: Option<Outcome>,
}

/// The purpose of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The client sent it.
    Normal,
    /// The same data under fresh encryption.
    Repeat,
    /// The same bytes.
    Resend,
    /// The client reported an error.
    Notification,
    /// Something that no client does.
    Misbehaviour,
}

/// The outcome of a request.
pub struct Outcome {
    pub sealed: Sealed,
    /// 0 if there is no response.
    pub status: u16,
    pub milliseconds: f64,
    pub reply: Value,
    pub reply_bytes: usize,
    /// The request id of the Lambda invocation, with which its log lines are found.
    pub request_id: Option<String>,
    /// The log says that a stored reply was sent again.
    pub is_repeated: bool,
    /// The cause for which a client does not accept the response.
    pub problem: Option<String>,
    pub session: Option<[Value; 2]>,
    pub ended: Instant,
    /// The view at that moment.
    pub view: Option<View>,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Repeat => "repeat",
            Self::Resend => "resend",
            Self::Notification => "notification",
            Self::Misbehaviour => "misbehaviour",
        }
    }
}

impl Exchange {
    /// The row of the list.
    pub fn summary(&self) -> Value {
        let outcome = self.outcome.as_ref();
        let reply = outcome.map(|outcome| &outcome.reply);
        let shown = reply.and_then(|reply| reply["screen"].as_str());
        json!({
            "id": self.id,
            "action": self.plaintext["action"],
            "screen": self.plaintext["screen"],
            "token": self.plaintext["flow_token"],
            "status": outcome.map(|outcome| outcome.status),
            "milliseconds": outcome.map(|outcome| outcome.milliseconds),
            "bytes": outcome.map(|outcome| json!({
                "request": outcome.sealed.body.len(), "reply": outcome.reply_bytes,
            })),
            "shown": shown,
            "problem": outcome.and_then(Outcome::problem),
            "kind": self.kind.name(),
            "misbehaviour": self.misbehaviour.map(Misbehaviour::name),
            "repeated": outcome.is_some_and(|outcome| outcome.is_repeated),
        })
    }

    /// Everything about the exchange. `log` are the lines of the program meanwhile.
    pub fn detail(&self, log: &[String]) -> Value {
        let mut detail = self.summary();
        let outcome = self.outcome.as_ref();
        detail["request"] = self.plaintext.clone();
        detail["reply"] = outcome.map(|outcome| outcome.reply.clone()).unwrap_or_default();
        detail["session"] = outcome
            .and_then(|outcome| outcome.session.as_ref())
            .map(|[before, after]| json!({ "before": before, "after": after }))
            .unwrap_or_default();
        detail["log"] = json!(log);
        detail["view"] = json!(outcome.and_then(|outcome| outcome.view.as_ref()));
        let view = outcome.and_then(|outcome| outcome.view.as_ref());
        detail["explanation"] = view.map(explanation).unwrap_or_default();
        detail
    }
}

impl Outcome {
    fn problem(&self) -> Option<String> {
        let rejected = || match &self.view.as_ref()?.frame {
            Frame::Error { failure } if failure.cause.is_rejected_reply() => {
                Some(failure.to_string())
            }
            _ => None,
        };
        self.problem.clone().or_else(rejected)
    }
}

/// The reason for an error screen, for the developer, with the line of the Flow JSON.
pub fn explanation(view: &View) -> Value {
    match &view.frame {
        Frame::Error { failure } => json!({
            "text": failure.explanation,
            "line": Some(failure.line).filter(|line| *line > 0),
            "rejected": failure.cause.is_rejected_reply(),
        }),
        _ => Value::Null,
    }
}

impl From<play::exchange::Exchange> for Outcome {
    fn from(done: play::exchange::Exchange) -> Self {
        Self {
            sealed: done.sealed,
            status: done.status,
            milliseconds: done.elapsed.as_secs_f64() * 1e3,
            reply: done.reply,
            reply_bytes: done.reply_bytes,
            request_id: done.request_id,
            is_repeated: false,
            problem: done.rejection,
            session: None,
            ended: Instant::now(),
            view: None,
        }
    }
}
