//! From the source's bytes to a secret that may serve, and what the log says about it.

use crate::protocol::key::Fingerprint;
use crate::protocol::keyring::{Keyring, SkippedKey};
use crate::protocol::signature::AppSecret;

/// The public half of the key pair in the sample events. Its private half is published.
const SAMPLE_KEY: Fingerprint = Fingerprint([
    0x0b, 0x10, 0xe4, 0x52, 0x44, 0x63, 0x4a, 0x5c, 0xdb, 0x61, 0xa9, 0xad, 0x06, 0x9c, 0x36, 0xc0,
    0x25, 0x4b, 0x8a, 0xb4, 0x53, 0xa9, 0x51, 0xce, 0xd7, 0xae, 0x4a, 0xe2, 0x0e, 0x86, 0x1d, 0x76,
]);

/// Parses the JSON. Keys that `known` has are not parsed again.
pub(super) fn parse(
    json: &[u8],
    known: Option<&Keyring>,
    accepts_sample_key: bool,
) -> Result<(Keyring, Vec<SkippedKey>), String> {
    let known = known.map_or(&[][..], Keyring::private_keys);
    let (mut secret, skipped) =
        Keyring::from_json_cached(json, known).map_err(|error| error.to_string())?;
    if !accepts_sample_key {
        secret.private_keys.retain(|key| key.fingerprint() != SAMPLE_KEY);
        if secret.private_keys.is_empty() {
            return Err("its only key is the one of events/, which everybody has".into());
        }
    }
    Ok((secret, skipped))
}

/// Reports what of a secret that serves is probably a mistake.
pub(super) fn report(secret: &Keyring, skipped: &[SkippedKey]) {
    for key in skipped {
        tracing::warn!(skipped = %key, "a private key cannot be read");
    }
    for position in not_metas(secret) {
        tracing::warn!(appSecret = position, "{NOT_METAS}");
    }
}

/// Reports that the secret was not read. The cause holds nothing of it.
pub(super) fn unreadable(cause: &dyn std::fmt::Display) {
    tracing::error!(cause = %cause, "the secret cannot be read");
}

/// The positions of the app secrets that Meta cannot have made. Those of events/ are not meant to be Meta's.
fn not_metas(secret: &Keyring) -> Vec<usize> {
    if secret.private_keys().iter().all(|key| key.fingerprint() == SAMPLE_KEY) {
        return Vec::new();
    }
    let metas = secret.app_secrets().iter().map(AppSecret::has_meta_format);
    metas.enumerate().filter(|(_, metas)| !metas).map(|(position, _)| position).collect()
}

const NOT_METAS: &str = "an app secret is not 32 hexadecimal digits, as Meta's are: what Meta signs does not \
                         fit it; make the secret with flowctl secret";
