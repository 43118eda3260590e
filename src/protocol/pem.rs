//! Private keys as people hold them: PEM text in, PKCS#8 DER out.
//!
//! Read are PKCS#8 (`PRIVATE KEY`, RFC 5958), PKCS#1 (`RSA PRIVATE KEY`, RFC 8017 appendix A) and
//! PKCS#1 under the legacy encryption of RFC 1421 (`Proc-Type`, `DEK-Info`) with DES-EDE3-CBC, which
//! is what Meta's key generator writes.

use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use md5::{Digest, Md5};
use pkcs8::der::Encode;
use pkcs8::der::asn1::{AnyRef, OctetStringRef};
use pkcs8::spki::AlgorithmIdentifierRef;
use pkcs8::{ObjectIdentifier, PrivateKeyInfoRef};
use zeroize::Zeroizing;

/// `rsaEncryption` (RFC 8017, appendix C).
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// DER bytes of a private key, wiped when dropped.
pub type Der = Zeroizing<Vec<u8>>;

/// Why a private key was not taken. The words say what was found and what to do, and hold nothing
/// of the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyError {
    /// No `-----BEGIN …-----` line.
    NotPem,
    /// A PEM block of another kind, by its label.
    Label(Label),
    /// No matching END line, or what is between is no base64.
    Damaged,
    /// Encrypted, and no passphrase was given.
    PassphraseMissing,
    /// Encrypted, and the passphrase does not fit.
    PassphraseWrong,
    /// Encrypted in a way that is not read here.
    Encryption,
    /// A whole PEM block with something else than an RSA private key in it.
    NotRsa,
    /// An RSA key of this many bits.
    Size(usize),
}

/// A PEM label that is not a private key's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// `CERTIFICATE`
    Certificate,
    /// `PUBLIC KEY`, `RSA PUBLIC KEY`
    PublicKey,
    /// `EC PRIVATE KEY` and other algorithms
    OtherAlgorithm,
    /// `ENCRYPTED PRIVATE KEY`
    EncryptedPkcs8,
    /// Anything else.
    Unknown,
}

/// Reads a PEM file's text into a PKCS#8 `PrivateKeyInfo`, and says whether it was encrypted.
pub fn read_private_key(text: &str, passphrase: Option<&str>) -> Result<(Der, bool), KeyError> {
    let block = Block::find(text)?;
    match block.label {
        "PRIVATE KEY" => Ok((block.der()?, false)),
        "RSA PRIVATE KEY" if block.encrypted() => {
            let passphrase = passphrase.ok_or(KeyError::PassphraseMissing)?;
            Ok((wrap_pkcs1(&decrypt_dek_info(&block, passphrase)?)?, true))
        }
        "RSA PRIVATE KEY" => Ok((wrap_pkcs1(&block.der()?)?, false)),
        "ENCRYPTED PRIVATE KEY" => Err(KeyError::Label(Label::EncryptedPkcs8)),
        "CERTIFICATE" => Err(KeyError::Label(Label::Certificate)),
        "PUBLIC KEY" | "RSA PUBLIC KEY" => Err(KeyError::Label(Label::PublicKey)),
        label if label.ends_with("PRIVATE KEY") => Err(KeyError::Label(Label::OtherAlgorithm)),
        _ => Err(KeyError::Label(Label::Unknown)),
    }
}

/// One PEM block: its label, its headers, and its base64.
struct Block<'a> {
    label: &'a str,
    headers: Vec<(&'a str, &'a str)>,
    base64: Zeroizing<String>,
}

impl<'a> Block<'a> {
    fn find(text: &'a str) -> Result<Self, KeyError> {
        let (_, rest) = text.split_once("-----BEGIN ").ok_or(KeyError::NotPem)?;
        let (label, rest) = rest.split_once("-----").ok_or(KeyError::Damaged)?;
        let (body, _) =
            rest.split_once(&format!("-----END {label}-----")).ok_or(KeyError::Damaged)?;
        let mut headers = Vec::new();
        let mut base64 = Zeroizing::new(String::with_capacity(body.len()));
        for line in body.lines().map(str::trim) {
            match line.split_once(':') {
                Some((name, value)) => headers.push((name.trim(), value.trim())),
                None => base64.push_str(line),
            }
        }
        Ok(Self { label, headers, base64 })
    }

    fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.iter().find(|(n, _)| *n == name).map(|(_, value)| *value)
    }

    fn encrypted(&self) -> bool {
        self.header("Proc-Type").is_some_and(|value| value.ends_with("ENCRYPTED"))
    }

    fn der(&self) -> Result<Der, KeyError> {
        let der = BASE64_STANDARD.decode(self.base64.as_bytes()).map_err(|_| KeyError::Damaged)?;
        Ok(Zeroizing::new(der))
    }
}

/// RFC 1421's encryption: `DEK-Info: DES-EDE3-CBC,<IV in hex>`.
fn decrypt_dek_info(block: &Block, passphrase: &str) -> Result<Der, KeyError> {
    let (cipher, iv) = block
        .header("DEK-Info")
        .and_then(|value| value.split_once(','))
        .ok_or(KeyError::Encryption)?;
    if cipher != "DES-EDE3-CBC" || iv.len() != 16 {
        return Err(KeyError::Encryption);
    }
    let iv = u64::from_str_radix(iv, 16).map_err(|_| KeyError::Damaged)?.to_be_bytes();
    let key = bytes_to_key::<24>(passphrase, iv);
    let mut der = block.der()?;
    let length = cbc::Decryptor::<des::TdesEde3>::new((&*key).into(), (&iv).into())
        .decrypt_padded::<Pkcs7>(&mut der)
        .map_err(|_| KeyError::PassphraseWrong)?
        .len();
    der.truncate(length);
    Ok(der)
}

/// OpenSSL's `EVP_BytesToKey` with MD5, one round, and the IV's first eight bytes as salt.
fn bytes_to_key<const N: usize>(passphrase: &str, salt: [u8; 8]) -> Zeroizing<[u8; N]> {
    let mut key = Zeroizing::new([0; N]);
    let mut block = Zeroizing::new([0; 16]);
    for (at, part) in key.chunks_mut(16).enumerate() {
        let before = if at == 0 { &[][..] } else { &*block };
        let hash = Md5::new().chain_update(before).chain_update(passphrase).chain_update(salt);
        *block = hash.finalize().into();
        part.copy_from_slice(&block[..part.len()]);
    }
    key
}

fn wrap_pkcs1(pkcs1: &[u8]) -> Result<Der, KeyError> {
    let algorithm = AlgorithmIdentifierRef { oid: RSA_ENCRYPTION, parameters: Some(AnyRef::NULL) };
    let key = OctetStringRef::new(pkcs1).map_err(|_| KeyError::Damaged)?;
    let der = PrivateKeyInfoRef::new(algorithm, key).to_der().map_err(|_| KeyError::Damaged)?;
    Ok(Zeroizing::new(der))
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decrypt = "openssl pkey -in KEY.pem -out PLAIN.pem";
        match self {
            Self::NotPem => write!(
                f,
                "no PEM found: a private key starts with the line -----BEGIN PRIVATE KEY-----"
            ),
            Self::Label(Label::Certificate) => {
                write!(f, "this is a certificate; the private key is in another file, often *.key")
            }
            Self::Label(Label::PublicKey) => write!(
                f,
                "this is a public key, which goes to Meta; the private key is in another file"
            ),
            Self::Label(Label::OtherAlgorithm) | Self::NotRsa => write!(
                f,
                "this is no RSA private key, and Flows needs RSA with 2048 bits: flowctl keygen, or \
                 openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out private.pem"
            ),
            Self::Label(Label::EncryptedPkcs8) | Self::Encryption => write!(
                f,
                "this key is encrypted in a way that is not read here; decrypt it with: {decrypt}"
            ),
            Self::Label(Label::Unknown) => write!(f, "this PEM block holds no private key"),
            Self::Damaged => write!(
                f,
                "the PEM block is damaged or cut off: copy the whole file again, with its BEGIN and \
                 END lines"
            ),
            Self::PassphraseMissing => write!(
                f,
                "the key is encrypted: give its passphrase, or decrypt it with: {decrypt}"
            ),
            Self::PassphraseWrong => write!(f, "the passphrase does not open this key"),
            Self::Size(bits) => write!(
                f,
                "this RSA key has {bits} bits, and Flows needs 2048: make a new one with flowctl keygen"
            ),
        }
    }
}

impl std::error::Error for KeyError {}
