//! `flowctl`: keys, a local Lambda, and a client for WhatsApp Flows.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(flowctl::run(std::env::args_os()))
}
