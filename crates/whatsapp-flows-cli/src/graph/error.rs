//! The failure of a call to the control plane: the reason, the attempts, and whether it is safe to repeat.

use std::fmt;

use super::hint;

/// A failed call. Its texts contain no token, no secret and no whole number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphError {
    /// The kind of failure.
    pub kind: ErrorKind,
    /// The code of the control plane, if it refused the call.
    pub code: Option<i64>,
    /// The subcode, if there is one.
    pub subcode: Option<i64>,
    /// The title for users, if there is one.
    pub title: Option<String>,
    /// The description.
    pub message: String,
    /// The call and its attempts, such as `POST /…0002/publish, 2 attempts`.
    pub tried: String,
    /// The call may be repeated.
    pub repeat: Repeat,
}

/// The kind of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The control plane answered with an error.
    Refused,
    /// There is no connection. The call did not leave this machine.
    Unreachable,
    /// The call was sent, and there is no answer.
    NoAnswer,
    /// The answer is not one of the control plane, such as a page of a proxy.
    NotUnderstood,
    /// This control plane does not have the call.
    NotOffered,
}

/// Reports whether a failed call may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Nothing was changed, or the same change again has no effect.
    Safe,
    /// It may have been done, and would be done twice.
    MayHaveHappened,
}

impl GraphError {
    /// A call that this control plane does not have.
    pub fn not_offered(call: &str) -> Self {
        Self {
            kind: ErrorKind::NotOffered,
            code: None,
            subcode: None,
            title: None,
            message: format!("this control plane does not offer {call}"),
            tried: call.to_owned(),
            repeat: Repeat::Safe,
        }
    }

    /// Advice in plain words, for errors that are documented.
    pub fn hint(&self) -> Option<&'static str> {
        match self.kind {
            ErrorKind::Refused => hint::of(self),
            ErrorKind::Unreachable => {
                Some("check the network, the proxy and the address of the Graph API")
            }
            ErrorKind::NoAnswer | ErrorKind::NotOffered => None,
            ErrorKind::NotUnderstood => {
                Some("check for a proxy between this machine and the Graph API")
            }
        }
    }

    /// Returns whether a refused update says that the flow is published.
    pub(super) fn is_about_published(&self) -> bool {
        let title = self.title.as_deref().unwrap_or_default();
        format!("{title} {}", self.message).to_lowercase().contains("published")
    }

    /// A stable code for `--json`.
    pub fn stable_code(&self) -> &'static str {
        match self.kind {
            ErrorKind::Refused => "refused",
            ErrorKind::Unreachable => "unreachable",
            ErrorKind::NoAnswer => "no_answer",
            ErrorKind::NotUnderstood => "not_understood",
            ErrorKind::NotOffered => "not_offered",
        }
    }
}

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code, self.subcode) {
            (Some(code), Some(subcode)) => write!(f, "error {code}/{subcode}: ")?,
            (Some(code), None) => write!(f, "error {code}: ")?,
            _ => {}
        }
        if let Some(title) = &self.title {
            write!(f, "{title}: ")?;
        }
        write!(f, "{}", self.message)?;
        if self.kind != ErrorKind::NotOffered {
            write!(f, "\n  tried: {}", self.tried)?;
            let repeat = match self.repeat {
                Repeat::Safe => "it is safe to repeat",
                Repeat::MayHaveHappened => "it may have been done; check before you repeat it",
            };
            write!(f, "; {repeat}")?;
        }
        match self.hint() {
            Some(hint) => write!(f, "\n  help: {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for GraphError {}
