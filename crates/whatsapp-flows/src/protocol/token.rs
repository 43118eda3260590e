//! The flow token (`flow_token`), which identifies a session. The business chooses it when it sends the message.

use std::fmt;

/// The longest accepted token in bytes: DynamoDB's limit for a partition key.
pub const MAX_BYTES: usize = 2048;

/// The shortest token in characters that is hard to guess: 64 bits in hexadecimal.
pub const MIN_UNGUESSABLE_CHARACTERS: usize = 16;

/// Placeholders that are sent instead of a token, reduced to letters and digits in lower case: the one that Meta sends
/// for a template message without a token (*Sending a Flow*), those that templates and programs leave if no token is
/// set, and the samples from Meta's pages, which were copied into many programs.
const PLACEHOLDERS: [&str; 16] = [
    "unused",
    "undefined",
    "null",
    "none",
    "nil",
    "nan",
    "objectobject",
    "token",
    "flowtoken",
    "mytoken",
    "myflowtoken",
    "yourtoken",
    "yourflowtoken",
    "yourflowtokenhere",
    "flowtokenhere",
    "aqaaaaacs5fpgqcaaaaad0qi3s",
];

/// The prefix of tokens from the preview of Meta's Flow Builder.
const PREVIEW_PREFIX: &str = "flows-builder-";

/// A flow token. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FlowToken(String);

/// An error for a token of more than [`MAX_BYTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenTooLong;

impl FlowToken {
    /// Creates a token from the text in a request or a message. An absent token is the empty text.
    ///
    /// # Errors
    ///
    /// If the text has more than [`MAX_BYTES`].
    pub fn new(token: impl Into<String>) -> Result<Self, TokenTooLong> {
        let token = token.into();
        if token.len() > MAX_BYTES { Err(TokenTooLong) } else { Ok(Self(token)) }
    }

    /// Generates a token for a new message: 128 random bits in hexadecimal, which cannot be guessed.
    ///
    /// # Panics
    ///
    /// If the operating system provides no random numbers.
    pub fn random() -> Self {
        Self(format!("{:032x}", u128::from_be_bytes(super::random::bytes())))
    }

    /// Returns the text of the token.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reports whether the token identifies one session. An empty token, `unused` and other placeholders do not: all
    /// users with such a token would share a session.
    pub fn is_session_id(&self) -> bool {
        // No placeholder is longer, so most tokens need no further check.
        if self.0.len() > 64 {
            return true;
        }
        let plain: String =
            self.0.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        !plain.is_empty() && !PLACEHOLDERS.contains(&plain.as_str())
    }

    /// Reports whether the token was omitted: an empty text, or the literal `unused`.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self.0.as_str(), "" | "unused")
    }

    /// Reports whether the token is short enough to be guessed.
    pub(crate) fn is_short(&self) -> bool {
        self.0.chars().count() < MIN_UNGUESSABLE_CHARACTERS
    }

    /// Reports whether the token comes from the preview of the Flow Builder, which reuses a small number of tokens.
    pub(crate) fn is_from_builder(&self) -> bool {
        self.0.starts_with(PREVIEW_PREFIX)
    }
}

impl fmt::Debug for FlowToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FlowToken([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_redacts_the_token() {
        assert_eq!(format!("{:?}", FlowToken(String::from("T"))), "FlowToken([redacted])");
    }

    #[test]
    fn placeholders_are_not_session_ids() {
        for text in [
            "",
            " ",
            "unused",
            "UNUSED",
            "undefined",
            "null",
            "None",
            "[object Object]",
            "<FLOW_TOKEN>",
            "your_flow_token",
            "{{flow_token}}",
            "${flow_token}",
            "Your-Flow-Token",
            "NaN",
            "---",
            "AQAAAAACS5FpgQ_cAAAAAD0QI3s.",
        ] {
            assert!(!FlowToken::new(text).unwrap().is_session_id(), "{text}");
        }
        for text in ["1", "+44 20 7946 0000", "unused-7", "flows-builder-d480f3e4", "токен 7"]
        {
            assert!(FlowToken::new(text).unwrap().is_session_id(), "{text}");
        }
        let random = FlowToken::random();
        assert!(random.is_session_id() && !random.is_short() && !random.is_from_builder());
        assert!(FlowToken::new("flows-builder-d480f3e4").unwrap().is_from_builder());
        assert!(FlowToken::new("15 characters 7").unwrap().is_short());
    }

    #[test]
    fn token_longer_than_a_partition_key_is_an_error() {
        assert_eq!(
            FlowToken::new("x".repeat(MAX_BYTES)).map(|token| token.is_session_id()),
            Ok(true)
        );
        assert_eq!(FlowToken::new("x".repeat(MAX_BYTES + 1)), Err(TokenTooLong));
    }
}
