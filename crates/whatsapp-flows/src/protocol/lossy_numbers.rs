//! JSON numbers with more digits than `u64` or `f64` can represent, such as account or identity numbers.
//!
//! `serde_json`'s feature `arbitrary_precision` would preserve their digits. It would also apply to every other
//! crate in the program, including the AWS SDK's and the developer's, and would break the deserialization of
//! numbers in tagged and untagged enums. Instead, such a number is put into quotes before the JSON is parsed;
//! fields of a numeric type accept it as a string.

use std::borrow::Cow;

/// Puts quotes around the numbers in a JSON that would lose digits.
///
/// These are numbers with more digits than `u64`, `i64` and `f64` can represent, which JavaScript does not send, and
/// some numbers of 16 or 17 digits or with a large power of ten, in which `serde_json` changes the last digit (its
/// feature `float_roundtrip` would prevent that).
pub(super) fn quote(json: &[u8]) -> Cow<'_, [u8]> {
    let mut quoted = Vec::new();
    let (mut done, mut at) = (0, 0);
    while let Some(byte) = json.get(at) {
        let length = match byte {
            b'"' => string_length(&json[at..]),
            b'-' | b'0'..=b'9' => {
                let length = number_length(&json[at..]);
                let end = at + length;
                if loses_digits(&json[at..end]) {
                    quoted.extend([&json[done..at], b"\"", &json[at..end], b"\""].concat());
                    done = end;
                }
                length
            }
            _ => 1,
        };
        at += length;
    }
    if done == 0 {
        return json.into();
    }
    quoted.extend(&json[done..]);
    quoted.into()
}

/// Returns the length in bytes of the string at the start of `json`, with its quotes.
fn string_length(json: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    json.len()
}

/// Returns the length in bytes of the number at the start of `json`.
fn number_length(json: &[u8]) -> usize {
    let is_part_of_number =
        |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    json.iter().position(|byte| !is_part_of_number(byte)).unwrap_or(json.len())
}

/// The number of decimal digits that an `f64` always represents (IEEE 754, *DBL_DIG*). `serde_json` parses such
/// numbers exactly unless they have a large power of ten.
const EXACT_DIGITS: usize = 15;

fn loses_digits(number: &[u8]) -> bool {
    let digits = number.iter().filter(|byte| byte.is_ascii_digit()).count();
    let power = number.iter().any(|byte| matches!(byte, b'e' | b'E'));
    if digits <= EXACT_DIGITS && !power {
        return false;
    }
    let Ok(text) = std::str::from_utf8(number) else { return false };
    if text.parse::<u64>().is_ok() || text.parse::<i64>().is_ok() {
        return false;
    }
    // Invalid numbers are left for the parser to reject.
    let Ok(nearest) = serde_json::from_str::<f64>(text) else { return false };
    significant(text) != significant(&format!("{nearest:e}"))
}

/// Returns the digits of a number without leading and trailing zeros, and its power of ten.
fn significant(number: &str) -> (String, i64) {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let mantissa = mantissa.trim_start_matches('-');
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole, fraction].concat();
    let digits = digits.trim_start_matches('0');
    let trimmed = digits.trim_end_matches('0');
    if trimmed.is_empty() {
        return (String::new(), 0);
    }
    let shift = (digits.len() - trimmed.len()) as i64 - fraction.len() as i64;
    (trimmed.to_owned(), exponent.parse::<i64>().unwrap_or_default().saturating_add(shift))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted_json(json: &str) -> String {
        String::from_utf8(quote(json.as_bytes()).into_owned()).unwrap()
    }

    #[test]
    fn numbers_that_would_lose_digits_are_quoted() {
        for number in [
            "18446744073709551616",
            "-9223372036854775809",
            "12345678901234567890123",
            "0.12345678901234567890",
            "1234567890.123456789",
            "1.23456789012345678e5",
        ] {
            assert_eq!(quoted_json(&format!("[{number},1]")), format!("[\"{number}\",1]"));
            assert_eq!(quoted_json(number), format!("\"{number}\""));
        }
    }

    #[test]
    fn exact_numbers_and_strings_are_unchanged() {
        for json in [
            "18446744073709551615",
            "-9223372036854775808",
            "123456789012345",
            "0.1",
            "5.0",
            "5.00000000000000000000",
            "0.00000000000000000000",
            "1e21",
            "100000000000000000000",
            "1.7976931348623157e308",
            "0.30000000000000004",
            "0.000000000000000000005",
            "1e99999999999999999999",
            "-1-23456789012345678901234",
            r#"{"a":"12345678901234567890123","b\"12345678901234567890123":[true,null]}"#,
            r#"{"a\\":"\\"}"#,
            "\"12345678901234567890123",
            "\"\\",
            "",
        ] {
            assert_eq!(quoted_json(json), json);
        }
    }

    #[test]
    fn every_f64_keeps_its_value() {
        let mut bits = 0x9E37_79B9_7F4A_7C15_u64;
        for _ in 0..20_000 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005);
            bits = bits.wrapping_add(1_442_695_040_888_963_407);
            let number = f64::from_bits(bits);
            if number.is_finite() {
                let text = serde_json::to_string(&number).unwrap();
                let read: crate::flow::Number = serde_json::from_str(&quoted_json(&text)).unwrap();
                assert_eq!(read.value(), number, "{text}");
            }
        }
    }
}
