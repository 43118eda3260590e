//! The Cargo package of the current folder, and its program.

use std::io::{BufRead, BufReader, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::Error;

/// A package with one program.
#[derive(Debug, Clone)]
pub struct Package {
    /// The folder of its manifest.
    pub folder: PathBuf,
    name: String,
    binary: String,
    target: PathBuf,
}

impl Package {
    /// Finds the package whose manifest is in the current folder or in one above it. `None` if there is no manifest, or
    /// if it has no program. `binary` names one of several programs.
    pub fn find(binary: Option<&str>) -> Result<Option<Self>, Error> {
        let here = std::env::current_dir()?;
        let Some(folder) = here.ancestors().find(|folder| folder.join("Cargo.toml").is_file())
        else {
            return Ok(None);
        };
        let output = Command::new(cargo())
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .current_dir(folder)
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| format!("cargo: {error}; is Rust installed?"))?;
        let metadata: Value = serde_json::from_slice(&output.stdout)
            .map_err(|_| format!("cargo metadata failed in {}", folder.display()))?;
        Ok(Self::read(&metadata, &folder.join("Cargo.toml"), binary))
    }

    fn read(metadata: &Value, manifest: &Path, binary: Option<&str>) -> Option<Self> {
        let packages = metadata["packages"].as_array()?.iter();
        let package = packages
            .filter(|package| package["manifest_path"].as_str().map(Path::new) == Some(manifest))
            .find(|package| !binaries(package).is_empty())?;
        let default = package["default_run"].as_str();
        let default = binary.or(default);
        let binary = default.map(str::to_owned).or_else(|| binaries(package).into_iter().next())?;
        Some(Self {
            folder: manifest.parent()?.to_owned(),
            name: package["name"].as_str()?.to_owned(),
            binary,
            target: metadata["target_directory"].as_str()?.into(),
        })
    }

    /// Builds the program, with Cargo's messages on stderr. Returns true if it was built.
    pub fn build(&self) -> Result<bool, Error> {
        let status = Command::new(cargo())
            .args(["build", "--package", &self.name, "--bin", &self.binary])
            .current_dir(&self.folder)
            .status()
            .map_err(|error| format!("cargo: {error}; is Rust installed?"))?;
        Ok(status.success())
    }

    /// As [`build`](Self::build), and also returns Cargo's messages, without colors.
    pub fn build_and_listen(&self) -> Result<(bool, String), Error> {
        let color = if std::io::stderr().is_terminal() { "always" } else { "never" };
        let mut child = Command::new(cargo())
            .args(["build", "--color", color, "--package", &self.name, "--bin", &self.binary])
            .current_dir(&self.folder)
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cargo: {error}; is Rust installed?"))?;
        let mut output = String::new();
        if let Some(messages) = child.stderr.take() {
            for line in BufReader::new(messages).lines().map_while(Result::ok) {
                eprintln!("{line}");
                output.push_str(&without_colors(&line));
                output.push('\n');
            }
        }
        Ok((child.wait()?.success(), output))
    }

    /// The Flow JSONs of the package: `src/*/flow.json`, relative to its folder.
    pub fn flows(&self) -> Vec<PathBuf> {
        flows_in(&self.folder)
    }

    /// Reports each flow whose `screens.rs` was generated from another Flow JSON.
    pub fn report_outdated_screens(&self) {
        for flow in self.flows() {
            let screens = self.folder.join(&flow).with_file_name("screens.rs");
            let texts =
                (crate::files::read(&self.folder.join(&flow)), crate::files::read(&screens));
            let (Ok(flow_json), Ok(screens)) = texts else { continue };
            // A Flow JSON with mistakes is reported by flowctl check and the player.
            let Ok(current) = whatsapp_flow_json::codegen::generate(&flow_json, "flow.json") else {
                continue;
            };
            if current != screens {
                eprintln!(
                    "flowctl: screens.rs is not that of {}; run flowctl add --missing {0}",
                    flow.display()
                );
            }
        }
    }

    /// The program that [`build`](Self::build) makes.
    pub fn program(&self) -> PathBuf {
        let name = format!("{}{}", self.binary, std::env::consts::EXE_SUFFIX);
        self.target.join("debug").join(name)
    }
}

/// The Flow JSONs in `src/*/flow.json` and `src/bin/*/flow.json`, relative to the folder.
pub fn flows_in(folder: &Path) -> Vec<PathBuf> {
    let mut flows = Vec::new();
    for parent in ["src", "src/bin"].map(Path::new) {
        let folders = std::fs::read_dir(folder.join(parent)).into_iter().flatten().flatten();
        flows.extend(folders.map(|entry| parent.join(entry.file_name()).join("flow.json")));
    }
    flows.retain(|flow| folder.join(flow).is_file());
    flows.sort();
    flows
}

fn binaries(package: &Value) -> Vec<String> {
    let targets = package["targets"].as_array().into_iter().flatten();
    let is_binary = |target: &&Value| {
        target["kind"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "bin"))
    };
    targets.filter(is_binary).filter_map(|t| t["name"].as_str().map(str::to_owned)).collect()
}

/// A line without the codes that color it in a terminal: `ESC [ numbers letter`, and links: `ESC ] … ESC \\`.
fn without_colors(line: &str) -> String {
    let mut plain = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('\u{1b}') {
        plain.push_str(&rest[..at]);
        let code = &rest[at + 1..];
        let end = match code.starts_with(']') {
            true => code.find("\u{1b}\\").map(|end| end + 2),
            false => code.find(|c: char| c.is_ascii_alphabetic()).map(|end| end + 1),
        };
        rest = &code[end.unwrap_or(code.len())..];
    }
    plain + rest
}

/// The Cargo that runs this program, if one does.
fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn messages_have_no_colors() {
        let line = "\u{1b}[0m\u{1b}[1m\u{1b}[38;5;9merror\u{1b}[0m: no \u{1b}]8;;https://a.b\u{1b}\\E0425\u{1b}]8;;\u{1b}\\";
        assert_eq!(without_colors(line), "error: no E0425");
    }

    #[test]
    fn the_program_of_the_package_is_found() {
        let target = |kind: &str, name: &str| json!({ "kind": [kind], "name": name });
        let metadata = json!({
            "target_directory": "/t",
            "packages": [
                { "name": "other", "manifest_path": "/w/other/Cargo.toml", "targets": [target("bin", "other")] },
                { "name": "lunch", "manifest_path": "/w/Cargo.toml",
                  "targets": [target("lib", "lunch"), target("bin", "lunch"), target("bin", "tool")] },
            ],
        });
        let package = Package::read(&metadata, Path::new("/w/Cargo.toml"), None).unwrap();
        assert_eq!((package.name.as_str(), package.binary.as_str()), ("lunch", "lunch"));
        let tool = Package::read(&metadata, Path::new("/w/Cargo.toml"), Some("tool")).unwrap();
        assert_eq!(tool.binary, "tool");
        assert!(package.program().starts_with("/t/debug"));
        assert!(Package::read(&metadata, Path::new("/w/gone/Cargo.toml"), None).is_none());
    }
}
