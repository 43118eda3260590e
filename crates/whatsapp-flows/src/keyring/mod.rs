//! Private keys and app secrets: the provider that the endpoint calls, and the cache in front of the secret's source.
//!
//! Keys and app secrets can be rotated while requests arrive. The secret is therefore read again inside a request that
//! finds it five minutes old, and inside a request that does not match it, at most once in 30 seconds. If it cannot be
//! read, the cached keyring is used for up to 12 hours.

mod cached;
mod parsing;
mod provider;
mod source;
mod wall_clock;

pub use cached::{CachedKeyring, EXPIRED_SECONDS, MISMATCH_SECONDS, STALE_SECONDS};
pub use provider::{KeyringProvider, KeyringUnavailable};
pub use source::{SecretFile, SecretSource};

pub use crate::protocol::keyring::Keyring;
