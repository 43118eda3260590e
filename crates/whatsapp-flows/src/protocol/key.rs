//! The private key of the business, parsed once and ready to decrypt AES keys.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::{OaepPrivateDecryptingKey, PrivateDecryptingKey};
use pkcs8::LineEnding;
use pkcs8::der::pem;
use sha2::{Digest, Sha256};

use super::pem::{PrivateKeyDer, PrivateKeyError, PrivateKeyFormat, parse_private_key};

/// The SHA-256 of a public key (DER, `SubjectPublicKeyInfo`). A private key and the public key that was uploaded
/// to Meta are a pair if their fingerprints are equal.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

/// An RSA-2048 private key with its ID from the secret.
#[derive(Clone)]
pub struct PrivateKey {
    id: Arc<str>,
    format: PrivateKeyFormat,
    public_der: Vec<u8>,
    oaep: Arc<OaepPrivateDecryptingKey>,
    /// The digest of the text and the passphrase that the key was parsed from.
    source: SourceDigest,
}

/// A SHA-256. It identifies a key that is already parsed: decrypting one with its passphrase takes up to a second.
type SourceDigest = [u8; 32];

impl PrivateKey {
    /// Parses a key from PEM text.
    ///
    /// # Errors
    ///
    /// If [`parse_private_key`] rejects the text, or if the numbers in it are not an RSA key.
    pub fn from_pem(
        id: impl Into<Arc<str>>,
        pem: &str,
        passphrase: Option<&str>,
    ) -> Result<Self, PrivateKeyError> {
        let PrivateKeyDer { der, format } = parse_private_key(pem, passphrase)?;
        let key = PrivateDecryptingKey::from_pkcs8(&der).map_err(|_| format.damaged_error())?;
        let public: PublicKeyX509Der =
            key.public_key().as_der().map_err(|_| PrivateKeyError::Damaged)?;
        Ok(Self {
            id: id.into(),
            format,
            public_der: public.as_ref().to_vec(),
            oaep: Arc::new(
                OaepPrivateDecryptingKey::new(key).map_err(|_| PrivateKeyError::Damaged)?,
            ),
            source: source_digest(pem, passphrase),
        })
    }

    /// Like [`from_pem`](Self::from_pem), but copies the key from `cache` if one there was parsed from the same text
    /// and passphrase.
    pub(crate) fn from_pem_cached(
        cache: &[Self],
        id: impl Into<Arc<str>>,
        pem: &str,
        passphrase: Option<&str>,
    ) -> Result<Self, PrivateKeyError> {
        let source = source_digest(pem, passphrase);
        match cache.iter().find(|key| key.source == source) {
            Some(key) => Ok(Self { id: id.into(), ..key.clone() }),
            None => Self::from_pem(id, pem, passphrase),
        }
    }

    /// Returns the key's ID from the secret, which is logged with each request that the key decrypts.
    pub fn id(&self) -> &Arc<str> {
        &self.id
    }

    /// Returns the format that the key was parsed from.
    pub fn format(&self) -> PrivateKeyFormat {
        self.format
    }

    /// Returns the fingerprint of the public key.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::from_der(&self.public_der)
    }

    /// Returns the public key as PEM (`PUBLIC KEY`), the format that is uploaded to Meta.
    pub fn public_pem(&self) -> String {
        pem::encode_string("PUBLIC KEY", LineEnding::LF, &self.public_der)
            .expect("a public key fits into memory")
    }

    pub(crate) fn oaep(&self) -> &OaepPrivateDecryptingKey {
        &self.oaep
    }
}

fn source_digest(pem: &str, passphrase: Option<&str>) -> SourceDigest {
    let length = (pem.len() as u64).to_be_bytes();
    let digest = Sha256::new().chain_update(length).chain_update(pem);
    digest.chain_update(passphrase.unwrap_or_default()).finalize().into()
}

impl Fingerprint {
    /// Computes the fingerprint of a public key's DER.
    pub fn from_der(subject_public_key_info: &[u8]) -> Self {
        Self(Sha256::digest(subject_public_key_info).into())
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({:?}, fingerprint {}, [redacted])", self.id, self.fingerprint())
    }
}
