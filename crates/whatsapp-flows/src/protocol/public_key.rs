//! Parsing of RSA public keys from text, files or the Graph API's response, into `SubjectPublicKeyInfo` DER.

use std::fmt;

use pkcs8::der::Decode;
use pkcs8::spki::SubjectPublicKeyInfoRef;
use serde_json::Value;

use super::der::{DerKind, RSA_ENCRYPTION, pkcs1_to_spki, public_modulus_bits};
use super::pem_block::PemBlock;
use super::private_key_error::{PemLabel, PrivateKeyError};
use super::text_encoding;

/// The DER of a public key, and the format that it was parsed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKeyDer {
    /// `SubjectPublicKeyInfo` (RFC 5280).
    pub der: Vec<u8>,
    /// The format of the original text or file.
    pub format: PublicKeyFormat,
}

/// The supported formats of public keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublicKeyFormat {
    /// `PUBLIC KEY`, the format that Meta accepts.
    Spki,
    /// `RSA PUBLIC KEY`
    Pkcs1,
}

/// An error for a public key that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublicKeyError {
    /// The text is empty, or a Graph API response without a key.
    Empty,
    /// The bytes are neither DER nor text.
    InvalidEncoding,
    /// The text contains no public key.
    NotFound,
    /// The key is a private key.
    Private,
    /// The file is a certificate or a certificate request.
    Certificate,
    /// The END line does not match, or the content is not base64 of a public key.
    Damaged,
    /// The key belongs to an algorithm other than RSA.
    NotRsa,
    /// The RSA key has this many bits instead of 2048.
    Size(usize),
}

/// Parses a public key from the bytes of a file: PEM, DER, base64 of one of them, or the Graph API's response to
/// `GET /PHONE_NUMBER_ID/whatsapp_business_encryption`.
///
/// # Errors
///
/// If the file is not an RSA-2048 public key.
pub fn parse_public_key_bytes(file: &[u8]) -> Result<PublicKeyDer, PublicKeyError> {
    if DerKind::detect(file).is_some() {
        return parse_block(PemBlock::from_bytes(file)?);
    }
    parse_public_key(&text_encoding::decode(file).map_err(|_| PublicKeyError::InvalidEncoding)?)
}

/// Parses a public key from text, like [`parse_public_key_bytes`].
///
/// # Errors
///
/// If the text is not an RSA-2048 public key.
pub fn parse_public_key(text: &str) -> Result<PublicKeyDer, PublicKeyError> {
    match graph_response_key(text) {
        Some(Value::String(key)) => parse_block(PemBlock::from_text(&key)?),
        Some(_) => Err(PublicKeyError::Empty),
        None => parse_block(PemBlock::from_text(text)?),
    }
}

/// Returns `business_public_key` of a Graph API response, at the top level or in the list `data`; `None` if the text
/// is not such a response.
fn graph_response_key(text: &str) -> Option<Value> {
    let mut response: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    let mut entry = match response.get_mut("data") {
        Some(data) => data.take(),
        None => response,
    };
    if let Value::Array(entries) = &mut entry {
        entry = entries.first_mut().map(Value::take).unwrap_or_default();
    }
    match entry {
        Value::Object(mut entry) => Some(entry.remove("business_public_key").unwrap_or_default()),
        Value::Null => Some(Value::Null),
        // A JSON string is a quoted key.
        _ => None,
    }
}

fn parse_block(block: PemBlock) -> Result<PublicKeyDer, PublicKeyError> {
    match block.label.as_deref() {
        None | Some("PUBLIC KEY" | "RSA PUBLIC KEY") => {}
        Some(label) if label.ends_with("PRIVATE KEY") => return Err(PublicKeyError::Private),
        Some(label) if label.contains("CERTIFICATE") => return Err(PublicKeyError::Certificate),
        Some(label) if label.ends_with("PUBLIC KEY") => return Err(PublicKeyError::NotRsa),
        Some(_) => return Err(PublicKeyError::NotFound),
    }
    let (der, format) = match DerKind::detect(&block.der) {
        Some(DerKind::PublicKey) => (block.der.to_vec(), PublicKeyFormat::Spki),
        Some(DerKind::RsaPublicKey) => {
            (pkcs1_to_spki(&block.der).ok_or(PublicKeyError::Damaged)?, PublicKeyFormat::Pkcs1)
        }
        Some(DerKind::Certificate) => return Err(PublicKeyError::Certificate),
        Some(DerKind::Pkcs1 | DerKind::Pkcs8 | DerKind::Pkcs8Encrypted | DerKind::EcPrivateKey) => {
            return Err(PublicKeyError::Private);
        }
        None => return Err(PublicKeyError::Damaged),
    };
    let key = SubjectPublicKeyInfoRef::from_der(&der).map_err(|_| PublicKeyError::Damaged)?;
    if key.algorithm.oid != RSA_ENCRYPTION {
        return Err(PublicKeyError::NotRsa);
    }
    match key.subject_public_key.as_bytes().and_then(public_modulus_bits) {
        Some(2048) => Ok(PublicKeyDer { der, format }),
        Some(bits) => Err(PublicKeyError::Size(bits)),
        None => Err(PublicKeyError::Damaged),
    }
}

/// Converts the error of parsing a PEM block.
impl From<PrivateKeyError> for PublicKeyError {
    fn from(error: PrivateKeyError) -> Self {
        match error {
            PrivateKeyError::Empty => Self::Empty,
            PrivateKeyError::InvalidEncoding => Self::InvalidEncoding,
            PrivateKeyError::Damaged | PrivateKeyError::UnexpectedLabel(PemLabel::PublicKey) => {
                Self::Damaged
            }
            PrivateKeyError::NotPem | PrivateKeyError::UnexpectedLabel(_) => Self::NotFound,
            PrivateKeyError::PassphraseMissing
            | PrivateKeyError::PassphraseWrong
            | PrivateKeyError::UnsupportedEncryption => Self::Private,
            PrivateKeyError::NotRsa => Self::NotRsa,
            PrivateKeyError::Size(bits) => Self::Size(bits),
        }
    }
}

impl fmt::Display for PublicKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const EXPORT: &str = "openssl pkey -in private.pem -pubout -out public.pem";
        match self {
            Self::Empty => write!(f, "the public key is missing; export it with: {EXPORT}"),
            Self::InvalidEncoding => {
                write!(f, "the public key is {}", text_encoding::EncodingError)
            }
            Self::NotFound => write!(
                f,
                "no public key found; one starts with the line -----BEGIN PUBLIC KEY-----, and is exported \
                 with: {EXPORT}"
            ),
            Self::Private => {
                write!(f, "this is a private key; export its public key with: {EXPORT}")
            }
            Self::Certificate => f.write_str(
                "this is a certificate; extract its public key with: openssl x509 -in FILE -pubkey -noout",
            ),
            Self::Damaged => write!(
                f,
                "the public key is damaged or truncated; copy the whole file again, with its BEGIN and END \
                 lines, or export it with: {EXPORT}"
            ),
            Self::NotRsa => f.write_str(
                "the public key is not an RSA key, and Flows requires RSA-2048; generate a pair with: flowctl keygen",
            ),
            Self::Size(bits) => write!(
                f,
                "the RSA key has {bits} bits, and Flows requires 2048; generate a pair with: flowctl keygen"
            ),
        }
    }
}

impl std::error::Error for PublicKeyError {}
