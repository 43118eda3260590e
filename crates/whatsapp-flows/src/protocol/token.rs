//! `flow_token`: the session's name, chosen by the business when it sends the message.

use std::fmt;

/// Bytes of the longest token that is taken: DynamoDB's limit for a partition key.
pub const MAX_BYTES: usize = 2048;

/// Characters of the shortest token that is hard to guess: 64 bits in hexadecimal.
pub const SHORT_CHARACTERS: usize = 16;

/// What comes in place of a token, with letters and digits only and in lower case: what Meta sends for a
/// template message that set none (*Sending a Flow*), what templates and programs leave when nothing was
/// filled in, and the samples of Meta's pages, which were copied into many programs.
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

/// How the tokens of the Flow Builder's preview begin.
const BUILDER: &str = "flows-builder-";

/// A flow's token. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FlowToken(String);

/// A token over [`MAX_BYTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenTooLong;

impl FlowToken {
    /// Takes a token from a request; absent is like empty.
    pub fn new(token: impl Into<String>) -> Result<Self, TokenTooLong> {
        let token = token.into();
        if token.len() > MAX_BYTES { Err(TokenTooLong) } else { Ok(Self(token)) }
    }

    /// A new one that nobody guesses, for a message that is about to be sent: 128 random bits, in
    /// hexadecimal.
    pub fn random() -> Self {
        let mut bits = [0; 16];
        aws_lc_rs::rand::fill(&mut bits).expect("the system gives random numbers");
        Self(format!("{:032x}", u128::from_be_bytes(bits)))
    }

    /// The token as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reports whether it names one conversation. An empty token does not, nor `unused`, nor another
    /// placeholder: all users who have one would share a session.
    pub fn is_session_id(&self) -> bool {
        // Nothing but a placeholder is that short, so that most tokens are not looked at further.
        if self.0.len() > 64 {
            return true;
        }
        let plain: String =
            self.0.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        !plain.is_empty() && !PLACEHOLDERS.contains(&plain.as_str())
    }

    /// Reports whether it was left out, as an empty text or as the literal `unused`.
    pub(crate) fn is_left_out(&self) -> bool {
        matches!(self.0.as_str(), "" | "unused")
    }

    /// Reports whether it is so short that somebody may guess it.
    pub(crate) fn is_short(&self) -> bool {
        self.0.chars().count() < SHORT_CHARACTERS
    }

    /// Reports whether the preview of the Flow Builder made it. It has few of them.
    pub(crate) fn is_from_builder(&self) -> bool {
        self.0.starts_with(BUILDER)
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
    fn debug_does_not_show_it() {
        assert_eq!(format!("{:?}", FlowToken(String::from("T"))), "FlowToken([redacted])");
    }

    #[test]
    fn placeholders_name_nobody() {
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
    fn what_is_longer_than_a_partition_key_is_none() {
        assert_eq!(
            FlowToken::new("x".repeat(MAX_BYTES)).map(|token| token.is_session_id()),
            Ok(true)
        );
        assert_eq!(FlowToken::new("x".repeat(MAX_BYTES + 1)), Err(TokenTooLong));
    }
}
