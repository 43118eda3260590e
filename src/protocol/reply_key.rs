//! The key of one reply: the request's AES key, and its initial vector with every bit inverted (EP,
//! *Response encryption*).

use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine};

use super::cipher::{AES_BYTES, AesKey, gcm_seal};

/// Seals exactly one reply.
///
/// Two different replies under one key and vector would break AES-GCM, so sealing consumes it:
///
/// ```compile_fail,E0382
/// fn twice(key: whatsapp_flows::protocol::reply_key::ReplyKey) {
///     key.seal(b"{}".to_vec());
///     key.seal(b"{}".to_vec()); // use of moved value
/// }
/// ```
pub struct ReplyKey {
    key: AesKey,
    iv: [u8; AES_BYTES],
}

impl ReplyKey {
    pub(crate) fn new(key: AesKey, request_iv: [u8; AES_BYTES]) -> Self {
        Self { key, iv: request_iv.map(|byte| !byte) }
    }

    /// The AES key, and the reply's own vector.
    #[cfg(feature = "phone")]
    pub(crate) fn into_parts(self) -> (AesKey, [u8; AES_BYTES]) {
        (self.key, self.iv)
    }

    /// The reply's body: base64 of ciphertext and tag, without quotes or line breaks.
    pub fn seal(self, mut plaintext: Vec<u8>) -> String {
        gcm_seal(&self.key, &self.iv, b"", &mut plaintext);
        BASE64_STANDARD.encode(plaintext)
    }
}

impl fmt::Debug for ReplyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReplyKey([redacted])")
    }
}
