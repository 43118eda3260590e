//! The key of one reply: the AES key of the request, and the request's initialization vector with every bit inverted
//! (EP, *Response encryption*).

use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine};
use sha2::{Digest, Sha256};

use super::cipher::{AES_BYTES, AesKey, gcm_seal};

/// A key that seals exactly one reply.
///
/// Two different replies under one key and initialization vector would break AES-GCM, so sealing consumes the key:
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

    /// Returns the digest that identifies the request body: the first 8 bytes of SHA-256 over the AES key and the
    /// reply's initialization vector. Bodies that differ only in something else (white space in the JSON, the RSA
    /// ciphertext, the payload) would have their replies sealed under the same key and vector, so they count as the
    /// same body.
    pub(crate) fn body_digest(&self) -> [u8; 8] {
        let hash = Sha256::new().chain_update(self.key.as_slice()).chain_update(self.iv).finalize();
        *hash.first_chunk().expect("SHA-256 has 32 bytes")
    }

    /// Returns the AES key and the initialization vector of the reply.
    #[cfg(feature = "testing")]
    pub(crate) fn into_parts(self) -> (AesKey, [u8; AES_BYTES]) {
        (self.key, self.iv)
    }

    /// Encrypts the reply and returns the response body: base64 of ciphertext and tag, without quotes or line breaks.
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
