//! The script of a conversation: one step a line.

use std::fmt;

use serde_json::{Map, Value};

/// A parsed script.
#[derive(Debug)]
pub struct Script {
    pub steps: Vec<Step>,
}

/// A step, and its place in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The line, from 1.
    pub line: usize,
    /// The column of the first argument, or of the verb if it has none, from 1.
    pub column: usize,
    /// The line without white space around it.
    pub text: String,
    pub command: Command,
}

/// The action of a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Opens the flow: by `data_exchange`, or by `navigate` at a screen with data.
    Open(Option<(String, Map<String, Value>)>),
    Fill {
        field: String,
        text: String,
    },
    Choose {
        field: String,
        option: String,
    },
    Unchoose {
        field: String,
        option: String,
    },
    /// Taps an option, by its place among the options of the field, from 1.
    Option {
        field: String,
        place: usize,
    },
    Tick {
        field: String,
    },
    Untick {
        field: String,
    },
    Date {
        field: String,
        day: String,
    },
    Range {
        field: String,
        start: String,
        end: String,
    },
    File {
        field: String,
        name: String,
        mime_type: String,
        bytes: u64,
    },
    Clear {
        field: String,
    },
    Tap {
        label: String,
    },
    Back,
    Close,
    Retry,
    /// Sends the last request again, byte by byte.
    Resend,
    /// Sends the data of the last request again, under fresh encryption.
    Repeat,
    /// Loses the reply to the next request on its way: the endpoint has served it.
    Lose,
    /// The data of the next request arrive twice at the same time.
    Double,
    /// Waits for so many seconds.
    Wait {
        seconds: f64,
    },
    /// A text is on the screen.
    See {
        text: String,
    },
    /// A text is not on the screen.
    Unseen {
        text: String,
    },
    Expect(Expectation),
}

/// The expectation of a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Expectation {
    Screen(String),
    /// The message over the screen contains this text.
    Message(String),
    /// The value of a field.
    Value {
        field: String,
        value: Value,
    },
    Enabled {
        label: String,
    },
    Disabled {
        label: String,
    },
    /// The status of the last response.
    Status(u16),
    /// The text of an error screen.
    Error(String),
    /// The flow ended with a message; a member of its parameters has this value.
    Completion(Option<(String, Value)>),
    /// The flow ended, with or without a message.
    Closed,
    /// A member of the data of the last request.
    Sent {
        member: String,
        value: Value,
    },
}

/// A line that is not a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptError {
    pub line: usize,
    pub column: usize,
    pub message: String,
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}
