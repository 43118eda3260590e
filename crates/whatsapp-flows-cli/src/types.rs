//! `flowctl types`: generates Rust types from the screens of a Flow JSON.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use whatsapp_flow_json::codegen;

use super::{Error, check, files};

/// Generate Rust types from the screens of a Flow JSON
#[derive(Args)]
#[command(after_help = "Example:\n  flowctl types flow.json > screens.rs\n  \
    flowctl types --check flow.json screens.rs\n\n\
    If the Flow JSON has errors, they are printed instead, and the exit code is 1.")]
pub struct Types {
    /// Flow JSON file
    flow: PathBuf,
    /// Generated file to compare with, for --check
    #[arg(requires = "check")]
    screens: Option<PathBuf>,
    /// Compare with SCREENS instead of printing; exit with 1 if it is out of date
    #[arg(long, requires = "screens")]
    check: bool,
    /// Generate types in spite of errors, as far as the screens can be read
    #[arg(long)]
    force: bool,
}

impl Types {
    pub fn run(self) -> Result<(), Error> {
        let printed = print(&self.flow, self.force)?;
        let Some(screens) = &self.screens else {
            return match std::io::stdout().write_all(printed.as_bytes()) {
                // A reader may close the pipe early, as `head` does. A full disk is an error.
                Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
                _ => Ok(()),
            };
        };
        let before = files::read(screens)?;
        if before.replace("\r\n", "\n") == printed {
            return Ok(());
        }
        let same = before.lines().zip(printed.lines()).take_while(|(old, new)| old == new).count();
        let (flow, screens) = (self.flow.display(), screens.display());
        let line = same + 1;
        Err(format!(
            "{screens} is out of date from line {line} on; generate it again with\n  \
             flowctl types {flow} > {screens}"
        )
        .into())
    }
}

fn print(path: &Path, force: bool) -> Result<String, Error> {
    let file = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| format!("{file}: {error}"))?;
    if check::print_errors(&file, &bytes) && !force {
        let message =
            format!("{file} has errors; fix them, or generate types in spite of them with --force");
        return Err(message.into());
    }
    let text = String::from_utf8_lossy(&bytes);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let text = text.trim_start_matches('\u{FEFF}');
    codegen::generate(text, &name).map_err(|error| format!("{file}:{error}").into())
}
