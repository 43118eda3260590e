//! The error of the code generator.

use crate::json::Value;
use crate::span::Position;

/// A document for which no Rust can be generated.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Error {
    /// The position of the value that has no Rust equivalent.
    pub position: Position,
    /// The reason.
    pub message: String,
}

impl Error {
    pub(super) fn at(value: Value<'_>, message: String) -> Self {
        Self { position: value.position(), message }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { position: Position { line, column }, message } = self;
        write!(f, "{line}:{column}: cannot generate Rust: {message}")
    }
}

impl std::error::Error for Error {}
