//! The encrypted request body: its three base64 members, and their decryption (EP, *Request decryption*).

use std::borrow::Cow;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::cipher::{AesKey, gcm_open, oaep_decrypt};
use super::key::PrivateKey;
use super::reply_key::ReplyKey;

pub use super::cipher::{AES_BYTES, RSA_BYTES, Undecryptable};

/// A request body with its members decoded from base64.
pub struct Envelope {
    encrypted_flow_data: Vec<u8>,
    encrypted_aes_key: [u8; RSA_BYTES],
    initial_vector: [u8; AES_BYTES],
}

/// A decrypted envelope.
pub struct Decrypted {
    /// The request's JSON, not parsed yet.
    pub plaintext: Zeroizing<Vec<u8>>,
    /// The key that seals the one reply to this request.
    pub reply_key: ReplyKey,
    /// The position of the private key that decrypted it.
    pub opened_by: usize,
}

impl Envelope {
    /// Parses a request body. Unknown members are ignored. Meta escapes `/` in base64 as `\/`.
    ///
    /// # Errors
    ///
    /// If the body is not JSON with the three members, or if a member is not base64 of the expected length.
    pub fn parse(body: &[u8]) -> Result<Self, Undecryptable> {
        let wire: EnvelopeJson = serde_json::from_slice(body).map_err(|_| Undecryptable)?;
        Ok(Self {
            encrypted_flow_data: decode(&wire.encrypted_flow_data)?,
            encrypted_aes_key: decode_array(&wire.encrypted_aes_key)?,
            initial_vector: decode_array(&wire.initial_vector)?,
        })
    }

    /// Decrypts the envelope with the first private key that matches.
    ///
    /// A failure of OAEP and a wrong tag must be indistinguishable, in the error and in time: the difference would
    /// be an oracle (RFC 8017, section 7.1.2, note). Every key therefore does the same work, with a dummy AES key
    /// if OAEP failed.
    ///
    /// # Errors
    ///
    /// If no key decrypts it.
    pub fn open(self, keys: &[PrivateKey]) -> Result<Decrypted, Undecryptable> {
        for (opened_by, key) in keys.iter().enumerate() {
            let aes_key = self.unwrap_aes_key(key);
            let unwrapped = aes_key.is_some();
            let aes_key = aes_key.unwrap_or_else(|| AesKey::new([0; AES_BYTES]));
            let mut plaintext = Zeroizing::new(self.encrypted_flow_data.clone());
            let opened = gcm_open(&aes_key, &self.initial_vector, b"", &mut plaintext);
            if unwrapped && opened.is_ok() {
                let reply_key = ReplyKey::new(aes_key, self.initial_vector);
                return Ok(Decrypted { plaintext, reply_key, opened_by });
            }
        }
        Err(Undecryptable)
    }

    fn unwrap_aes_key(&self, key: &PrivateKey) -> Option<AesKey> {
        let message = oaep_decrypt(key.oaep(), &self.encrypted_aes_key).ok()?;
        Some(AesKey::new(message.as_slice().try_into().ok()?))
    }
}

#[derive(Deserialize)]
struct EnvelopeJson<'a> {
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

fn decode_array<const N: usize>(text: &str) -> Result<[u8; N], Undecryptable> {
    decode(text)?.try_into().map_err(|_| Undecryptable)
}
