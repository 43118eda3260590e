//! A business's key pair: the private half for the endpoint, the public half for Meta.

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
    /// SubjectPublicKeyInfo, `PUBLIC KEY`: what is uploaded to Meta.
    pub public_pem: String,
    /// Of the public half.
    pub fingerprint: Fingerprint,
}

impl KeyPair {
    /// Makes a new one.
    pub fn generate() -> Self {
        let key = PrivateDecryptingKey::generate(KeySize::Rsa2048)
            .expect("the system gives random numbers");
        let private: Pkcs8V1Der = key.as_der().expect("a key just made has a DER form");
        let public: PublicKeyX509Der =
            key.public_key().as_der().expect("and so has its public half");
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
