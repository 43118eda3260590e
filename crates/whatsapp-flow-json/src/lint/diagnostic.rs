//! A diagnostic: a rule that a document breaks, with its place and a remedy.

use super::rules::Rule;
use super::severity::Severity;
use crate::span::Span;

/// One diagnostic.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// The rule that is broken.
    pub rule: &'static Rule,
    /// How bad that is in the document's version.
    pub severity: Severity,
    /// The bytes of the document that are meant.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

impl Diagnostic {
    /// Meta's name for the error, if Meta has one.
    pub fn name(&self) -> Option<&'static str> {
        self.rule.name
    }
}
