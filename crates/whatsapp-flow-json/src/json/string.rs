//! The source text of JSON strings.

use std::borrow::Cow;

/// The source of a string, from its opening to its closing quote.
pub fn string_at(text: &str, start: usize) -> &str {
    let mut escaped = false;
    let inside = text[start + 1..].bytes().take_while(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        !ends
    });
    let end = start + 1 + inside.count() + 1;
    &text[start..end]
}

/// The text of a string without quotes and escapes.
pub fn unquote(source: &str) -> Cow<'_, str> {
    let inner = &source[1..source.len() - 1];
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    // Jiter has checked the escapes, so this cannot fail.
    Cow::Owned(serde_json::from_str(source).unwrap_or_else(|_| inner.to_owned()))
}
