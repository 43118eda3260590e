//! The commands of `flowctl` as a library, to run them in process.

mod add;
mod aws;
mod call;
mod check;
mod client_check;
mod clock;
#[cfg(feature = "dev")]
mod demo;
#[cfg(feature = "dev")]
pub mod dev;
mod diagnosis;
mod doctor;
mod files;
mod flow;
mod flow_path;
mod flows_toml;
mod gallery;
mod gateway_error;
pub mod graph;
mod http_client;
mod key;
mod keygen;
mod keys;
mod new;
mod open;
mod open_error;
mod peer;
mod play;
#[cfg(feature = "dev")]
mod player;
mod player_files;
#[cfg(feature = "dev")]
mod preview;
mod probe;
mod project;
mod report;
mod request_args;
mod screens;
mod seal;
mod sealed_ping;
mod secret;
mod secret_store;
mod send;
mod session;
mod stop;
#[cfg(feature = "dev")]
mod tables;
#[cfg(feature = "dev")]
mod template;
mod types;

use std::ffi::OsString;

use clap::{Parser, Subcommand};

/// The error of a command, printed for the user, with what to do.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// Build and test WhatsApp Flows endpoints: make keys, lint Flow JSON, run the endpoint locally, and call it
#[derive(Parser)]
#[command(
    name = "flowctl",
    version,
    max_term_width = 100,
    after_help = "Start with:\n  \
    flowctl demo                     run the sample endpoint and book an appointment\n  \
    flowctl dev                      run the endpoint until Ctrl-C\n  \
    flowctl check flow.json          lint your flow"
)]
struct Flowctl {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    New(new::New),
    Add(add::Add),
    Keygen(keygen::Keygen),
    Key(key::Key),
    Keys(keys::Keys),
    Doctor(doctor::Doctor),
    Secret(secret::Secret),
    Session(session::Session),
    Check(check::Check),
    Flow(flow::Flow),
    Send(send::Send),
    Types(types::Types),
    Screens(screens::Screens),
    #[cfg(feature = "dev")]
    Preview(preview::Preview),
    #[cfg(feature = "dev")]
    Dev(dev::Dev),
    #[cfg(feature = "dev")]
    Demo(demo::Demo),
    Call(call::Call),
    Probe(probe::Probe),
    Play(play::Play),
    Seal(seal::Seal),
    Open(open::Open),
    #[cfg(feature = "dev")]
    Tables(tables::Tables),
}

/// Runs one command and returns its exit code. The first argument is the name of the program, as in
/// [`std::env::args_os`].
///
/// Output goes to stdout, and errors go to stderr. Invalid arguments end the process.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let run = match Flowctl::parse_from(arguments).command {
        Command::New(command) => command.run(),
        Command::Add(command) => command.run(),
        Command::Keygen(command) => command.run(),
        Command::Key(command) => command.run(),
        // Its exit code distinguishes findings.
        Command::Keys(command) => return command.run(),
        Command::Doctor(command) => return command.run(),
        Command::Secret(command) => command.run(),
        Command::Session(command) => command.run(),
        // Its exit code distinguishes lint errors from unreadable files.
        Command::Check(command) => return command.run(),
        // Its exit code distinguishes findings from a command that could not start.
        Command::Flow(command) => return command.run(),
        Command::Send(command) => return command.run(),
        Command::Types(command) => command.run(),
        Command::Screens(command) => command.run(),
        #[cfg(feature = "dev")]
        Command::Preview(command) => command.run(),
        #[cfg(feature = "dev")]
        Command::Dev(command) => command.run(),
        #[cfg(feature = "dev")]
        Command::Demo(command) => command.run(),
        Command::Call(command) => command.run(),
        // Its exit code distinguishes a failed case from an endpoint that cannot be reached.
        Command::Probe(command) => return command.run(),
        // Its exit code distinguishes a conversation that failed from one that could not start.
        Command::Play(command) => return command.run(),
        Command::Seal(command) => command.run(),
        Command::Open(command) => command.run(),
        #[cfg(feature = "dev")]
        Command::Tables(command) => command.run(),
    };
    match run {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("flowctl: {error}");
            1
        }
    }
}
