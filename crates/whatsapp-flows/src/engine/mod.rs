//! One exchange of one token, as a state machine without I/O: it is told what the store and the
//! handler said and what time it is, and says what to do next.
//!
//! The promises it keeps are in DESIGN.md, *What happens when something comes twice?*: the same body
//! gets the same bytes or nothing; a `once` handler acts once per submission; state and reply are
//! stored together before the reply leaves; a finished token is over; a failure leaves the person where
//! they were.

mod exchange;
mod kept_reply;
mod recall;
mod remember;
mod telling;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub(crate) use exchange::Exchange;
pub(crate) use kept_reply::Dictionary;
pub use kept_reply::MAX_KEPT_BYTES;
pub use remember::{FINISHED_SECONDS, MAX_STATE_BYTES, SESSION_SECONDS};

use crate::flow::{Attempt, BodyDigest, Manner, Session};
use crate::protocol::stored_reply::StoredReplyKeys;
use crate::protocol::submission::SubmissionDigest;
use crate::status::{Failure, TokenFault};
use whatsapp_flow_json::agreement::Disagreement;

/// Seconds for which a `once` handler owns its submission: longer than any request may take. The clocks of
/// the machines that serve must not differ by more than the two seconds between; Lambda's are synchronised.
pub const CLAIM_SECONDS: u64 = 10;
/// Seconds for which a reply that keeps the person on the screen is repeated.
pub const REPEAT_SECONDS: u64 = 10;
/// Seconds for which words about a failure are repeated: for a second tap that was on its way, and no
/// longer, as the next one is meant to try again.
pub const FAILURE_REPEAT_SECONDS: u64 = 2;

/// Seconds for which the last reply of a flow that has ended is repeated.
pub const END_REPEAT_SECONDS: u64 = 600;

/// Up to when what may be begun, counted from the request's arrival, in sixteenths of the time that it
/// has: 8 s, so that each is half a second, or less when it was long on its way. Something that is done
/// once needs time to end: a handler that is stopped half-way may have acted and told nobody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// A submission may be claimed: 6 s.
    pub claim: Duration,
    /// Its handler may be started: 6.5 s.
    pub begin: Duration,
    /// A handler is stopped: 7 s.
    pub handle: Duration,
    /// Waiting ends, for another one that acts on the same submission or for a store that does not take
    /// what was done; and so does showing a screen anew after a failure: 7.5 s.
    pub patience: Duration,
}

impl Limits {
    /// For a request that has this much time. The figures above are those of 8 s.
    pub fn of(time: Duration) -> Self {
        let share = |sixteenths| time * sixteenths / 16;
        Self { claim: share(12), begin: share(13), handle: share(14), patience: share(15) }
    }
}

/// What came, in the terms of a session.
#[derive(Clone)]
pub(crate) struct Arrival<'a> {
    /// The flow's path.
    pub path: &'a str,
    pub body: BodyDigest,
    pub submission: SubmissionDigest,
    /// How the flow wants it to be treated.
    pub manner: Manner<'a>,
    /// It is an INIT that does not go on with what an earlier opening left.
    pub starts_anew: bool,
    /// The rule that its token breaks, as far as that is known without a session.
    pub token_fault: Option<TokenFault>,
    /// The endpoint serves other flows as well.
    pub one_of_several: bool,
    /// It is an error notification that no handler takes: it is acknowledged.
    pub is_notice: bool,
    /// Encrypts the reply that the session keeps.
    pub reply_keys: &'a StoredReplyKeys<'a>,
}

impl Arrival<'_> {
    /// The state that its handler gets.
    fn state(&self, session: &Session) -> Option<String> {
        match self.starts_anew {
            true => session.registered_state(),
            false => session.state.clone(),
        }
    }
}

/// Random bits of one exchange.
#[derive(Clone, Copy)]
pub(crate) struct Seed(pub [u8; 32]);

/// What to do next. What came of it is told with the method of the same name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Read the session: [`Exchange::loaded`].
    Load,
    /// Write [`Exchange::writing`]: [`Exchange::stored`].
    Store,
    /// Run the handler: [`Exchange::handled`].
    Handle { state: Option<String>, attempt: Attempt },
    /// Show the screen anew: [`Exchange::handled`].
    Rebuild { state: Option<String> },
    /// Wait, then read the session: [`Exchange::loaded`].
    Wait(Duration),
    /// It is over: [`Exchange::end`].
    End,
}

/// How it ended.
pub(crate) struct End {
    pub reply: Result<Vec<u8>, Failure>,
    /// The screen that is shown by a new reply.
    pub shown: Option<&'static str>,
    /// The last reply is given again.
    pub repeat: bool,
    /// What went wrong although there is a reply.
    pub covered: Option<Failure>,
    /// What went wrong first, where another failure has ended it.
    pub first: Option<Failure>,
    /// How a new reply disagrees with what phones are seen to demand.
    pub disagreement: Option<Box<Disagreement>>,
    /// The state could not be read, and a new one takes its place.
    pub state_reset: bool,
}

/// The time, as the engine is told it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At {
    /// Seconds since the epoch.
    pub now: u64,
    /// Since the request came.
    pub elapsed: Duration,
}

impl End {
    fn of(reply: Result<Vec<u8>, Failure>) -> Self {
        Self {
            reply,
            shown: None,
            repeat: false,
            covered: None,
            first: None,
            disagreement: None,
            state_reset: false,
        }
    }
}
