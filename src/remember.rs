//! What a session remembers of its replies, so that a body that comes again gets the same bytes or
//! nothing: the reply's vector is the request's inverted, and two different replies under it would
//! break the encryption (NIST SP 800-38D, section 8).

use crate::flow::{Answered, BodyDigest, Session};
use crate::status::{Failure, TokenFault};

/// Seconds from its last exchange until a session is forgotten: a day.
pub const SESSION_SECONDS: u64 = 24 * 60 * 60;
/// Seconds for which a finished token is known as finished: 30 days.
pub const FINISHED_SECONDS: u64 = 30 * SESSION_SECONDS;
/// Bytes of the largest state, and of the largest reply that is kept.
pub const MAX_STATE_BYTES: usize = 64 << 10;

/// What a session says of a body.
#[derive(Debug)]
pub(crate) enum Recalled<'a> {
    /// It is new: go on.
    Next,
    /// It is the last one: give its reply again.
    LastReply(&'a str),
    /// It is known, and there is no reply to give.
    Nothing(Failure),
    /// This token is not good for it, or not any more; the words are a handler's, if one ended it.
    Over(TokenFault, Option<&'a str>),
}

/// Looks a body up. That it was seen comes before any other rule.
pub(crate) fn recall<'a>(
    session: Option<&'a Session>,
    body: &BodyDigest,
    path: &str,
) -> Recalled<'a> {
    let Some(session) = session else { return Recalled::Next };
    if session.seen.last() == Some(body) {
        match (&session.reply, &session.over) {
            (Some(reply), _) => Recalled::LastReply(reply),
            (None, Some(words)) => Recalled::Over(TokenFault::Expired, Some(words)),
            (None, None) => Recalled::Nothing(Failure::ReplyNotKept),
        }
    } else if session.seen.contains(body) {
        Recalled::Nothing(Failure::SeenBefore)
    } else if session.flow.as_deref().is_some_and(|flow| flow != path) {
        Recalled::Over(TokenFault::OtherFlow, None)
    } else if session.finished {
        Recalled::Over(TokenFault::Finished, session.over.as_deref())
    } else {
        Recalled::Next
    }
}

/// The session after an answer. When the flow has ended, what the person typed is dropped.
pub(crate) fn next(
    before: Option<Session>,
    path: &str,
    body: BodyDigest,
    answered: &Answered,
    now: u64,
) -> Result<Session, Failure> {
    let state = match &answered.state {
        _ if answered.last => None,
        Some(state) if state.len() > MAX_STATE_BYTES => {
            return Err(Failure::State { cause: "state over 64 KB" });
        }
        Some(state) => Some(state.clone()),
        None => before.as_ref().and_then(|session| session.state.clone()),
    };
    let reply = String::from_utf8(answered.plaintext.clone());
    let reply = reply.ok().filter(|reply| reply.len() <= MAX_STATE_BYTES);
    let lifetime = if answered.last { FINISHED_SECONDS } else { SESSION_SECONDS };
    let after = following(before, path, body, now + lifetime);
    Ok(Session { state, reply, finished: answered.last, ..after })
}

/// The session after a handler has ended it with words (427).
pub(crate) fn ended(
    before: Option<Session>,
    path: &str,
    body: BodyDigest,
    words: &str,
    now: u64,
) -> Session {
    let after = following(before, path, body, now + FINISHED_SECONDS);
    Session { finished: true, over: Some(words.into()), ..after }
}

/// One version on, with one more body seen, and nothing else.
fn following(before: Option<Session>, path: &str, body: BodyDigest, expires_at: u64) -> Session {
    let before = before.unwrap_or_default();
    let mut seen = before.seen;
    seen.push(body);
    Session {
        flow: Some(path.into()),
        version: before.version + 1,
        expires_at: Some(expires_at),
        seen: seen.split_off(seen.len().saturating_sub(Session::SEEN)),
        ..Session::default()
    }
}
