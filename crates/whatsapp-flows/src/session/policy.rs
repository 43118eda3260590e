//! The policy of a flow for a request.

use super::stored_reply::Dictionary;

/// The policy of a flow for one request.
#[derive(Clone)]
pub(crate) struct RequestPolicy<'a> {
    /// The screen that is answered, if the flow knows it; `None` for INIT.
    pub screen: Option<&'static str>,
    /// Its handler is a `once` handler: a duplicate delivery does not run it again.
    pub once: bool,
    /// The flow can rebuild the screen after a failure.
    pub rebuilds: bool,
    pub tokens: TokenPolicy,
    /// INIT resumes what an earlier opening left.
    pub resumes: bool,
    /// The flow may be filled in again after its end.
    pub reopenable: bool,
    /// The message after a failure.
    pub failure_message: &'a str,
    /// The message of a 427.
    pub expired_message: &'a str,
    /// The text that the flow's replies have in common.
    pub dictionary: &'a Dictionary,
}

/// The tokens that a flow serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenPolicy {
    /// Any: a new one starts a session.
    Open,
    /// Only tokens whose session the business wrote when it sent the message.
    Registered,
}
