//! Why a private key was not taken, in words that say what was found and what to do. They hold nothing
//! of the key.

use std::fmt;

use super::text::NotText;

/// A private key's refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyError {
    /// Nothing at all.
    Empty,
    /// Neither DER nor text.
    NotText,
    /// No `-----BEGIN …-----` line.
    NotPem,
    /// A PEM block of another kind.
    Label(Label),
    /// No matching END line, or what is between is no base64 of a private key.
    Damaged,
    /// Encrypted, and no passphrase was given.
    PassphraseMissing,
    /// Encrypted, and the passphrase does not fit.
    PassphraseWrong,
    /// Encrypted in a way that is not read here.
    Encryption,
    /// A private key of another algorithm.
    NotRsa,
    /// An RSA key of this many bits.
    Size(usize),
}

/// A PEM label that is not a private key's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
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
    /// Anything else.
    Unknown,
}

const DECRYPT: &str = "openssl pkey -in KEY.pem -out PLAIN.pem";
const GENERATE: &str = "flowctl keygen, or: openssl genpkey -algorithm RSA -pkeyopt \
                        rsa_keygen_bits:2048 -out private.pem";

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there is no key: the text is empty"),
            Self::NotText => write!(f, "there is no key: {NotText}"),
            Self::NotPem => f.write_str(
                "no PEM found: a private key starts with the line -----BEGIN PRIVATE KEY-----",
            ),
            Self::Label(label) => label.fmt(f),
            Self::Damaged => f.write_str(
                "the private key is damaged or cut off: copy the whole file again, with its BEGIN and \
                 END lines; openssl pkey -in KEY.pem -noout says whether it is whole",
            ),
            Self::PassphraseMissing => {
                write!(f, "the key is encrypted: give its passphrase, or decrypt it with: {DECRYPT}")
            }
            Self::PassphraseWrong => {
                write!(f, "the passphrase does not open this key; try it with: {DECRYPT}")
            }
            Self::Encryption => write!(
                f,
                "this key is encrypted in a way that is not read here; decrypt it with: {DECRYPT}"
            ),
            Self::NotRsa => {
                write!(f, "this private key is not RSA, and Flows needs RSA-2048: {GENERATE}")
            }
            Self::Size(bits) => {
                write!(f, "this RSA key has {bits} bits, and Flows needs 2048: {GENERATE}")
            }
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Certificate => {
                f.write_str("this is a certificate; the private key is in another file, often *.key")
            }
            Self::CertificateRequest => f.write_str(
                "this is a certificate request; the private key is in another file, often *.key",
            ),
            Self::PublicKey => f.write_str(
                "this is a public key, which goes to Meta; the private key is in another file",
            ),
            Self::OpenSsh => f.write_str(
                "this is an OpenSSH key; make a copy of it PEM with: ssh-keygen -p -m PKCS8 -f COPY",
            ),
            Self::OtherAlgorithm => {
                write!(f, "this private key is not RSA, and Flows needs RSA-2048: {GENERATE}")
            }
            Self::Unknown => write!(f, "this PEM block holds no private key; make one: {GENERATE}"),
        }
    }
}

impl std::error::Error for KeyError {}
