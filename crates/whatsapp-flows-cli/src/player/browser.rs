//! Opens the page in the browser.

use std::io::IsTerminal;
use std::process::{Command, Stdio};

use clap::Args;

/// The options that open the page.
#[derive(Args, Clone, Copy)]
pub struct OpenArgs {
    /// Open the player in the browser [default: on a desktop]
    #[arg(long, conflicts_with = "no_open")]
    open: bool,
    /// Only print the address of the player
    #[arg(long)]
    no_open: bool,
}

/// Opens an address in the browser if that is asked for, or if there is a desktop and nobody asked for the opposite.
pub fn open_page(address: &str, args: OpenArgs) {
    let is_watched = has_desktop() && std::io::stdout().is_terminal();
    if args.no_open || !(args.open || is_watched) {
        return;
    }
    let mut command = match std::env::consts::OS {
        "macos" => Command::new("open"),
        "windows" => {
            let mut start = Command::new("cmd");
            start.args(["/c", "start", ""]);
            start
        }
        _ => Command::new("xdg-open"),
    };
    let started = command
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if args.open && started.is_err() {
        eprintln!("flowctl: cannot start a browser; open {address} yourself");
    }
}

fn has_desktop() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match std::env::consts::OS {
        "macos" | "windows" => !is_set("SSH_CONNECTION"),
        _ => is_set("DISPLAY") || is_set("WAYLAND_DISPLAY"),
    }
}
