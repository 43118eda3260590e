//! Text as editors, shells and secret stores write it: UTF-8, with or without a byte order mark, or the
//! UTF-16 of Windows.

use std::fmt;

use zeroize::Zeroizing;

/// The bytes are neither UTF-8 nor UTF-16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotText;

/// Decodes a text. A byte order mark is cut off. UTF-16 without one is recognised by the zeros that it
/// has between Latin letters: neither JSON nor PEM contains any.
pub fn decode(bytes: &[u8]) -> Result<Zeroizing<String>, NotText> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [1..=255, 0, 1..=255, 0, ..] => utf16(bytes, u16::from_le_bytes),
        [0, 1..=255, 0, 1..=255, ..] => utf16(bytes, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        _ => utf8(bytes),
    }
}

/// The one line that a text consists of, for a passphrase: without a byte order mark, and without the line
/// ends that editors add.
pub fn single_line(text: &str) -> &str {
    let text = text.trim_start_matches('\u{feff}').trim_start_matches(['\r', '\n']);
    text.split(['\r', '\n']).next().unwrap_or_default()
}

fn utf8(bytes: &[u8]) -> Result<Zeroizing<String>, NotText> {
    let text = std::str::from_utf8(bytes).map_err(|_| NotText)?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Zeroizing<String>, NotText> {
    let (pairs, []) = bytes.as_chunks::<2>() else { return Err(NotText) };
    // A reallocation would leave a copy behind: no unit of two bytes becomes more than three.
    let mut text = Zeroizing::new(String::with_capacity(pairs.len() * 3));
    for char in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        text.push(char.map_err(|_| NotText)?);
    }
    Ok(text)
}

impl fmt::Display for NotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a text: neither UTF-8 nor UTF-16; save it as UTF-8")
    }
}

impl std::error::Error for NotText {}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16_of(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn the_same_text_in_every_encoding() {
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
            assert_eq!(decode(bytes), Err(NotText), "{bytes:?}");
        }
    }

    #[test]
    fn a_passphrase_is_one_line() {
        for text in ["p a", "p a\n", "p a\r\n", "\u{feff}p a\n\n", "\np a", "p a\nanother"] {
            assert_eq!(single_line(text), "p a");
        }
        assert_eq!(single_line(" p "), " p ", "blanks may be part of it");
        assert_eq!([single_line(""), single_line("\r\n")], [""; 2]);
    }
}
