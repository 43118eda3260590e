//! Texts that look as if they were evaluated: near-references, and references within text.

use super::collector::Diagnostics;
use super::site::value_span;
use super::{near_reference, rules};
use crate::catalog::Version;
use crate::json::Value;
use crate::model::Screen;
use crate::model::expression::{is_nested, malformed, references, whole_reference};
use crate::span::Span;

/// Reports a text that looks as if it were evaluated, but is displayed or sent verbatim.
pub fn check(
    screen: &Screen<'_>,
    value: Value<'_>,
    in_payload: bool,
    version: Version,
    out: &mut Diagnostics,
) {
    if whole_reference(value).is_some() {
        return;
    }
    if is_nested(value) {
        if version < (6, 0) {
            let message = "expressions in backticks require version 6.0".to_owned();
            let help = "earlier versions display the text verbatim";
            out.add(&rules::EXPRESSION_TOO_OLD, value_span(value), message, help);
        }
        return;
    }
    if let Some(near) = near_reference(screen, value, in_payload) {
        let (at, meant) = near;
        let message = "this looks like a reference, but is used as plain text".to_owned();
        let help = format!("did you mean `{meant}`?");
        return out.add(&rules::NEAR_REFERENCE, at, message, help);
    }
    let help = if version >= (6, 0) {
        "put the whole text into backticks, and words into single quotes: `'Hello ' \
            ${data.name}`"
    } else {
        "from 6.0 on, a text in backticks can be joined from parts: `'Hello ' \
            ${data.name}`"
    };
    if let Some(reference) = references(value).next() {
        let message = "a reference within a text is displayed verbatim".to_owned();
        out.add(&rules::REFERENCE_IN_TEXT, reference.span, message, help);
    } else if let Some((inner, span)) = malformed(value).next() {
        report_malformed(screen, inner, span, out);
    }
}

/// Reports a `${…}` that is not a reference.
pub fn report_malformed(screen: &Screen<'_>, inner: &str, at: Span, out: &mut Diagnostics) {
    let message = format!("`${{{inner}}}` is not a reference");
    let help = match reference_to(screen, inner.trim()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => {
            "write ${data.name}, ${form.name}, ${screen.ID.data.name} or ${screen.ID.form.name}"
                .to_owned()
        }
    };
    out.add(&rules::NEAR_REFERENCE, at, message, help);
}

/// The span of a near-reference in a text, and the intended reference.
fn near_reference(
    screen: &Screen<'_>,
    value: Value<'_>,
    in_payload: bool,
) -> Option<(Span, String)> {
    let decoded = value.decoded()?;
    let text = decoded.text();
    if let Some(near) = near_reference::find(text) {
        return Some((decoded.span(near.at), format!("${{{}}}", near.path)));
    }
    // A path alone is suspicious only in a payload; elsewhere it may be the name of a file.
    if in_payload
        && let Some(reference) = near_reference::bare_path(text)
        && (reference.screen.is_some() || screen.find(&reference).is_some())
    {
        return Some((value_span(value), format!("${{{text}}}")));
    }
    // The braces of template languages around a name that the screen has.
    let open = text.find("{{")?;
    let close = open + text[open..].find("}}")?;
    let meant = reference_to(screen, text[open + 2..close].trim())?;
    Some((decoded.span(open..close + 2), meant))
}

/// The reference that a name refers to: the screen's data, or one of its fields.
fn reference_to(screen: &Screen<'_>, name: &str) -> Option<String> {
    if screen.data_member(name).is_some() {
        Some(format!("${{data.{name}}}"))
    } else {
        screen.field(name).map(|_| format!("${{form.{name}}}"))
    }
}
