//! The key pair of a business: the private key for the endpoint, the public key for Meta.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeySize, PrivateDecryptingKey};
use pkcs8::LineEnding;
use pkcs8::der::pem;
use zeroize::Zeroizing;

use crate::protocol::key::Fingerprint;

/// An RSA-2048 key pair as PEM text.
pub struct KeyPair {
    /// PKCS#8, `PRIVATE KEY`.
    pub private_pem: Zeroizing<String>,
    /// `SubjectPublicKeyInfo`, `PUBLIC KEY`, as it is uploaded to Meta.
    pub public_pem: String,
    /// The fingerprint of the public key.
    pub fingerprint: Fingerprint,
}

impl KeyPair {
    /// Generates a key pair.
    ///
    /// # Panics
    ///
    /// If the operating system provides no random numbers.
    pub fn generate() -> Self {
        let key = PrivateDecryptingKey::generate(KeySize::Rsa2048)
            .expect("the system provides random numbers");
        let private: Pkcs8V1Der = key.as_der().expect("a generated key has a DER encoding");
        let public: PublicKeyX509Der =
            key.public_key().as_der().expect("a generated key has a public key");
        let pem = |label, der: &[u8]| {
            pem::encode_string(label, LineEnding::LF, der).expect("a key fits into memory")
        };
        Self {
            private_pem: Zeroizing::new(pem("PRIVATE KEY", private.as_ref())),
            public_pem: pem("PUBLIC KEY", public.as_ref()),
            fingerprint: Fingerprint::from_der(public.as_ref()),
        }
    }
}

impl std::fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyPair({}, [redacted])", self.fingerprint)
    }
}
