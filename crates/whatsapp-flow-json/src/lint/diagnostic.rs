//! A diagnostic: a rule that a document breaks, with its span and a suggested fix.

use super::rules::Rule;
use super::severity::Severity;
use crate::span::Span;

/// A diagnostic.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The rule that is broken.
    pub rule: &'static Rule,
    /// The severity in the document's version.
    pub severity: Severity,
    /// The bytes of the document to which it applies.
    pub span: Span,
    /// The message.
    pub message: String,
    /// The suggested fix; may be empty.
    pub help: String,
}

impl Diagnostic {
    /// Meta's name for the error, if Meta has one.
    pub fn name(&self) -> Option<&'static str> {
        self.rule.name
    }
}
