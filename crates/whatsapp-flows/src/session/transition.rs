//! The transitions of a session: what each kind of exchange leaves in it, and for how long.

use super::exchange::Incoming;
use super::failure::Failure;
use super::operation::OperationId;
use super::outcome::RenderedReply;
use super::record::{BodyDigest, Claim, OlderDigest, Owner, Session};
use super::retention::{CLAIM_SECONDS, END_REPEAT_SECONDS, FINISHED_SECONDS, SESSION_SECONDS};

/// After a reply, whose stored form is `stored`. When the flow ends, the state is deleted.
pub(super) fn replied(
    before: Option<&Session>,
    incoming: &Incoming<'_>,
    reply: &RenderedReply,
    stored: Option<Vec<u8>>,
    repeat_until: Option<u64>,
    now: u64,
) -> Session {
    let lifetime = if reply.terminal { FINISHED_SECONDS } else { SESSION_SECONDS };
    let after = following(before, incoming, now + lifetime);
    let state = match &reply.state {
        _ if reply.terminal => None,
        Some(state) => Some(state.clone()),
        None => before.and_then(|session| incoming.state(session)),
    };
    let ends_for_good = reply.terminal && !incoming.policy.reopenable;
    Session {
        state,
        registered: after.registered.filter(|_| !ends_for_good),
        reply: stored,
        submission: Some(incoming.submission),
        repeat_until,
        finished: reply.terminal,
        flow: after.flow,
        version: after.version,
        expires_at: after.expires_at,
        answered: after.answered,
        older: after.older,
        claim: after.claim,
        expired: false,
    }
}

/// After the last reply was sent to one more body.
pub(super) fn repeated(before: &Session, incoming: &Incoming<'_>, now: u64) -> Session {
    let mut answered = before.answered.clone();
    answered.push(incoming.body);
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

/// After a 427 that does not end the session, or an error notification: the body is recorded without a reply.
/// Everything else stays, including the last reply.
pub(super) fn rejected(before: &Session, incoming: &Incoming<'_>, claim: Option<Claim>) -> Session {
    let mut older = before.older.clone();
    older.push(shortened(incoming.body));
    let registered = before.registered_state();
    let version = before.version + 1;
    Session { version, registered, older: newest(older), claim, ..before.clone() }
}

/// After a handler expired the token with a message (427), whose stored form is `stored`.
pub(super) fn ended(
    before: Option<&Session>,
    incoming: &Incoming<'_>,
    stored: Option<Vec<u8>>,
    now: u64,
) -> Session {
    Session {
        reply: stored,
        submission: Some(incoming.submission),
        repeat_until: Some(now + END_REPEAT_SECONDS),
        finished: true,
        expired: true,
        claim: None,
        registered: None,
        ..following(before, incoming, now + FINISHED_SECONDS)
    }
}

/// While an attempt at a submission is in progress: nothing else changes.
///
/// If an earlier attempt's outcome is unknown, the same data starts another attempt of its operation, and other data
/// starts a new operation, which gets its id.
pub(super) fn claimed(
    before: Option<&Session>,
    incoming: &Incoming<'_>,
    operation: OperationId,
    owner: Owner,
    now: u64,
) -> Result<Session, Failure> {
    let before = before.cloned().unwrap_or_else(new);
    let submission = incoming.submission;
    // The clock has whole seconds: one more, so that it is never less.
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
        flow: Some(incoming.path.into()),
        version: before.version + 1,
        expires_at: end(Some(&before), now + SESSION_SECONDS),
        registered: before.registered_state(),
        claim: Some(claim),
        ..before
    })
}

/// A finished session of a flow that may be filled in again. Only the known bodies are left, which prevent two replies
/// under one key and vector.
pub(super) fn renewed(finished: Session) -> Session {
    let Session { flow, version, expires_at, registered, answered, mut older, .. } = finished;
    older.extend(answered.into_iter().map(shortened));
    let (state, older) = (registered.clone(), newest(older));
    Session { flow, version, expires_at, state, registered, older, ..Session::default() }
}

/// The next version, with one more body and the claim, and nothing else. A body that is already known got another
/// reply.
fn following(before: Option<&Session>, incoming: &Incoming<'_>, until: u64) -> Session {
    let known = before.is_some_and(|session| session.knows(&incoming.body));
    let mut older = before.map(|session| session.older.clone()).unwrap_or_default();
    older.extend(before.iter().flat_map(|session| &session.answered).copied().map(shortened));
    Session {
        flow: Some(incoming.path.into()),
        version: before.map_or(0, |session| session.version) + 1,
        expires_at: end(before, until),
        answered: if known { Vec::new() } else { vec![incoming.body] },
        older: newest(older),
        claim: before.and_then(|session| session.claim.clone()),
        registered: before.and_then(Session::registered_state),
        ..Session::default()
    }
}

fn newest(mut older: Vec<OlderDigest>) -> Vec<OlderDigest> {
    older.split_off(older.len().saturating_sub(Session::OLDER))
}

fn shortened(body: BodyDigest) -> OlderDigest {
    *body.first_chunk().expect("four of eight bytes")
}

/// The `expires_at` of a session that ends at `until`. An expiry that the business set, or left out, is never brought
/// forward.
fn end(before: Option<&Session>, until: u64) -> Option<u64> {
    let until = until + Session::SKEW_SECONDS;
    match before {
        None => Some(until),
        Some(session) => session.expires_at.map(|end| end.max(until)),
    }
}

/// The session of an unknown token. Unlike one that a business wrote, it has an expiry.
fn new() -> Session {
    Session { expires_at: Some(0), ..Session::default() }
}
