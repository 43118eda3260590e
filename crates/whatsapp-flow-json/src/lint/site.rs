//! The spans to which diagnostics point, and texts for their messages.

use crate::json::{Kind, Value};
use crate::span::Span;

/// The span to mark for a value: the bracket of an object or array, otherwise the whole value.
pub fn value_span(value: Value<'_>) -> Span {
    let span = value.span();
    match value.kind() {
        Kind::Object | Kind::Array => span.start..span.start + 1,
        _ => span,
    }
}

/// The span to mark for a member: its name.
pub fn name_span(value: Value<'_>) -> Span {
    value.name().map_or_else(|| value_span(value), |name| name.span)
}

/// Joins names in a sentence: `a`, `b` and `c`.
pub fn join_names<S: AsRef<str>>(names: &[S]) -> String {
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

/// Describes a value in a sentence: a short one by its source, any other by its type.
pub fn describe(value: Value<'_>) -> String {
    let source = value.source();
    match value.kind() {
        Kind::Object | Kind::Array => format!("a value of type {}", value.kind().name()),
        _ if source.chars().count() > 40 => "this text".to_owned(),
        _ => format!("`{source}`"),
    }
}
