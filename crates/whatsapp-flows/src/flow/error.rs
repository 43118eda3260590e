//! How a handler fails.

use std::panic::Location;

use crate::session::Cause;

/// What handlers return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A handler's failure. `?` makes one from any error.
///
/// Of that error only its type and the place of the `?` are kept, for the log: its text may quote
/// what a person typed.
#[derive(Debug)]
pub struct Error(pub(crate) ErrorKind);

#[derive(Debug)]
pub(crate) enum ErrorKind {
    TokenExpired(String),
    Failed(Cause),
}

impl Error {
    /// This message cannot be used any more (status 427): the phone shows `words` and disables the
    /// message's button for good. To keep the person on the screen, see
    /// [`message`](crate::ReplyTo::message).
    pub fn token_expired(words: impl Into<String>) -> Self {
        Self(ErrorKind::TokenExpired(words.into()))
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
