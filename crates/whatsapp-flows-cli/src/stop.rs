//! The end of a command that could not start or could not go on, with its exit code.

use serde_json::json;

use crate::Error;
use crate::graph::{GraphError, Repeat, mask};

/// A command ended early.
#[derive(Debug)]
pub enum Stop {
    /// Something is missing or wrong on this side: exit code 2.
    CouldNotStart(Error),
    /// A call to the control plane failed: exit code 1.
    Failed(Box<GraphError>),
}

impl Stop {
    /// Prints the error, with `--json` also as an object on stdout, and returns the exit code.
    pub fn exit_code(command: &str, as_json: bool, run: Result<u8, Self>) -> u8 {
        let stop = match run {
            Ok(code) => return code,
            Err(stop) => stop,
        };
        let text = stop.to_string();
        eprintln!("flowctl: {text}");
        let (exit, error) = match &stop {
            Self::CouldNotStart(_) => (2, json!({ "code": "could_not_start", "message": text })),
            Self::Failed(error) => (1, object(error)),
        };
        if as_json {
            println!("{:#}", json!({ "command": command, "ok": false, "error": error }));
        }
        exit
    }
}

/// The members of a failed call.
fn object(error: &GraphError) -> serde_json::Value {
    json!({
        "code": error.stable_code(),
        "graphCode": error.code,
        "graphSubcode": error.subcode,
        "title": error.title,
        "message": error.message,
        "tried": error.tried,
        "safeToRepeat": error.repeat == Repeat::Safe,
        "help": error.hint(),
    })
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::CouldNotStart(error)
    }
}

impl From<String> for Stop {
    fn from(error: String) -> Self {
        Self::CouldNotStart(error.into())
    }
}

impl From<GraphError> for Stop {
    fn from(error: GraphError) -> Self {
        Self::Failed(Box::new(error))
    }
}

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::CouldNotStart(error) => f.write_str(&mask(&error.to_string())),
            Self::Failed(error) => error.fmt(f),
        }
    }
}
