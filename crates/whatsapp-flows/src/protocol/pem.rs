//! Parsing of private keys from PEM text or files, into PKCS#8 DER.
//!
//! Supported are PKCS#8 (RFC 5958), encrypted or not, and PKCS#1 (RFC 8017, appendix A), plain or with the legacy
//! encryption of RFC 1421. The format is detected from the bytes: each format is also found under the other's label.

use pkcs8::LineEnding;
use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::pem;
use zeroize::Zeroizing;

pub use super::der::Der;
use super::der::{DerKind, RSA_ENCRYPTION, pkcs1_to_pkcs8, private_modulus_bits};
use super::pem_block::PemBlock;
use super::pem_encryption::{decrypt_dek_info, decrypt_pkcs8};
pub use super::private_key_error::{PemLabel, PrivateKeyError};
use super::text_encoding::{self, first_line};

/// The DER of a private key, and the format that it was parsed from.
pub struct PrivateKeyDer {
    /// PKCS#8 `PrivateKeyInfo`.
    pub der: Der,
    /// The format of the original text or file.
    pub format: PrivateKeyFormat,
}

/// The supported formats of private keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PrivateKeyFormat {
    /// `PRIVATE KEY`
    Pkcs8,
    /// `ENCRYPTED PRIVATE KEY`
    Pkcs8Encrypted,
    /// `RSA PRIVATE KEY`
    Pkcs1,
    /// `RSA PRIVATE KEY` with `Proc-Type` and `DEK-Info`
    Pkcs1Encrypted,
}

/// Parses a private key from text: PEM, or base64 of PEM or DER.
///
/// If there are several PEM blocks, the first private key is used. The passphrase is the first line of `passphrase`.
///
/// # Errors
///
/// If the text is not an RSA-2048 private key in a supported format, or if the passphrase is missing or wrong.
pub fn parse_private_key(
    text: &str,
    passphrase: Option<&str>,
) -> Result<PrivateKeyDer, PrivateKeyError> {
    parse_block(PemBlock::from_text(text)?, passphrase)
}

/// Converts the bytes of a key file to PEM text, as it is stored in a secret. The file is text in UTF-8 or UTF-16, or
/// DER.
///
/// # Errors
///
/// If the bytes are neither DER nor text.
pub fn pem_from_bytes(file: &[u8]) -> Result<Zeroizing<String>, PrivateKeyError> {
    let label = match DerKind::detect(file) {
        None => return text_encoding::decode(file).map_err(|_| PrivateKeyError::InvalidEncoding),
        Some(DerKind::Pkcs8) => "PRIVATE KEY",
        Some(DerKind::Pkcs8Encrypted) => "ENCRYPTED PRIVATE KEY",
        Some(DerKind::Pkcs1) => "RSA PRIVATE KEY",
        Some(DerKind::PublicKey) => "PUBLIC KEY",
        Some(DerKind::RsaPublicKey) => "RSA PUBLIC KEY",
        Some(DerKind::EcPrivateKey) => "EC PRIVATE KEY",
        Some(DerKind::Certificate) => "CERTIFICATE",
    };
    let text = pem::encode_string(label, LineEnding::LF, file);
    text.map(Zeroizing::new).map_err(|_| PrivateKeyError::Damaged)
}

fn parse_block(
    block: PemBlock,
    passphrase: Option<&str>,
) -> Result<PrivateKeyDer, PrivateKeyError> {
    let passphrase = passphrase.map(first_line).filter(|line| !line.is_empty());
    let passphrase = || passphrase.ok_or(PrivateKeyError::PassphraseMissing);
    match block.label.as_deref() {
        None | Some("PRIVATE KEY" | "ENCRYPTED PRIVATE KEY" | "RSA PRIVATE KEY") => {}
        Some(label) => return Err(PrivateKeyError::UnexpectedLabel(PemLabel::from_text(label))),
    }
    let legacy = block.dek_info.is_some();
    let der = match block.dek_info {
        None => block.der,
        Some(dek_info) => decrypt_dek_info(dek_info, block.der, passphrase()?)?,
    };
    // As in `PrivateKeyFormat::damaged_error`, before the format is known.
    let damaged = if legacy { PrivateKeyError::PassphraseWrong } else { PrivateKeyError::Damaged };
    let (der, format) = match DerKind::detect(&der) {
        Some(DerKind::Pkcs8) => (der, PrivateKeyFormat::Pkcs8),
        Some(DerKind::Pkcs1) => {
            (pkcs1_to_pkcs8(&der).ok_or(PrivateKeyError::Damaged)?, PrivateKeyFormat::Pkcs1)
        }
        Some(DerKind::Pkcs8Encrypted) if !legacy => {
            (decrypt_pkcs8(&der, passphrase()?)?, PrivateKeyFormat::Pkcs8Encrypted)
        }
        Some(DerKind::PublicKey | DerKind::RsaPublicKey) if !legacy => {
            return Err(PrivateKeyError::UnexpectedLabel(PemLabel::PublicKey));
        }
        Some(DerKind::EcPrivateKey) if !legacy => return Err(PrivateKeyError::NotRsa),
        Some(DerKind::Certificate) if !legacy => {
            return Err(PrivateKeyError::UnexpectedLabel(PemLabel::Certificate));
        }
        _ => return Err(damaged),
    };
    let format = if legacy { PrivateKeyFormat::Pkcs1Encrypted } else { format };
    let key = PrivateKeyInfoRef::try_from(&der[..]).map_err(|_| format.damaged_error())?;
    if key.algorithm.oid != RSA_ENCRYPTION {
        return Err(PrivateKeyError::NotRsa);
    }
    match private_modulus_bits(key.private_key.as_bytes()) {
        Some(2048) => Ok(PrivateKeyDer { der, format }),
        Some(bits) => Err(PrivateKeyError::Size(bits)),
        None => Err(PrivateKeyError::Damaged),
    }
}

impl PrivateKeyFormat {
    /// Reports whether the format requires a passphrase.
    pub fn is_encrypted(self) -> bool {
        matches!(self, Self::Pkcs8Encrypted | Self::Pkcs1Encrypted)
    }

    /// Returns the error for bytes that are not a key: with a wrong passphrase, the padding looks right in one of 256
    /// cases.
    pub(super) fn damaged_error(self) -> PrivateKeyError {
        if self.is_encrypted() {
            PrivateKeyError::PassphraseWrong
        } else {
            PrivateKeyError::Damaged
        }
    }

    /// Returns the name of the format for display.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pkcs8 => "PKCS#8",
            Self::Pkcs8Encrypted => "PKCS#8, encrypted",
            Self::Pkcs1 => "PKCS#1",
            Self::Pkcs1Encrypted => "PKCS#1, encrypted (DEK-Info)",
        }
    }
}

impl PemLabel {
    fn from_text(label: &str) -> Self {
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
