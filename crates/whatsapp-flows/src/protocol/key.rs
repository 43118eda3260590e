//! The business's private key, parsed once and ready to unwrap AES keys.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::{OaepPrivateDecryptingKey, PrivateDecryptingKey};
use pkcs8::LineEnding;
use pkcs8::der::pem;
use sha2::{Digest, Sha256};

use super::pem::{Form, KeyError, PrivateKeyPem, read_private_key};

/// SHA-256 over the public half (DER, `SubjectPublicKeyInfo`): equal for a private key and the public
/// key that Meta has.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

/// An RSA-2048 private key with the name that the secret gives it.
#[derive(Clone)]
pub struct PrivateKey {
    id: Arc<str>,
    form: Form,
    public_der: Vec<u8>,
    oaep: Arc<OaepPrivateDecryptingKey>,
    /// Of the text and the passphrase that it was read from.
    source: SourceDigest,
}

/// SHA-256: opening a key with its passphrase takes up to a second, and is done once.
type SourceDigest = [u8; 32];

impl PrivateKey {
    /// Reads a key from PEM text; see [`read_private_key`] for the forms.
    pub fn from_pem(
        id: impl Into<Arc<str>>,
        pem: &str,
        passphrase: Option<&str>,
    ) -> Result<Self, KeyError> {
        let PrivateKeyPem { der, form } = read_private_key(pem, passphrase)?;
        // A wrong passphrase leaves padding that looks right once in 256 times.
        let garbled = if form.encrypted() { KeyError::PassphraseWrong } else { KeyError::Damaged };
        let key = PrivateDecryptingKey::from_pkcs8(&der).map_err(|_| garbled)?;
        let public: PublicKeyX509Der = key.public_key().as_der().map_err(|_| KeyError::Damaged)?;
        Ok(Self {
            id: id.into(),
            form,
            public_der: public.as_ref().to_vec(),
            oaep: Arc::new(OaepPrivateDecryptingKey::new(key).map_err(|_| KeyError::Damaged)?),
            source: source_digest(pem, passphrase),
        })
    }

    /// The same as [`from_pem`](Self::from_pem), without its work if one of `known` was read from the same
    /// text and passphrase.
    pub(crate) fn from_pem_with(
        known: &[Self],
        id: impl Into<Arc<str>>,
        pem: &str,
        passphrase: Option<&str>,
    ) -> Result<Self, KeyError> {
        let source = source_digest(pem, passphrase);
        match known.iter().find(|known| known.source == source) {
            Some(known) => Ok(Self { id: id.into(), ..known.clone() }),
            None => Self::from_pem(id, pem, passphrase),
        }
    }

    /// Its name in the secret; the log line says which key opened a request.
    pub fn id(&self) -> &Arc<str> {
        &self.id
    }

    /// The form in which it was found.
    pub fn form(&self) -> Form {
        self.form
    }

    /// Of its public half.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.public_der)
    }

    /// Its public half as PEM (`PUBLIC KEY`): what Meta has.
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
    /// Over a public key's DER.
    pub fn of(subject_public_key_info: &[u8]) -> Self {
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
        write!(f, "PrivateKey({:?}, public half {}, [redacted])", self.id, self.fingerprint())
    }
}
