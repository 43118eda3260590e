//! The session after an exchange: what is kept of it, and for how long.

use super::{Arrival, CLAIM_SECONDS, END_REPEAT_SECONDS};
use crate::flow::{Answered, Claim, OperationId, Owner, Session};
use crate::status::Failure;

/// Seconds from its last exchange until a session is forgotten: a day.
pub const SESSION_SECONDS: u64 = 24 * 60 * 60;
/// Seconds for which a finished token is known as finished: 30 days.
pub const FINISHED_SECONDS: u64 = 30 * SESSION_SECONDS;
/// Bytes of the largest state.
pub const MAX_STATE_BYTES: usize = 64 << 10;

/// After a reply, which is kept as `kept`. When the flow has ended, what the user typed is dropped.
pub(super) fn replied(
    before: Option<&Session>,
    arrival: &Arrival<'_>,
    answered: &Answered,
    kept: Option<Vec<u8>>,
    repeat_until: Option<u64>,
    now: u64,
) -> Session {
    let lifetime = if answered.last { FINISHED_SECONDS } else { SESSION_SECONDS };
    let after = following(before, arrival, now + lifetime);
    let state = match &answered.state {
        _ if answered.last => None,
        Some(state) => Some(state.clone()),
        None => before.and_then(|session| arrival.state(session)),
    };
    let ends_for_good = answered.last && !arrival.manner.refillable;
    Session {
        state,
        registered: after.registered.filter(|_| !ends_for_good),
        reply: kept,
        submission: Some(arrival.submission),
        repeat_until,
        finished: answered.last,
        flow: after.flow,
        version: after.version,
        expires_at: after.expires_at,
        answered: after.answered,
        older: after.older,
        claim: after.claim,
        expired: false,
    }
}

/// After the last reply was given to one more body.
pub(super) fn repeated(before: &Session, arrival: &Arrival<'_>, now: u64) -> Session {
    let mut answered = before.answered.clone();
    answered.push(arrival.body);
    let mut older = before.older.clone();
    let excess = answered.len().saturating_sub(Session::ANSWERED);
    older.extend(answered.drain(..excess).map(shortened));
    // The 30 days run from the end, not from the last repeat of it.
    let expires_at = match before.finished {
        true => before.expires_at,
        false => end(Some(before), now + SESSION_SECONDS),
    };
    Session {
        version: before.version + 1,
        answered,
        older: newest(older),
        expires_at,
        ..before.clone()
    }
}

/// After a 427 that does not end the session, or an error notification: its body is known and has no reply
/// to give again. Everything else stays, the last reply too.
pub(super) fn refused(before: &Session, arrival: &Arrival<'_>, claim: Option<Claim>) -> Session {
    let mut older = before.older.clone();
    older.push(shortened(arrival.body));
    let registered = before.registered_state();
    let version = before.version + 1;
    Session { version, registered, older: newest(older), claim, ..before.clone() }
}

/// After a handler has ended it with words (427), which are kept as `kept`.
pub(super) fn ended(
    before: Option<&Session>,
    arrival: &Arrival<'_>,
    kept: Option<Vec<u8>>,
    now: u64,
) -> Session {
    Session {
        reply: kept,
        submission: Some(arrival.submission),
        repeat_until: Some(now + END_REPEAT_SECONDS),
        finished: true,
        expired: true,
        claim: None,
        registered: None,
        ..following(before, arrival, now + FINISHED_SECONDS)
    }
}

/// While somebody acts on a submission: nothing else changes.
///
/// An attempt whose outcome is unknown is followed by another one of the same operation, if the same data
/// was submitted; a new operation learns its id.
pub(super) fn claimed(
    before: Option<&Session>,
    arrival: &Arrival<'_>,
    operation: OperationId,
    owner: Owner,
    now: u64,
) -> Result<Session, Failure> {
    let before = before.cloned().unwrap_or_else(new);
    let submission = arrival.submission;
    // The clock tells whole seconds: one more, so that it is never less.
    let until = now + CLAIM_SECONDS + 1;
    let claim = match before.claim.clone() {
        Some(claim) if claim.submission == submission && !claim.done => {
            Claim { attempts: claim.attempts.saturating_add(1), owner, until, ..claim }
        }
        other => {
            let unresolved: Vec<_> = other
                .into_iter()
                .flat_map(|claim| claim.unresolved.into_iter().chain([claim.operation]))
                .collect();
            if unresolved.len() > Claim::UNRESOLVED {
                return Err(Failure::TooManyUnresolved);
            }
            Claim { submission, operation, attempts: 1, owner, until, done: false, unresolved }
        }
    };
    Ok(Session {
        flow: Some(arrival.path.into()),
        version: before.version + 1,
        expires_at: end(Some(&before), now + SESSION_SECONDS),
        registered: before.registered_state(),
        claim: Some(claim),
        ..before
    })
}

/// When nobody acts any more, and there is no reply: the next one need not wait.
pub(super) fn released(before: &Session, claim: Option<Claim>) -> Session {
    Session { version: before.version + 1, claim, ..before.clone() }
}

/// A finished session from which the flow may be filled in again: only what keeps two replies from one
/// key and vector is left.
pub(super) fn renewed(finished: Session) -> Session {
    let Session { flow, version, expires_at, registered, answered, mut older, .. } = finished;
    older.extend(answered.into_iter().map(shortened));
    let (state, older) = (registered.clone(), newest(older));
    Session { flow, version, expires_at, state, registered, older, ..Session::default() }
}

/// One version on, with one more body seen, and nothing else but the claim. A body that is known already
/// was answered with something else.
fn following(before: Option<&Session>, arrival: &Arrival<'_>, until: u64) -> Session {
    let known = before.is_some_and(|session| session.knows(&arrival.body));
    let mut older = before.map(|session| session.older.clone()).unwrap_or_default();
    older.extend(before.iter().flat_map(|session| &session.answered).copied().map(shortened));
    Session {
        flow: Some(arrival.path.into()),
        version: before.map_or(0, |session| session.version) + 1,
        expires_at: end(before, until),
        answered: if known { Vec::new() } else { vec![arrival.body] },
        older: newest(older),
        claim: before.and_then(|session| session.claim.clone()),
        registered: before.and_then(Session::registered_state),
        ..Session::default()
    }
}

fn newest(mut older: Vec<[u8; 4]>) -> Vec<[u8; 4]> {
    older.split_off(older.len().saturating_sub(Session::OLDER))
}

fn shortened(body: [u8; 8]) -> [u8; 4] {
    *body.first_chunk().expect("four of eight bytes")
}

/// `expires_at` of a session that is over at `until`. What the business has set, or has not, is never
/// shortened.
fn end(before: Option<&Session>, until: u64) -> Option<u64> {
    let until = until + Session::SKEW_SECONDS;
    match before {
        None => Some(until),
        Some(session) => session.expires_at.map(|end| end.max(until)),
    }
}

/// A session of a token that is not known: unlike one that a business wrote, it has an end.
fn new() -> Session {
    Session { expires_at: Some(0), ..Session::default() }
}
