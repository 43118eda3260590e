//! The error code of an AWS SDK error, for the log.
//!
//! The text of such an error begins with the code that AWS returned, and goes on with a message that may contain data.
//! Only the code is taken, and only from errors whose outermost type is one of the SDK.

use std::error::Error;

use super::log_safe::LogSafe;

/// Returns the code of an error of the type with this name: AWS's own, such as `ThrottlingException`, or the kind of a
/// failure without a response, such as `TimeoutError`.
pub(super) fn sdk_error_code(type_name: &str, error: &(dyn Error + 'static)) -> Option<LogSafe> {
    if !["aws_sdk_", "aws_smithy_"].iter().any(|prefix| type_name.starts_with(prefix)) {
        return None;
    }
    // The error itself, and the service's error in it. What is below may be the developer's own.
    let causes = std::iter::successors(Some(error), |cause| (*cause).source());
    causes.take(2).find_map(|cause| code_in(&cause.to_string()))
}

fn code_in(text: &str) -> Option<LogSafe> {
    if let Some((_, kind)) = WITHOUT_RESPONSE.iter().find(|(words, _)| text.starts_with(words)) {
        return Some((*kind).into());
    }
    let unmodelled = text.strip_prefix("unhandled error (");
    let code = match unmodelled {
        Some(rest) => rest.split(')').next()?,
        None => text.split(':').next()?,
    };
    let is_code = code.len() <= LogSafe::MAX_CODE_BYTES
        && code.starts_with(|first: char| first.is_ascii_uppercase())
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_code.then(|| LogSafe::code(code))
}

/// The beginnings of the SDK's texts for calls that got no response.
const WITHOUT_RESPONSE: [(&str, &str); 4] = [
    ("failed to construct request", "ConstructionFailure"),
    ("request has timed out", "TimeoutError"),
    ("dispatch failure", "DispatchFailure"),
    ("response error", "ResponseError"),
];
