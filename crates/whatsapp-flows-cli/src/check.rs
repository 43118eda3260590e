//! `flowctl check`: lints Flow JSON files.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use whatsapp_flow_json::lint::Severity;
use whatsapp_flow_json::{lint, report};

/// Lint Flow JSON files and print diagnostics like a compiler
#[derive(Args)]
#[command(after_help = "Example:\n  flowctl check src/*/flow.json\n\n\
    Exit codes: 0 without errors (warnings and hints are allowed), 1 with errors, 2 if a file cannot be read.")]
pub struct Check {
    /// Flow JSON files to lint
    #[arg(required_unless_present = "rules", value_name = "FLOW.json")]
    files: Vec<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Print all rules with their severity by Flow JSON version
    #[arg(long, conflicts_with = "files")]
    rules: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Source lines with the error marked
    Text,
    /// A JSON array of diagnostics
    Json,
}

impl Check {
    pub fn run(self) -> u8 {
        let mut output = std::io::stdout().lock();
        if self.rules {
            let _ = output.write_all(report::rules().as_bytes());
            return 0;
        }
        let color = output.is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let (mut errors, mut unread) = (false, false);
        let mut objects = Vec::new();
        for path in &self.files {
            let file = path.display().to_string();
            let bytes = match std::fs::read(path) {
                Ok(bytes) => bytes,
                Err(error) => {
                    eprintln!("flowctl: {file}: {error}");
                    unread = true;
                    continue;
                }
            };
            let found = lint::check(&bytes);
            errors |= found.has_errors();
            match self.format {
                Format::Text => {
                    // A reader may close the pipe early, as `head` does.
                    let _ =
                        output.write_all(report::render(&file, &bytes, &found, color).as_bytes());
                }
                Format::Json => objects.extend(report::json(&file, &found)),
            }
        }
        if self.format == Format::Json {
            let _ = writeln!(output, "{:#}", serde_json::Value::Array(objects));
        }
        match (unread, errors) {
            (true, _) => 2,
            (false, true) => 1,
            (false, false) => 0,
        }
    }
}

/// Prints the errors of a Flow JSON on stderr, without warnings and hints. Returns true if there are any.
pub fn print_errors(file: &str, bytes: &[u8]) -> bool {
    let mut found = lint::check(bytes);
    if !found.has_errors() {
        return false;
    }
    found.diagnostics.retain(|(_, diagnostic)| diagnostic.severity == Severity::Error);
    let color = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    eprint!("{}", report::render(file, bytes, &found, color));
    true
}
