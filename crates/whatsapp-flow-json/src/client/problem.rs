//! The reasons for which a field is invalid, and their words.
//!
//! Meta's words are not public. The ones here are our own, and stand in this file only.

use std::fmt;

use serde::Serialize;

use super::media::{NO_NETWORK, TOO_LARGE};

/// The reason for which a field is invalid.
#[allow(missing_docs)] // the names say it
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum Problem {
    /// The field is required and empty.
    Required {
        label: String,
    },
    /// The text has too few characters.
    TooShort {
        label: String,
        min: usize,
    },
    /// The text has too many characters.
    TooLong {
        label: String,
        max: usize,
    },
    NotAnEmail,
    NotAPhoneNumber,
    NotDigits,
    NotANumber,
    /// The text does not match the `pattern`.
    Pattern,
    /// The value is not one of the options.
    NotAnOption,
    /// Fewer options are selected than `min-selected-items`.
    TooFewSelected {
        min: usize,
    },
    /// More options are selected than `max-selected-items`.
    TooManySelected {
        max: usize,
    },
    /// The day is one of `unavailable-dates`, or not one of `include-days`.
    UnavailableDay,
    /// The day is before `min-date` or after `max-date`.
    DayOutOfRange,
    /// The range is shorter than `min-days` or longer than `max-days`.
    RangeLength,
    /// The range ends before it starts.
    RangeReversed,
    /// A file is being uploaded.
    Uploading,
    /// An upload failed, with this code.
    UploadFailed {
        code: u16,
    },
    /// Fewer files were picked than `min-uploaded-photos` or `min-uploaded-documents`.
    TooFewFiles {
        min: usize,
    },
    /// More files were picked than `max-uploaded-photos` or `max-uploaded-documents`.
    TooManyFiles {
        max: usize,
    },
    /// The message that the endpoint or the document set for the field.
    Message(String),
}

impl Problem {
    /// The text under the field; `None` for a problem that only disables the Footer.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::NotAnOption
            | Self::TooFewSelected { .. }
            | Self::TooManySelected { .. }
            | Self::Uploading => None,
            Self::Required { label } if label.is_empty() => Some("This is required.".into()),
            Self::Required { label } => Some(format!("{label} is required.")),
            Self::TooShort { label, min } => {
                Some(format!("{label} must be longer than {} characters.", min.saturating_sub(1)))
            }
            Self::TooLong { label, max } => {
                Some(format!("{label} must be shorter than {} characters.", max + 1))
            }
            Self::NotAnEmail => Some("Enter an email address.".into()),
            Self::NotAPhoneNumber => Some("Enter a phone number.".into()),
            Self::NotDigits => Some("Enter digits only.".into()),
            Self::NotANumber => Some("Enter a number.".into()),
            Self::Pattern => Some("Enter the text in the format that is asked for.".into()),
            Self::UnavailableDay => Some("This day is not available.".into()),
            Self::DayOutOfRange => Some("This day is outside the period.".into()),
            Self::RangeLength => Some("The number of days is not allowed.".into()),
            Self::RangeReversed => Some("The end is before the start.".into()),
            Self::UploadFailed { code: TOO_LARGE } => Some("A file is too large.".into()),
            Self::UploadFailed { code: NO_NETWORK } => {
                Some("There is no connection, so a file could not be uploaded.".into())
            }
            Self::UploadFailed { .. } => Some("A file could not be uploaded.".into()),
            Self::TooFewFiles { min: 1 } => Some("Add a file.".into()),
            Self::TooFewFiles { min } => Some(format!("Add at least {min} files.")),
            Self::TooManyFiles { max } => Some(format!("Remove files: at most {max} are allowed.")),
            Self::Message(text) => Some(text.clone()),
        }
    }
}

/// The reason, for a developer: `is required and empty`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Required { .. } => f.write_str("is required and empty"),
            Self::TooShort { min, .. } => write!(f, "has fewer than {min} characters"),
            Self::TooLong { max, .. } => write!(f, "has more than {max} characters"),
            Self::NotAnEmail => f.write_str("is not an email address"),
            Self::NotAPhoneNumber => f.write_str("is not a phone number"),
            Self::NotDigits => f.write_str("has other characters than digits"),
            Self::NotANumber => f.write_str("is not a number"),
            Self::Pattern => f.write_str("does not match its pattern"),
            Self::NotAnOption => f.write_str("has a value that is not one of its options"),
            Self::TooFewSelected { min } => write!(f, "has fewer than {min} options selected"),
            Self::TooManySelected { max } => write!(f, "has more than {max} options selected"),
            Self::UnavailableDay => f.write_str("has a day that is not available"),
            Self::DayOutOfRange => f.write_str("has a day outside its period"),
            Self::RangeLength => f.write_str("has a number of days that is not allowed"),
            Self::RangeReversed => f.write_str("ends before it starts"),
            Self::Uploading => f.write_str("has an upload in progress"),
            Self::UploadFailed { code } => write!(f, "has an upload that failed ({code})"),
            Self::TooFewFiles { min } => write!(f, "has fewer than {min} files"),
            Self::TooManyFiles { max } => write!(f, "has more than {max} files"),
            Self::Message(text) => write!(f, "has the error message \"{text}\""),
        }
    }
}
