//! The public half as Meta, openssl and stores give it: text or a file in, `SubjectPublicKeyInfo` out.

use std::fmt;

use pkcs8::der::Decode;
use pkcs8::spki::SubjectPublicKeyInfoRef;
use serde_json::Value;

use super::der::{Contents, RSA_ENCRYPTION, public_modulus_bits, wrap_public};
use super::key_error::{KeyError, Label};
use super::pem_block::Block;
use super::text;

/// A public key as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKeyPem {
    /// `SubjectPublicKeyInfo` (RFC 5280).
    pub der: Vec<u8>,
    /// In which form it stood there.
    pub form: PublicForm,
}

/// The forms that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicForm {
    /// `PUBLIC KEY`: the one that Meta takes.
    Spki,
    /// `RSA PUBLIC KEY`
    Pkcs1,
}

/// Why a public key was not read, in words that say what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicKeyError {
    /// Nothing at all, or Meta's answer that there is none.
    Empty,
    /// Neither DER nor text.
    NotText,
    /// No public key in it.
    NotFound,
    /// A private key.
    Private,
    /// A certificate, or a request for one.
    Certificate,
    /// It has no end, or the bytes are not a public key's.
    Damaged,
    /// A public key of another algorithm.
    NotRsa,
    /// An RSA key of this many bits.
    Size(usize),
}

/// Reads a public key from a file: PEM, DER, base64 of one of them, or what Meta's Graph API answers.
pub fn read_public_key_file(file: &[u8]) -> Result<PublicKeyPem, PublicKeyError> {
    if Contents::of(file).is_some() {
        return read_block(Block::in_file(file)?);
    }
    read_public_key(&text::decode(file).map_err(|_| PublicKeyError::NotText)?)
}

/// Reads a public key from text.
pub fn read_public_key(text: &str) -> Result<PublicKeyPem, PublicKeyError> {
    match from_graph(text) {
        Some(Value::String(key)) => read_block(Block::in_text(&key)?),
        Some(_) => Err(PublicKeyError::Empty),
        None => read_block(Block::in_text(text)?),
    }
}

/// `business_public_key` in Graph's answer: flat, or in the list `data`.
fn from_graph(text: &str) -> Option<Value> {
    let mut answer: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    let mut entry = match answer.get_mut("data") {
        Some(data) => data.take(),
        None => answer,
    };
    if let Value::Array(entries) = &mut entry {
        entry = entries.first_mut().map(Value::take).unwrap_or_default();
    }
    match entry {
        Value::Object(mut entry) => Some(entry.remove("business_public_key").unwrap_or_default()),
        Value::Null => Some(Value::Null),
        // A text in quotes is a text.
        _ => None,
    }
}

fn read_block(block: Block) -> Result<PublicKeyPem, PublicKeyError> {
    match block.label.as_deref() {
        None | Some("PUBLIC KEY" | "RSA PUBLIC KEY") => {}
        Some(label) if label.ends_with("PRIVATE KEY") => return Err(PublicKeyError::Private),
        Some(label) if label.contains("CERTIFICATE") => return Err(PublicKeyError::Certificate),
        Some(label) if label.ends_with("PUBLIC KEY") => return Err(PublicKeyError::NotRsa),
        Some(_) => return Err(PublicKeyError::NotFound),
    }
    let (der, form) = match Contents::of(&block.der) {
        Some(Contents::PublicKey) => (block.der.to_vec(), PublicForm::Spki),
        Some(Contents::RsaPublicKey) => {
            (wrap_public(&block.der).ok_or(PublicKeyError::Damaged)?, PublicForm::Pkcs1)
        }
        Some(Contents::Certificate) => return Err(PublicKeyError::Certificate),
        Some(
            Contents::Pkcs1 | Contents::Pkcs8 | Contents::Pkcs8Encrypted | Contents::EcPrivateKey,
        ) => return Err(PublicKeyError::Private),
        None => return Err(PublicKeyError::Damaged),
    };
    let key = SubjectPublicKeyInfoRef::from_der(&der).map_err(|_| PublicKeyError::Damaged)?;
    if key.algorithm.oid != RSA_ENCRYPTION {
        return Err(PublicKeyError::NotRsa);
    }
    match key.subject_public_key.as_bytes().and_then(public_modulus_bits) {
        Some(2048) => Ok(PublicKeyPem { der, form }),
        Some(bits) => Err(PublicKeyError::Size(bits)),
        None => Err(PublicKeyError::Damaged),
    }
}

/// What a block's reading fails with, whatever is looked for.
impl From<KeyError> for PublicKeyError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Empty => Self::Empty,
            KeyError::NotText => Self::NotText,
            KeyError::Damaged | KeyError::Label(Label::PublicKey) => Self::Damaged,
            KeyError::NotPem | KeyError::Label(_) => Self::NotFound,
            KeyError::PassphraseMissing | KeyError::PassphraseWrong | KeyError::Encryption => {
                Self::Private
            }
            KeyError::NotRsa => Self::NotRsa,
            KeyError::Size(bits) => Self::Size(bits),
        }
    }
}

impl fmt::Display for PublicKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MAKE: &str = "openssl pkey -in private.pem -pubout -out public.pem";
        match self {
            Self::Empty => write!(f, "there is no public key; make it with: {MAKE}"),
            Self::NotText => write!(f, "there is no public key: {}", text::NotText),
            Self::NotFound => write!(
                f,
                "no public key found: it starts with the line -----BEGIN PUBLIC KEY-----; make it \
                 with: {MAKE}"
            ),
            Self::Private => {
                write!(f, "this is a private key; make its public half with: {MAKE}")
            }
            Self::Certificate => f.write_str(
                "this is a certificate; take the public key out of it with: openssl x509 -in FILE \
                 -pubkey -noout",
            ),
            Self::Damaged => write!(
                f,
                "the public key is damaged or cut off: copy the whole file again, with its BEGIN and \
                 END lines, or make it with: {MAKE}"
            ),
            Self::NotRsa => {
                f.write_str("this public key is not RSA, and Flows needs RSA-2048: flowctl keygen")
            }
            Self::Size(bits) => {
                write!(f, "this RSA key has {bits} bits, and Flows needs 2048: flowctl keygen")
            }
        }
    }
}

impl std::error::Error for PublicKeyError {}
