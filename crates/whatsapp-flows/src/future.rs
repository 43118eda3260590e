//! The future that a trait with a `dyn` form returns.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

/// A boxed future, returned by the traits that are used as `dyn`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Runs all futures at once, in one task.
pub(crate) async fn join_all<T>(futures: Vec<BoxFuture<'_, T>>) -> Vec<T> {
    let mut results: Vec<_> = futures.iter().map(|_| None).collect();
    let mut running: Vec<_> = futures.into_iter().enumerate().collect();
    poll_fn(|cx| {
        running.retain_mut(|(at, future)| match future.as_mut().poll(cx) {
            Poll::Ready(result) => {
                results[*at] = Some(result);
                false
            }
            Poll::Pending => true,
        });
        if running.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    results.into_iter().flatten().collect()
}
