//! Numbers as JavaScript writes and reads them.

use serde_json::Value;

/// A JSON number; an integer where the value is one.
pub(crate) fn json_number(number: f64) -> Value {
    let is_integer = number.fract() == 0.0 && number.abs() < 9e15;
    match is_integer {
        true => Value::from(number as i64),
        false => serde_json::Number::from_f64(number).map_or(Value::Null, Value::Number),
    }
}

/// The text of a number.
pub(crate) fn number_text(number: f64) -> String {
    if number == 0.0 { "0".into() } else { number.to_string() }
}

/// The number that a text consists of: a sign, digits with commas for thousands, a point, an exponent. A comma that is
/// followed by other than three digits is a decimal comma.
pub(crate) fn parse_number(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | 'e' | 'E' | '+' | '-');
    if !digits.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','))
        || !digits.chars().all(plain)
    {
        return None;
    }
    let normal = match digits.rsplit_once(',') {
        None => text.to_owned(),
        Some(_) if has_thousands(digits) => text.replace(',', ""),
        Some((whole, _)) if whole.contains([',', '.']) => return None,
        Some(_) => text.replace(',', "."),
    };
    normal.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Reports whether every comma separates thousands: `1,234,567.8`.
fn has_thousands(digits: &str) -> bool {
    let whole = &digits[..digits.find(['.', 'e', 'E']).unwrap_or(digits.len())];
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    (1..=3).contains(&first.len())
        && groups.all(|group| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read() {
        for (text, number) in [
            ("4", 4.0),
            ("-4.5", -4.5),
            ("1,234,567.5", 1_234_567.5),
            ("1,5", 1.5),
            ("1,234", 1234.0),
            ("1e3", 1000.0),
            (" 7 ", 7.0),
            (".5", 0.5),
        ] {
            assert_eq!(parse_number(text), Some(number), "{text}");
        }
        for text in
            ["", "four", "1,2,3", "1.2.3", "inf", "NaN", "0x10", "--1", "1,23,456", "e5", "١"]
        {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_written_as_in_javascript() {
        assert_eq!(number_text(-0.0), "0");
        assert_eq!(number_text(2.0), "2");
        assert_eq!(number_text(2.25), "2.25");
        assert_eq!(json_number(2.0), Value::from(2));
        assert_eq!(json_number(f64::NAN), Value::Null);
    }
}
