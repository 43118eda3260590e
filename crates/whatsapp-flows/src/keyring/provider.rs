//! The provider of the keyring.

use std::sync::Arc;

use crate::future::BoxFuture;
use crate::protocol::keyring::Keyring;

/// The keyring could not be read. The log has the cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyringUnavailable;

/// Provides the keyring. It is asked on every request, so it answers from memory whenever it can.
pub trait KeyringProvider: Send + Sync + 'static {
    /// Returns the current keyring.
    fn keyring(&self) -> BoxFuture<'_, Result<Arc<Keyring>, KeyringUnavailable>>;

    /// Returns a newer keyring than `stale`, which did not fit a request, if there is one.
    fn reload_if_stale<'a>(
        &'a self,
        stale: &'a Arc<Keyring>,
    ) -> BoxFuture<'a, Option<Arc<Keyring>>>;
}

/// A fixed keyring, for tests and benchmarks.
impl KeyringProvider for Arc<Keyring> {
    fn keyring(&self) -> BoxFuture<'_, Result<Arc<Keyring>, KeyringUnavailable>> {
        let keyring = Arc::clone(self);
        Box::pin(async { Ok(keyring) })
    }

    fn reload_if_stale<'a>(&'a self, _: &'a Arc<Keyring>) -> BoxFuture<'a, Option<Arc<Keyring>>> {
        Box::pin(async { None })
    }
}

/// A provider that is chosen when the program starts.
impl KeyringProvider for Box<dyn KeyringProvider> {
    fn keyring(&self) -> BoxFuture<'_, Result<Arc<Keyring>, KeyringUnavailable>> {
        (**self).keyring()
    }

    fn reload_if_stale<'a>(
        &'a self,
        stale: &'a Arc<Keyring>,
    ) -> BoxFuture<'a, Option<Arc<Keyring>>> {
        (**self).reload_if_stale(stale)
    }
}
