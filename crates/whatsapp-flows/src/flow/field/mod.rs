//! The types of form fields that are more than text, and the deserialization of payloads.

#[cfg(feature = "testing")]
pub(super) mod asked;
pub(super) mod lenient;
pub mod number;
mod numeric_text;
mod payload;
mod typed_number;
pub(super) mod unfilled;

use serde::{Deserialize, Serialize};

pub use payload::{Payload, choices};
pub use typed_number::{NotANumber, Number};

/// The value of a CalendarPicker with `mode` `range`: two days in the form `2026-01-31`. A day that the user has not
/// chosen is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct DateRange {
    /// The first day.
    pub start_date: String,
    /// The last day.
    pub end_date: String,
}

/// A file that the user uploaded with a PhotoPicker or DocumentPicker. It is available at `cdn_url` for 20 days,
/// encrypted.
///
/// A text member that is absent or `""` is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// The id of the file, for a component's `error-message`.
    #[serde(default)]
    pub media_id: String,
    /// The address of the encrypted file. The value is not trusted: fetch it from WhatsApp's own hosts only.
    #[serde(default)]
    pub cdn_url: String,
    /// The name of the file on the user's device. The user may have chosen it.
    #[serde(default)]
    pub file_name: String,
    /// The keys that decrypt the file.
    pub encryption_metadata: MediaKeys,
}

/// The keys and hashes of an uploaded file, in base64. It is encrypted with AES-256-CBC and authenticated with
/// HMAC-SHA256 over IV and ciphertext.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaKeys {
    /// The SHA-256 of the encrypted file.
    pub encrypted_hash: String,
    /// The IV of AES-256-CBC.
    pub iv: String,
    /// The key of AES-256-CBC.
    pub encryption_key: String,
    /// The key of the HMAC.
    pub hmac_key: String,
    /// The SHA-256 of the decrypted file.
    pub plaintext_hash: String,
}

impl std::fmt::Debug for MediaKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MediaKeys([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_media_file_without_a_name_is_read() {
        let keys = serde_json::to_value(MediaKeys::default()).unwrap();
        let media = json!({ "media_id": "1", "cdn_url": "u", "encryption_metadata": keys });
        let media: Media = serde_json::from_value(media).unwrap();
        assert_eq!((media.media_id.as_str(), media.file_name.as_str()), ("1", ""));
        assert!(serde_json::from_value::<Media>(json!({ "media_id": "1" })).is_err(), "no keys");
    }

    #[test]
    fn debug_output_of_media_does_not_contain_its_keys() {
        let keys = MediaKeys { encryption_key: "MARK".into(), ..MediaKeys::default() };
        let media = Media { encryption_metadata: keys, ..Media::default() };
        assert!(!format!("{media:?}").contains("MARK"));
    }
}
