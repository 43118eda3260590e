//! The part of an exchange before the handler runs: a repeated request is answered, a submission is claimed.

use std::time::Duration;

use super::exchange::{AfterWrite, End, Exchange, Now, State, Step};
use super::failure::Failure;
use super::operation::Attempt;
use super::outcome::Outcome;
use super::record::Session;
use super::replay::{Replay, look_up};
use super::store::{Precondition, StoreError};
use super::transition;
use crate::protocol::response;

/// The pauses between two reads of the claim of another attempt.
const PAUSES: [Duration; 3] =
    [Duration::from_millis(50), Duration::from_millis(100), Duration::from_millis(200)];

impl Exchange<'_> {
    /// Takes the result of [`Step::Load`].
    pub fn loaded(&mut self, loaded: Result<Option<Session>, StoreError>, now: Now) -> Step {
        match (self.take_state(), loaded) {
            (State::Confirming { written, outcome }, loaded) => {
                self.confirm_write(written, outcome, loaded, now)
            }
            (_, Ok(session)) => self.answer_or_begin(session, now),
            (_, Err(error)) => self.fail(Failure::Store(error)),
        }
    }

    /// Takes the result of [`Step::Admit`]: the first deliveries wait, and any further one gets no reply.
    pub fn admitted(&mut self, admitted: Result<bool, StoreError>) -> Step {
        match admitted {
            Ok(true) => self.wait(),
            Ok(false) => self.fail(Failure::InProgress),
            Err(error) => self.fail(Failure::Store(error)),
        }
    }

    /// Answers a repeated request from the session, or begins a new exchange.
    pub(super) fn answer_or_begin(&mut self, session: Option<Session>, now: Now) -> Step {
        let session = session.filter(|session| session.is_live(now.seconds));
        let done_without_reply = session.as_ref().is_some_and(Session::is_done_without_reply);
        match look_up(session.as_ref(), &self.incoming, self.conflicts > 0, now.seconds) {
            Replay::New => self.begin(session, now),
            Replay::Reopened => self.begin(session.map(transition::renewed), now),
            Replay::SameBody(plaintext) => self.repeat(plaintext, done_without_reply),
            Replay::SameSubmission(plaintext) => match session {
                Some(session) if now.elapsed < self.limits.patience => {
                    let next = transition::repeated(&session, &self.incoming, now.seconds);
                    let after = AfterWrite::Repeat { plaintext, done_without_reply };
                    self.write(Precondition::on(Some(&session)), next, after)
                }
                _ => self.fail(Failure::WriteConflict),
            },
            // Our own claim, which the store wrote without confirming it.
            Replay::InProgress if session.as_ref().is_some_and(|found| self.owns(found)) => {
                self.handle(session, now)
            }
            Replay::InProgress if now.elapsed < self.limits.patience => {
                let claim = session.as_ref().and_then(|session| session.claim.as_ref());
                match claim.map(|claim| claim.owner) {
                    Some(owner) if self.waits_for != Some(owner) => {
                        self.waits_for = Some(owner);
                        Step::Admit(owner)
                    }
                    _ => self.wait(),
                }
            }
            Replay::InProgress => self.fail(Failure::InProgress),
            Replay::NoReply(failure) => self.fail(failure),
            Replay::ErrorNotification => match session {
                Some(session) => self.reject(session, Outcome::Acknowledged, now),
                None => self.finish(End::of(Ok(response::acknowledged()))),
            },
            Replay::Rejected(fault, message) => {
                let message =
                    message.unwrap_or_else(|| self.incoming.policy.expired_message.into());
                match session {
                    Some(session) => self.reject(session, Outcome::Rejected(fault, message), now),
                    None => self.fail(Failure::Token { fault, message }),
                }
            }
        }
    }

    /// Records the body before its reply leaves encrypted: nothing else may ever be encrypted for it.
    fn reject(&mut self, session: Session, outcome: Outcome, now: Now) -> Step {
        match now.elapsed < self.limits.patience {
            true => self.store_outcome(Some(session), outcome, now),
            false => self.fail(Failure::WriteConflict),
        }
    }

    /// Runs the handler. The submission of a `once` handler is claimed first.
    fn begin(&mut self, session: Option<Session>, now: Now) -> Step {
        if !self.incoming.policy.once {
            return self.handle(session, now);
        }
        if now.elapsed >= self.limits.claim {
            return self.fail(self.too_late());
        }
        let (before, operation) = (session.as_ref(), self.seed.operation());
        let owner = self.seed.owner();
        match transition::claimed(before, &self.incoming, operation, owner, now.seconds) {
            Ok(next) => {
                self.replaced = before.and_then(|session| session.claim.clone());
                self.claimed = next.claim.clone();
                self.write(Precondition::on(before), next, AfterWrite::Handle)
            }
            Err(failure) => self.fail(failure),
        }
    }

    pub(super) fn handle(&mut self, session: Option<Session>, now: Now) -> Step {
        if self.incoming.policy.once && now.elapsed >= self.limits.begin {
            return self.give_up(session, self.too_late());
        }
        let state = session.as_ref().and_then(|session| self.incoming.state(session));
        let claim = session.as_ref().and_then(|session| session.claim.as_ref());
        let attempt = match claim {
            Some(claim) if self.incoming.policy.once => Attempt {
                number: claim.attempts,
                operation: claim.operation,
                unresolved: claim.unresolved.clone(),
            },
            _ => Attempt::only(self.seed.operation()),
        };
        self.state = State::Handling(session);
        Step::Handle { state, attempt }
    }

    fn wait(&mut self) -> Step {
        let pause = PAUSES[self.claims_seen.min(PAUSES.len() - 1)];
        self.claims_seen += 1;
        Step::Wait(pause)
    }

    fn too_late(&self) -> Failure {
        if self.claims_seen > 0 { Failure::InProgress } else { Failure::WriteConflict }
    }
}
