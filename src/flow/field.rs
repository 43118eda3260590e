//! What fields of a form give that is more than text: numbers, a range of days, uploaded files.

use serde::{Deserialize, Serialize};

/// The days that a CalendarPicker with `mode` `range` gives, each as `2026-01-31`, or empty where the
/// person chose none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct DateRange {
    /// The first day.
    pub start_date: String,
    /// The last day.
    pub end_date: String,
}

/// A file that a PhotoPicker or DocumentPicker uploaded. It lies encrypted at `cdn_url` for 20 days.
///
/// Text that a phone sends as `""` is taken out before it is read, and is empty again here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// Names the file in a component's `error-message`.
    #[serde(default)]
    pub media_id: String,
    /// Where the encrypted file is. It came from outside: fetch it from WhatsApp's own hosts only.
    #[serde(default)]
    pub cdn_url: String,
    /// The name that the file had on the phone: the person's own text.
    #[serde(default)]
    pub file_name: String,
    /// What opens the file.
    pub encryption_metadata: MediaKeys,
}

/// What opens an uploaded file: AES-256-CBC, and HMAC-SHA256 over its IV and ciphertext. All are base64.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaKeys {
    /// SHA-256 of the file as it is fetched.
    pub encrypted_hash: String,
    /// The IV.
    pub iv: String,
    /// The key of AES-256.
    pub encryption_key: String,
    /// The key of the HMAC.
    pub hmac_key: String,
    /// SHA-256 of the file once it is open.
    pub plaintext_hash: String,
}

impl std::fmt::Debug for MediaKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MediaKeys([redacted])")
    }
}

/// For `#[serde(with = "number")]` on an `f64`, or an [`Option`] or [`Vec`] of it.
///
/// A TextInput with `input-type` `number` gives a number, and on some phones a number in quotes: both
/// are read. A whole number is written as one, `5` and not `5.0`, for a phone shows what it gets.
pub mod number {
    use serde::de::{DeserializeOwned, Error, Unexpected, Visitor};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// Writes numbers.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    pub fn serialize<N: Numbers, S: Serializer>(numbers: &N, to: S) -> Result<S::Ok, S::Error> {
        numbers.wire().serialize(to)
    }

    /// Reads numbers.
    ///
    /// # Errors
    ///
    /// When it is no number, and no text that is one.
    pub fn deserialize<'de, N: Numbers, D: Deserializer<'de>>(from: D) -> Result<N, D::Error> {
        N::Wire::deserialize(from).map(N::from_wire)
    }

    /// An `f64`, and what holds some.
    pub trait Numbers {
        /// The same, as it is on the wire.
        type Wire: Serialize + DeserializeOwned;
        /// For the wire.
        fn wire(&self) -> Self::Wire;
        /// From the wire.
        fn from_wire(wire: Self::Wire) -> Self;
    }

    impl Numbers for f64 {
        type Wire = Number;
        fn wire(&self) -> Number {
            Number(*self)
        }
        fn from_wire(wire: Number) -> Self {
            wire.0
        }
    }

    impl<N: Numbers> Numbers for Option<N> {
        type Wire = Option<N::Wire>;
        fn wire(&self) -> Self::Wire {
            self.as_ref().map(N::wire)
        }
        fn from_wire(wire: Self::Wire) -> Self {
            wire.map(N::from_wire)
        }
    }

    impl<N: Numbers> Numbers for Vec<N> {
        type Wire = Vec<N::Wire>;
        fn wire(&self) -> Self::Wire {
            self.iter().map(N::wire).collect()
        }
        fn from_wire(wire: Self::Wire) -> Self {
            wire.into_iter().map(N::from_wire).collect()
        }
    }

    /// A number of JSON.
    #[derive(Debug)]
    pub struct Number(f64);

    /// Up to here every whole number is an `f64` of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;

    impl Serialize for Number {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            match self.0 {
                whole if whole.fract() == 0.0 && whole.abs() <= EXACT => {
                    to.serialize_i64(whole as i64)
                }
                other => to.serialize_f64(other),
            }
        }
    }

    impl<'de> Deserialize<'de> for Number {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            from.deserialize_any(Reader)
        }
    }

    struct Reader;

    impl Visitor<'_> for Reader {
        type Value = Number;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a number")
        }

        fn visit_f64<E: Error>(self, number: f64) -> Result<Number, E> {
            Ok(Number(number))
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<Number, E> {
            Ok(Number(number as f64))
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<Number, E> {
            Ok(Number(number as f64))
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
            let number = text.trim().parse().ok().filter(|number: &f64| number.is_finite());
            number.map(Number).ok_or_else(|| E::invalid_value(Unexpected::Other("text"), &self))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Numbers {
        #[serde(with = "number")]
        one: f64,
        #[serde(default, with = "number")]
        perhaps: Option<f64>,
        #[serde(default, with = "number")]
        many: Vec<f64>,
    }

    #[test]
    fn numbers_are_read_in_quotes_too_and_written_as_short_as_they_came() {
        let read = |value: Value| serde_json::from_value::<Numbers>(value).ok();
        let all = read(json!({ "one": "5", "perhaps": 2.5, "many": [1, "-2.25", 3.0] })).unwrap();
        assert_eq!(all, Numbers { one: 5.0, perhaps: Some(2.5), many: vec![1.0, -2.25, 3.0] });
        let written = serde_json::to_string(&all).unwrap();
        assert_eq!(written, r#"{"one":5,"perhaps":2.5,"many":[1,-2.25,3]}"#);
        assert_eq!(read(json!({ "one": -1 })).unwrap().perhaps, None);
        for wrong in [json!("x"), json!("NaN"), json!("inf"), json!(""), json!(null), json!([1])] {
            assert_eq!(read(json!({ "one": wrong })), None, "{wrong}");
        }
    }

    #[test]
    fn a_file_without_a_name_is_read() {
        let keys = serde_json::to_value(MediaKeys::default()).unwrap();
        let media = json!({ "media_id": "1", "cdn_url": "u", "encryption_metadata": keys });
        let media: Media = serde_json::from_value(media).unwrap();
        assert_eq!((media.media_id.as_str(), media.file_name.as_str()), ("1", ""));
        assert!(serde_json::from_value::<Media>(json!({ "media_id": "1" })).is_err(), "no keys");
    }

    #[test]
    fn keys_of_a_file_are_not_shown() {
        let keys = MediaKeys { encryption_key: "MARK".into(), ..MediaKeys::default() };
        let media = Media { encryption_metadata: keys, ..Media::default() };
        assert!(!format!("{media:?}").contains("MARK"));
    }
}
