//! The future that a trait with a `dyn` form returns.

use std::pin::Pin;

/// A boxed future, returned by the traits that are used as `dyn`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
