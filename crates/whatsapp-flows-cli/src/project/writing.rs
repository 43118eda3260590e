//! Writes files, all or none.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Error;

/// A file: its path in the project, and its text.
pub type File = (String, String);

/// Writes the files into a new folder, all or none.
pub fn create(folder: &Path, files: &[File]) -> Result<(), Error> {
    let unfinished = PathBuf::from(format!(".{}.unfinished", folder.display()));
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    let written = write_all(&unfinished, files).and_then(|()| {
        fs::rename(&unfinished, folder)
            .map_err(|error| format!("{}: {error}", folder.display()).into())
    });
    if written.is_err() {
        let _ = fs::remove_dir_all(&unfinished);
    }
    written
}

/// Adds files to a folder that exists, and replaces the texts of others: all or none.
pub fn add(folder: &Path, new: &[File], changed: &[File]) -> Result<(), Error> {
    for (path, _) in new {
        if folder.join(path).exists() {
            return Err(format!("{path} already exists and is not overwritten").into());
        }
    }
    let mut before = Vec::new();
    for (path, _) in changed {
        let text = fs::read_to_string(folder.join(path));
        before.push((path.clone(), text.map_err(|error| format!("{path}: {error}"))?));
    }
    let written = write_all(folder, &[new, changed].concat());
    if written.is_err() {
        for (path, _) in new {
            let _ = fs::remove_file(folder.join(path));
        }
        for (path, text) in before {
            let _ = fs::write(folder.join(path), text);
        }
    }
    written
}

fn write_all(folder: &Path, files: &[File]) -> Result<(), Error> {
    for (path, text) in files {
        let path = folder.join(path);
        let describe = |error: std::io::Error| format!("{}: {error}", path.display());
        fs::create_dir_all(path.parent().unwrap_or(folder)).map_err(describe)?;
        fs::write(&path, text).map_err(describe)?;
    }
    let is_source = |path: &str| path.ends_with(".rs") && !path.ends_with("screens.rs");
    let sources = files.iter().filter(|(path, _)| is_source(path));
    format(sources.map(|(path, _)| folder.join(path)).collect());
    Ok(())
}

/// The sources are formatted as the developer's own rustfmt does it. Without one they stay as they are.
fn format(sources: Vec<PathBuf>) {
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--edition", "2024"]).args(sources).stdout(Stdio::null()).stderr(Stdio::null());
    let _ = rustfmt.status();
}
