//! A number, and the text that the user typed.

use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::numeric_text::normalize;

/// The value of a TextInput with `input-type` `number`: a number, and the text that the user typed.
///
/// For a price or an age, use [`value`](Self::value). For a code, a postcode or a phone number, use
/// [`normalized`](Self::normalized), which keeps leading zeros and every digit.
///
/// ```
/// use whatsapp_flows::flow::Number;
///
/// let typed: Number = "٠١٢٫٥٠".parse()?;
/// assert_eq!(typed.text(), "٠١٢٫٥٠");
/// assert_eq!(typed.normalized(), "012.50");
/// assert_eq!(typed.value(), 12.5);
/// assert_eq!("8".parse::<Number>()?.parse::<u32>(), Ok(8));
/// assert!("1,234".parse::<Number>().is_err(), "ambiguous: 1234 or 1.234");
/// # Ok::<(), whatsapp_flows::flow::NotANumber>(())
/// ```
///
/// It deserializes from a JSON number and from text, because clients send either. A client that sends a JSON number has
/// already lost leading zeros. Decimal commas, the digits of every script, and surrounding white space and direction
/// marks are accepted. Thousands separators are not: a text that may contain one is rejected.
///
/// It serializes to a JSON number if nothing is lost, and to its text otherwise, so that a session keeps it unchanged.
/// A member of a screen's `data` whose type is `number` must be a JSON number: use `#[serde(with = "number")]` there,
/// as generated screens do, or an `f64`.
///
/// Two numbers are equal if their normalized texts are equal: `41,5` equals `41.5`, and `012` does not equal `12`.
#[derive(Debug, Clone)]
pub struct Number {
    text: String,
    normalized: String,
    value: f64,
}

/// The error of a text that is not a number, or that may be one of two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotANumber;

impl Number {
    /// Returns the text as the user typed it. For a JSON number, returns the shortest text of that number.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the number with ASCII digits, sign and decimal point, and with every digit that the user typed.
    pub fn normalized(&self) -> &str {
        &self.normalized
    }

    /// Returns the nearest `f64`, which is exact for up to 15 digits.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// Parses [`normalized`](Self::normalized) as another type, such as `u32`, `u128` or a decimal type of another
    /// crate.
    ///
    /// # Errors
    ///
    /// If the type cannot represent the number, for example a fraction as a `u32`.
    pub fn parse<N: FromStr>(&self) -> Result<N, N::Err> {
        self.normalized.parse()
    }

    /// Converts a JSON number. Returns `None` if no `f64` represents it.
    pub(super) fn from_json(number: &serde_json::Number) -> Option<Self> {
        match (number.as_u64(), number.as_i64()) {
            (Some(integer), _) => Some(integer.into()),
            (_, Some(integer)) => Some(integer.into()),
            _ => Self::try_from(number.as_f64()?).ok(),
        }
    }

    /// Converts to the nearest JSON number.
    pub(super) fn to_json(&self) -> serde_json::Number {
        let integer = self.parse::<u64>().map(Into::into).or(self.parse::<i64>().map(Into::into));
        integer.unwrap_or_else(|_| nearest(self.value))
    }
}

/// Converts a finite `f64` to a JSON number: `5` and not `5.0`, because clients show it as it is written.
pub(super) fn nearest(value: f64) -> serde_json::Number {
    let is_integer = value.fract() == 0.0 && value.abs() <= MAX_EXACT;
    match serde_json::Number::from_f64(value) {
        Some(number) if !is_integer => number,
        _ => (value as i64).into(),
    }
}

/// Up to 2^53, an `f64` represents every whole number exactly.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

impl FromStr for Number {
    type Err = NotANumber;

    fn from_str(text: &str) -> Result<Self, NotANumber> {
        let normalized = normalize(text).ok_or(NotANumber)?;
        let value: f64 = normalized.parse().map_err(|_| NotANumber)?;
        if !value.is_finite() {
            return Err(NotANumber);
        }
        Ok(Self { text: text.to_owned(), normalized, value })
    }
}

impl TryFrom<f64> for Number {
    type Error = NotANumber;

    fn try_from(value: f64) -> Result<Self, NotANumber> {
        // `-0` becomes `0`: the difference has no meaning to a user.
        let text = (value + 0.0).to_string();
        match value.is_finite() {
            true => Ok(Self { normalized: text.clone(), text, value: value + 0.0 }),
            false => Err(NotANumber),
        }
    }
}

macro_rules! from_integers {
    ($($integer:ty)*) => {
        $(impl From<$integer> for Number {
            fn from(integer: $integer) -> Self {
                let text = integer.to_string();
                Self { normalized: text.clone(), text, value: integer as f64 }
            }
        })*
    };
}

from_integers!(u8 u16 u32 u64 i8 i16 i32 i64);

impl Default for Number {
    fn default() -> Self {
        Self::from(0)
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.normalized == other.normalized
    }
}

impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.normalized.hash(state);
    }
}

/// Writes the [normalized](Number::normalized) number. If that may contain a thousands separator, a zero is appended
/// (`1.2340`), so that the text can be parsed again when a form sends it back.
impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match normalize(&self.normalized) {
            Some(_) => f.pad(&self.normalized),
            None => f.pad(&format!("{}0", self.normalized)),
        }
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number = self.to_json();
        match Self::from_json(&number).is_some_and(|number| number.text == self.text) {
            true => number.serialize(serializer),
            false => serializer.serialize_str(&self.text),
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = match Value::deserialize(deserializer)? {
            Value::Number(number) => Self::from_json(&number),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        // The error does not quote the value: the user may have typed it.
        number.ok_or_else(|| D::Error::invalid_value(Unexpected::Other("value"), &"a number"))
    }
}

impl std::fmt::Display for NotANumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            "the text is not a number, or is ambiguous; write it without thousands separators",
        )
    }
}

impl std::error::Error for NotANumber {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(json: Value) -> Number {
        serde_json::from_value(json.clone()).unwrap_or_else(|error| panic!("{json}: {error}"))
    }

    #[test]
    fn text_normalized_and_value_of_a_number() {
        for (json, text, normalized, value) in [
            (json!(5), "5", "5", 5.0),
            (json!(5.0), "5", "5", 5.0),
            (json!(-2.25), "-2.25", "-2.25", -2.25),
            (json!(-0.0), "0", "0", 0.0),
            (
                json!(9_999_999_999_999_999_999_u64),
                "9999999999999999999",
                "9999999999999999999",
                1e19,
            ),
            (json!("012345"), "012345", "012345", 12345.0),
            (json!("41,5"), "41,5", "41.5", 41.5),
            (json!("\u{200F}٤١٫٥ "), "\u{200F}٤١٫٥ ", "41.5", 41.5),
            (
                json!("1234567890123456789012"),
                "1234567890123456789012",
                "1234567890123456789012",
                1234567890123456789012.0,
            ),
        ] {
            let number = read(json);
            assert_eq!((number.text(), number.normalized()), (text, normalized));
            assert_eq!((number.value(), number.to_string().as_str()), (value, normalized));
        }
        assert_eq!(read(json!("٠٨")).parse::<u32>(), Ok(8));
        assert!(read(json!(2.5)).parse::<u32>().is_err());
        assert_eq!(
            read(json!("12345678901234567890123")).parse(),
            Ok(12345678901234567890123_u128)
        );
    }

    #[test]
    fn a_number_is_unchanged_after_a_json_round_trip() {
        for json in [
            json!(5),
            json!(-5),
            json!(2.5),
            json!(1e300),
            json!(1e-7),
            json!(0),
            json!(u64::MAX),
            json!("012345"),
            json!("5.0"),
            json!("+5"),
            json!("41,5"),
            json!("٥"),
            json!(" 5 "),
            json!("12345678901234567890123"),
            json!("0.12345678901234567890"),
            json!("1e3"),
            json!("-0"),
        ] {
            let number = read(json.clone());
            let written = serde_json::to_value(&number).unwrap();
            assert_eq!(written, json);
            let again = read(serde_json::from_str(&written.to_string()).unwrap());
            assert_eq!((again.text(), &again), (number.text(), &number));
        }
        assert_eq!(serde_json::to_value(read(json!("5"))).unwrap(), json!(5));
    }

    #[test]
    fn displayed_numbers_can_be_parsed_again() {
        for (shown, expected) in [
            (read(json!(41.125)), "41.1250"),
            (read(json!("٤١٫١٢٥")), "41.1250"),
            (read(json!(0.125)), "0.125"),
            (read(json!("041,5")), "041.5"),
        ] {
            assert_eq!(shown.to_string(), expected);
            assert_eq!(shown.to_string().parse::<Number>().map(|same| same.value), Ok(shown.value));
        }
    }

    /// Random text of digits, signs and separators: it is rejected, or parsed without a loss.
    #[test]
    fn random_text_is_rejected_or_parsed_without_loss() {
        let keys: Vec<char> = "0123456789..,,٫٤۵e-+ \u{200F}\u{a0}x".chars().collect();
        let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
        let mut next = |below: usize| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below
        };
        let mut numbers = 0;
        for _ in 0..200_000 {
            let length = 1 + next(9);
            let text: String = (0..length).map(|_| keys[next(keys.len())]).collect();
            let Ok(number) = text.parse::<Number>() else { continue };
            numbers += 1;
            assert!(number.value.is_finite() && number.text == text, "{text:?}");
            assert_eq!(number.normalized.parse::<f64>(), Ok(number.value), "{text:?}");
            let digits = |text: &str| text.chars().filter(|c| c.is_numeric()).count();
            // `.5` is `0.5`.
            let added = digits(&number.normalized) - digits(&text);
            let leading = number.normalized.trim_start_matches('-').starts_with("0.");
            assert!(added == 0 || (added == 1 && leading), "{text:?}");
            let again = read(serde_json::to_value(&number).unwrap());
            assert_eq!((&again.text, again.value), (&number.text, number.value), "{text:?}");
            let shown = number.to_string().parse::<Number>();
            assert_eq!(shown.map(|shown| shown.value), Ok(number.value), "{text:?}");
        }
        assert!(numbers > 10_000, "{numbers}");
    }

    #[test]
    fn numbers_are_equal_if_their_normalized_texts_are() {
        assert_eq!(read(json!("41,5")), read(json!(41.5)));
        assert_ne!(read(json!("012")), read(json!("12")));
        assert_eq!((Number::default(), Number::from(-3_i64).value()), (Number::from(0), -3.0));
        assert_eq!(
            (Number::try_from(f64::NAN), "x".parse::<Number>()),
            (Err(NotANumber), Err(NotANumber))
        );
        assert_eq!(Number::try_from(12.5).map(|number| number.value()), Ok(12.5));
    }

    #[test]
    fn deserialize_errors_do_not_contain_the_value() {
        for wrong in
            [json!("MARK"), json!(["MARK"]), json!({ "MARK": 1 }), json!(true), json!(null)]
        {
            let error = serde_json::from_value::<Number>(wrong).unwrap_err().to_string();
            assert!(!error.contains("MARK") && error.contains("a number"), "{error}");
        }
    }
}
