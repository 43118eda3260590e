//! Private keys as people hold them: text or a file in, PKCS#8 DER out.
//!
//! Read are PKCS#8 (RFC 5958), encrypted or not, and PKCS#1 (RFC 8017, appendix A), plain or under the
//! legacy encryption of RFC 1421. The bytes decide, not their label: both are found under each other's.

use pkcs8::LineEnding;
use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::pem;
use zeroize::Zeroizing;

pub use super::der::Der;
use super::der::{Contents, RSA_ENCRYPTION, private_modulus_bits, wrap_private};
pub use super::key_error::{KeyError, Label};
use super::pem_block::Block;
use super::pem_encryption::{decrypt_dek_info, decrypt_pkcs8};
use super::text::{self, single_line};

/// A private key as it was found.
pub struct PrivateKeyPem {
    /// PKCS#8 `PrivateKeyInfo`.
    pub der: Der,
    /// In which form it stood there.
    pub form: Form,
}

/// The forms that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `PRIVATE KEY`
    Pkcs8,
    /// `ENCRYPTED PRIVATE KEY`
    Pkcs8Encrypted,
    /// `RSA PRIVATE KEY`
    Pkcs1,
    /// `RSA PRIVATE KEY` with `Proc-Type` and `DEK-Info`
    Pkcs1Encrypted,
}

/// Reads a private key from text: PEM, or base64 of PEM or DER. Of several blocks, the first private key
/// counts. The passphrase is the text's first line.
pub fn read_private_key(text: &str, passphrase: Option<&str>) -> Result<PrivateKeyPem, KeyError> {
    read_block(Block::in_text(text)?, passphrase)
}

/// The PEM text in a file, which is text in any encoding, or DER: as it goes into a secret.
pub fn text_of_file(file: &[u8]) -> Result<Zeroizing<String>, KeyError> {
    let label = match Contents::of(file) {
        None => return text::decode(file).map_err(|_| KeyError::NotText),
        Some(Contents::Pkcs8) => "PRIVATE KEY",
        Some(Contents::Pkcs8Encrypted) => "ENCRYPTED PRIVATE KEY",
        Some(Contents::Pkcs1) => "RSA PRIVATE KEY",
        Some(Contents::PublicKey) => "PUBLIC KEY",
        Some(Contents::RsaPublicKey) => "RSA PUBLIC KEY",
        Some(Contents::EcPrivateKey) => "EC PRIVATE KEY",
        Some(Contents::Certificate) => "CERTIFICATE",
    };
    let text = pem::encode_string(label, LineEnding::LF, file);
    text.map(Zeroizing::new).map_err(|_| KeyError::Damaged)
}

fn read_block(block: Block, passphrase: Option<&str>) -> Result<PrivateKeyPem, KeyError> {
    let passphrase = passphrase.map(single_line).filter(|line| !line.is_empty());
    let passphrase = || passphrase.ok_or(KeyError::PassphraseMissing);
    match block.label.as_deref() {
        None | Some("PRIVATE KEY" | "ENCRYPTED PRIVATE KEY" | "RSA PRIVATE KEY") => {}
        Some(label) => return Err(KeyError::Label(Label::of(label))),
    }
    let legacy = block.dek_info.is_some();
    let der = match block.dek_info {
        None => block.der,
        Some(dek_info) => decrypt_dek_info(dek_info, block.der, passphrase()?)?,
    };
    // A wrong passphrase leaves padding that looks right once in 256 times.
    let unread = if legacy { KeyError::PassphraseWrong } else { KeyError::Damaged };
    let (der, form) = match Contents::of(&der) {
        Some(Contents::Pkcs8) => (der, Form::Pkcs8),
        Some(Contents::Pkcs1) => (wrap_private(&der).ok_or(KeyError::Damaged)?, Form::Pkcs1),
        Some(Contents::Pkcs8Encrypted) if !legacy => {
            (decrypt_pkcs8(&der, passphrase()?)?, Form::Pkcs8Encrypted)
        }
        Some(Contents::PublicKey | Contents::RsaPublicKey) if !legacy => {
            return Err(KeyError::Label(Label::PublicKey));
        }
        Some(Contents::EcPrivateKey) if !legacy => return Err(KeyError::NotRsa),
        Some(Contents::Certificate) if !legacy => return Err(KeyError::Label(Label::Certificate)),
        _ => return Err(unread),
    };
    let form = if legacy { Form::Pkcs1Encrypted } else { form };
    let key = PrivateKeyInfoRef::try_from(&der[..]);
    let key =
        key.map_err(
            |_| if form.encrypted() { KeyError::PassphraseWrong } else { KeyError::Damaged },
        )?;
    if key.algorithm.oid != RSA_ENCRYPTION {
        return Err(KeyError::NotRsa);
    }
    match private_modulus_bits(key.private_key.as_bytes()) {
        Some(2048) => Ok(PrivateKeyPem { der, form }),
        Some(bits) => Err(KeyError::Size(bits)),
        None => Err(KeyError::Damaged),
    }
}

impl Form {
    /// Whether it takes a passphrase.
    pub fn encrypted(self) -> bool {
        matches!(self, Self::Pkcs8Encrypted | Self::Pkcs1Encrypted)
    }

    /// Its name, for a person.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pkcs8 => "PKCS#8",
            Self::Pkcs8Encrypted => "PKCS#8, encrypted",
            Self::Pkcs1 => "PKCS#1",
            Self::Pkcs1Encrypted => "PKCS#1, encrypted (DEK-Info)",
        }
    }
}

impl Label {
    fn of(label: &str) -> Self {
        match label {
            "CERTIFICATE" | "TRUSTED CERTIFICATE" | "X509 CERTIFICATE" => Self::Certificate,
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Self::CertificateRequest,
            "PUBLIC KEY" | "RSA PUBLIC KEY" => Self::PublicKey,
            "OPENSSH PRIVATE KEY" => Self::OpenSsh,
            label if label.ends_with("PRIVATE KEY") || label.ends_with("PARAMETERS") => {
                Self::OtherAlgorithm
            }
            _ => Self::Unknown,
        }
    }
}
