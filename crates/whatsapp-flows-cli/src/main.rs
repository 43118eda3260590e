//! The program `flowctl`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(flowctl::run(std::env::args_os()))
}
