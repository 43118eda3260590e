//! Dynamic properties: `${data.x}`, `${form.x}`, `${screen.S.data.x}`, and expressions in
//! backticks.
//!
//! References are found in the unescaped text, as in a client, and each has its span in the
//! document.

use std::ops::Range;

use crate::json::{Decoded, Value};
use crate::span::Span;

/// `${…}`: a reference to a member of a screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference<'j> {
    /// The span from `$` to `}`.
    pub span: Span,
    /// The screen that it names; `None` for its own screen.
    pub screen: Option<&'j str>,
    /// The namespace on the screen.
    pub namespace: Namespace,
    /// The member, and the members within it.
    pub path: Vec<&'j str>,
}

/// The namespaces of a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Namespace {
    /// The data with which the screen was opened.
    Data,
    /// The values that the user entered.
    Form,
}

impl<'j> Reference<'j> {
    /// Reads the text between `${` and `}`.
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

    /// The source text in the document.
    pub fn source(&self, value: Value<'j>) -> &'j str {
        &value.json().text()[self.span.clone()]
    }
}

/// Returns whether a value is text that the client evaluates: one reference, or an expression in
/// backticks.
pub fn is_dynamic(value: Value<'_>) -> bool {
    whole_reference(value).is_some() || is_nested(value)
}

/// Returns whether a value is an expression in backticks (6.0).
pub fn is_nested(value: Value<'_>) -> bool {
    let Some(text) = value.decoded().map(Decoded::text) else { return false };
    text.len() > 2 && text.starts_with('`') && text.ends_with('`')
}

/// The reference, if the value consists of one.
pub fn whole_reference(value: Value<'_>) -> Option<Reference<'_>> {
    let decoded = value.decoded().filter(|decoded| decoded.text().starts_with("${"))?;
    let (inner, at) = braces(decoded.text()).next()?;
    let whole = at == (0..decoded.text().len());
    Reference::read(inner, decoded.span(at)).filter(|_| whole)
}

/// The references in a text, in order, without malformed ones.
pub fn references(value: Value<'_>) -> impl Iterator<Item = Reference<'_>> {
    placed_braces(value).filter_map(|(inner, span)| Reference::read(inner, span))
}

/// Every `${…}` that is not a reference: its text and its span.
pub fn malformed(value: Value<'_>) -> impl Iterator<Item = (&str, Span)> {
    placed_braces(value).filter(|(inner, span)| Reference::read(inner, span.clone()).is_none())
}

/// The text between each `${` and the next `}`, and the span in the document.
fn placed_braces<'j>(value: Value<'j>) -> impl Iterator<Item = (&'j str, Span)> {
    let found = |decoded: Decoded<'j>| {
        braces(decoded.text()).map(move |(inner, at)| (inner, decoded.span(at)))
    };
    value.decoded().into_iter().flat_map(found)
}

/// The text between each `${` and the next `}`, and the range in the text.
pub fn braces(text: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let open = at + text[at..].find("${")?;
        let close = open + text[open..].find('}')?;
        at = close + 1;
        Some((&text[open + 2..close], open..close + 1))
    })
}
