//! The error of a handler.

use std::panic::Location;

use super::log_safe::LogSafe;
use crate::session::Cause;

/// The result of a handler.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The error of a handler. `?` converts any error into one.
///
/// The log names the type of the original error, the location of the `?`, and the error code if it is an error of the
/// AWS SDK, but not its text, which may contain what the user typed. A [strict](crate::Endpoint::strict) endpoint, for
/// development, logs the text as well.
#[derive(Debug)]
pub struct Error(pub(crate) ErrorKind);

#[derive(Debug)]
pub(crate) enum ErrorKind {
    TokenExpired(String),
    Failed { cause: Cause, source: Source },
}

type Source = Box<dyn std::error::Error + Send + Sync>;

impl Error {
    /// Expires the flow token (status 427): the client shows `message` and disables the button of the message in the
    /// chat for good. To keep the user on the screen, see [`ReplyTo::message`](crate::ReplyTo::message).
    pub fn token_expired(message: impl Into<String>) -> Self {
        Self(ErrorKind::TokenExpired(message.into()))
    }

    /// Adds a code, which is the member `code` of the request's log line, for example the error code of a payment
    /// provider. It replaces the code of an AWS SDK error, and is ignored on [`token_expired`](Self::token_expired).
    ///
    /// ```
    /// # use whatsapp_flows::{Error, LogSafe, Result};
    /// # fn pay() -> std::result::Result<(), (String, std::io::Error)> { Ok(()) }
    /// # fn handler() -> Result<()> {
    /// pay().map_err(|(code, error)| Error::from(error).with_code(LogSafe::code(code)))?;
    /// # Ok(()) }
    /// ```
    pub fn with_code(mut self, code: LogSafe) -> Self {
        if let ErrorKind::Failed { cause, .. } = &mut self.0 {
            cause.code = Some(code.to_string());
        }
        self
    }
}

impl<E: Into<Source>> From<E> for Error {
    #[track_caller]
    fn from(error: E) -> Self {
        let at = Some(Location::caller());
        let cause = Cause { type_name: std::any::type_name::<E>(), at, code: None, text: None };
        Self(ErrorKind::Failed { cause, source: error.into() })
    }
}

/// The text of an error and of its causes. An error whose text repeats that of its cause is printed once.
pub(crate) fn text_with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    for cause in std::iter::successors(error.source(), |cause| cause.source()) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Outer(std::num::ParseIntError);

    impl std::fmt::Display for Outer {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("service error")
        }
    }

    impl std::error::Error for Outer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn the_text_includes_the_causes() {
        let error = Outer("x".parse::<u8>().unwrap_err());
        assert_eq!(text_with_causes(&error), "service error: invalid digit found in string");
    }
}
