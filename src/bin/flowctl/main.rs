//! `flowctl`: keys, a local Lambda, and a phone, for those who build a flow.

mod call;
mod check;
mod demo;
mod dev;
mod event;
mod files;
mod front;
mod gateway;
mod key;
mod keygen;
mod lambda;
mod open;
mod open_error;
mod party;
mod seal;
mod secret;
mod session;
mod tables;
mod types;
mod verdict;

use clap::{Parser, Subcommand};

/// What a verb may fail with. It is shown to the person at the terminal, so it says the cure.
type Error = Box<dyn std::error::Error + Send + Sync>;

/// Keys, a local Lambda, and a phone, for those who build a WhatsApp Flow.
#[derive(Parser)]
#[command(name = "flowctl", version, max_term_width = 100)]
struct Flowctl {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Keygen(keygen::Keygen),
    Key(key::Key),
    Secret(secret::MakeSecret),
    Session(session::Session),
    Check(check::Check),
    Types(types::Types),
    Dev(dev::Dev),
    Demo(demo::Demo),
    Call(call::Call),
    Seal(seal::Seal),
    Open(open::Open),
    Tables(tables::ServeTables),
}

fn main() -> std::process::ExitCode {
    let run = match Flowctl::parse().verb {
        Verb::Keygen(verb) => verb.run(),
        Verb::Key(verb) => verb.run(),
        Verb::Secret(verb) => verb.run(),
        Verb::Session(verb) => verb.run(),
        // It has an exit status of its own for a file that cannot be read.
        Verb::Check(verb) => return verb.run(),
        Verb::Types(verb) => verb.run(),
        Verb::Dev(verb) => verb.run(),
        Verb::Demo(verb) => verb.run(),
        Verb::Call(verb) => verb.run(),
        Verb::Seal(verb) => verb.run(),
        Verb::Open(verb) => verb.run(),
        Verb::Tables(verb) => verb.run(),
    };
    match run {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("flowctl: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
