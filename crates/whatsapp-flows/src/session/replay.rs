//! Looks up a request in its session: whether it repeats an earlier one, or must not run at all.

use super::exchange::Incoming;
use super::failure::{Failure, TokenFault};
use super::policy::TokenPolicy;
use super::record::{Claim, Session};
use super::stored_reply::unpack;

/// The result of the look-up.
#[derive(Debug)]
pub(super) enum Replay {
    /// It is new.
    New,
    /// It is new, the flow has ended, and it may be filled in again.
    Reopened,
    /// The body was answered with the last reply: it gets the same bytes.
    SameBody(Vec<u8>),
    /// The submission was answered with the last reply, and gets it again.
    SameSubmission(Vec<u8>),
    /// A `once` handler of this token is in progress. Every request waits for it, because its reply would be based on a
    /// state that is about to change.
    InProgress,
    /// It is known, and there is no reply to send.
    NoReply(Failure),
    /// It is an error notification.
    ErrorNotification,
    /// The token is not, or no longer, valid for it; with the message of the handler that ended it.
    Rejected(TokenFault, Option<String>),
}

/// Looks up a request. A known body takes precedence over every other rule, because of the reply that was encrypted for
/// it. `raced` means that another request of this token was faster: then an ordinary submission is answered like its
/// duplicate, too.
pub(super) fn look_up(
    session: Option<&Session>,
    incoming: &Incoming<'_>,
    raced: bool,
    now: u64,
) -> Replay {
    if let Some(replay) = session.and_then(|session| seen(session, incoming, now)) {
        return replay;
    }
    if incoming.is_error_notification {
        return Replay::ErrorNotification;
    }
    if let Some(fault) = token_fault(session, incoming) {
        return Replay::Rejected(fault, None);
    }
    let Some(session) = session else {
        return Replay::New;
    };
    if session.expired {
        let message = reply(session, incoming).and_then(|message| String::from_utf8(message).ok());
        return Replay::Rejected(TokenFault::Finished, message);
    }
    let repeats = session.submission == Some(incoming.submission) && session.repeats(now);
    if repeats && (session.finished || incoming.policy.once || raced) {
        return reply(session, incoming)
            .map_or(Replay::NoReply(Failure::ReplyNotStored), Replay::SameSubmission);
    }
    if session.finished {
        return match incoming.policy.reopenable {
            true => Replay::Reopened,
            false => Replay::Rejected(TokenFault::Finished, None),
        };
    }
    let in_progress = |claim: &Claim| now < claim.until;
    match session.claim.as_ref().is_some_and(in_progress) {
        true => Replay::InProgress,
        false => Replay::New,
    }
}

/// The replay of a body that was seen before.
fn seen(session: &Session, incoming: &Incoming<'_>, now: u64) -> Option<Replay> {
    if !session.answered.contains(&incoming.body) {
        return session.knows(&incoming.body).then_some(Replay::NoReply(Failure::SeenBefore));
    }
    if session.finished && !session.repeats(now) {
        return Some(Replay::NoReply(Failure::SeenBefore));
    }
    let Some(reply) = reply(session, incoming) else {
        return Some(Replay::NoReply(Failure::ReplyNotStored));
    };
    Some(match session.expired {
        true => match String::from_utf8(reply) {
            Ok(message) => Replay::Rejected(TokenFault::Expired, Some(message)),
            Err(_) => Replay::NoReply(Failure::ReplyNotStored),
        },
        false => Replay::SameBody(reply),
    })
}

/// The rule that the token breaks: one that needs no session, or one about the session.
fn token_fault(session: Option<&Session>, incoming: &Incoming<'_>) -> Option<TokenFault> {
    let registered = incoming.policy.tokens == TokenPolicy::Registered;
    if incoming.token_fault.is_some() {
        return incoming.token_fault;
    }
    match session.map(|session| session.flow.as_deref()) {
        None if registered => Some(TokenFault::Unknown),
        Some(None) if registered && incoming.one_of_several => Some(TokenFault::FlowNotNamed),
        Some(Some(flow)) if flow != incoming.path => Some(TokenFault::OtherFlow),
        _ => None,
    }
}

fn reply(session: &Session, incoming: &Incoming<'_>) -> Option<Vec<u8>> {
    unpack(session.reply.as_deref()?, incoming.policy.dictionary, incoming.reply_keys)
}
