//! A secret in a file. It is replaced as a whole, under a lock, and only if it is still what was read.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{Error, ErrorKind, Write};
use std::path::Path;

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::document::Document;
use super::{StoreError, Stored, Version};

pub fn read(path: &Path) -> Result<Stored, StoreError> {
    let describe = |error: Error| describe("read", path, &error);
    let bytes = Zeroizing::new(fs::read(path).map_err(describe)?);
    let modified = fs::metadata(path).and_then(|metadata| metadata.modified()).map_err(describe)?;
    stored(path, bytes, modified.try_into().unwrap_or(Timestamp::UNIX_EPOCH))
}

pub fn write(path: &Path, base: &[u8], document: &Document) -> Result<Stored, StoreError> {
    let describe = |error: Error| describe("write", path, &error);
    // A link stays a link.
    let target = path.canonicalize().map_err(describe)?;
    let locked = File::open(&target).map_err(describe)?;
    locked.lock().map_err(describe)?;
    // A writer that had the lock before has replaced the file that is locked now; its content differs then.
    if Zeroizing::new(fs::read(&target).map_err(describe)?)[..] != *base {
        return Err(StoreError::Changed(format!("the secret in {}", path.display())));
    }
    let permissions = locked.metadata().map_err(describe)?.permissions();
    let bytes = document.text().as_bytes();
    replace(&target, bytes, permissions).map_err(describe)?;
    stored(path, Zeroizing::new(bytes.to_vec()), Timestamp::now())
}

/// Writes a file beside the old one, readable by its owner only until it has the permissions of the old one, and
/// renames it. A process that dies meanwhile leaves the old file as it was.
fn replace(target: &Path, bytes: &[u8], permissions: Permissions) -> Result<(), Error> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let new = target.with_file_name(format!(".{name}.{}.new", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let write = || {
        let mut file = options.open(&new)?;
        file.write_all(bytes)?;
        file.set_permissions(permissions)?;
        file.sync_all()?;
        fs::rename(&new, target)
    };
    let written = write();
    if written.as_ref().is_err_and(|error| error.kind() != ErrorKind::AlreadyExists) {
        let _ = fs::remove_file(&new);
    }
    written
}

fn stored(
    path: &Path,
    bytes: Zeroizing<Vec<u8>>,
    written: Timestamp,
) -> Result<Stored, StoreError> {
    let document = Document::parse(&bytes)
        .map_err(|error| StoreError::Invalid(format!("the secret in {}", path.display()), error))?;
    Ok(Stored { document, written, version: Version::File(bytes) })
}

fn describe(attempt: &str, path: &Path, error: &Error) -> StoreError {
    match error.kind() {
        ErrorKind::NotFound => StoreError::NotFound(format!(
            "{} does not exist; make the secret with: flowctl secret --out {}",
            path.display(),
            path.display()
        )),
        _ => StoreError::File(format!(
            "cannot {attempt} {}: {error}; the old content is unchanged, so the command can be repeated",
            path.display()
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use whatsapp_flows::testing::KeyPair;

    use super::super::SecretStore;
    use super::*;

    fn secret_file(name: &str) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("flowctl-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let pair = KeyPair::generate();
        let json = json!({
            "private_keys": [{ "id": "a", "pem": *pair.private_pem }],
            "app_secrets": ["0123456789abcdef0123456789abcdef"],
        });
        let path = folder.join("secret.json");
        fs::write(&path, json.to_string()).unwrap();
        path
    }

    #[test]
    fn a_concurrent_change_is_not_overwritten() {
        let path = secret_file("changed");
        let store = SecretStore::in_file(&path);
        let (mine, theirs) = (store.read().unwrap(), store.read().unwrap());
        let add = |stored: &Stored, digit: &str| stored.document.with_app_secret(&digit.repeat(32));
        let written = store.write(&theirs, &add(&theirs, "1").unwrap()).unwrap();
        let error = store.write(&mine, &add(&mine, "2").unwrap()).unwrap_err();
        assert!(error.to_string().contains("changed by somebody else"), "{error}");
        assert_eq!(store.read().unwrap().document.app_secrets.len(), 2);
        // What a write returns is the base of the next one.
        store.write(&written, &add(&written, "3").unwrap()).unwrap();
        assert_eq!(store.read().unwrap().document.app_secrets.len(), 3);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn eight_concurrent_writers_lose_nothing() {
        let path = secret_file("writers");
        std::thread::scope(|scope| {
            for digit in 1..=8 {
                let path = &path;
                scope.spawn(move || {
                    let store = SecretStore::in_file(path);
                    let added = digit.to_string().repeat(32);
                    while {
                        let base = store.read().unwrap();
                        let document = base.document.with_app_secret(&added).unwrap();
                        store.write(&base, &document).is_err()
                    } {}
                });
            }
        });
        assert_eq!(SecretStore::in_file(&path).read().unwrap().document.app_secrets.len(), 9);
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_survive_a_write() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
        let path = secret_file("permissions");
        let link = path.with_file_name("link");
        symlink(&path, &link).unwrap();
        for mode in [0o600, 0o640] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let store = SecretStore::in_file(&link);
            let base = store.read().unwrap();
            store.write(&base, &base.document.with_app_secret(&"4".repeat(32)).unwrap()).unwrap();
            assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, mode);
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        }
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }
}
