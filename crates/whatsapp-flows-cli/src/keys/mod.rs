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
mod upload;

use clap::{Args, Subcommand};

pub use args::secret_store;
pub use place::{NumberKey, Registered, number_key, short};
pub use plan::holds;
pub use status::day;

use super::Error;

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
        let run = match self.command {
            KeysCommand::Status(command) => command.run(),
            KeysCommand::Upload(command) => command.run(),
            KeysCommand::Rotate(command) => command.run(),
        };
        exit_code(run)
    }
}

/// Prints the error of a command, and returns the exit code.
fn exit_code(run: Result<u8, Error>) -> u8 {
    run.unwrap_or_else(|error| {
        eprintln!("flowctl: {error}");
        1
    })
}
