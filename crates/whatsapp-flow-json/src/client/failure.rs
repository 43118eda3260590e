//! The error screens, and what led to them.

use std::fmt;

use serde::Serialize;

/// An error screen, which covers the whole flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The cause.
    pub cause: FailureCause,
    /// The text for the user. Meta's words are not public; these are our own, except for the `error_msg` of a 427.
    pub text: String,
    /// The user can try again.
    pub can_retry: bool,
    /// The explanation for the developer.
    pub explanation: String,
    /// The line of the Flow JSON that the explanation refers to; 0 if it does not refer to one.
    pub line: usize,
}

/// The cause of an error screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum FailureCause {
    /// The endpoint did not respond within ten seconds.
    Timeout,
    /// The endpoint responded with a status that is not 200, 421 or 427.
    Status(u16),
    /// The endpoint responded with 421 twice: it does not have the private key.
    KeyMismatch,
    /// The endpoint responded with 427: the flow token is not valid any more.
    TokenInvalid,
    /// The reply could not be decrypted.
    NotDecrypted,
    /// The reply is not JSON with a `screen`, and `data` that is an object.
    Malformed,
    /// The reply or a `navigate` leads to a screen that the routing model does not allow.
    ScreenTransition,
    /// The data do not match the data model of the screen.
    Data,
    /// A component rejects its values, or an expression cannot be evaluated.
    Component,
    /// There is no network.
    Offline,
}

impl FailureCause {
    /// The `error` of the notification that the client sends to the endpoint; `None` if it sends none.
    pub fn error_key(self) -> Option<&'static str> {
        match self {
            Self::NotDecrypted => Some("response-decryption-error"),
            Self::ScreenTransition => Some("invalid-screen-transition"),
            Self::Data => Some("payload-schema-error"),
            Self::Component => Some("components-validation-error"),
            Self::Timeout
            | Self::Status(_)
            | Self::KeyMismatch
            | Self::TokenInvalid
            | Self::Malformed
            | Self::Offline => None,
        }
    }

    /// Reports whether the client rejects what the endpoint replied, rather than its status or its absence.
    pub fn is_rejected_reply(self) -> bool {
        match self {
            Self::NotDecrypted
            | Self::Malformed
            | Self::ScreenTransition
            | Self::Data
            | Self::Component => true,
            Self::Timeout
            | Self::Status(_)
            | Self::KeyMismatch
            | Self::TokenInvalid
            | Self::Offline => false,
        }
    }

    /// The text of the error screen.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Offline => "There is no connection. Check your network and try again.",
            _ => "Something went wrong. Try again later.",
        }
    }

    pub(crate) fn with(self, explanation: impl Into<String>) -> Failure {
        Failure {
            cause: self,
            text: self.text().into(),
            can_retry: false,
            explanation: explanation.into(),
            line: 0,
        }
    }
}

impl Failure {
    pub(crate) fn at_line(self, line: usize) -> Self {
        Self { line, ..self }
    }

    pub(crate) fn with_retry(self) -> Self {
        Self { can_retry: true, ..self }
    }
}

/// The explanation, with its line: `the reply … (line 12 of the Flow JSON)`.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.explanation)?;
        match self.line {
            0 => Ok(()),
            line => write!(f, " (line {line} of the Flow JSON)"),
        }
    }
}
