//! Failures of calls that never left this process.

use std::error::Error;

use aws_sdk_dynamodb::error::SdkError;

/// What a call lacked that never left this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unsent {
    Credentials,
    Region,
    Connection,
}

/// The SDK reports all three as one failure to dispatch, and a region that is none as one to construct. What is
/// missing is said by the errors beneath only, in words that hold nothing of the request.
pub(super) fn unsent<E>(error: &SdkError<E>) -> Option<Unsent>
where
    SdkError<E>: Error,
{
    match error {
        SdkError::DispatchFailure(failure) if failure.is_io() || failure.is_timeout() => {
            return Some(Unsent::Connection);
        }
        SdkError::DispatchFailure(_) | SdkError::ConstructionFailure(_) => {}
        _ => return None,
    }
    let causes = std::iter::successors(error.source(), |cause| (*cause).source());
    let words: Vec<_> = causes.map(|cause| cause.to_string().to_lowercase()).collect();
    let speak_of = |word: &str| words.iter().any(|words| words.contains(word));
    Some(match () {
        _ if speak_of("credential") => Unsent::Credentials,
        _ if speak_of("region") => Unsent::Region,
        _ => Unsent::Connection,
    })
}
