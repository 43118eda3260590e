//! The time limits of calls to AWS. The SDK has no default attempt or operation timeout.

use std::time::Duration;

use aws_config::timeout::TimeoutConfig;

/// The time limit of opening a connection.
const CONNECT: Duration = Duration::from_millis(400);

/// Returns a configuration with time limits per attempt and per operation, which includes all attempts.
pub(super) fn timeout_config(attempt: Duration, operation: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(attempt)
        .operation_timeout(operation)
        .build()
}
