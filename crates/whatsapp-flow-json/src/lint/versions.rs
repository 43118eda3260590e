//! The versions of Flow JSON.

use crate::catalog::Version;
use crate::model::Document;

/// The newest version that the rules cover.
pub const NEWEST: Version = (7, 3);

/// The other versions (CHG).
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

/// The first version that can still be published (CHG).
pub const PUBLISHABLE: Version = (5, 1);

pub fn is_known(version: Version) -> bool {
    VERSIONS.contains(&version) || version == NEWEST
}

/// Returns whether a version may have been released after this program. A year is not a version.
pub fn is_newer(version: Version) -> bool {
    version > NEWEST && version.0 <= NEWEST.0 + 10
}

/// The version whose rules apply to a document: its own, or the newest one if that is not known.
pub fn rules_version(document: &Document<'_>) -> Version {
    document.version().filter(|version| is_known(*version)).unwrap_or(NEWEST)
}
