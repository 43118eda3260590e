//! The outcome of a request, and the reaction of the client.

use serde_json::{Map, Value};

use super::entry::EntryBy;
use super::failure::{Failure, FailureCause};
use super::machine::{Client, Effect, Phase, Waiting};
use super::request::{Request, RequestAction};
use super::view::Snackbar;

/// The outcome of a request.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Reply {
    /// A response with a decrypted body. Statuses other than 200 and 427 are errors whatever the body.
    Body {
        /// The HTTP status.
        status: u16,
        /// The decrypted body.
        body: Value,
    },
    /// A response without a body, or whose body does not matter.
    Status(u16),
    /// A response with status 200 or 427 whose body cannot be decrypted; the reason.
    NotDecrypted(String),
    /// A response whose decrypted body is not JSON.
    NotJson,
    /// No response within ten seconds, or none at all.
    Timeout,
}

/// The reserved screen that ends the flow.
const SUCCESS: &str = "SUCCESS";

impl Reply {
    /// A response with status 200.
    pub fn ok(body: Value) -> Self {
        Self::Body { status: 200, body }
    }
}

impl Client {
    /// Takes what became of the request that the client waits for. Does nothing if it does not wait for one.
    pub fn receive(&mut self, reply: Reply) -> Vec<Effect> {
        let Phase::Waiting(waiting) = &self.phase else { return Vec::new() };
        let waiting = waiting.clone();
        match reply {
            Reply::Body { status: 200, body } => self.show_reply(&waiting.request, body),
            Reply::Body { status: 427, body } => {
                // The client shows what JavaScript makes of an absent member.
                let text = body["error_msg"].as_str().unwrap_or("undefined");
                let failure = FailureCause::TokenInvalid.with("the endpoint responded with 427");
                self.show_failure(Failure { text: text.into(), ..failure }, None);
            }
            Reply::Status(427) => {
                let failure = FailureCause::TokenInvalid
                    .with("the endpoint responded with 427 and no text for the user");
                self.show_failure(failure, None);
            }
            Reply::Body { status: 421, .. } | Reply::Status(421) => self.refresh_key(waiting),
            Reply::Status(200) => {
                let failure = FailureCause::NotDecrypted.with("the reply has no body");
                self.fail(failure, waiting.request.action);
            }
            Reply::Body { status, .. } | Reply::Status(status) => {
                let failure = FailureCause::Status(status)
                    .with(format!("the endpoint responded with status {status}"));
                self.show_retry(failure, waiting.request);
            }
            Reply::Timeout => {
                let failure = FailureCause::Timeout.with("the endpoint did not respond in time");
                self.show_retry(failure, waiting.request);
            }
            Reply::NotDecrypted(reason) => {
                let failure = FailureCause::NotDecrypted.with(reason);
                self.fail(failure, waiting.request.action);
            }
            Reply::NotJson => {
                let failure = FailureCause::Malformed.with("the decrypted reply is not JSON");
                self.show_failure(failure, None);
            }
        }
        self.take_effects()
    }

    /// After the first 421, the public key is fetched again and the request repeated, which the user does not see.
    fn refresh_key(&mut self, waiting: Waiting) {
        if waiting.key_refreshed {
            let failure = FailureCause::KeyMismatch
                .with("the endpoint responded with 421 again, after the public key was fetched");
            return self.show_failure(failure, None);
        }
        self.effects.push(Effect::RefreshKeyAndSend(waiting.request.clone()));
        self.phase = Phase::Waiting(Waiting { key_refreshed: true, ..waiting });
    }

    fn show_failure(&mut self, failure: Failure, retry: Option<Request>) {
        self.phase = Phase::Failed { failure, retry };
    }

    /// An error that may pass: on `INIT` a screen with "try again", later a snackbar over the screen.
    fn show_retry(&mut self, failure: Failure, request: Request) {
        if request.action == RequestAction::Init {
            return self.show_failure(failure.with_retry(), Some(request));
        }
        self.phase = Phase::Ready;
        self.snackbar = Some(Snackbar::new(failure.cause.text()));
    }

    fn show_reply(&mut self, request: &Request, body: Value) {
        let malformed = |text: &str| FailureCause::Malformed.with(format!("the reply {text}"));
        let (screen, mut data) = match parts(body) {
            Ok(parts) => parts,
            Err(reason) => return self.show_failure(malformed(reason), None),
        };
        let message = data.remove("error_message");
        let extension = data.remove("extension_message_response");
        if message.as_ref().is_some_and(|message| !message.is_string()) {
            return self.show_failure(malformed("has an error_message that is not a string"), None);
        }
        if extension.as_ref().is_some_and(|extension| !extension.is_object()) {
            let text = "has an extension_message_response that is not an object";
            return self.show_failure(malformed(text), None);
        }
        if screen == SUCCESS {
            return match extension.unwrap_or_default().get("params") {
                None => self.close(None),
                Some(Value::Object(params)) => self.close(Some(params.clone())),
                Some(_) => self.show_failure(malformed("has params that are not an object"), None),
            };
        }
        self.enter(&screen, data, EntryBy::Reply, request.action, 0);
        let text = message.as_ref().and_then(Value::as_str).unwrap_or_default();
        if !text.is_empty() && !matches!(self.phase, Phase::Failed { .. }) {
            self.snackbar = Some(Snackbar::new(text));
        }
    }
}

/// The screen and the data of a reply.
fn parts(body: Value) -> Result<(String, Map<String, Value>), &'static str> {
    let Value::Object(mut body) = body else { return Err("is not a JSON object") };
    let Some(Value::String(screen)) = body.remove("screen") else {
        return Err("has no screen");
    };
    match body.remove("data") {
        Some(Value::Object(data)) => Ok((screen, data)),
        _ => Err("has no data, or data that are not an object"),
    }
}

impl Snackbar {
    /// The time depends on the length of the text.
    pub(super) fn new(text: &str) -> Self {
        const SHORT: usize = 45;
        let milliseconds = if text.encode_utf16().count() <= SHORT { 4_500 } else { 7_000 };
        Self { text: text.into(), milliseconds }
    }
}
