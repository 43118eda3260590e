//! Strings as they are written in JSON.

use std::borrow::Cow;

/// A string's source, from its opening quote to its closing one.
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

/// A string without its quotes and escapes.
pub fn unquote(source: &str) -> Cow<'_, str> {
    let inner = &source[1..source.len() - 1];
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    // Jiter has checked the escapes, so nothing is left to fail.
    Cow::Owned(serde_json::from_str(source).unwrap_or_else(|_| inner.to_owned()))
}
