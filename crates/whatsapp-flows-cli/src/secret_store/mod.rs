//! The secret of an endpoint, in Secrets Manager or in a file: read, and written so that no concurrent change is lost.

mod document;
mod error;
mod file;
mod manager;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use zeroize::Zeroizing;

pub use document::{Document, StoredKey};
pub use error::StoreError;
use manager::Manager;

/// The place of a secret.
pub enum SecretStore {
    Manager(Box<Manager>),
    File(PathBuf),
}

/// A secret as it was read. A write takes it as the base of the change.
#[derive(Debug)]
pub struct Stored {
    pub document: Document,
    /// No process can have read this content before this time, by the clock of the store.
    pub written: Timestamp,
    version: Version,
}

impl Stored {
    /// Returns whether nothing was written between two reads.
    pub fn is_same_version(&self, other: &Self) -> bool {
        self.version == other.version
    }
}

/// Identifies the content that was read.
#[derive(Debug, Clone, PartialEq)]
enum Version {
    /// The id of a version in Secrets Manager, and whether its value is binary.
    Manager {
        id: String,
        is_binary: bool,
    },
    File(Zeroizing<Vec<u8>>),
}

impl SecretStore {
    /// The secret with this name or ARN in Secrets Manager, in the given region or in that of the ARN or the
    /// environment.
    pub fn in_secrets_manager(id: &str, region: Option<&str>) -> Result<Self, StoreError> {
        Ok(Self::Manager(Box::new(Manager::connect(id, region)?)))
    }

    /// The secret in a file.
    pub fn in_file(path: &Path) -> Self {
        Self::File(path.to_owned())
    }

    /// The place of the secret for output.
    pub fn describe(&self) -> String {
        match self {
            Self::Manager(manager) => format!("the secret {} in Secrets Manager", manager.name()),
            Self::File(path) => format!("the secret in {}", path.display()),
        }
    }

    /// Reads the secret.
    pub fn read(&self) -> Result<Stored, StoreError> {
        match self {
            Self::Manager(manager) => manager.read(),
            Self::File(path) => file::read(path),
        }
    }

    /// Replaces the secret, if it is still the one that `base` was read as.
    pub fn write(&self, base: &Stored, document: &Document) -> Result<Stored, StoreError> {
        match (self, &base.version) {
            (Self::Manager(manager), Version::Manager { id, is_binary }) => {
                manager.write(id, *is_binary, document)
            }
            (Self::File(path), Version::File(bytes)) => file::write(path, bytes, document),
            _ => Err(StoreError::Changed(self.describe())),
        }
    }
}
