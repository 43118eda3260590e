//! `flowctl flow`: brings the flows of `flows.toml` to Meta, publishes them, and shows their state.

mod apply;
mod create;
mod diff;
mod health;
mod json_diff;
mod ping;
mod plan;
mod publish;
mod push;
mod retire;
mod status;
mod target;
mod upload_errors;

use clap::{Args, Subcommand};

use crate::stop::Stop;

pub use plan::find;
pub use target::{Target, TargetArgs};

/// Create and update flows at Meta, publish them, and show their state
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    flowctl flow diff\n  \
    flowctl flow push\n  \
    flowctl flow publish --flow appointment --env prod\n  \
    flowctl flow status --preview")]
pub struct Flow {
    #[command(subcommand)]
    command: FlowCommand,
}

#[derive(Subcommand)]
enum FlowCommand {
    Diff(diff::Diff),
    Push(push::Push),
    Publish(publish::Publish),
    Status(status::StatusCommand),
    Deprecate(retire::Deprecate),
    Delete(retire::Delete),
}

impl Flow {
    /// Runs the command and returns its exit code.
    pub fn run(self) -> u8 {
        match self.command {
            FlowCommand::Diff(command) => {
                Stop::exit_code("flow diff", command.json(), command.run())
            }
            FlowCommand::Push(command) => {
                Stop::exit_code("flow push", command.json(), command.run())
            }
            FlowCommand::Publish(command) => {
                Stop::exit_code("flow publish", command.json(), command.run())
            }
            FlowCommand::Status(command) => {
                Stop::exit_code("flow status", command.json(), command.run())
            }
            FlowCommand::Deprecate(command) => {
                Stop::exit_code("flow deprecate", command.json(), command.run())
            }
            FlowCommand::Delete(command) => {
                Stop::exit_code("flow delete", command.json(), command.run())
            }
        }
    }
}
