//! Numbers of JSON with more digits than `u64` or `f64` holds: an account number, an identity number.
//!
//! `serde_json` would keep their text with its feature `arbitrary_precision`. That changes it for every
//! crate of the program, the AWS SDK's and the user's as well, and numbers in serde's tagged and untagged
//! enums are then no longer read. So such a number is made text before it is read: what asks for a number
//! takes it from text, too.

use std::borrow::Cow;

/// The same JSON, with quotes around the numbers that would lose a digit: those of more digits than there
/// is a number for, which JavaScript does not send, and a few of 16 or 17 digits, or of a large
/// power of ten, that `serde_json` reads with another last digit (its feature `float_roundtrip` would not).
pub(super) fn as_text(json: &[u8]) -> Cow<'_, [u8]> {
    let mut quoted = Vec::new();
    let (mut done, mut at) = (0, 0);
    while let Some(byte) = json.get(at) {
        let length = match byte {
            b'"' => string(&json[at..]),
            b'-' | b'0'..=b'9' => {
                let length = number(&json[at..]);
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

/// The length of the string that begins here.
fn string(json: &[u8]) -> usize {
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

/// The length of the number that begins here.
fn number(json: &[u8]) -> usize {
    let of_number = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    json.iter().position(|byte| !of_number(byte)).unwrap_or(json.len())
}

/// Every number of so many digits is an `f64` of its own (IEEE 754, *DBL_DIG*), and read as such if no power
/// of ten is far off.
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
    // What is not a number of JSON stays an error.
    let Ok(nearest) = serde_json::from_str::<f64>(text) else { return false };
    significant(text) != significant(&format!("{nearest:e}"))
}

/// The digits of a number from the first to the last that is not zero, and its power of ten.
fn significant(number: &str) -> (String, i64) {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let mantissa = mantissa.trim_start_matches('-');
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole, fraction].concat();
    let digits = digits.trim_start_matches('0');
    let kept = digits.trim_end_matches('0');
    if kept.is_empty() {
        return (String::new(), 0);
    }
    let shift = (digits.len() - kept.len()) as i64 - fraction.len() as i64;
    (kept.to_owned(), exponent.parse::<i64>().unwrap_or_default().saturating_add(shift))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> String {
        String::from_utf8(as_text(json.as_bytes()).into_owned()).unwrap()
    }

    #[test]
    fn what_would_lose_digits_is_text() {
        for number in [
            "18446744073709551616",
            "-9223372036854775809",
            "12345678901234567890123",
            "0.12345678901234567890",
            "1234567890.123456789",
            "1.23456789012345678e5",
        ] {
            assert_eq!(of(&format!("[{number},1]")), format!("[\"{number}\",1]"));
            assert_eq!(of(number), format!("\"{number}\""));
        }
    }

    #[test]
    fn everything_else_stays() {
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
            assert_eq!(of(json), json);
        }
    }

    #[test]
    fn every_f64_is_read_as_it_was_written() {
        let mut bits = 0x9E37_79B9_7F4A_7C15_u64;
        for _ in 0..20_000 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005);
            bits = bits.wrapping_add(1_442_695_040_888_963_407);
            let number = f64::from_bits(bits);
            if number.is_finite() {
                let text = serde_json::to_string(&number).unwrap();
                let read: crate::flow::Number = serde_json::from_str(&of(&text)).unwrap();
                assert_eq!(read.value(), number, "{text}");
            }
        }
    }
}
