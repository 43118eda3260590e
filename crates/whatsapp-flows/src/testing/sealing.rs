//! How a phone seals a request and opens the reply (EP, *Request encryption*).

use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine};
use pkcs8::DecodePublicKey;
use rsa::PublicKey;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::protocol::cipher::{AES_BYTES, AesKey, gcm_open, gcm_seal};
use crate::protocol::key::Fingerprint;
use crate::protocol::public_key::{PublicKeyDer, PublicKeyError, parse_public_key};
use crate::protocol::reply_key::ReplyKey;

/// Seals requests for the owner of a public key.
pub struct RequestSealer {
    public_key: PublicKey,
}

/// A sealed request: the body, and what opens its reply.
#[derive(Clone)]
pub struct Sealed {
    /// The JSON body, with `/` escaped as Meta's servers do.
    pub body: String,
    /// Opens the reply.
    pub opener: ReplyOpener,
}

/// Opens the reply to one request.
#[derive(Clone)]
pub struct ReplyOpener {
    key: AesKey,
    iv: [u8; AES_BYTES],
}

/// Why a reply did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotOpened {
    /// Not bare base64 in the standard alphabet.
    NotBase64,
    /// Another key or vector, or bytes were changed.
    NotDecrypted,
    /// It opened to something else than JSON.
    NotJson,
}

/// The fingerprint of a public key, to compare with a private key's.
pub fn public_key_fingerprint(public_pem: &str) -> Result<Fingerprint, PublicKeyError> {
    Ok(Fingerprint::from_der(&parse_public_key(public_pem)?.der))
}

impl RequestSealer {
    /// Seals for the owner of this public key, as Meta has it.
    pub fn new(public_pem: &str) -> Result<Self, PublicKeyError> {
        Self::for_key(&parse_public_key(public_pem)?)
    }

    /// Seals for the owner of this public key.
    pub fn for_key(key: &PublicKeyDer) -> Result<Self, PublicKeyError> {
        // Its exponent may be one that nobody uses.
        let public_key = PublicKey::from_public_key_der(&key.der);
        Ok(Self { public_key: public_key.map_err(|_| PublicKeyError::Damaged)? })
    }

    /// Seals under a fresh AES key and vector.
    pub fn seal(&self, plaintext: &[u8]) -> Sealed {
        self.seal_under(AesKey::new(random()), random(), plaintext)
    }

    /// Seals under a given AES key and vector.
    pub fn seal_under(&self, key: AesKey, iv: [u8; AES_BYTES], plaintext: &[u8]) -> Sealed {
        let mut flow_data = plaintext.to_vec();
        gcm_seal(&key, &iv, b"", &mut flow_data);
        let wrapped = self
            .public_key
            .oaep_encrypt::<Sha256>(key.as_slice())
            .expect("a key of 128 bits fits under any RSA key in use");
        let body = json!({
            "encrypted_flow_data": BASE64_STANDARD.encode(flow_data),
            "encrypted_aes_key": BASE64_STANDARD.encode(wrapped),
            "initial_vector": BASE64_STANDARD.encode(iv),
        });
        Sealed { body: body.to_string().replace('/', "\\/"), opener: ReplyOpener { key, iv } }
    }
}

impl Sealed {
    /// The same body with the last bit of the tag flipped.
    pub fn tampered(mut self) -> Self {
        const MEMBER: &str = "\"encrypted_flow_data\":\"";
        let start = self.body.find(MEMBER).map_or(0, |at| at + MEMBER.len());
        let end = self.body[start..].find('"').map_or(start, |length| start + length);
        let text = self.body[start..end].replace("\\/", "/");
        let mut data = BASE64_STANDARD.decode(text).expect("a body that was just sealed");
        *data.last_mut().expect("a tag") ^= 1;
        let text = BASE64_STANDARD.encode(data).replace('/', "\\/");
        self.body.replace_range(start..end, &text);
        self
    }
}

/// Whoever has the private key can open the reply as well as seal it: for tools that look into events.
impl From<ReplyKey> for ReplyOpener {
    fn from(key: ReplyKey) -> Self {
        let (key, reply_iv) = key.into_parts();
        Self { key, iv: reply_iv.map(|byte| !byte) }
    }
}

impl ReplyOpener {
    /// Opens a reply's body.
    pub fn open(&self, body: &[u8]) -> Result<Value, NotOpened> {
        let mut plaintext = BASE64_STANDARD.decode(body).map_err(|_| NotOpened::NotBase64)?;
        gcm_open(&self.key, &self.iv.map(|byte| !byte), b"", &mut plaintext)
            .map_err(|_| NotOpened::NotDecrypted)?;
        serde_json::from_slice(&plaintext).map_err(|_| NotOpened::NotJson)
    }
}

/// Random bytes from the operating system.
pub(super) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives random numbers");
    bytes
}

impl fmt::Display for NotOpened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotBase64 => "the reply is not bare base64",
            Self::NotDecrypted => "the reply was sealed under another key or vector",
            Self::NotJson => "the reply opened to something that is not JSON",
        })
    }
}

impl std::error::Error for NotOpened {}

#[cfg(test)]
mod tests {
    use super::super::KeyPair;
    use super::*;
    use crate::protocol::envelope::Envelope;
    use crate::protocol::key::PrivateKey;

    #[test]
    fn whoever_has_the_private_key_opens_the_reply_too() {
        let keys = KeyPair::generate();
        let key = PrivateKey::from_pem("k", &keys.private_pem, None).unwrap();
        let sealed = RequestSealer::new(&keys.public_pem).unwrap().seal(b"{}");
        let envelope = || Envelope::parse(sealed.body.as_bytes()).unwrap();
        let open = || envelope().open(std::slice::from_ref(&key)).unwrap().reply_key;
        assert_eq!(format!("{:?}", open()), "ReplyKey([redacted])");
        let reply = open().seal(br#"{"a":1}"#.to_vec());
        assert_eq!(ReplyOpener::from(open()).open(reply.as_bytes()), Ok(json!({ "a": 1 })));
    }
}
