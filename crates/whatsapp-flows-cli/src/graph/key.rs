//! The public key that is registered for a phone number.

use std::fmt;

/// A registered public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredKey {
    /// The key as the control plane returns it, a PEM. After the number was registered anew it may be blank.
    pub pem: String,
    /// `None` if the control plane does not say it.
    pub signature_status: Option<SignatureStatus>,
}

/// The state of the signature under a registered key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureStatus {
    /// Signed by the present registration of the number.
    Valid,
    /// The number was registered anew since; the same key must be uploaded again.
    Mismatch,
    /// A status that this version does not know.
    Other(String),
}

impl SignatureStatus {
    /// Reads a status.
    pub fn of(text: &str) -> Self {
        match text {
            "VALID" => Self::Valid,
            "MISMATCH" => Self::Mismatch,
            other => Self::Other(other.into()),
        }
    }
}

impl fmt::Display for SignatureStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Valid => "VALID",
            Self::Mismatch => "MISMATCH",
            Self::Other(text) => text,
        })
    }
}
