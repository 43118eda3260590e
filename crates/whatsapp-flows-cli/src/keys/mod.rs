//! `flowctl keys`: shows which key is where, uploads a public key, and rotates keys and app secrets.

mod app_secret;
mod args;
mod diagnosis;
mod finish;
mod place;
mod plan;
mod proof;
mod rotate;
mod status;
mod steps;
mod upload;

use clap::{Args, Subcommand};

pub use args::secret_store;
pub use place::{NumberKey, Registered, number_key, short};
pub use plan::holds;
pub use status::day;

use super::report::{Finding, Report, Status};
use super::stop::Stop;

/// Show which key is where, register the public key at Meta, and rotate keys and app secrets
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    flowctl keys status\n  \
    flowctl keys upload\n  \
    flowctl keys rotate\n  \
    flowctl keys rotate --finish")]
pub struct Keys {
    #[command(subcommand)]
    command: KeysCommand,
}

#[derive(Subcommand)]
enum KeysCommand {
    Status(status::StatusCommand),
    Upload(upload::Upload),
    Rotate(rotate::Rotate),
}

impl Keys {
    /// Runs the command and returns its exit code.
    pub fn run(self) -> u8 {
        match self.command {
            KeysCommand::Status(command) => {
                print("keys status", command.json, |report| command.run(report))
            }
            KeysCommand::Upload(command) => {
                print("keys upload", command.json, |report| command.run(report))
            }
            KeysCommand::Rotate(command) => {
                print("keys rotate", command.json, |report| command.run(report))
            }
        }
    }
}

/// Prints what a command found, and returns the exit code. With `--json` an error is in the object, after what was done
/// before it.
fn print(
    name: &'static str,
    as_json: bool,
    run: impl FnOnce(&mut Report) -> Result<(), Stop>,
) -> u8 {
    let mut report = Report::new(name);
    let Err(stop) = run(&mut report) else { return report.print(as_json) };
    eprintln!("flowctl: {stop}");
    if as_json {
        report.member("error", stop.to_json());
        report.add(Finding::new("stopped", Status::Fail, stop.to_string()));
        report.print(true);
    }
    stop.code()
}
