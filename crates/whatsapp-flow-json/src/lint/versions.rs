//! The versions of Flow JSON.

use crate::catalog::Version;
use crate::model::Document;

/// The newest version that the rules know.
pub const NEWEST: Version = (7, 3);

/// The versions that there are (CHG).
pub const VERSIONS: [Version; 13] = [
    (2, 1),
    (3, 0),
    (3, 1),
    (4, 0),
    (5, 0),
    (5, 1),
    (6, 0),
    (6, 1),
    (6, 2),
    (6, 3),
    (7, 0),
    (7, 1),
    (7, 2),
];

/// Versions before this one cannot be published any more (CHG).
pub const PUBLISHABLE: Version = (5, 1);

pub fn is_known(version: Version) -> bool {
    VERSIONS.contains(&version) || version == NEWEST
}

/// Whether a version may have been released since this program was. A year is not a version.
pub fn is_newer(version: Version) -> bool {
    version > NEWEST && version.0 <= NEWEST.0 + 10
}

/// The version whose rules a document is checked by: its own, or the newest if that is not known.
pub fn rules_version(document: &Document<'_>) -> Version {
    document.version().filter(|version| is_known(*version)).unwrap_or(NEWEST)
}
