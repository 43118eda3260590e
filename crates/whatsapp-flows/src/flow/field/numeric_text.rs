//! Parses a number that a user typed in the notation of their country: `41,5`, `٤١٫٥`, ` 7 `.
//!
//! Thousands separators are not guessed. `1.234` is 1234 in some countries and 1.234 in others, so it is rejected.

/// Returns the number with ASCII digits, sign and decimal point. All digits are kept: `012,50` becomes `012.50`.
/// Returns `None` if the text is not a number, or if it may be one of two numbers.
pub(super) fn normalize(text: &str) -> Option<String> {
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let mut rest = visible.trim().chars().peekable();
    let mut normalized = String::new();
    match rest.peek() {
        Some('+' | '\u{FF0B}') => drop(rest.next()),
        Some('-' | '\u{2212}' | '\u{FF0D}') => {
            rest.next();
            normalized.push('-');
        }
        _ => {}
    }
    let mut digits = || {
        let mut digits = String::new();
        while let Some(digit) = rest.peek().copied().and_then(digit) {
            digits.push(digit);
            rest.next();
        }
        (digits, rest.next())
    };
    let (integer, separator) = digits();
    normalized += &integer;
    let (fraction, after) = match separator {
        Some('.' | ',' | '\u{060C}' | ARABIC_DECIMAL_SEPARATOR | '\u{FF0E}' | '\u{FF0C}') => {
            digits()
        }
        other => (String::new(), other),
    };
    if integer.is_empty() && fraction.is_empty() {
        return None;
    }
    let exponent = match after {
        None => String::new(),
        Some('e' | 'E') => exponent(rest.collect())?,
        Some(_) => return None,
    };
    let ambiguous = separator != Some(ARABIC_DECIMAL_SEPARATOR) && exponent.is_empty();
    if ambiguous
        && fraction.len() == 3
        && matches!(integer.len(), 1..=3)
        && !integer.starts_with('0')
    {
        return None;
    }
    if !fraction.is_empty() {
        if integer.is_empty() {
            normalized.push('0');
        }
        normalized.push('.');
        normalized += &fraction;
    }
    Some(normalized + &exponent)
}

/// Returns whether a text shows nothing, for example because the user overwrote it with spaces.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_invisible(c))
}

/// U+066B, which is only a decimal separator.
const ARABIC_DECIMAL_SEPARATOR: char = '\u{066B}';

/// Returns `e5` for the text `5` after the letter.
fn exponent(after: String) -> Option<String> {
    let (sign, digits) = match after.strip_prefix(['-', '\u{2212}']) {
        Some(digits) => ("-", digits),
        None => ("", after.strip_prefix('+').unwrap_or(&after)),
    };
    let digits: String = digits.chars().map(digit).collect::<Option<_>>()?;
    (!digits.is_empty()).then(|| format!("e{sign}{digits}"))
}

/// Returns whether a character is a direction mark or a joiner (Unicode, *Bidi_Control* and
/// *Default_Ignorable_Code_Point*), which keyboards for right-to-left languages insert around numbers.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}')
        || matches!(c, '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Converts a decimal digit of any script to ASCII.
fn digit(c: char) -> Option<char> {
    let index = ZEROS.partition_point(|zero| *zero <= u32::from(c));
    let value = u32::from(c) - ZEROS.get(index.checked_sub(1)?)?;
    char::from_digit(value, 10)
}

/// The zeros of Unicode 16 (general category Nd), each followed by the digits one to nine.
const ZEROS: [u32; 76] = [
    0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6,
    0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80,
    0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0,
    0xFF10, 0x104A0, 0x10D30, 0x10D40, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450,
    0x114D0, 0x11650, 0x116C0, 0x116D0, 0x116DA, 0x11730, 0x118E0, 0x11950, 0x11BF0, 0x11C50,
    0x11D50, 0x11DA0, 0x11F50, 0x16130, 0x16A60, 0x16AC0, 0x16B50, 0x16D70, 0x1CCF0, 0x1D7CE,
    0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E5F1, 0x1E950, 0x1FBF0,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_local_notation_are_normalized() {
        for (text, expected) in [
            ("5", "5"),
            ("012345", "012345"),
            ("41.5", "41.5"),
            ("41,5", "41.5"),
            ("41,50", "41.50"),
            ("٤١٫٥", "41.5"),
            ("٤١٫٢٣٤", "41.234"),
            ("۰۱۲", "012"),
            ("４２", "42"),
            ("१२", "12"),
            ("𝟗", "9"),
            ("\u{200F}-٥\u{200E}", "-5"),
            ("\u{2067}12\u{2069}", "12"),
            ("−7", "-7"),
            ("+7", "7"),
            ("\u{a0} 7 \t", "7"),
            (".5", "0.5"),
            ("5.", "5"),
            ("0,125", "0.125"),
            ("1234,567", "1234.567"),
            ("1,2345", "1.2345"),
            ("1e3", "1e3"),
            ("2,5E-3", "2.5e-3"),
            ("12345678901234567890123", "12345678901234567890123"),
        ] {
            assert_eq!(normalize(text).as_deref(), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn thousands_separators_and_other_text_are_rejected() {
        for text in [
            "1,234",
            "1.234",
            "12,345",
            "123.456",
            "-1,234",
            "١،٢٣٤",
            "1 234",
            "1\u{a0}234",
            "1'234",
            "1,234.5",
            "1.234.567",
            "١٬٢٣٤",
            "1_000",
            "",
            " ",
            "\u{200F}",
            "-",
            ".",
            ",",
            "x",
            "5x",
            "5 €",
            "NaN",
            "inf",
            "0x10",
            "1e",
            "e5",
            "1e5e5",
            "1--2",
            "½",
            "²",
            "五",
        ] {
            assert_eq!(normalize(text), None, "{text:?}");
        }
    }

    #[test]
    fn digits_of_every_script_are_digits() {
        assert!(ZEROS.is_sorted());
        for zero in ZEROS {
            for value in 0..10 {
                let c = char::from_u32(zero + value).unwrap();
                assert_eq!(digit(c), char::from_digit(value, 10), "{c}");
            }
        }
        let digits = ('\0'..=char::MAX).filter(|c| digit(*c).is_some()).count();
        assert_eq!(digits, ZEROS.len() * 10);
    }

    #[test]
    fn invisible_text_is_blank() {
        for blank in ["", " ", "\u{a0}\u{200F}", "\u{FEFF}\n"] {
            assert!(is_blank(blank));
        }
        assert!(!is_blank(" 0"));
    }
}
