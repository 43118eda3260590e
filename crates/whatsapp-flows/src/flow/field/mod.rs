//! What fields of a form give that is more than text: a range of days, uploaded files; and numbers that
//! are JSON numbers on the wire.

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

/// For `#[serde(with = "number")]` on a member that is a JSON number wherever it is written: an `f64`, a
/// [`Number`](super::Number), or an [`Option`] or [`Vec`] of them.
///
/// It is read as a [`Number`](super::Number) is. A whole number is written as one, `5` and not `5.0`, for
/// a client shows what it gets.
pub mod number {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::flow::typed_number::{Number, nearest};

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
    /// When it is not a number, and not a text that is one.
    pub fn deserialize<'de, N: Numbers, D: Deserializer<'de>>(from: D) -> Result<N, D::Error> {
        N::read(from)
    }

    /// A number, and what holds some.
    pub trait Numbers: Sized {
        /// The same, as it is on the wire.
        type Wire: Serialize;
        /// For the wire.
        fn wire(&self) -> Self::Wire;
        /// From the wire.
        ///
        /// # Errors
        ///
        /// When it is not a number, and not a text that is one.
        fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error>;
    }

    impl Numbers for f64 {
        /// There is no JSON for infinity and the like: it is null, which is left out of replies.
        type Wire = Option<serde_json::Number>;
        fn wire(&self) -> Self::Wire {
            self.is_finite().then(|| nearest(*self))
        }
        fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            Number::deserialize(from).map(|number| number.value())
        }
    }

    impl Numbers for Number {
        type Wire = serde_json::Number;
        fn wire(&self) -> Self::Wire {
            self.to_json()
        }
        fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            Self::deserialize(from)
        }
    }

    impl<N: Numbers> Numbers for Option<N> {
        type Wire = Option<N::Wire>;
        fn wire(&self) -> Self::Wire {
            self.as_ref().map(N::wire)
        }
        fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            Ok(Option::<One<N>>::deserialize(from)?.map(|One(number)| number))
        }
    }

    impl<N: Numbers> Numbers for Vec<N> {
        type Wire = Vec<N::Wire>;
        fn wire(&self) -> Self::Wire {
            self.iter().map(N::wire).collect()
        }
        fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            let numbers = Vec::<One<N>>::deserialize(from)?;
            Ok(numbers.into_iter().map(|One(number)| number).collect())
        }
    }

    struct One<N>(N);

    impl<'de, N: Numbers> Deserialize<'de> for One<N> {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            N::read(from).map(Self)
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
