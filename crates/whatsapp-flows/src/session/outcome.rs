//! The result of an exchange: a reply of the flow as it goes over the wire, and the outcome that is stored and sent.

use super::failure::{Failure, TokenFault};

/// A handler's reply, ready to be stored and encrypted.
#[derive(Clone)]
pub(crate) struct RenderedReply {
    pub plaintext: Vec<u8>,
    /// The screen shown, or SUCCESS.
    pub screen: &'static str,
    /// The new state, if the handler saved one.
    pub state: Option<String>,
    /// The flow ends here.
    pub terminal: bool,
    /// The stored state was unreadable, and a new one replaces it.
    pub state_reset: bool,
}

/// The outcome of the exchange. It leaves encrypted, so the body of the request must be recorded first.
pub(super) enum Outcome {
    Reply(RenderedReply),
    /// A `once` handler returned `Ok`, but its reply cannot be used: the submitted screen is shown instead.
    DoneWithoutReply(RenderedReply, Failure),
    /// A handler expired the token, with this message.
    Expired(String),
    /// The token is not valid for this request.
    Rejected(TokenFault, String),
    /// An error notification is acknowledged.
    Acknowledged,
}

impl RenderedReply {
    /// A reply that shows a screen and changes nothing else.
    pub fn of(screen: &'static str, plaintext: Vec<u8>) -> Self {
        Self { plaintext, screen, state: None, terminal: false, state_reset: false }
    }
}

impl Outcome {
    /// Reports whether a handler has run.
    pub fn was_handled(&self) -> bool {
        match self {
            Self::Reply(_) | Self::DoneWithoutReply(..) | Self::Expired(_) => true,
            Self::Rejected(..) | Self::Acknowledged => false,
        }
    }
}
