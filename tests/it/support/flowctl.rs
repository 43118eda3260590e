//! `flowctl` as a process of its own, which can be killed.

use std::process::{Command, Stdio};

use serde_json::json;

/// The arguments in the child process, as a JSON list.
const ARGUMENTS: &str = "FLOWCTL_CHILD_ARGUMENTS";

/// The child process.
#[test]
fn child() {
    let Ok(arguments) = std::env::var(ARGUMENTS) else { return };
    let arguments: Vec<String> = serde_json::from_str(&arguments).unwrap();
    std::process::exit(flowctl::run(arguments.into_iter().map(Into::into)).into());
}

/// Returns the command that runs `flowctl` with these arguments, and prints into pipes.
pub fn command(arguments: &[&str]) -> Command {
    let mut all = vec!["flowctl"];
    all.extend(arguments);
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "support::flowctl::child", "--nocapture"]);
    command.env(ARGUMENTS, json!(all).to_string());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}
