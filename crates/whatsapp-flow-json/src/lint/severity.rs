//! The severity of a diagnostic.

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Meta refuses the document, or a phone fails on it.
    Error,
    /// Meta's pages say otherwise, but it is not known that anything refuses it.
    Warning,
    /// It works, and could be better.
    Hint,
}

impl Severity {
    /// As it is printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Hint => "hint",
        }
    }
}
