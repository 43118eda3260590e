//! The encrypted body: three base64 members, and how they open (EP, *Request decryption*).

use std::borrow::Cow;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::cipher::{AesKey, gcm_open, oaep_decrypt};
use super::key::PrivateKey;
use super::reply_key::ReplyKey;

pub use super::cipher::{AES_BYTES, RSA_BYTES, Undecryptable};

/// A request body with its members decoded.
pub struct Envelope {
    encrypted_flow_data: Vec<u8>,
    encrypted_aes_key: [u8; RSA_BYTES],
    initial_vector: [u8; AES_BYTES],
}

/// What an envelope held.
pub struct Decrypted {
    /// The request, not parsed yet.
    pub plaintext: Zeroizing<Vec<u8>>,
    /// Seals the one reply to it.
    pub reply_key: ReplyKey,
    /// The position of the private key that opened it.
    pub opened_by: usize,
}

impl Envelope {
    /// Parses the body. Unknown members are ignored; Meta escapes `/` in base64 as `\/`.
    pub fn parse(body: &[u8]) -> Result<Self, Undecryptable> {
        let wire: Wire = serde_json::from_slice(body).map_err(|_| Undecryptable)?;
        Ok(Self {
            encrypted_flow_data: decode(&wire.encrypted_flow_data)?,
            encrypted_aes_key: decode_exactly(&wire.encrypted_aes_key)?,
            initial_vector: decode_exactly(&wire.initial_vector)?,
        })
    }

    /// Opens the envelope with the first private key that fits.
    ///
    /// Whether the key unwrapped or the tag was wrong must not show, in words or in time: that would
    /// be an oracle (RFC 8017, section 7.1.2, note). So every key does the same work, with a dummy
    /// AES key where OAEP failed.
    pub fn open(self, keys: &[PrivateKey]) -> Result<Decrypted, Undecryptable> {
        for (opened_by, key) in keys.iter().enumerate() {
            let aes_key = self.aes_key(key);
            let fits = aes_key.is_some();
            let aes_key = aes_key.unwrap_or_else(|| AesKey::new([0; AES_BYTES]));
            let mut plaintext = Zeroizing::new(self.encrypted_flow_data.clone());
            let opened = gcm_open(&aes_key, &self.initial_vector, b"", &mut plaintext);
            if fits && opened.is_ok() {
                let reply_key = ReplyKey::new(aes_key, self.initial_vector);
                return Ok(Decrypted { plaintext, reply_key, opened_by });
            }
        }
        Err(Undecryptable)
    }

    fn aes_key(&self, key: &PrivateKey) -> Option<AesKey> {
        let message = oaep_decrypt(key.oaep(), &self.encrypted_aes_key).ok()?;
        Some(AesKey::new(message.as_slice().try_into().ok()?))
    }
}

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    encrypted_flow_data: Cow<'a, str>,
    #[serde(borrow)]
    encrypted_aes_key: Cow<'a, str>,
    #[serde(borrow)]
    initial_vector: Cow<'a, str>,
}

fn decode(text: &str) -> Result<Vec<u8>, Undecryptable> {
    BASE64_STANDARD.decode(text).map_err(|_| Undecryptable)
}

fn decode_exactly<const N: usize>(text: &str) -> Result<[u8; N], Undecryptable> {
    decode(text)?.try_into().map_err(|_| Undecryptable)
}
