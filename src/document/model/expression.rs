//! Dynamic properties: `${data.x}`, `${form.x}`, `${screen.S.data.x}`, and expressions in backticks.
//!
//! References are found in the text as it is written, so that each has its own place.

use crate::document::json::{Kind, Value};
use crate::document::place::Span;

/// `${…}`: something of a screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference<'j> {
    /// Where it stands, from `$` to `}`.
    pub span: Span,
    /// The screen that it names; `None` for the screen that it stands on.
    pub screen: Option<&'j str>,
    /// What it takes from the screen.
    pub store: Store,
    /// The member, and members within it.
    pub path: Vec<&'j str>,
}

/// What a reference takes from a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Store {
    /// What the screen was shown with.
    Data,
    /// What the person has given.
    Form,
}

impl<'j> Reference<'j> {
    /// Reads what stands between `${` and `}`.
    fn read(inner: &'j str, span: Span) -> Option<Self> {
        let mut parts = inner.split('.');
        let mut first = parts.next()?;
        let screen = if first == "screen" {
            let id = parts.next()?;
            first = parts.next()?;
            Some(id)
        } else {
            None
        };
        let store = match first {
            "data" => Store::Data,
            "form" => Store::Form,
            _ => return None,
        };
        let path: Vec<_> = parts.collect();
        let name = |part: &&str| {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            !part.is_empty() && part.chars().all(plain)
        };
        (!path.is_empty() && path.iter().all(name)).then_some(Self { span, screen, store, path })
    }

    /// As it is written in the document.
    pub fn source(&self, value: Value<'j>) -> &'j str {
        &value.json().text()[self.span.clone()]
    }
}

/// Whether a value is text that the phone evaluates: one reference, or an expression in backticks.
pub fn is_dynamic(value: Value<'_>) -> bool {
    whole_reference(value).is_some() || is_nested(value)
}

/// Whether a value is an expression in backticks (6.0).
pub fn is_nested(value: Value<'_>) -> bool {
    let source = value.source();
    source.len() > 4 && source.starts_with("\"`") && source.ends_with("`\"")
}

/// The reference that a value is, and nothing else.
pub fn whole_reference(value: Value<'_>) -> Option<Reference<'_>> {
    let mut found = references(value);
    let first = found.next()?;
    let inner = value.span().start + 1..value.span().end - 1;
    (first.span == inner).then_some(first)
}

/// Every reference in a text, in order. What is not well formed is not among them.
pub fn references(value: Value<'_>) -> impl Iterator<Item = Reference<'_>> {
    braces(value).filter_map(|(inner, span)| Reference::read(inner, span))
}

/// Every `${…}` that is not a reference: the text and its place.
pub fn malformed(value: Value<'_>) -> impl Iterator<Item = (&str, Span)> {
    braces(value).filter(|(inner, span)| Reference::read(inner, span.clone()).is_none())
}

/// What stands between each `${` and the next `}`, and where the whole stands.
fn braces<'j>(value: Value<'j>) -> impl Iterator<Item = (&'j str, Span)> {
    let source = if value.kind() == Kind::String { value.source() } else { "" };
    let start = value.span().start;
    let mut at = 0;
    std::iter::from_fn(move || {
        let open = at + source[at..].find("${")?;
        let close = open + source[open..].find('}')?;
        at = close + 1;
        Some((&source[open + 2..close], start + open..start + close + 1))
    })
}
