//! Decoding of text as editors, shells and secret stores write it: UTF-8 with or without a byte order mark, or
//! UTF-16, which is common on Windows.

use std::fmt;

use zeroize::Zeroizing;

/// An error for bytes that are neither UTF-8 nor UTF-16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EncodingError;

/// Decodes text and removes a byte order mark. UTF-16 without one is detected by the zero bytes between Latin letters,
/// which neither JSON nor PEM contains.
///
/// # Errors
///
/// If the bytes are neither UTF-8 nor UTF-16.
pub fn decode(bytes: &[u8]) -> Result<Zeroizing<String>, EncodingError> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [1..=255, 0, 1..=255, 0, ..] => utf16(bytes, u16::from_le_bytes),
        [0, 1..=255, 0, 1..=255, ..] => utf16(bytes, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        _ => utf8(bytes),
    }
}

/// Returns the first line of a passphrase file, without a byte order mark and without the line breaks that editors
/// add before and after it.
pub fn first_line(text: &str) -> &str {
    let text = text.trim_start_matches('\u{feff}').trim_start_matches(['\r', '\n']);
    text.split(['\r', '\n']).next().unwrap_or_default()
}

fn utf8(bytes: &[u8]) -> Result<Zeroizing<String>, EncodingError> {
    let text = std::str::from_utf8(bytes).map_err(|_| EncodingError)?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Zeroizing<String>, EncodingError> {
    let (pairs, []) = bytes.as_chunks::<2>() else { return Err(EncodingError) };
    // The capacity avoids a reallocation, which would leave a copy in memory: a unit of two bytes becomes at most
    // three.
    let mut text = Zeroizing::new(String::with_capacity(pairs.len() * 3));
    for char in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        text.push(char.map_err(|_| EncodingError)?);
    }
    Ok(text)
}

impl fmt::Display for EncodingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("neither UTF-8 nor UTF-16 text; save it as UTF-8")
    }
}

impl std::error::Error for EncodingError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16_of(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn utf8_and_utf16_decode_to_the_same_text() {
        let text = "{\"passphrase\":\"p\u{e4}ss \u{1f511}\"}\r\n";
        let marked = format!("\u{feff}{text}");
        for bytes in [
            text.as_bytes().to_vec(),
            marked.as_bytes().to_vec(),
            utf16_of(&marked, u16::to_le_bytes),
            utf16_of(&marked, u16::to_be_bytes),
            utf16_of(text, u16::to_le_bytes),
            utf16_of(text, u16::to_be_bytes),
        ] {
            assert_eq!(**decode(&bytes).unwrap(), *text);
        }
        assert_eq!(**decode(b"").unwrap(), *"");
        for bytes in [&b"\xff\xfea"[..], b"\xff\xfe\x00\xd8", b"caf\xe9", b"a\0b\0c"] {
            assert_eq!(decode(bytes), Err(EncodingError), "{bytes:?}");
        }
    }

    #[test]
    fn first_line_strips_line_breaks_and_byte_order_mark() {
        for text in ["p a", "p a\n", "p a\r\n", "\u{feff}p a\n\n", "\np a", "p a\nanother"] {
            assert_eq!(first_line(text), "p a");
        }
        assert_eq!(first_line(" p "), " p ", "spaces can be part of it");
        assert_eq!([first_line(""), first_line("\r\n")], [""; 2]);
    }
}
