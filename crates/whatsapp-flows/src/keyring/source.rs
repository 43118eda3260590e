//! The trait of a secret's source, and the source that reads a local file.

use std::path::PathBuf;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::future::BoxFuture;

/// A source of the secret's JSON.
pub trait SecretSource: Send + Sync + 'static {
    /// Reads the JSON within `limit`.
    ///
    /// # Errors
    ///
    /// If it cannot be read. The message is logged; it is static, so that it cannot contain the secret.
    fn read(&self, limit: Duration) -> BoxFuture<'_, Result<Zeroizing<Vec<u8>>, &'static str>>;
}

/// A source that reads a local file, for emulators and tests; see
/// [`CachedKeyring::from_file`](super::CachedKeyring::from_file).
pub struct SecretFile(pub PathBuf);

impl SecretSource for SecretFile {
    fn read(&self, _: Duration) -> BoxFuture<'_, Result<Zeroizing<Vec<u8>>, &'static str>> {
        let read = std::fs::read(&self.0).map(Zeroizing::new);
        Box::pin(async {
            read.map_err(
                |_| "the file in FLOWS_SECRET_FILE cannot be read; check its path and permissions",
            )
        })
    }
}
