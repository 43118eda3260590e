//! Requests that are encrypted or signed with a usual mistake, to find out which mistake an endpoint makes: it opens
//! only what was made the same way.

use base64::prelude::{BASE64_STANDARD, Engine};
use pkcs8::DecodePublicKey;
use rsa::{Oaep, Pkcs1v15Encrypt, PublicKey};
use serde_json::json;
use sha1::Sha1;
use sha2::Sha256;
use whatsapp_flows::protocol::public_key::PublicKeyDer;
use whatsapp_flows::testing::Sealed;

use super::cipher::gcm_seal;

/// A way to seal a request that an endpoint with a mistake opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// `/` is not written as `\/` in the JSON.
    PlainSlashes,
    OaepSha1,
    OaepMgf1Sha1,
    Pkcs1,
    /// Only 12 bytes of the initialization vector are used.
    Iv12,
    /// The AES key has 32 bytes.
    Aes256,
}

impl Variant {
    /// All variants, in the order in which they are tried.
    pub const ALL: [Self; 6] = [
        Self::PlainSlashes,
        Self::OaepSha1,
        Self::OaepMgf1Sha1,
        Self::Pkcs1,
        Self::Iv12,
        Self::Aes256,
    ];

    /// The stable name for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::PlainSlashes => "slashes-not-unescaped",
            Self::OaepSha1 => "oaep-sha-1",
            Self::OaepMgf1Sha1 => "oaep-mgf1-sha-1",
            Self::Pkcs1 => "pkcs1-v1.5",
            Self::Iv12 => "request-iv-12-bytes",
            Self::Aes256 => "request-aes-256",
        }
    }

    /// The fact, a sentence about the endpoint.
    pub fn fact(self) -> &'static str {
        match self {
            Self::PlainSlashes => "the endpoint opens a request only if no slash is escaped",
            Self::OaepSha1 => "the endpoint decrypts the AES key with OAEP and SHA-1",
            Self::OaepMgf1Sha1 => {
                "the endpoint decrypts the AES key with OAEP and SHA-256, but with SHA-1 in MGF1"
            }
            Self::Pkcs1 => "the endpoint decrypts the AES key with the padding of PKCS #1 v1.5",
            Self::Iv12 => "the endpoint uses only 12 bytes of the initialization vector",
            Self::Aes256 => "the endpoint expects an AES key of 32 bytes",
        }
    }

    /// The cure.
    pub fn cure(self) -> &'static str {
        match self {
            Self::PlainSlashes => {
                "read the body with a JSON parser; in JSON, `\\/` is another way to write `/`"
            }
            Self::OaepSha1 => {
                "set the hash of OAEP to SHA-256, and that of MGF1 too (Node: oaepHash: 'sha256'; PHP: phpseclib 3, \
                 withHash('sha256') and withMGFHash('sha256'))"
            }
            Self::OaepMgf1Sha1 => {
                "set the hash of MGF1 to SHA-256 (Java: MGF1ParameterSpec.SHA256; its default is SHA-1)"
            }
            Self::Pkcs1 => "use OAEP with SHA-256, and SHA-256 in MGF1",
            Self::Iv12 => "use all 16 bytes of initial_vector as the nonce of AES-GCM",
            Self::Aes256 => "use AES-128-GCM with the 16 bytes that encrypted_aes_key contains",
        }
    }

    /// Returns true if the reply to such a request can be opened.
    pub fn has_reply(self) -> bool {
        !matches!(self, Self::Aes256)
    }

    /// Seals a request again in this way. Its AES key, its initialization vector and its opener stay.
    pub fn seal(self, sealed: Sealed, plaintext: &[u8], public_key: &PublicKeyDer) -> Sealed {
        if self == Self::PlainSlashes {
            return Sealed { body: sealed.body.replace("\\/", "/"), ..sealed };
        }
        self.reseal(&sealed, plaintext, public_key).unwrap_or(sealed)
    }

    fn reseal(self, sealed: &Sealed, plaintext: &[u8], recipient: &PublicKeyDer) -> Option<Sealed> {
        let recipient = PublicKey::from_public_key_der(&recipient.der).ok()?;
        let (key, iv) = sealed.opener.clone().into_parts();
        let long = [*key, *key].concat();
        let (key, nonce): (&[u8], &[u8]) = match self {
            Self::Iv12 => (&key[..], &iv[..12]),
            Self::Aes256 => (&long, &iv),
            _ => (&key[..], &iv),
        };
        let random = &mut getrandom::SysRng;
        let wrapped = match self {
            Self::OaepSha1 => recipient.encrypt(random, Oaep::<Sha1>::new(), key),
            Self::OaepMgf1Sha1 => {
                recipient.encrypt(random, Oaep::<Sha256, Sha1>::new_with_mgf_hash(), key)
            }
            Self::Pkcs1 => recipient.encrypt(random, Pkcs1v15Encrypt, key),
            _ => recipient.encrypt(random, Oaep::<Sha256>::new(), key),
        };
        let body = json!({
            "encrypted_flow_data": BASE64_STANDARD.encode(gcm_seal(key, nonce, plaintext)?),
            "encrypted_aes_key": BASE64_STANDARD.encode(wrapped.ok()?),
            "initial_vector": BASE64_STANDARD.encode(iv),
        });
        Some(Sealed { body: body.to_string().replace('/', "\\/"), opener: sealed.opener.clone() })
    }
}

#[cfg(test)]
mod tests {
    use whatsapp_flows::protocol::pem::parse_private_key;
    use whatsapp_flows::protocol::public_key::parse_public_key;
    use whatsapp_flows::testing::{KeyPair, RequestSealer};

    use super::*;
    use crate::open_error::{NamedKey, explain};

    /// `flowctl open` explains with the private key what is wrong with each variant.
    #[test]
    fn variants_have_the_mistake_that_they_are_named_after() {
        let keys = KeyPair::generate();
        let public_key = parse_public_key(&keys.public_pem).unwrap();
        let der = parse_private_key(&keys.private_pem, None).unwrap().der;
        let private_keys = [NamedKey { id: "k".into(), der }];
        for (variant, words) in [
            (Variant::OaepSha1, "OAEP with SHA-1"),
            (Variant::OaepMgf1Sha1, "mask generation function uses SHA-1"),
            (Variant::Pkcs1, "PKCS#1 v1.5"),
            (Variant::Iv12, "an IV of 12 bytes"),
            (Variant::Aes256, "AES-256 instead of AES-128"),
        ] {
            let sealed = RequestSealer::for_key(&public_key).unwrap().seal(b"{}");
            let body = variant.seal(sealed, b"{}", &public_key).body;
            let found = explain(body.as_bytes(), &private_keys);
            assert!(found.contains(words), "{variant:?}: {found}");
        }
    }

    #[test]
    fn plain_slashes_are_the_same_json() {
        let keys = KeyPair::generate();
        let public_key = parse_public_key(&keys.public_pem).unwrap();
        let sealed = RequestSealer::for_key(&public_key).unwrap().seal(b"{}");
        let escaped = sealed.body.clone();
        let plain = Variant::PlainSlashes.seal(sealed, b"{}", &public_key).body;
        let parse = |body: &str| serde_json::from_str::<serde_json::Value>(body).unwrap();
        assert_eq!(parse(&plain), parse(&escaped));
        assert!(!plain.contains('\\'));
    }
}
