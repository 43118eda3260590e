//! The session after an exchange: what is kept of it, and for how long.

use super::kept_reply::pack;
use super::{Arrival, CLAIM_SECONDS};
use crate::flow::{Answered, Claim, Owner, Session};
use crate::protocol::submission::SubmissionDigest;
use crate::status::Failure;

/// Seconds from its last exchange until a session is forgotten: a day.
pub const SESSION_SECONDS: u64 = 24 * 60 * 60;
/// Seconds for which a finished token is known as finished: 30 days.
pub const FINISHED_SECONDS: u64 = 30 * SESSION_SECONDS;
/// Bytes of the largest state.
pub const MAX_STATE_BYTES: usize = 64 << 10;

/// After an answer. When the flow has ended, what the person typed is dropped. A reply that keeps the
/// person on the screen is repeated for `repeat` seconds.
pub(super) fn replied(
    before: Option<&Session>,
    arrival: &Arrival<'_>,
    answered: &Answered,
    repeat: u64,
    now: u64,
) -> Result<Session, Failure> {
    let state = match &answered.state {
        _ if answered.last => None,
        Some(state) if state.len() > MAX_STATE_BYTES => {
            return Err(Failure::State { cause: "state over 64 KB" });
        }
        Some(state) => Some(state.clone()),
        None => before.and_then(|session| session.state.clone()),
    };
    let lifetime = if answered.last { FINISHED_SECONDS } else { SESSION_SECONDS };
    let mut after = following(before, arrival, now + lifetime);
    if arrival.manner.once {
        after.claim = after.claim.filter(|_| !answered.last).map(Claim::released);
    }
    let stays = !answered.last && arrival.manner.screen == Some(answered.screen);
    Ok(Session {
        state,
        answered: 1,
        reply: pack(&answered.plaintext),
        submission: Some(arrival.submission),
        repeat_until: stays.then_some(now + repeat),
        finished: answered.last,
        ..after
    })
}

/// After the last reply was given to one more body.
pub(super) fn repeated(before: &Session, arrival: &Arrival<'_>, now: u64) -> Session {
    let after = following(Some(before), arrival, now + SESSION_SECONDS);
    Session {
        version: after.version,
        seen: after.seen,
        answered: (before.answered + 1).min(Session::SEEN),
        // The 30 days run from the end, not from the last repeat of it.
        expires_at: if before.finished { before.expires_at } else { after.expires_at },
        ..before.clone()
    }
}

/// After a 427 that does not end the session: its body is known, and has no reply to give again.
pub(super) fn refused(before: Option<&Session>, arrival: &Arrival<'_>, now: u64) -> Session {
    let after = following(before, arrival, now + SESSION_SECONDS);
    let state = before.and_then(|session| session.state.clone());
    Session { state, claim: after.claim.clone().map(Claim::released), ..after }
}

/// After a handler has ended it with words (427).
pub(super) fn ended(
    before: Option<&Session>,
    arrival: &Arrival<'_>,
    words: &str,
    now: u64,
) -> Session {
    let after = following(before, arrival, now + FINISHED_SECONDS);
    Session {
        answered: 1,
        submission: Some(arrival.submission),
        finished: true,
        over: Some(words.into()),
        claim: None,
        ..after
    }
}

/// While somebody acts on a submission: nothing else changes.
pub(super) fn claimed(
    before: Option<&Session>,
    arrival: &Arrival<'_>,
    owner: Owner,
    now: u64,
) -> Session {
    let before = before.cloned().unwrap_or_else(new);
    let submission = arrival.submission;
    let attempts = attempts(&before, submission) + 1;
    Session {
        flow: Some(arrival.path.into()),
        version: before.version + 1,
        expires_at: end(Some(&before), now + SESSION_SECONDS),
        // The clock tells whole seconds: one more, so that it is never less.
        claim: Some(Claim { submission, attempts, owner, until: now + CLAIM_SECONDS + 1 }),
        ..before
    }
}

/// When nobody acts any more, and there is no reply: the next one need not wait.
pub(super) fn released(before: &Session) -> Session {
    let before = before.clone();
    Session { version: before.version + 1, claim: before.claim.map(Claim::released), ..before }
}

/// A finished session from which the flow may be filled in again: only what keeps two replies from one
/// key and vector is left.
pub(super) fn renewed(finished: Session) -> Session {
    let Session { flow, version, expires_at, seen, .. } = finished;
    Session { flow, version, expires_at, seen, ..Session::default() }
}

/// How often this submission was started before. An attempt at another one whose end nobody has told
/// counts too: it may have been this one's before that.
fn attempts(session: &Session, submission: SubmissionDigest) -> u32 {
    let counts = |claim: &&Claim| claim.submission == submission || claim.until != 0;
    session.claim.as_ref().filter(counts).map_or(0, |claim| claim.attempts)
}

/// One version on, with one more body seen, and nothing else but the claim.
fn following(before: Option<&Session>, arrival: &Arrival<'_>, until: u64) -> Session {
    let mut seen = before.map(|session| session.seen.clone()).unwrap_or_default();
    seen.push(arrival.body);
    Session {
        flow: Some(arrival.path.into()),
        version: before.map_or(0, |session| session.version) + 1,
        expires_at: end(before, until),
        seen: seen.split_off(seen.len().saturating_sub(Session::SEEN)),
        claim: before.and_then(|session| session.claim.clone()),
        ..Session::default()
    }
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

impl Claim {
    fn released(self) -> Self {
        Self { until: 0, ..self }
    }
}
