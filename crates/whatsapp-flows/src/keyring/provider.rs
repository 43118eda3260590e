//! The trait that provides the keyring to the endpoint.

use std::sync::Arc;

use crate::future::BoxFuture;
use crate::protocol::keyring::Keyring;

/// An error for a keyring that cannot be read. The cause is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyringUnavailable;

/// A provider of the keyring. It is called for every request, so it should return a cached keyring if possible.
pub trait KeyringProvider: Send + Sync + 'static {
    /// Returns the current keyring.
    ///
    /// # Errors
    ///
    /// If no keyring can be used. The status is then 500.
    fn keyring(&self) -> BoxFuture<'_, Result<Arc<Keyring>, KeyringUnavailable>>;

    /// Returns a newer keyring than `stale`, which did not match a request, if there is one.
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

/// A provider that is selected at run time.
impl KeyringProvider for Arc<dyn KeyringProvider> {
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
