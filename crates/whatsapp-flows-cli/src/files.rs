//! File access with errors that name the file.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use whatsapp_flows::protocol::text_encoding;
use zeroize::Zeroizing;

use super::Error;

/// Reads a UTF-8 text file.
pub fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()).into())
}

/// Reads a text file in any encoding that editors and shells write.
pub fn read_text(path: &Path) -> Result<String, Error> {
    let text = text_encoding::decode(&read_bytes(path)?);
    let mut text = text.map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(std::mem::take(&mut *text))
}

/// Reads a file into memory that is erased on drop.
pub fn read_bytes(path: &Path) -> Result<Zeroizing<Vec<u8>>, Error> {
    let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(Zeroizing::new(bytes))
}

/// Writes a new file that only its owner can read. An existing file is not overwritten.
pub fn write_new(path: &Path, text: &str) -> Result<(), Error> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => format!(
            "{} already exists and is not overwritten; move it, or name another file",
            path.display()
        )
        .into(),
        _ => format!("{}: {error}", path.display()).into(),
    })
}

/// Reads a passphrase, which is the first line of a file.
pub fn read_passphrase(path: Option<&Path>) -> Result<Option<String>, Error> {
    let text = path.map(read_text).transpose()?;
    Ok(text.map(|text| text_encoding::first_line(&text).to_owned()))
}
