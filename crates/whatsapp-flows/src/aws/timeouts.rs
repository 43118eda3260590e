//! The time limits of calls to AWS. The SDK sets no attempt or operation timeout of its own.

use std::time::Duration;

use aws_config::timeout::TimeoutConfig;

const CONNECT: Duration = Duration::from_millis(400);

pub(super) fn limits(attempt: Duration, operation: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(attempt)
        .operation_timeout(operation)
        .build()
}
