//! Unescaped text of a string, with the position of each part in the document.

use std::ops::Range;

use crate::span::Span;

/// The unescaped text of a string, with positions in the document.
#[derive(Debug, Clone, Copy)]
pub struct Decoded<'j> {
    text: &'j str,
    /// The start of the text in the document, after the quote.
    start: usize,
    /// The end of each escape, in the text and in the document.
    escapes: &'j [(u32, u32)],
}

/// A string with escapes, stored beside the document.
#[derive(Debug)]
pub(super) struct Unescaped {
    text: String,
    escapes: Vec<(u32, u32)>,
}

impl<'j> Decoded<'j> {
    /// A string without escapes, given the text between its quotes.
    pub(super) fn plain(text: &'j str, start: usize) -> Self {
        Self { text, start, escapes: &[] }
    }

    /// The text.
    pub fn text(self) -> &'j str {
        self.text
    }

    /// The span of a part of the text in the document. An escape is not divided.
    pub fn span(self, part: Range<usize>) -> Span {
        self.position(part.start)..self.position(part.end)
    }

    fn position(self, offset: usize) -> usize {
        let before = self.escapes.partition_point(|(end, _)| *end as usize <= offset);
        match before.checked_sub(1).map(|last| self.escapes[last]) {
            Some((end, place)) => place as usize + (offset - end as usize),
            None => self.start + offset,
        }
    }
}

impl Unescaped {
    /// Unescapes the text between a string's quotes, which starts at `start` in the document.
    pub fn read(inner: &str, start: usize) -> Self {
        let (mut text, mut escapes) = (String::with_capacity(inner.len()), Vec::new());
        let mut rest = inner;
        while let Some(at) = rest.find('\\') {
            text.push_str(&rest[..at]);
            let (character, length) = escape(&rest[at..]);
            text.push(character);
            rest = &rest[at + length..];
            escapes.push((text.len() as u32, (start + inner.len() - rest.len()) as u32));
        }
        text.push_str(rest);
        Self { text, escapes }
    }

    pub fn decoded(&self, start: usize) -> Decoded<'_> {
        Decoded { text: &self.text, start, escapes: &self.escapes }
    }
}

/// The character of an escape, and the length of the escape. The reader has rejected invalid
/// escapes; if there is one, the backslash is kept.
fn escape(source: &str) -> (char, usize) {
    let plain = match source.as_bytes().get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(byte @ (b'"' | b'\\' | b'/')) => char::from(*byte),
        Some(b'u') => {
            let unit = |at: usize| u16::from_str_radix(source.get(at..at + 4)?, 16).ok();
            let Some(first) = unit(2) else { return ('\\', 1) };
            let second = if source[6..].starts_with("\\u") { unit(8) } else { None };
            let units = [first, second.unwrap_or(0)];
            return match char::decode_utf16(units).next() {
                Some(Ok(pair)) if pair.len_utf16() == 2 => (pair, 12),
                Some(Ok(single)) => (single, 6),
                _ => (char::REPLACEMENT_CHARACTER, 6),
            };
        }
        _ => return ('\\', 1),
    };
    (plain, 2)
}

#[cfg(test)]
mod tests {
    use crate::json::Json;

    #[test]
    fn unescaped_text_has_spans() {
        let source = r#"["a\u0027\\b\n\ud83d\ude00${x}é'", "plain"]"#;
        let json = Json::parse(source).unwrap();
        let items: Vec<_> = json.root().items().collect();
        let decoded = items[0].decoded().unwrap();
        assert_eq!(decoded.text(), "a'\\b\n😀${x}é'");
        for (part, written) in [
            ("a", "a"),
            ("'\\", r"\u0027\\"),
            ("\\b\n", r"\\b\n"),
            ("😀", r"\ud83d\ude00"),
            ("${x}", "${x}"),
            ("é'", "é'"),
        ] {
            let at = decoded.text().find(part).unwrap();
            assert_eq!(&source[decoded.span(at..at + part.len())], written);
        }
        let plain = items[1].decoded().unwrap();
        assert_eq!((plain.text(), &source[plain.span(1..3)]), ("plain", "la"));
        assert!(json.root().decoded().is_none());
    }

    #[test]
    fn unescaping_matches_serde_json() {
        for source in [r#""\"\\\/\b\f\n\r\t\u00e9\uD834\udd1e""#, r#""\\\\u0041\\n""#, r#""""#] {
            let json = Json::parse(source).unwrap();
            let other: String = serde_json::from_str(source).unwrap();
            assert_eq!(json.root().decoded().unwrap().text(), other);
        }
    }
}
