//! The error of a handler.

use std::panic::Location;

use crate::session::Cause;

/// The result of a handler.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The error of a handler. `?` converts any error into one.
///
/// Only the type of the original error and the location of the `?` are kept, for the log, because its text may contain
/// what the user typed.
#[derive(Debug)]
pub struct Error(pub(crate) ErrorKind);

#[derive(Debug)]
pub(crate) enum ErrorKind {
    TokenExpired(String),
    Failed(Cause),
}

impl Error {
    /// Expires the flow token (status 427): the client shows `message` and disables the button of the message in the
    /// chat for good. To keep the user on the screen, see [`ReplyTo::message`](crate::ReplyTo::message).
    pub fn token_expired(message: impl Into<String>) -> Self {
        Self(ErrorKind::TokenExpired(message.into()))
    }
}

impl<E: Into<Box<dyn std::error::Error + Send + Sync>>> From<E> for Error {
    #[track_caller]
    fn from(_: E) -> Self {
        Self(ErrorKind::Failed(Cause {
            type_name: std::any::type_name::<E>(),
            at: Some(Location::caller()),
        }))
    }
}
