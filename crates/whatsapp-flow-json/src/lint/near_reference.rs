//! Texts that look like references, but are not: `${data.x`, `{{data.x}}`, `$(form.x)`.

use std::ops::Range;

use crate::model::expression::Reference;

/// A near-reference in a text: its range, and the intended path, such as `form.x`.
pub struct NearReference<'t> {
    pub at: Range<usize>,
    pub path: &'t str,
}

/// The names with which a path starts, before a dot.
const NAMESPACES: [&str; 3] = ["data", "form", "screen"];

/// Characters that people write before a path, and after it.
const OPENING_CHARS: [char; 7] = ['$', '#', '%', '{', '(', '<', ' '];
const CLOSING_CHARS: [char; 5] = ['}', ')', '%', '>', ' '];

/// The first near-reference in a text.
pub fn find(text: &str) -> Option<NearReference<'_>> {
    all(text).next()
}

/// Every near-reference in a text, in order.
pub fn all(text: &str) -> impl Iterator<Item = NearReference<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let dot = from + text[from..].find('.')?;
            let namespace = NAMESPACES.iter().find(|namespace| text[..dot].ends_with(**namespace));
            let Some(start) = namespace.map(|namespace| dot - namespace.len()) else {
                from = dot + 1;
                continue;
            };
            let path = path(&text[start..]);
            let end = start + path.len();
            from = end.max(dot + 1);
            let before = text[..start].trim_end_matches(OPENING_CHARS);
            let after = &text[end..];
            let close = end + (after.len() - after.trim_start_matches(CLOSING_CHARS).len());
            let (opening, closing) = (&text[before.len()..start], &text[end..close]);
            let marked = opening.contains(['$', '{']) || opening.contains("<%");
            let right = opening.ends_with("${") && closing.starts_with('}');
            if marked && !right && Reference::read(path, 0..0).is_some() {
                let at = before.len() + leading_space(opening)..close - trailing_space(closing);
                return Some(NearReference { at, path });
            }
        }
    })
}

/// Reads a text that consists of a path, such as `form.x`.
pub fn bare_path(text: &str) -> Option<Reference<'_>> {
    Reference::read(text, 0..text.len())
}

/// The reference that the whole text was meant to be.
pub fn whole_text(text: &str) -> Option<String> {
    let near = find(text)?;
    (near.at == (0..text.len())).then(|| format!("${{{}}}", near.path))
}

/// The names and dots at the start of a text, without a trailing dot.
fn path(text: &str) -> &str {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let end = text.find(|c| !part(c)).unwrap_or(text.len());
    text[..end].trim_end_matches(['.', '-'])
}

/// White space outside the delimiters is not part of the near-reference.
fn leading_space(opening: &str) -> usize {
    opening.len() - opening.trim_start().len()
}

fn trailing_space(closing: &str) -> usize {
    closing.len() - closing.trim_end().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, &str)> {
        all(text).map(|near| (&text[near.at.clone()], near.path)).collect()
    }

    #[test]
    fn near_references_are_detected() {
        for (text, at, path) in [
            ("${data.brand", "${data.brand", "data.brand"),
            ("Hello ${data.name !", "${data.name", "data.name"),
            ("{{data.x}}", "{{data.x}}", "data.x"),
            ("Dear {{ form.first_name }}, hi", "{{ form.first_name }}", "form.first_name"),
            ("$(form.x)", "$(form.x)", "form.x"),
            ("${ data.x }", "${ data.x }", "data.x"),
            ("$data.x", "$data.x", "data.x"),
            ("{data.x}", "{data.x}", "data.x"),
            ("${screen.A.form.x", "${screen.A.form.x", "screen.A.form.x"),
            ("a ${data.x.", "${data.x", "data.x"),
        ] {
            assert_eq!(found(text), [(at, path)], "{text}");
        }
        for text in [
            "${data.x}",
            "a ${data.x} b ${form.y}",
            "see data.csv",
            "(form.pdf)",
            "$5 for data.",
            "${data.}",
            "",
            "screen.",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
        assert_eq!(found("${data.a} {{data.b}} $(form.c)").len(), 2);
        assert_eq!(whole_text("{{data.x}}").as_deref(), Some("${data.x}"));
        assert_eq!(whole_text("a {{data.x}}"), None);
    }
}
