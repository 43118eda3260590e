//! Deadlines and panic guards around code of others: handlers, stores, sources of secrets.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

/// The reason why a future did not complete.
pub(crate) enum Stopped {
    TimedOut,
    Panicked,
}

/// Runs a future for at most `limit`, and catches its panic.
pub(crate) async fn with_deadline<T>(
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
