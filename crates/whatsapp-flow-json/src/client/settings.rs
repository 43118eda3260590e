//! The choices that Meta's sources leave open or contradict each other on, and the surroundings of the client.

use serde::Serialize;

/// The settings of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The JSON type of numbers in payloads.
    pub numbers: Numbers,
    /// The state of the flow at Meta.
    pub mode: Mode,
    /// The time of day, in seconds since the epoch.
    pub now: u64,
    /// The user's time zone, in minutes east of UTC.
    pub utc_offset: i32,
}

/// The JSON type of a number that a user typed, in a payload. Meta's pages do not say it, and observations contradict
/// each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub enum Numbers {
    /// A number where the target screen of a `navigate` declares one; text as typed everywhere else.
    #[default]
    AsDeclared,
    /// Text as typed, everywhere.
    AsText,
    /// A number wherever the text is one.
    AsNumber,
}

/// The state of the flow at Meta.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub enum Mode {
    /// A list of options that the client rejects is an error screen.
    #[default]
    Published,
    /// A list of options that the client rejects is a banner under its component.
    Draft,
}

impl Default for Settings {
    fn default() -> Self {
        // 2026-01-01, 12:00 UTC, so that a test does not depend on the day it runs.
        Self {
            numbers: Numbers::default(),
            mode: Mode::default(),
            now: 1_767_268_800,
            utc_offset: 0,
        }
    }
}
