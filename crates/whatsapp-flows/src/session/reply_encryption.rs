//! The reply that a session keeps, encrypted: whoever reads the table does not read what users typed or
//! were shown.
//!
//! AES-128-GCM under a key that HKDF-SHA256 (RFC 5869) derives from the app secret that signed the
//! request and the flow token. The app secret is not in the table, and once it is gone from the keyring
//! the reply cannot be read any more.

use std::sync::OnceLock;

use hkdf::Hkdf;
use sha2::Sha256;

use crate::protocol::cipher::{AES_BYTES, AesKey, gcm_open, gcm_seal};
use crate::protocol::signature::AppSecret;
use crate::protocol::token::FlowToken;

/// The purpose of the derived key, so that no other use of the app secret gives the same one.
const INFO: &[u8] = b"whatsapp-flows stored reply v1";
const CONVERSATION: &[u8] = b"whatsapp-flows conversation v1";

/// Encrypts and decrypts the replies of one token.
pub(crate) struct StoredReplyKeys<'a> {
    app_secrets: &'a [AppSecret],
    signed_by: usize,
    token: &'a FlowToken,
    /// One for each app secret, derived when the first is needed.
    keys: OnceLock<Vec<AesKey>>,
}

impl<'a> StoredReplyKeys<'a> {
    /// Encrypts under the app secret at `signed_by`, and opens what any of them has encrypted.
    pub fn new(app_secrets: &'a [AppSecret], signed_by: usize, token: &'a FlowToken) -> Self {
        Self { app_secrets, signed_by, token, keys: OnceLock::new() }
    }

    /// Returns `iv ‖ ciphertext ‖ tag`. No two messages of one token may have the same `iv`. It opens with
    /// the same associated data only.
    pub fn seal(&self, iv: [u8; AES_BYTES], aad: &[u8], message: Vec<u8>) -> Vec<u8> {
        let mut sealed = message;
        gcm_seal(&self.keys()[self.signed_by], &iv, aad, &mut sealed);
        [&iv[..], &sealed].concat()
    }

    /// Returns the message, or `None` when no app secret of the keyring sealed it.
    pub fn open(&self, aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (iv, sealed) = sealed.split_first_chunk::<AES_BYTES>()?;
        self.keys().iter().find_map(|key| {
            let mut message = sealed.to_vec();
            gcm_open(key, iv, aad, &mut message).ok()?;
            Some(message)
        })
    }

    /// Returns the name of the token's conversation in the log: 8 hex digits that only somebody who has the app secret
    /// and the token can compute.
    pub fn conversation(&self) -> String {
        conversation(&self.app_secrets[self.signed_by], self.token)
    }

    fn keys(&self) -> &[AesKey] {
        self.keys
            .get_or_init(|| self.app_secrets.iter().map(|secret| self.derive(secret)).collect())
    }

    fn derive(&self, secret: &AppSecret) -> AesKey {
        let mut key = AesKey::default();
        Hkdf::<Sha256>::new(None, secret.as_bytes())
            .expand_multi_info(&[INFO, b"\0", self.token.as_str().as_bytes()], &mut *key)
            .expect("16 bytes are less than HKDF's limit of 8,160");
        key
    }
}

/// Returns the name of a token's conversation in log lines of requests that were signed with this app secret.
pub fn conversation(app_secret: &AppSecret, token: &FlowToken) -> String {
    let mut name = [0; 4];
    Hkdf::<Sha256>::new(None, app_secret.as_bytes())
        .expand_multi_info(&[CONVERSATION, b"\0", token.as_str().as_bytes()], &mut name)
        .expect("4 bytes are less than HKDF's limit of 8,160");
    format!("{:08x}", u32::from_be_bytes(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(texts: &[&str]) -> Vec<AppSecret> {
        texts.iter().map(|text| AppSecret::new(*text).unwrap()).collect()
    }

    #[test]
    fn a_stored_reply_opens_with_the_secret_that_sealed_it_and_for_its_token_only() {
        let token = FlowToken::new("T").unwrap();
        let all = secrets(&["new", "old"]);
        let keys = StoredReplyKeys::new(&all, 1, &token);
        let sealed = keys.seal([7; 16], b"aad", b"typed".to_vec());
        assert!(!sealed.windows(5).any(|five| five == b"typed"));
        assert_eq!(keys.open(b"aad", &sealed).as_deref(), Some(&b"typed"[..]));
        assert_eq!(keys.open(b"", &sealed), None);
        let rotated = secrets(&["newest", "new", "old"]);
        let keys = StoredReplyKeys::new(&rotated, 0, &token);
        assert_eq!(keys.open(b"aad", &sealed).as_deref(), Some(&b"typed"[..]), "after a rotation");
        let keys = StoredReplyKeys::new(&rotated[..2], 0, &token);
        assert_eq!(keys.open(b"aad", &sealed), None, "its secret is gone");
        let other = FlowToken::new("U").unwrap();
        assert_eq!(StoredReplyKeys::new(&all, 1, &other).open(b"aad", &sealed), None);
        assert_eq!(keys.open(b"aad", &sealed[..20]), None);
        assert_eq!(keys.open(b"aad", b""), None);
    }
}
