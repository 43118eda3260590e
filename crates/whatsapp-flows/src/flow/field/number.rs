//! `#[serde(with = "number")]`: numbers that are JSON numbers wherever they are written.
//!
//! Use it for a member whose type is `f64`, [`Number`](super::Number), or an [`Option`] or [`Vec`] of them.
//!
//! It is read in the same way as a [`Number`](super::Number). A whole number is written as `5` and not as `5.0`,
//! because clients show it as it is written.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::typed_number::{Number, nearest};

/// Serializes numbers as JSON numbers.
///
/// # Errors
///
/// If the serializer fails.
pub fn serialize<N: Numbers, S: Serializer>(numbers: &N, serializer: S) -> Result<S::Ok, S::Error> {
    numbers.wire().serialize(serializer)
}

/// Deserializes numbers from JSON numbers, or from text that is a number.
///
/// # Errors
///
/// If the value is not a number, and not a text that is one.
pub fn deserialize<'de, N: Numbers, D: Deserializer<'de>>(deserializer: D) -> Result<N, D::Error> {
    N::read(deserializer)
}

/// A number, or a collection of numbers.
pub trait Numbers: Sized {
    /// Its form on the wire.
    type Wire: Serialize;
    /// Converts it for the wire.
    fn wire(&self) -> Self::Wire;
    /// Deserializes it.
    ///
    /// # Errors
    ///
    /// If the value is not a number, and not a text that is one.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

impl Numbers for f64 {
    /// JSON has no infinity or NaN. They become null, which is left out of replies.
    type Wire = Option<serde_json::Number>;
    fn wire(&self) -> Self::Wire {
        self.is_finite().then(|| nearest(*self))
    }
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Number::deserialize(deserializer).map(|number| number.value())
    }
}

impl Numbers for Number {
    type Wire = serde_json::Number;
    fn wire(&self) -> Self::Wire {
        self.to_json()
    }
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }
}

impl<N: Numbers> Numbers for Option<N> {
    type Wire = Option<N::Wire>;
    fn wire(&self) -> Self::Wire {
        self.as_ref().map(N::wire)
    }
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<One<N>>::deserialize(deserializer)?.map(|One(number)| number))
    }
}

impl<N: Numbers> Numbers for Vec<N> {
    type Wire = Vec<N::Wire>;
    fn wire(&self) -> Self::Wire {
        self.iter().map(N::wire).collect()
    }
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let numbers = Vec::<One<N>>::deserialize(deserializer)?;
        Ok(numbers.into_iter().map(|One(number)| number).collect())
    }
}

struct One<N>(N);

impl<'de, N: Numbers> Deserialize<'de> for One<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        N::read(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Numbers {
        #[serde(with = "super")]
        one: f64,
        #[serde(default, with = "super")]
        optional: Option<f64>,
        #[serde(default, with = "super")]
        many: Vec<f64>,
    }

    #[test]
    fn numbers_are_read_from_text_and_written_without_a_trailing_zero() {
        let read = |value: Value| serde_json::from_value::<Numbers>(value).ok();
        let all = read(json!({ "one": "5", "optional": 2.5, "many": [1, "-2.25", 3.0] })).unwrap();
        assert_eq!(all, Numbers { one: 5.0, optional: Some(2.5), many: vec![1.0, -2.25, 3.0] });
        let written = serde_json::to_string(&all).unwrap();
        assert_eq!(written, r#"{"one":5,"optional":2.5,"many":[1,-2.25,3]}"#);
        assert_eq!(read(json!({ "one": -1 })).unwrap().optional, None);
        for wrong in [json!("x"), json!("NaN"), json!("inf"), json!(""), json!(null), json!([1])] {
            assert_eq!(read(json!({ "one": wrong })), None, "{wrong}");
        }
    }
}
