//! Encryption of requests and decryption of replies, as in the client (EP, *Request encryption*).

use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine};
use pkcs8::DecodePublicKey;
use rsa::PublicKey;
use serde::Serialize;
use serde_json::Value;
use sha2::Sha256;
use whatsapp_flow_json::client::Reply;

use crate::protocol::cipher::{AES_BYTES, AesKey, gcm_open, gcm_seal};
use crate::protocol::key::Fingerprint;
use crate::protocol::public_key::{PublicKeyDer, PublicKeyError, parse_public_key};
use crate::protocol::reply_key::ReplyKey;

/// Encrypts requests for the owner of a public key.
pub struct RequestSealer {
    public_key: PublicKey,
}

/// An encrypted request, with the opener of its reply.
#[derive(Clone)]
pub struct Sealed {
    /// The JSON body, with `/` escaped as Meta's servers do.
    pub body: String,
    /// Decrypts the reply.
    pub opener: ReplyOpener,
}

/// Decrypts the reply to one request.
#[derive(Clone)]
pub struct ReplyOpener {
    key: AesKey,
    iv: [u8; AES_BYTES],
}

/// An error for a reply that cannot be decrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyOpenError {
    /// The body is not base64 in the standard alphabet, without quotes or line breaks.
    NotBase64,
    /// The reply was encrypted with another key or initial vector, or its bytes were changed.
    NotDecrypted,
    /// The plaintext is not JSON.
    NotJson,
}

/// Computes the fingerprint of a public key, to compare with that of a private key.
///
/// # Errors
///
/// If the text is not an RSA-2048 public key.
pub fn public_key_fingerprint(public_pem: &str) -> Result<Fingerprint, PublicKeyError> {
    Ok(Fingerprint::from_der(&parse_public_key(public_pem)?.der))
}

impl RequestSealer {
    /// Creates a sealer for the owner of this public key, as it was uploaded to Meta.
    ///
    /// # Errors
    ///
    /// If the text is not an RSA-2048 public key.
    pub fn new(public_pem: &str) -> Result<Self, PublicKeyError> {
        Self::for_key(&parse_public_key(public_pem)?)
    }

    /// Creates a sealer for the owner of this public key.
    ///
    /// # Errors
    ///
    /// If the key's numbers are not supported.
    pub fn for_key(key: &PublicKeyDer) -> Result<Self, PublicKeyError> {
        // The exponent may be outside the supported range.
        let public_key = PublicKey::from_public_key_der(&key.der);
        Ok(Self { public_key: public_key.map_err(|_| PublicKeyError::Damaged)? })
    }

    /// Encrypts with a new random AES key and initial vector.
    pub fn seal(&self, plaintext: &[u8]) -> Sealed {
        self.seal_under(AesKey::new(random()), random(), plaintext)
    }

    /// Encrypts with a given AES key and initial vector.
    pub fn seal_under(&self, key: AesKey, iv: [u8; AES_BYTES], plaintext: &[u8]) -> Sealed {
        let mut flow_data = plaintext.to_vec();
        gcm_seal(&key, &iv, b"", &mut flow_data);
        let wrapped = self
            .public_key
            .oaep_encrypt::<Sha256>(key.as_slice())
            .expect("an AES-128 key can be encrypted with RSA-2048");
        let body = Body {
            encrypted_flow_data: BASE64_STANDARD.encode(flow_data),
            encrypted_aes_key: BASE64_STANDARD.encode(wrapped),
            initial_vector: BASE64_STANDARD.encode(iv),
        };
        let body = serde_json::to_string(&body).expect("texts can be serialized");
        Sealed { body: body.replace('/', "\\/"), opener: ReplyOpener { key, iv } }
    }
}

/// The body, in Meta's order of the members (EP, *Request decryption and encryption*), which is not the alphabetical one.
#[derive(Serialize)]
struct Body {
    encrypted_flow_data: String,
    encrypted_aes_key: String,
    initial_vector: String,
}

impl Sealed {
    /// Flips the last bit of the authentication tag.
    ///
    /// # Panics
    ///
    /// If the body was replaced with one that is not sealed.
    pub fn tampered(mut self) -> Self {
        const MEMBER: &str = "\"encrypted_flow_data\":\"";
        let start = self.body.find(MEMBER).map_or(0, |at| at + MEMBER.len());
        let end = self.body[start..].find('"').map_or(start, |length| start + length);
        let text = self.body[start..end].replace("\\/", "/");
        let mut data = BASE64_STANDARD.decode(text).expect("a sealed body");
        *data.last_mut().expect("a tag") ^= 1;
        let text = BASE64_STANDARD.encode(data).replace('/', "\\/");
        self.body.replace_range(start..end, &text);
        self
    }
}

/// Converts the key that seals a reply into its opener, for tools that inspect events with the private key.
impl From<ReplyKey> for ReplyOpener {
    fn from(key: ReplyKey) -> Self {
        let (key, reply_iv) = key.into_parts();
        Self { key, iv: reply_iv.map(|byte| !byte) }
    }
}

impl ReplyOpener {
    /// Decrypts the body of a reply.
    ///
    /// # Errors
    ///
    /// If the body is not base64 of JSON that was encrypted for this request.
    pub fn open(&self, body: &[u8]) -> Result<Value, ReplyOpenError> {
        let mut plaintext = BASE64_STANDARD.decode(body).map_err(|_| ReplyOpenError::NotBase64)?;
        gcm_open(&self.key, &self.iv.map(|byte| !byte), b"", &mut plaintext)
            .map_err(|_| ReplyOpenError::NotDecrypted)?;
        serde_json::from_slice(&plaintext).map_err(|_| ReplyOpenError::NotJson)
    }
}

impl ReplyOpener {
    /// Returns the AES key and the initialization vector of the request, for tools that explain why a reply does not
    /// open.
    pub fn into_parts(self) -> (AesKey, [u8; AES_BYTES]) {
        (self.key, self.iv)
    }

    /// Converts a response for a [client](super::client): its decrypted body if the status is one that has a body.
    pub fn receive(&self, status: u16, body: &[u8]) -> Reply {
        match status {
            200 | 427 if !(status == 427 && body.is_empty()) => match self.open(body) {
                Ok(body) => Reply::Body { status, body },
                Err(ReplyOpenError::NotJson) => Reply::NotJson,
                Err(error) => Reply::NotDecrypted(error.to_string()),
            },
            status => Reply::Status(status),
        }
    }
}

/// Returns random bytes from the operating system.
pub(super) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system provides random numbers");
    bytes
}

impl fmt::Display for ReplyOpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotBase64 => "the reply is not bare base64",
            Self::NotDecrypted => "the reply was encrypted with another key or initial vector",
            Self::NotJson => "the decrypted reply is not JSON",
        })
    }
}

impl std::error::Error for ReplyOpenError {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::KeyPair;
    use super::*;
    use crate::protocol::envelope::Envelope;
    use crate::protocol::key::PrivateKey;

    #[test]
    fn private_key_decrypts_the_reply() {
        let keys = KeyPair::generate();
        let key = PrivateKey::from_pem("k", &keys.private_pem, None).unwrap();
        let sealed = RequestSealer::new(&keys.public_pem).unwrap().seal(b"{}");
        let members = sealed.body.split('"').filter(|text| text.contains('_'));
        let order = ["encrypted_flow_data", "encrypted_aes_key", "initial_vector"];
        assert_eq!(members.collect::<Vec<_>>(), order);
        let envelope = || Envelope::parse(sealed.body.as_bytes()).unwrap();
        let open = || envelope().open(std::slice::from_ref(&key)).unwrap().reply_key;
        assert_eq!(format!("{:?}", open()), "ReplyKey([redacted])");
        let reply = open().seal(br#"{"a":1}"#.to_vec());
        assert_eq!(ReplyOpener::from(open()).open(reply.as_bytes()), Ok(json!({ "a": 1 })));
    }
}
