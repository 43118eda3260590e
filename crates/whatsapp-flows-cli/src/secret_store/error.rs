//! The errors of a secret store, with what was tried and whether it is safe to repeat.

use super::document::DocumentError;

/// The secret cannot be read or written. The message contains nothing of the secret.
#[derive(Debug)]
pub enum StoreError {
    /// There is no such secret, or no value in it.
    NotFound(String),
    /// The credentials do not allow the call.
    Denied(String),
    /// There are no credentials or no region.
    NotConfigured(String),
    /// No response, or one that says to try again.
    Unavailable(String),
    /// Another program has changed the secret since it was read.
    Changed(String),
    /// The content cannot be used.
    Invalid(String, DocumentError),
    /// The file cannot be read or written.
    File(String),
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotFound(text)
            | Self::Denied(text)
            | Self::NotConfigured(text)
            | Self::Unavailable(text)
            | Self::File(text) => f.write_str(text),
            Self::Changed(place) => write!(
                f,
                "{place} was changed by somebody else since it was read, and is left as it is; run the command again"
            ),
            Self::Invalid(place, error) => write!(f, "{place}: {error}"),
        }
    }
}

impl std::error::Error for StoreError {}
