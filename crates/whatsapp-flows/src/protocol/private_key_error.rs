//! The reasons why a private key is rejected, with messages that contain nothing of the key.

use std::fmt;

use super::text_encoding::EncodingError;

/// An error for a private key that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PrivateKeyError {
    /// The text is empty.
    Empty,
    /// The bytes are neither DER nor text.
    InvalidEncoding,
    /// The text has no `-----BEGIN …-----` line and is not base64 of a key.
    NotPem,
    /// The PEM block is not a private key.
    UnexpectedLabel(PemLabel),
    /// The END line does not match, or the content is not base64 of a private key.
    Damaged,
    /// The key is encrypted, and no passphrase was given.
    PassphraseMissing,
    /// The passphrase does not decrypt the key.
    PassphraseWrong,
    /// The key is encrypted with an unsupported cipher, or with more key derivation work than is accepted.
    UnsupportedEncryption,
    /// The key belongs to an algorithm other than RSA.
    NotRsa,
    /// The RSA key has this many bits instead of 2048.
    Size(usize),
}

/// A PEM label other than that of a supported private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PemLabel {
    /// `CERTIFICATE`
    Certificate,
    /// `CERTIFICATE REQUEST`
    CertificateRequest,
    /// `PUBLIC KEY`, `RSA PUBLIC KEY`
    PublicKey,
    /// `OPENSSH PRIVATE KEY`
    OpenSsh,
    /// `EC PRIVATE KEY`, `DSA PRIVATE KEY` and others
    OtherAlgorithm,
    /// Any other label.
    Unknown,
}

const DECRYPT: &str = "openssl pkey -in KEY.pem -out PLAIN.pem";
const GENERATE: &str = "flowctl keygen, or: openssl genpkey -algorithm RSA -pkeyopt \
                        rsa_keygen_bits:2048 -out private.pem";

impl fmt::Display for PrivateKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the text is empty; a private key in PEM is expected"),
            Self::InvalidEncoding => write!(f, "the key is {EncodingError}"),
            Self::NotPem => f.write_str(
                "no PEM block found; a private key starts with the line -----BEGIN PRIVATE KEY-----",
            ),
            Self::UnexpectedLabel(label) => label.fmt(f),
            Self::Damaged => f.write_str(
                "the private key is damaged or truncated; copy the whole file again, with its BEGIN and END \
                 lines, and check it with: openssl pkey -in KEY.pem -noout",
            ),
            Self::PassphraseMissing => {
                write!(f, "the key is encrypted; pass its passphrase, or decrypt it with: {DECRYPT}")
            }
            Self::PassphraseWrong => {
                write!(f, "the passphrase is wrong; check it with: {DECRYPT}")
            }
            Self::UnsupportedEncryption => write!(
                f,
                "the key is encrypted with an unsupported method; decrypt it with: {DECRYPT}"
            ),
            Self::NotRsa => write_not_rsa(f),
            Self::Size(bits) => write!(
                f,
                "the RSA key has {bits} bits, and Flows requires 2048; generate one with: {GENERATE}"
            ),
        }
    }
}

impl fmt::Display for PemLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Certificate => {
                f.write_str("this is a certificate; the private key is in another file, often *.key")
            }
            Self::CertificateRequest => f.write_str(
                "this is a certificate request; the private key is in another file, often *.key",
            ),
            Self::PublicKey => f.write_str(
                "this is a public key, which is uploaded to Meta; the private key is in another file",
            ),
            Self::OpenSsh => f.write_str(
                "this is an OpenSSH key; convert a copy to PEM with: ssh-keygen -p -m PKCS8 -f COPY",
            ),
            Self::OtherAlgorithm => write_not_rsa(f),
            Self::Unknown => {
                write!(f, "the PEM block is not a private key; generate one with: {GENERATE}")
            }
        }
    }
}

fn write_not_rsa(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(
        f,
        "the private key is not an RSA key, and Flows requires RSA-2048; generate one with: {GENERATE}"
    )
}

impl std::error::Error for PrivateKeyError {}
