//! Notices changes of a package's sources, by their times and sizes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The state of a package's files.
#[derive(Debug, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<PathBuf, (SystemTime, u64)>);

/// The time between two looks.
pub const INTERVAL: Duration = Duration::from_millis(500);

/// Deeper folders are not looked at.
const MAX_DEPTH: usize = 12;

impl Snapshot {
    /// Looks at the manifest, the lock file, the template, and everything in `src`.
    pub fn of(package: &Path) -> Self {
        let mut files = BTreeMap::new();
        for name in ["Cargo.toml", "Cargo.lock", "build.rs", "template.yaml", "template.yml"] {
            add(&package.join(name), &mut files);
        }
        walk(&package.join("src"), MAX_DEPTH, &mut files);
        Self(files)
    }
}

fn walk(folder: &Path, depth: usize, files: &mut BTreeMap<PathBuf, (SystemTime, u64)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        match path.is_dir() {
            true if depth > 0 => walk(&path, depth - 1, files),
            true => {}
            false => add(&path, files),
        }
    }
}

fn add(path: &Path, files: &mut BTreeMap<PathBuf, (SystemTime, u64)>) {
    if let Ok(metadata) = path.metadata() {
        let changed = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        files.insert(path.to_owned(), (changed, metadata.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_noticed() {
        let folder = std::env::temp_dir().join(format!("flowctl-watch-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("src/deep")).unwrap();
        std::fs::write(folder.join("src/deep/flow.json"), "{}").unwrap();
        let before = Snapshot::of(&folder);
        assert_eq!(before, Snapshot::of(&folder));
        std::fs::write(folder.join("src/deep/flow.json"), "{ }").unwrap();
        let changed = Snapshot::of(&folder);
        assert_ne!(before, changed);
        std::fs::write(folder.join("README.md"), "x").unwrap();
        assert_eq!(changed, Snapshot::of(&folder), "not a source");
        std::fs::remove_file(folder.join("src/deep/flow.json")).unwrap();
        assert_ne!(changed, Snapshot::of(&folder));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
