//! The collector of diagnostics.

use std::collections::{HashMap, HashSet};

use super::diagnostic::Diagnostic;
use super::rules::Rule;
use crate::catalog::Version;
use crate::span::Span;

/// The diagnostics of all rules. After the first thousand they are only counted, so that a document
/// with many mistakes is still checked in a second per megabyte.
pub(super) struct Diagnostics {
    /// The document's version, on which severities depend.
    version: Version,
    list: Vec<Diagnostic>,
    seen: HashSet<(usize, usize, Option<&'static str>)>,
    /// Rules that are reported once: the index of the diagnostic, and the number of further
    /// violations.
    once: HashMap<&'static str, (usize, usize)>,
    omitted: usize,
}

/// The maximum number of stored diagnostics.
const MAX_DIAGNOSTICS: usize = 1000;

impl Diagnostics {
    pub fn new(version: Version) -> Self {
        let (list, seen) = (Vec::new(), HashSet::new());
        Self { version, list, seen, once: HashMap::new(), omitted: 0 }
    }

    /// Reports a violation of a rule, if the rule applies in the document's version.
    pub fn add(
        &mut self,
        rule: &'static Rule,
        span: Span,
        message: String,
        help: impl Into<String>,
    ) {
        let Some(severity) = rule.severity(self.version) else { return };
        if self.is_full() {
            self.omitted += 1;
        } else if self.seen.insert((span.start, span.end, rule.name)) {
            self.list.push(Diagnostic { rule, severity, span, message, help: help.into() });
        }
    }

    /// Reports a violation of a rule that is reported only at its first position in the document.
    pub fn once(
        &mut self,
        rule: &'static Rule,
        span: Span,
        message: String,
        help: impl Into<String>,
    ) {
        if let Some((_, again)) = self.once.get_mut(rule.id) {
            *again += 1;
            return;
        }
        let index = self.list.len();
        self.add(rule, span, message, help);
        if self.list.len() > index {
            self.once.insert(rule.id, (index, 0));
        }
    }

    /// Returns whether further diagnostics are only counted, so their messages are not needed.
    pub fn is_full(&self) -> bool {
        self.list.len() >= MAX_DIAGNOSTICS
    }

    /// The diagnostics in document order, and the number of those that were only counted.
    pub fn finish(mut self) -> (Vec<Diagnostic>, usize) {
        for (index, again) in self.once.into_values().filter(|(_, again)| *again > 0) {
            let message = &mut self.list[index].message;
            message.push_str(&format!("; {again} more in this document"));
        }
        self.list.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.severity));
        (self.list, self.omitted)
    }
}
