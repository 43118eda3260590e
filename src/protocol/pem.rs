//! Private keys as people hold them: PEM text in, PKCS#8 DER out.
//!
//! Read are PKCS#8 (`PRIVATE KEY`, `ENCRYPTED PRIVATE KEY`, RFC 5958) and PKCS#1 (`RSA PRIVATE KEY`,
//! RFC 8017 appendix A), plain or under the legacy encryption of RFC 1421. Repaired silently is what
//! environments and secret stores do to them: CRLF, literal `\n`, quotes, indentation, lines run
//! together, base64 of the whole file.

use base64::prelude::{BASE64_STANDARD, Engine};
use pkcs8::der::asn1::{AnyRef, OctetStringRef, UintRef};
use pkcs8::der::{Decode, Encode, SliceReader};
use pkcs8::spki::AlgorithmIdentifierRef;
use pkcs8::{ObjectIdentifier, PrivateKeyInfoRef};
use zeroize::Zeroizing;

pub use super::key_error::{KeyError, Label};
pub use super::pem_encryption::Der;
use super::pem_encryption::{decrypt_dek_info, decrypt_pkcs8};

/// `rsaEncryption` (RFC 8017, appendix C).
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

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

/// Reads a private key from PEM text. Of several blocks, the first private key counts.
pub fn read_private_key(text: &str, passphrase: Option<&str>) -> Result<PrivateKeyPem, KeyError> {
    let text = repaired(text)?;
    let passphrase = || passphrase.ok_or(KeyError::PassphraseMissing);
    let block = Block::find(&text)?;
    let (der, form) = match block.label {
        "PRIVATE KEY" => (block.der()?, Form::Pkcs8),
        "ENCRYPTED PRIVATE KEY" => {
            (decrypt_pkcs8(&block.der()?, passphrase()?)?, Form::Pkcs8Encrypted)
        }
        "RSA PRIVATE KEY" => match block.dek_info()? {
            None => (wrap_pkcs1(&block.der()?)?, Form::Pkcs1),
            Some(dek_info) => {
                let pkcs1 = decrypt_dek_info(dek_info, block.der()?, passphrase()?)?;
                (wrap_pkcs1(&pkcs1)?, Form::Pkcs1Encrypted)
            }
        },
        label => return Err(KeyError::Label(Label::of(label))),
    };
    let key = PrivateKeyInfoRef::try_from(&der[..]);
    let key =
        key.map_err(
            |_| if form.encrypted() { KeyError::PassphraseWrong } else { KeyError::Damaged },
        )?;
    if key.algorithm.oid != RSA_ENCRYPTION {
        return Err(KeyError::NotRsa);
    }
    match modulus_bits(key.private_key.as_bytes()) {
        Some(2048) => Ok(PrivateKeyPem { der, form }),
        Some(bits) => Err(KeyError::Size(bits)),
        None => Err(KeyError::Damaged),
    }
}

/// The size of an `RSAPrivateKey` (RFC 8017, appendix A.1.2): version, modulus, and so on.
fn modulus_bits(pkcs1: &[u8]) -> Option<usize> {
    let fields = AnyRef::from_der(pkcs1).ok()?;
    let mut fields = SliceReader::new(fields.value()).ok()?;
    u8::decode(&mut fields).ok()?;
    let modulus = UintRef::decode(&mut fields).ok()?;
    let leading = modulus.as_bytes().first()?.leading_zeros() as usize;
    Some(modulus.as_bytes().len() * 8 - leading)
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

/// One PEM block: its label, its headers, and its base64.
struct Block<'a> {
    label: &'a str,
    headers: Vec<(&'a str, &'a str)>,
    base64: Zeroizing<String>,
}

impl<'a> Block<'a> {
    /// The first private key of the text, or else its first block: what people paste may hold a
    /// certificate, or the parameters of an EC key, before the key.
    fn find(text: &'a str) -> Result<Self, KeyError> {
        let first = Self::read(text)?;
        if first.label.ends_with("PRIVATE KEY") {
            return Ok(first);
        }
        let others = text.match_indices("-----BEGIN ").skip(1);
        let others = others.filter_map(|(at, _)| Self::read(&text[at..]).ok());
        Ok(others.into_iter().find(|block| block.label.ends_with("PRIVATE KEY")).unwrap_or(first))
    }

    fn read(text: &'a str) -> Result<Self, KeyError> {
        let (_, rest) = text.split_once("-----BEGIN ").ok_or(KeyError::NotPem)?;
        let (label, rest) = rest.split_once("-----").ok_or(KeyError::Damaged)?;
        let end = format!("-----END {label}-----");
        let (body, _) = rest.split_once(&end).ok_or(KeyError::Damaged)?;
        let mut headers = Vec::new();
        let mut base64 = Zeroizing::new(String::with_capacity(body.len()));
        for line in body.lines() {
            match line.split_once(':') {
                Some((name, value)) => headers.push((name.trim(), value.trim())),
                None => base64.extend(line.chars().filter(|c| !c.is_whitespace())),
            }
        }
        Ok(Self { label, headers, base64 })
    }

    /// Cipher and IV, if the block is encrypted as RFC 1421 has it.
    fn dek_info(&self) -> Result<Option<(&'a str, &'a str)>, KeyError> {
        let header = |name| self.headers.iter().find(|(n, _)| *n == name).map(|(_, value)| *value);
        match (header("Proc-Type"), header("DEK-Info")) {
            (None, None) => Ok(None),
            (_, Some(value)) => value.split_once(',').map(Some).ok_or(KeyError::Encryption),
            (Some(_), None) => Err(KeyError::Encryption),
        }
    }

    fn der(&self) -> Result<Der, KeyError> {
        let der = BASE64_STANDARD.decode(self.base64.as_bytes()).map_err(|_| KeyError::Damaged)?;
        Ok(Zeroizing::new(der))
    }
}

/// Undoes what environments do to a text of several lines.
fn repaired(text: &str) -> Result<Zeroizing<String>, KeyError> {
    let text = with_line_breaks(text);
    let text =
        text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '\u{feff}'));
    if text.is_empty() {
        return Err(KeyError::Empty);
    }
    if text.contains("-----BEGIN ") {
        return Ok(Zeroizing::new(text.to_owned()));
    }
    let file = base64_of_a_file(text).ok_or(KeyError::NotPem)?;
    Ok(with_line_breaks(&file))
}

fn with_line_breaks(text: &str) -> Zeroizing<String> {
    let text = Zeroizing::new(text.replace("\\r", ""));
    Zeroizing::new(text.replace("\\n", "\n"))
}

fn base64_of_a_file(text: &str) -> Option<Zeroizing<String>> {
    let text: Zeroizing<String> =
        Zeroizing::new(text.chars().filter(|c| !c.is_whitespace()).collect());
    let file = Zeroizing::new(BASE64_STANDARD.decode(text.as_bytes()).ok()?);
    let file = Zeroizing::new(std::str::from_utf8(&file).ok()?.to_owned());
    file.contains("-----BEGIN ").then_some(file)
}

fn wrap_pkcs1(pkcs1: &[u8]) -> Result<Der, KeyError> {
    let algorithm = AlgorithmIdentifierRef { oid: RSA_ENCRYPTION, parameters: Some(AnyRef::NULL) };
    let key = OctetStringRef::new(pkcs1).map_err(|_| KeyError::Damaged)?;
    let der = PrivateKeyInfoRef::new(algorithm, key).to_der().map_err(|_| KeyError::Damaged)?;
    Ok(Zeroizing::new(der))
}
