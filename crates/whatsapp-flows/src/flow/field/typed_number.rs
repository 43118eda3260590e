//! A number with the text that it came as.

use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::numeric_text::normalize;

/// What a TextInput with `input-type` `number` gives: a number, and the text that the user typed.
///
/// A code, a postcode or a phone number in such a field is text that has digits only: take it from
/// [`normalized`](Self::normalized), where `012345` keeps its zero and the twentieth digit is still there.
/// A price or an age is a [`value`](Self::value).
///
/// ```
/// use whatsapp_flows::flow::Number;
///
/// let typed: Number = "٠١٢٫٥٠".parse()?;
/// assert_eq!(typed.text(), "٠١٢٫٥٠");
/// assert_eq!(typed.normalized(), "012.50");
/// assert_eq!(typed.value(), 12.5);
/// assert_eq!("8".parse::<Number>()?.parse::<u32>(), Ok(8));
/// assert!("1,234".parse::<Number>().is_err(), "thousands, or a little over one?");
/// # Ok::<(), whatsapp_flows::flow::NotANumber>(())
/// ```
///
/// It is read from JSON numbers and from text, for clients send either; a client that sends a number has
/// already lost leading zeros. Decimal commas, digits of any script, and blanks and marks of direction
/// around them are read. Thousands separators are not: a text that may have one does not fit.
///
/// In JSON it is a number where that says it all, and otherwise the text, so that nothing is lost in a
/// session. A member of a screen's `data` whose type is `number` must be a number: there, write
/// `#[serde(with = "number")]`, or take an `f64`, as printed screens do.
///
/// Two of them are equal if their digits are: `41,5` and `41.5` are, `012` and `12` are not.
#[derive(Debug, Clone)]
pub struct Number {
    text: String,
    normalized: String,
    value: f64,
}

/// A text that is not a number, or could be either of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotANumber;

impl Number {
    /// The text as it was typed. Of a JSON number, the shortest text that is the same number.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The number with the digits, the sign and the point of ASCII, and every digit that was typed.
    pub fn normalized(&self) -> &str {
        &self.normalized
    }

    /// The nearest `f64`: it is exact for up to 15 digits.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// The number as another type, such as `u32`, `u128` or a decimal of another crate, read from
    /// [`normalized`](Self::normalized).
    ///
    /// # Errors
    ///
    /// When the number is not one of that type: a fraction for a `u32`, for example.
    pub fn parse<N: FromStr>(&self) -> Result<N, N::Err> {
        self.normalized.parse()
    }

    /// A number of JSON.
    pub(super) fn of_json(number: &serde_json::Number) -> Option<Self> {
        match (number.as_u64(), number.as_i64()) {
            (Some(whole), _) => Some(whole.into()),
            (_, Some(whole)) => Some(whole.into()),
            _ => Self::try_from(number.as_f64()?).ok(),
        }
    }

    /// The JSON number that is nearest.
    pub(super) fn to_json(&self) -> serde_json::Number {
        let whole = self.parse::<u64>().map(Into::into).or(self.parse::<i64>().map(Into::into));
        whole.unwrap_or_else(|_| nearest(self.value))
    }
}

/// A finite `f64` for JSON: `5` and not `5.0`, for a client shows what it gets.
pub(super) fn nearest(value: f64) -> serde_json::Number {
    let whole = value.fract() == 0.0 && value.abs() <= EXACT;
    match serde_json::Number::from_f64(value) {
        Some(number) if !whole => number,
        _ => (value as i64).into(),
    }
}

/// Up to here every whole number is an `f64` of its own.
const EXACT: f64 = 9_007_199_254_740_992.0;

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
        // `-0` has no meaning for a user.
        let text = (value + 0.0).to_string();
        match value.is_finite() {
            true => Ok(Self { normalized: text.clone(), text, value: value + 0.0 }),
            false => Err(NotANumber),
        }
    }
}

macro_rules! from_whole {
    ($($whole:ty)*) => {
        $(impl From<$whole> for Number {
            fn from(whole: $whole) -> Self {
                let text = whole.to_string();
                Self { normalized: text.clone(), text, value: whole as f64 }
            }
        })*
    };
}

from_whole!(u8 u16 u32 u64 i8 i16 i32 i64);

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

/// The [normalized](Number::normalized) number. Where that could be taken for thousands, a zero follows:
/// `1.2340`. So what a field is filled in with can be read when it comes back.
impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match normalize(&self.normalized) {
            Some(_) => f.pad(&self.normalized),
            None => f.pad(&format!("{}0", self.normalized)),
        }
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let number = self.to_json();
        match Self::of_json(&number).is_some_and(|same| same.text == self.text) {
            true => number.serialize(to),
            false => to.serialize_str(&self.text),
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = match Value::deserialize(from)? {
            Value::Number(number) => Self::of_json(&number),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        // What it was instead may be what a user typed.
        number.ok_or_else(|| D::Error::invalid_value(Unexpected::Other("value"), &"a number"))
    }
}

impl std::fmt::Display for NotANumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the text is not a number, or could be either of two")
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
    fn text_and_value_stand_side_by_side() {
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
    fn nothing_is_lost_in_json() {
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
    fn what_is_shown_can_be_read_again() {
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

    /// Whatever a keyboard gives: it is read or refused, and what is read stays what it is.
    #[test]
    fn any_text_is_a_number_of_its_own_or_none() {
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
    fn equal_digits_are_equal() {
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
    fn an_error_does_not_repeat_what_was_typed() {
        for wrong in
            [json!("MARK"), json!(["MARK"]), json!({ "MARK": 1 }), json!(true), json!(null)]
        {
            let error = serde_json::from_value::<Number>(wrong).unwrap_err().to_string();
            assert!(!error.contains("MARK") && error.contains("a number"), "{error}");
        }
    }
}
