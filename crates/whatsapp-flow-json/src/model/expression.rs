//! Dynamic properties: `${data.x}`, `${form.x}`, `${screen.S.data.x}`, and expressions in backticks.
//!
//! References are found in the text with its escapes undone, as a client finds them, and each has its
//! place in the document.

use std::ops::Range;

use crate::json::{Decoded, Value};
use crate::span::Span;

/// `${…}`: something of a screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference<'j> {
    /// Where it stands, from `$` to `}`.
    pub span: Span,
    /// The screen that it names; `None` for the screen that it stands on.
    pub screen: Option<&'j str>,
    /// What it takes from the screen.
    pub namespace: Namespace,
    /// The member, and members within it.
    pub path: Vec<&'j str>,
}

/// What a reference takes from a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Namespace {
    /// What the screen was shown with.
    Data,
    /// What the person has given.
    Form,
}

impl<'j> Reference<'j> {
    /// Reads what stands between `${` and `}`.
    pub fn read(inner: &'j str, span: Span) -> Option<Self> {
        let mut parts = inner.split('.');
        let mut first = parts.next()?;
        let screen = if first == "screen" {
            let id = parts.next()?;
            first = parts.next()?;
            Some(id)
        } else {
            None
        };
        let namespace = match first {
            "data" => Namespace::Data,
            "form" => Namespace::Form,
            _ => return None,
        };
        let path: Vec<_> = parts.collect();
        let name = |part: &&str| {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            !part.is_empty() && part.chars().all(plain)
        };
        (!path.is_empty() && path.iter().all(name)).then_some(Self {
            span,
            screen,
            namespace,
            path,
        })
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
    let Some(text) = value.decoded().map(Decoded::text) else { return false };
    text.len() > 2 && text.starts_with('`') && text.ends_with('`')
}

/// The reference that a value is, and nothing else.
pub fn whole_reference(value: Value<'_>) -> Option<Reference<'_>> {
    let decoded = value.decoded().filter(|decoded| decoded.text().starts_with("${"))?;
    let (inner, at) = braces(decoded.text()).next()?;
    let whole = at == (0..decoded.text().len());
    Reference::read(inner, decoded.span(at)).filter(|_| whole)
}

/// Every reference in a text, in order. What is not well formed is not among them.
pub fn references(value: Value<'_>) -> impl Iterator<Item = Reference<'_>> {
    placed_braces(value).filter_map(|(inner, span)| Reference::read(inner, span))
}

/// Every `${…}` that is not a reference: the text and its place.
pub fn malformed(value: Value<'_>) -> impl Iterator<Item = (&str, Span)> {
    placed_braces(value).filter(|(inner, span)| Reference::read(inner, span.clone()).is_none())
}

/// What stands between each `${` and the next `}`, and where the whole stands in the document.
fn placed_braces<'j>(value: Value<'j>) -> impl Iterator<Item = (&'j str, Span)> {
    let found = |decoded: Decoded<'j>| {
        braces(decoded.text()).map(move |(inner, at)| (inner, decoded.span(at)))
    };
    value.decoded().into_iter().flat_map(found)
}

/// What stands between each `${` and the next `}`, and where the whole stands in the text.
pub fn braces(text: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let open = at + text[at..].find("${")?;
        let close = open + text[open..].find('}')?;
        at = close + 1;
        Some((&text[open + 2..close], open..close + 1))
    })
}
