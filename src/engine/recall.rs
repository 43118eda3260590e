//! What a session says of what came, before any handler is asked.

use super::Arrival;
use super::kept_reply::unpack;
use crate::flow::{Claim, Session, Tokens};
use crate::status::{Failure, TokenFault};

/// What a session says of what came.
#[derive(Debug)]
pub(super) enum Recalled {
    /// It is new: go on.
    Next,
    /// The flow has ended and may be filled in again.
    Anew,
    /// This body was answered with the last reply: the same bytes again.
    SameBody(Vec<u8>),
    /// This submission was answered with the last reply, and is answered with it again.
    SameSubmission(Vec<u8>),
    /// Somebody is acting on a submission that is acted on once. Whatever came waits: it would be
    /// answered from a state that is about to change.
    BeingActedOn,
    /// It is known, and there is no reply to give.
    Nothing(Failure),
    /// This token is not good for it, or not any more; the words are a handler's, if one ended it.
    Over(TokenFault, Option<String>),
}

/// Looks it up. That a body was seen comes before any other rule. `raced` says that it met another
/// request of this token on the way: then an ordinary submission is answered like its double, too.
pub(super) fn recall(
    session: Option<&Session>,
    arrival: &Arrival<'_>,
    raced: bool,
    now: u64,
) -> Recalled {
    let Some(session) = session else {
        return match arrival.manner.tokens {
            Tokens::Open => Recalled::Next,
            Tokens::Registered => Recalled::Over(TokenFault::Unknown, None),
        };
    };
    let reply = || session.reply.as_deref().and_then(unpack);
    let age = session.seen.iter().rev().position(|seen| *seen == arrival.body);
    if let Some(age) = age {
        return match (age < session.answered, &session.over) {
            (true, Some(words)) => Recalled::Over(TokenFault::Expired, Some(words.clone())),
            (true, None) => {
                reply().map_or(Recalled::Nothing(Failure::ReplyNotKept), Recalled::SameBody)
            }
            (false, _) => Recalled::Nothing(Failure::SeenBefore),
        };
    }
    if session.flow.as_deref().is_some_and(|flow| flow != arrival.path) {
        return Recalled::Over(TokenFault::OtherFlow, None);
    }
    if let Some(words) = &session.over {
        return Recalled::Over(TokenFault::Finished, Some(words.clone()));
    }
    let repeats = session.submission == Some(arrival.submission)
        && session.repeat_until.is_none_or(|until| now < until);
    if repeats && (session.finished || arrival.manner.once || raced) {
        return reply().map_or(Recalled::Nothing(Failure::ReplyNotKept), Recalled::SameSubmission);
    }
    if session.finished {
        return match arrival.manner.refillable {
            true => Recalled::Anew,
            false => Recalled::Over(TokenFault::Finished, None),
        };
    }
    let acting = |claim: &Claim| now < claim.until;
    match session.claim.as_ref().is_some_and(acting) {
        true => Recalled::BeingActedOn,
        false => Recalled::Next,
    }
}
