//! What a rule finds: how bad it is, where, what is wrong, and how to mend it.

use std::collections::HashSet;

use crate::document::json::{Kind, Value};
use crate::document::place::Span;

/// How bad a finding is.
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

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Meta's name for the error (ERR, *Static validation errors*), if Meta has one.
    pub name: Option<&'static str>,
    /// The bytes of the document that are meant.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

/// The findings of all rules. Beyond a thousand they are only counted, so that a document which is
/// wrong everywhere is still checked in a second per megabyte.
#[derive(Default)]
pub(super) struct Findings {
    list: Vec<Finding>,
    seen: HashSet<(usize, usize, Option<&'static str>)>,
    more: usize,
}

/// How many findings are kept.
const KEPT: usize = 1000;

impl Findings {
    pub fn error(
        &mut self,
        name: &'static str,
        at: Span,
        message: String,
        help: impl Into<String>,
    ) {
        self.add(Severity::Error, Some(name), at, message, help.into());
    }

    /// An error for which Meta has no name: a phone fails on it.
    pub fn nameless(&mut self, at: Span, message: String, help: impl Into<String>) {
        self.add(Severity::Error, None, at, message, help.into());
    }

    pub fn warning(&mut self, at: Span, message: String, help: impl Into<String>) {
        self.add(Severity::Warning, None, at, message, help.into());
    }

    pub fn hint(&mut self, at: Span, message: String, help: impl Into<String>) {
        self.add(Severity::Hint, None, at, message, help.into());
    }

    /// Whether further findings are only counted, so that their words need no care.
    pub fn full(&self) -> bool {
        self.list.len() >= KEPT
    }

    fn add(
        &mut self,
        severity: Severity,
        name: Option<&'static str>,
        span: Span,
        message: String,
        help: String,
    ) {
        if self.full() {
            self.more += 1;
        } else if self.seen.insert((span.start, span.end, name)) {
            self.list.push(Finding { severity, name, span, message, help });
        }
    }

    /// The findings in the order of the text, and how many were only counted.
    pub fn sorted(mut self) -> (Vec<Finding>, usize) {
        self.list.sort_by_key(|finding| (finding.span.start, finding.severity));
        (self.list, self.more)
    }
}

/// Where to point for a value: an object or array is pointed at by its bracket, not by all of it.
pub(super) fn at(value: Value<'_>) -> Span {
    let span = value.span();
    match value.kind() {
        Kind::Object | Kind::Array => span.start..span.start + 1,
        _ => span,
    }
}

/// Where to point for a member by its name.
pub(super) fn name_of(value: Value<'_>) -> Span {
    value.name().map_or_else(|| at(value), |name| name.span)
}

/// Names in a sentence: `a`, `b` and `c`.
pub(super) fn list<S: AsRef<str>>(names: &[S]) -> String {
    const SHOWN: usize = 12;
    let quoted = |name: &S| format!("`{}`", name.as_ref());
    let shown: Vec<_> = names.iter().take(SHOWN).map(quoted).collect();
    match shown.as_slice() {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        _ if names.len() > SHOWN => {
            format!("{} and {} more", shown.join(", "), names.len() - SHOWN)
        }
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
