//! Where the endpoint's secret comes from.

use std::sync::Arc;

use crate::flow::BoxFuture;
use crate::protocol::secret::Secret;

/// The secret could not be read. Whoever holds the source has logged why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretUnreadable;

/// A source of the secret. Asked on every request, so it answers from memory whenever it can.
pub trait Secrets: Send + Sync + 'static {
    /// The secret as it is known now.
    fn secret(&self) -> BoxFuture<'_, Result<Arc<Secret>, SecretUnreadable>>;
}

/// A secret that never changes: for tests and benchmarks.
impl Secrets for Arc<Secret> {
    fn secret(&self) -> BoxFuture<'_, Result<Arc<Secret>, SecretUnreadable>> {
        let secret = Arc::clone(self);
        Box::pin(async { Ok(secret) })
    }
}
