//! A message that opens a flow.

use std::fmt;

use serde_json::{Map, Value};
use whatsapp_flows::protocol::token::FlowToken;

use super::FlowId;
use super::mask::shorten;

/// A message with a button that opens a flow.
#[derive(Debug, Clone)]
pub struct FlowMessage {
    /// The user who receives it.
    pub to: Recipient,
    /// The flow that it opens.
    pub flow: FlowId,
    /// Draft or published.
    pub mode: Mode,
    /// The token of the conversation.
    pub flow_token: FlowToken,
    /// The first request or the first screen.
    pub opening: Opening,
    /// The text of the button.
    pub cta: String,
    /// The text above the body.
    pub header: Option<String>,
    /// The text of the message.
    pub body: String,
    /// The text below the body.
    pub footer: Option<String>,
}

/// The state of a flow in which a message opens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Only a draft.
    Draft,
    /// Only a published flow.
    Published,
}

/// The first step of a flow.
#[derive(Debug, Clone, PartialEq)]
pub enum Opening {
    /// The endpoint returns the first screen.
    DataExchange,
    /// The client shows a screen, and the endpoint is not asked.
    Navigate {
        /// The screen.
        screen: String,
        /// The data of the screen, which may be empty.
        data: Map<String, Value>,
    },
}

/// The receiver of a message. `Debug` and `Display` show its last four characters.
#[derive(Clone, PartialEq, Eq)]
pub enum Recipient {
    /// A phone number: digits with the country code.
    Number(String),
    /// A business-scoped user id, such as `US.AbC123dEf456`.
    UserId(String),
}

/// An accepted message. Accepted does not mean delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentMessage {
    /// The id of the message; `None` if the control plane accepted it without naming one.
    pub id: Option<String>,
    /// `accepted`, `held_for_quality_assessment` or `paused`, if the control plane says it.
    pub status: Option<String>,
}

impl std::str::FromStr for Recipient {
    type Err = String;

    /// Reads a number, in which `+`, spaces, hyphens, dots and parentheses are ignored, or a business-scoped user id.
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if is_user_id(text) {
            return Ok(Self::UserId(text.into()));
        }
        let ignored = |c: &char| !matches!(c, ' ' | '-' | '.' | '(' | ')');
        let digits: String =
            text.strip_prefix('+').unwrap_or(text).chars().filter(ignored).collect();
        if !digits.chars().all(|c| c.is_ascii_digit()) || !(7..=15).contains(&digits.len()) {
            return Err(
                "not a phone number with its country code, such as 15550100123, and not a \
                        user id, such as US.AbC123dEf456"
                    .into(),
            );
        }
        Ok(Self::Number(digits))
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Number(text) | Self::UserId(text)) = self;
        f.write_str(&shorten(text))
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({self})")
    }
}

/// `CC.X` or `CC.ENT.X`: a country, and an opaque text in which case counts.
fn is_user_id(text: &str) -> bool {
    let Some((country, rest)) = text.split_once('.') else { return false };
    let id = rest.strip_prefix("ENT.").unwrap_or(rest);
    country.len() == 2
        && country.bytes().all(|byte| byte.is_ascii_uppercase())
        && (1..=128).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipients_are_numbers_or_user_ids() {
        let read = |text: &str| text.parse::<Recipient>();
        let number = Recipient::Number("15550100200".into());
        assert_eq!(read("+1 (555) 010-0200"), Ok(number.clone()));
        assert_eq!(format!("{number} {number:?}"), "…0200 Recipient(…0200)");
        for id in ["US.AbC123dEf456", "US.ENT.Xy9", "DE.1"] {
            assert_eq!(read(id), Ok(Recipient::UserId(id.into())));
        }
        for text in ["", "12", "us.AbC", "US.", "US.a b", "hello", "1555010020012345"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
