//! `flows.toml`: the flows of a project, and the accounts, numbers and addresses of each environment.

mod args;
mod document;
mod flow_args;
mod settings;

pub use args::EnvironmentArgs;
pub use document::{Environment, FlowEntry, FlowsToml};
pub use flow_args::{FlowArgs, FlowFileArgs};
pub use settings::Settings;

/// The name of the file.
pub const FILE: &str = "flows.toml";
