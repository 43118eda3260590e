//! The severity of a diagnostic.

/// The severity of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Meta rejects the document, or a client fails on it.
    Error,
    /// Meta's pages state otherwise, but nothing is known to reject it.
    Warning,
    /// It works, but could be improved.
    Hint,
}

impl Severity {
    /// The name as it is printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Hint => "hint",
        }
    }
}
