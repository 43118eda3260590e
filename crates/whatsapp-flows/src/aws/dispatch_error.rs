//! The cause of AWS calls that were never sent.

use std::error::Error;

use aws_sdk_dynamodb::error::SdkError;

/// The cause of a call that was never sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DispatchError {
    /// The credentials are missing.
    Credentials,
    /// The region is missing or invalid.
    Region,
    /// The connection failed or timed out.
    Connection,
}

/// Returns the cause of a call that was never sent; `None` for any other error.
///
/// The SDK reports all of these as a dispatch failure, or an invalid region as a construction failure. Only the
/// messages of the underlying errors name the cause; they contain nothing of the request.
pub(super) fn dispatch_error<E>(error: &SdkError<E>) -> Option<DispatchError>
where
    SdkError<E>: Error,
{
    match error {
        SdkError::DispatchFailure(failure) if failure.is_io() || failure.is_timeout() => {
            return Some(DispatchError::Connection);
        }
        SdkError::DispatchFailure(_) | SdkError::ConstructionFailure(_) => {}
        _ => return None,
    }
    let causes = std::iter::successors(error.source(), |cause| (*cause).source());
    let messages: Vec<_> = causes.map(|cause| cause.to_string().to_lowercase()).collect();
    let mention = |word: &str| messages.iter().any(|message| message.contains(word));
    Some(match () {
        _ if mention("credential") => DispatchError::Credentials,
        _ if mention("region") => DispatchError::Region,
        _ => DispatchError::Connection,
    })
}
