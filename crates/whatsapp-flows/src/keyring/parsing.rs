//! Parsing of the secret's JSON, and the log messages about it.

use crate::protocol::key::Fingerprint;
use crate::protocol::keyring::{Keyring, SkippedKey};
use crate::protocol::signature::AppSecret;

/// The fingerprint of the key pair in the sample events, whose private key is public.
const SAMPLE_KEY: Fingerprint = Fingerprint([
    0x0b, 0x10, 0xe4, 0x52, 0x44, 0x63, 0x4a, 0x5c, 0xdb, 0x61, 0xa9, 0xad, 0x06, 0x9c, 0x36, 0xc0,
    0x25, 0x4b, 0x8a, 0xb4, 0x53, 0xa9, 0x51, 0xce, 0xd7, 0xae, 0x4a, 0xe2, 0x0e, 0x86, 0x1d, 0x76,
]);

/// Parses the JSON. Private keys that are also in `cached` are not parsed again.
///
/// # Errors
///
/// If the JSON is not a secret, or if its only private key is that of the sample events. The message contains nothing
/// of the secret.
pub(super) fn parse(
    json: &[u8],
    cached: Option<&Keyring>,
    accepts_sample_key: bool,
) -> Result<(Keyring, Vec<SkippedKey>), String> {
    let cached = cached.map_or(&[][..], Keyring::private_keys);
    let (mut keyring, skipped) =
        Keyring::from_json_cached(json, cached).map_err(|error| error.to_string())?;
    if !accepts_sample_key {
        keyring.private_keys.retain(|key| key.fingerprint() != SAMPLE_KEY);
        if keyring.private_keys.is_empty() {
            return Err(
                "its only private key is that of the sample events, which is public; generate one with: \
                        flowctl keygen"
                    .into(),
            );
        }
    }
    Ok((keyring, skipped))
}

/// Logs probable mistakes in a secret that can be used.
pub(super) fn log_problems(keyring: &Keyring, skipped: &[SkippedKey]) {
    for key in skipped {
        tracing::warn!(skipped = %key, "a private key cannot be parsed");
    }
    for position in malformed_app_secrets(keyring) {
        tracing::warn!(
            appSecret = position,
            "an app secret is not 32 hexadecimal digits, so it cannot match Meta's signatures; create the secret \
             with flowctl secret"
        );
    }
}

/// Logs that the secret cannot be read. The cause must contain nothing of it.
pub(super) fn log_failure(cause: &dyn std::fmt::Display) {
    tracing::error!(cause = %cause, "the secret cannot be read");
}

/// Returns the positions of the app secrets that do not have Meta's format. Those of the sample events do not come from
/// Meta.
fn malformed_app_secrets(keyring: &Keyring) -> Vec<usize> {
    if keyring.private_keys().iter().all(|key| key.fingerprint() == SAMPLE_KEY) {
        return Vec::new();
    }
    let well_formed = keyring.app_secrets().iter().map(AppSecret::has_meta_format);
    well_formed
        .enumerate()
        .filter(|(_, well_formed)| !well_formed)
        .map(|(position, _)| position)
        .collect()
}
