//! Private keys and app secrets: the provider that the endpoint asks, and the cache in front of their source.
//!
//! Keys and app secrets are rotated while requests arrive. So the secret is read again inside a request that finds it five
//! minutes old, and inside one that does not fit it, at most once in 30 seconds. While it cannot be read, the cached
//! keyring serves for 12 hours.

mod cached;
mod parsing;
mod provider;
mod source;
mod wall_clock;

pub use cached::{CachedKeyring, EXPIRED_SECONDS, MISMATCH_SECONDS, STALE_SECONDS};
pub use provider::{KeyringProvider, KeyringUnavailable};
pub use source::{SecretFile, SecretSource};

pub use crate::protocol::keyring::Keyring;
