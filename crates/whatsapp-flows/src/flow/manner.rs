//! How a flow wants its requests to be treated: what the engine is told of it.

use crate::engine::Dictionary;

/// How a flow wants a request to be treated.
#[derive(Clone)]
pub(crate) struct Manner<'a> {
    /// The screen that is being answered, if the flow knows it; none on INIT.
    pub screen: Option<&'static str>,
    /// It is acted on once.
    pub once: bool,
    /// The flow can show the screen anew after a failure.
    pub rebuilds: bool,
    pub tokens: Tokens,
    /// INIT goes on with what an earlier opening left.
    pub resumes: bool,
    /// The flow may be filled in again after its end.
    pub refillable: bool,
    /// What a person reads after a failure.
    pub words_on_failure: &'a str,
    /// What a person reads when the token is over.
    pub words_when_over: &'a str,
    /// What the flow's replies have in common.
    pub dictionary: &'a Dictionary,
}

/// Which tokens a flow serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tokens {
    /// Any: a new one starts a session.
    Open,
    /// Those whose session the business wrote when it sent the message.
    Registered,
}
