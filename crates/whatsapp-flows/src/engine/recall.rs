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
    /// It is an error notification.
    Notice,
    /// This token is not good for it, or not any more; the words are a handler's, if one ended it.
    Over(TokenFault, Option<String>),
}

/// Looks it up. That a body was seen comes before any other rule: what was sealed for it stands. `raced`
/// says that it met another request of this token on the way: then an ordinary submission is answered like
/// its double, too.
pub(super) fn recall(
    session: Option<&Session>,
    arrival: &Arrival<'_>,
    raced: bool,
    now: u64,
) -> Recalled {
    if let Some(recalled) = session.and_then(|session| seen(session, arrival, now)) {
        return recalled;
    }
    if arrival.is_notice {
        return Recalled::Notice;
    }
    if let Some(fault) = token_fault(session, arrival) {
        return Recalled::Over(fault, None);
    }
    let Some(session) = session else {
        return Recalled::Next;
    };
    if session.expired {
        let words = reply(session, arrival).and_then(|words| String::from_utf8(words).ok());
        return Recalled::Over(TokenFault::Finished, words);
    }
    let repeats = session.submission == Some(arrival.submission) && session.repeats(now);
    if repeats && (session.finished || arrival.manner.once || raced) {
        return reply(session, arrival)
            .map_or(Recalled::Nothing(Failure::ReplyNotKept), Recalled::SameSubmission);
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

/// What a body that was seen gets: what was sealed for it then, or nothing.
fn seen(session: &Session, arrival: &Arrival<'_>, now: u64) -> Option<Recalled> {
    if !session.answered.contains(&arrival.body) {
        return session.knows(&arrival.body).then_some(Recalled::Nothing(Failure::SeenBefore));
    }
    if session.finished && !session.repeats(now) {
        return Some(Recalled::Nothing(Failure::SeenBefore));
    }
    let Some(reply) = reply(session, arrival) else {
        return Some(Recalled::Nothing(Failure::ReplyNotKept));
    };
    Some(match session.expired {
        true => match String::from_utf8(reply) {
            Ok(words) => Recalled::Over(TokenFault::Expired, Some(words)),
            Err(_) => Recalled::Nothing(Failure::ReplyNotKept),
        },
        false => Recalled::SameBody(reply),
    })
}

/// The rule that the token breaks: one that needs no session, or one about the session.
fn token_fault(session: Option<&Session>, arrival: &Arrival<'_>) -> Option<TokenFault> {
    let registered = arrival.manner.tokens == Tokens::Registered;
    if arrival.token_fault.is_some() {
        return arrival.token_fault;
    }
    match session.map(|session| session.flow.as_deref()) {
        None if registered => Some(TokenFault::Unknown),
        Some(None) if registered && arrival.one_of_several => Some(TokenFault::FlowNotNamed),
        Some(Some(flow)) if flow != arrival.path => Some(TokenFault::OtherFlow),
        _ => None,
    }
}

fn reply(session: &Session, arrival: &Arrival<'_>) -> Option<Vec<u8>> {
    unpack(session.reply.as_deref()?, arrival.manner.dictionary, arrival.reply_keys)
}
