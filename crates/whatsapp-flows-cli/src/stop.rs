//! The end of a command that could not start or could not go on, with its exit code.

use serde_json::{Value, json};

use crate::Error;
use crate::graph::{GraphError, Repeat, mask};
use crate::report::{Finding, Report, Status};
use crate::secret_store::StoreError;

/// A command ended early.
#[derive(Debug)]
pub enum Stop {
    /// Something is missing or wrong on this side: exit code 2.
    CouldNotStart(Error),
    /// A call to the control plane failed: exit code 1.
    Failed(Box<GraphError>),
    /// The command found that it must not go on: exit code 1.
    Stopped(Error),
}

impl Stop {
    /// Sorts the error of a command that had started.
    pub fn of(error: Error) -> Self {
        let error = match error.downcast::<GraphError>() {
            Ok(error) => return Self::Failed(error),
            Err(error) => error,
        };
        match error.downcast_ref::<StoreError>() {
            Some(
                StoreError::NotFound(_)
                | StoreError::NotConfigured(_)
                | StoreError::File(_)
                | StoreError::Invalid(..),
            ) => Self::CouldNotStart(error),
            Some(StoreError::Denied(_) | StoreError::Unavailable(_) | StoreError::Changed(_))
            | None => Self::Stopped(error),
        }
    }

    /// Prints the error, with `--json` also as an object on stdout, and returns the exit code.
    pub fn exit_code(command: &str, as_json: bool, run: Result<u8, Self>) -> u8 {
        let stop = match run {
            Ok(code) => return code,
            Err(stop) => stop,
        };
        eprintln!("flowctl: {stop}");
        if as_json {
            let json = json!({ "command": command, "ok": false, "error": stop.to_json() });
            println!("{json:#}");
        }
        stop.code()
    }

    /// Prints the error after what was done before it, and returns the exit code.
    pub fn end(&self, mut report: Report, subject: &str, as_json: bool) -> u8 {
        report.member("error", self.to_json());
        let finding = Finding::new("stopped", Status::Fail, "the rest was not done");
        report.add(finding.about(subject).fix("see the error, and run the command again"));
        report.print(as_json);
        eprintln!("flowctl: {self}");
        self.code()
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Self::CouldNotStart(_) => 2,
            Self::Failed(_) | Self::Stopped(_) => 1,
        }
    }

    /// The member `error` of `--json`.
    pub fn to_json(&self) -> Value {
        match self {
            Self::CouldNotStart(_) => {
                json!({ "code": "could_not_start", "message": self.to_string() })
            }
            Self::Stopped(_) => json!({ "code": "stopped", "message": self.to_string() }),
            Self::Failed(error) => object(error),
        }
    }
}

/// The members of a failed call.
fn object(error: &GraphError) -> Value {
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
            Self::CouldNotStart(error) | Self::Stopped(error) => {
                f.write_str(&mask(&error.to_string()))
            }
            Self::Failed(error) => error.fmt(f),
        }
    }
}
