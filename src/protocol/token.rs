//! `flow_token`: the session's name, chosen by the business when it sends the message.

use std::fmt;

/// Bytes of the longest token that is taken: DynamoDB's limit for a partition key.
pub const MAX_BYTES: usize = 2048;

/// What Meta sends for a template message that set no token (*Sending a Flow*).
const UNUSED: &str = "unused";

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

    /// Whether it names one conversation. Empty tokens and the literal `unused` do not: all who have
    /// one would share a session.
    pub fn identifies(&self) -> bool {
        !matches!(self.0.as_str(), "" | UNUSED)
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
    fn what_is_longer_than_a_partition_key_is_none() {
        assert_eq!(FlowToken::new("x".repeat(MAX_BYTES)).map(|token| token.identifies()), Ok(true));
        assert_eq!(FlowToken::new("x".repeat(MAX_BYTES + 1)), Err(TokenTooLong));
    }
}
