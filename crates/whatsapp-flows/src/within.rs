//! Runs what others wrote (handlers, stores, sources of secrets) so that nothing of it can stop the
//! process: their panic is an end like any other, and so is the end of their time.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use crate::status::Failure;

/// Why a future did not end by itself.
pub(crate) enum Stopped {
    TimedOut,
    Panicked,
}

/// Runs `work` for at most `limit`.
pub(crate) async fn within<T>(
    limit: Duration,
    work: impl Future<Output = T>,
) -> Result<T, Stopped> {
    let mut work = pin!(work);
    let caught = poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))) {
        Ok(poll) => poll.map(Ok),
        Err(_) => Poll::Ready(Err(Stopped::Panicked)),
    });
    tokio::time::timeout(limit, caught).await.unwrap_or(Err(Stopped::TimedOut))
}

impl From<Stopped> for Failure {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::TimedOut => Self::TimedOut,
            Stopped::Panicked => Self::Panicked,
        }
    }
}
