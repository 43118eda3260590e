//! From the source's bytes to a secret that may serve, and what the log says about it.

use super::EVENTS_KEY;
use crate::protocol::secret::{Secret, SkippedKey};
use crate::protocol::signature::AppSecret;

/// Parses the JSON. Keys that `known` has are not parsed again.
pub(super) fn parse(
    json: &[u8],
    known: Option<&Secret>,
    takes_the_events_key: bool,
) -> Result<(Secret, Vec<SkippedKey>), String> {
    let known = known.map_or(&[][..], Secret::private_keys);
    let (mut secret, skipped) =
        Secret::from_json_with(json, known).map_err(|error| error.to_string())?;
    if !takes_the_events_key {
        secret.private_keys.retain(|key| key.fingerprint() != EVENTS_KEY);
        if secret.private_keys.is_empty() {
            return Err("its only key is the one of events/, which everybody has".into());
        }
    }
    Ok((secret, skipped))
}

/// Reports what of a secret that serves is probably a mistake.
pub(super) fn report(secret: &Secret, skipped: &[SkippedKey]) {
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
fn not_metas(secret: &Secret) -> Vec<usize> {
    if secret.private_keys().iter().all(|key| key.fingerprint() == EVENTS_KEY) {
        return Vec::new();
    }
    let metas = secret.app_secrets().iter().map(AppSecret::has_metas_form);
    metas.enumerate().filter(|(_, metas)| !metas).map(|(position, _)| position).collect()
}

const NOT_METAS: &str = "an app secret is not 32 hexadecimal digits, as Meta's are: what Meta signs does not \
                         fit it; make the secret with flowctl secret";
