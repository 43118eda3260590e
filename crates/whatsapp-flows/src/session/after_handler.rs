//! The part of an exchange after the handler has run: its result is stored before it is sent; after a failure, the user
//! stays on the same screen.

use std::time::Duration;

use super::exchange::{AfterWrite, End, Exchange, Now, State, Step};
use super::failure::{Failure, TokenFault};
use super::outcome::{Outcome, RenderedReply};
use super::record::{Claim, Session};
use super::replay::{Replay, look_up};
use super::retention::{
    END_REPEAT_SECONDS, FAILURE_REPEAT_SECONDS, MAX_STATE_BYTES, REPEAT_SECONDS,
};
use super::store::{Precondition, StoreError, WriteOutcome};
use super::stored_reply::{pack, unpack};
use super::transition;
use crate::protocol::response;

/// The pause before a write that the store did not confirm is checked or repeated.
const PAUSE: Duration = Duration::from_millis(100);

const OVERSIZED_STATE: Failure = Failure::State { cause: "state over 64 KB" };

fn has_oversized_state(reply: &RenderedReply) -> bool {
    reply.state.as_ref().is_some_and(|state| state.len() > MAX_STATE_BYTES)
}

impl Exchange<'_> {
    /// Takes the result of [`Step::Handle`] or [`Step::Rebuild`].
    pub fn handled(&mut self, result: Result<RenderedReply, Failure>, now: Now) -> Step {
        let before = match self.take_state() {
            State::Handling(before) => before,
            State::Rebuilding(before) => return self.rebuilt(before, result, now),
            _ => None,
        };
        match result {
            Ok(reply) => self.store_outcome(before, Outcome::Reply(reply), now),
            Err(Failure::Token { fault: TokenFault::Expired, message }) => {
                self.store_outcome(before, Outcome::Expired(message), now)
            }
            Err(Failure::Token { fault, message }) => match before {
                Some(session) => {
                    self.store_outcome(Some(session), Outcome::Rejected(fault, message), now)
                }
                None => self.fail(Failure::Token { fault, message }),
            },
            Err(failure) if failure.is_unusable_reply() => self.unusable(before, failure, now),
            Err(failure) => self.recover(before, failure, now),
        }
    }

    /// Takes the result of [`Step::Store`].
    pub fn stored(&mut self, stored: Result<WriteOutcome, StoreError>, now: Now) -> Step {
        let State::Writing { next, after, .. } = self.take_state() else {
            return Step::End;
        };
        match (stored, after) {
            (Ok(WriteOutcome::Written), after) => self.written(next, after, now),
            // Our own write, whose first answer was lost.
            (Ok(WriteOutcome::Conflict(Some(fresh))), after)
                if *fresh == next && after.is_ours(&next) =>
            {
                self.written(next, after, now)
            }
            (Ok(WriteOutcome::Conflict(fresh)), after) => {
                self.conflict(fresh.map(|fresh| *fresh), after, now)
            }
            (Err(_), AfterWrite::Finish(outcome))
                if self.incoming.policy.once && outcome.was_handled() =>
            {
                self.confirm_write_later(next, outcome, now)
            }
            (Err(error), AfterWrite::Release(failure)) => {
                self.recovering = Some(failure);
                self.fail_after(Failure::Store(error))
            }
            (Err(_), AfterWrite::Handle) if !self.claims_again => {
                self.claims_again = true;
                Step::Wait(PAUSE)
            }
            (
                Err(error),
                AfterWrite::Handle | AfterWrite::Finish(_) | AfterWrite::Repeat { .. },
            ) => self.fail_after(Failure::Store(error)),
        }
    }

    fn written(&mut self, next: Session, after: AfterWrite, now: Now) -> Step {
        match after {
            AfterWrite::Handle => self.handle(Some(next), now),
            AfterWrite::Finish(_) if self.muted => self.fail_after(Failure::SeenBefore),
            AfterWrite::Finish(outcome) => {
                let recovered = self.recovering.take();
                self.finish(End::with(outcome, recovered))
            }
            AfterWrite::Repeat { plaintext, done_without_reply } => {
                self.repeat(plaintext, done_without_reply)
            }
            AfterWrite::Release(failure) => self.fail(failure),
        }
    }

    /// Another request of the token was faster; `fresh` is the session that it left.
    fn conflict(&mut self, fresh: Option<Session>, after: AfterWrite, now: Now) -> Step {
        self.conflicts += 1;
        let fresh = fresh.filter(|session| session.is_live(now.seconds));
        match after {
            // The claim is still ours; the other request wrote on top of it.
            AfterWrite::Handle if fresh.as_ref().is_some_and(|fresh| self.owns(fresh)) => {
                self.handle(fresh, now)
            }
            AfterWrite::Handle | AfterWrite::Repeat { .. } => self.answer_or_begin(fresh, now),
            AfterWrite::Release(failure) => self.fail(failure),
            AfterWrite::Finish(outcome) if !outcome.was_handled() => {
                self.answer_or_begin(fresh, now)
            }
            AfterWrite::Finish(outcome) if self.incoming.policy.once => {
                self.rebase_once(fresh, outcome, now)
            }
            AfterWrite::Finish(_) if self.conflicts > 1 || self.recovering.is_some() => {
                let replay = look_up(fresh.as_ref(), &self.incoming, true, now.seconds);
                match (replay, self.recovering.take()) {
                    (Replay::New, Some(failure)) => self.fail(failure),
                    (Replay::New, None) => self.recover(fresh, Failure::WriteConflict, now),
                    (_, _) => self.answer_or_begin(fresh, now),
                }
            }
            AfterWrite::Finish(_) => self.answer_or_begin(fresh, now),
        }
    }

    /// Stores the result of a `once` handler on top of the session that is there now, even if the claim in it is not
    /// ours, unless another request has sent a result or is about to.
    fn rebase_once(&mut self, fresh: Option<Session>, outcome: Outcome, now: Now) -> Step {
        let replay = look_up(fresh.as_ref(), &self.incoming, true, now.seconds);
        let sent = matches!(replay, Replay::SameBody(_) | Replay::SameSubmission(_));
        let owned = fresh.as_ref().is_some_and(|fresh| self.owns(fresh));
        let claim = fresh.as_ref().and_then(|session| session.claim.as_ref());
        let others = claim.is_some_and(|claim| now.seconds < claim.until) && !owned;
        match fresh {
            fresh if sent || others => {
                self.recovering = None;
                self.answer_or_begin(fresh, now)
            }
            // Our write succeeded, its answer was lost, and another request has written since.
            Some(fresh) if !owned && fresh.knows(&self.incoming.body) => {
                self.written(fresh, AfterWrite::Finish(outcome), now)
            }
            fresh if now.elapsed < self.limits.patience => {
                // Our body reached another path meanwhile, and a 427 was encrypted for it.
                self.muted = fresh.as_ref().is_some_and(|fresh| fresh.knows(&self.incoming.body));
                self.store_outcome(fresh, outcome, now)
            }
            _ => self.fail_after(Failure::WriteConflict),
        }
    }

    /// Writes the outcome, to send it once it is stored.
    pub(super) fn store_outcome(
        &mut self,
        before: Option<Session>,
        outcome: Outcome,
        now: Now,
    ) -> Step {
        let session = before.as_ref();
        let owned = session.is_some_and(|session| self.owns(session));
        let claim = session.and_then(|session| session.claim.clone());
        let next = match (&outcome, session) {
            (Outcome::Reply(reply), _) => {
                if has_oversized_state(reply) {
                    return self.unusable(before, OVERSIZED_STATE, now);
                }
                let claim = match &self.recovering {
                    _ if reply.terminal => None,
                    Some(failure) if owned => self.claim_after(failure),
                    None if owned => None,
                    _ => claim,
                };
                let until = self.repeat_until(reply, now.seconds);
                Session { claim, ..self.replied(session, reply, until, now) }
            }
            (Outcome::DoneWithoutReply(reply, _), _) => {
                let done = |ours: Claim| Claim { done: true, unresolved: Vec::new(), ..ours };
                let claim = match claim {
                    Some(others) if !owned => Some(others),
                    _ => self.claimed.clone().map(Claim::released).map(done),
                };
                Session { claim, ..self.replied(session, reply, None, now) }
            }
            (Outcome::Expired(message), _) => {
                let stored = self.pack(message.as_bytes());
                transition::ended(session, &self.incoming, stored, now.seconds)
            }
            (Outcome::Rejected(..) | Outcome::Acknowledged, Some(session)) => {
                let claim = if owned { self.replaced.clone() } else { claim };
                transition::rejected(session, &self.incoming, claim)
            }
            (Outcome::Rejected(..) | Outcome::Acknowledged, None) => {
                return self.written(Session::default(), AfterWrite::Finish(outcome), now);
            }
        };
        self.write(Precondition::on(before.as_ref()), next, AfterWrite::Finish(outcome))
    }

    /// A handler returned `Ok`, and its reply cannot be used. A `once` handler has acted, which is recorded: it never
    /// runs again for this operation.
    fn unusable(&mut self, before: Option<Session>, failure: Failure, now: Now) -> Step {
        match self.incoming.policy.screen {
            Some(screen) if self.incoming.policy.once && self.recovering.is_none() => {
                let reply = self.last_shown(before.as_ref(), screen);
                let reply = reply.unwrap_or_else(|| self.message_alone(screen));
                self.store_outcome(before, Outcome::DoneWithoutReply(reply, failure), now)
            }
            _ => self.recover(before, failure, now),
        }
    }

    /// Keeps the user on the screen: the reply is the screen that was shown last, or the screen as the flow rebuilds
    /// it, or the message alone, which the client merges into the screen that it shows.
    fn recover(&mut self, before: Option<Session>, failure: Failure, now: Now) -> Step {
        let recoverable = self.recovering.is_none() && failure.is_recoverable();
        let Some(screen) = self.incoming.policy.screen.filter(|_| recoverable) else {
            let first = self.recovering.take().unwrap_or(failure);
            return self.give_up(before, first);
        };
        self.recovering = Some(failure);
        match self.last_shown(before.as_ref(), screen) {
            Some(reply) => self.store_outcome(before, Outcome::Reply(reply), now),
            None if self.incoming.policy.rebuilds => {
                let state = before.as_ref().and_then(|session| session.state.clone());
                self.state = State::Rebuilding(before);
                Step::Rebuild { state }
            }
            None => {
                let reply = self.message_alone(screen);
                self.store_outcome(before, Outcome::Reply(reply), now)
            }
        }
    }

    /// The flow has rebuilt the screen after a failure, or has failed again: with an error, or with a state that is too
    /// large to store.
    fn rebuilt(
        &mut self,
        before: Option<Session>,
        result: Result<RenderedReply, Failure>,
        now: Now,
    ) -> Step {
        match (result, self.incoming.policy.screen) {
            (Ok(reply), _) if !has_oversized_state(&reply) => {
                self.store_outcome(before, Outcome::Reply(reply), now)
            }
            (_, Some(screen)) => {
                let reply = self.message_alone(screen);
                self.store_outcome(before, Outcome::Reply(reply), now)
            }
            (Err(failure), None) => self.recover(before, failure, now),
            (Ok(_), None) => self.recover(before, OVERSIZED_STATE, now),
        }
    }

    /// Checks later whether the result of a `once` handler is stored.
    fn confirm_write_later(&mut self, written: Session, outcome: Outcome, now: Now) -> Step {
        if now.elapsed >= self.limits.patience {
            let cause = "the outcome of a once handler could not be stored";
            return self.fail_after(Failure::Store(StoreError(cause)));
        }
        self.state = State::Confirming { written, outcome };
        Step::Wait(PAUSE)
    }

    /// Checks whether the result of a `once` handler is stored, and stores it again if it is not.
    pub(super) fn confirm_write(
        &mut self,
        written: Session,
        outcome: Outcome,
        loaded: Result<Option<Session>, StoreError>,
        now: Now,
    ) -> Step {
        match loaded {
            Ok(Some(fresh)) if fresh == written => {
                self.written(written, AfterWrite::Finish(outcome), now)
            }
            Ok(fresh) => self.conflict(fresh, AfterWrite::Finish(outcome), now),
            Err(_) => self.confirm_write_later(written, outcome, now),
        }
    }

    /// The screen as the endpoint showed it last, with the failure message.
    fn last_shown(&self, before: Option<&Session>, screen: &'static str) -> Option<RenderedReply> {
        let stored = before.and_then(|session| session.reply.as_deref())?;
        let shown = unpack(stored, self.incoming.policy.dictionary, self.incoming.reply_keys)?;
        let message = self.incoming.policy.failure_message;
        Some(RenderedReply::of(screen, response::with_message(&shown, screen, message)?))
    }

    fn message_alone(&self, screen: &'static str) -> RenderedReply {
        let message = self.incoming.policy.failure_message;
        RenderedReply::of(screen, response::message_only(screen, message))
    }

    /// The session after a reply.
    fn replied(
        &mut self,
        before: Option<&Session>,
        reply: &RenderedReply,
        repeat_until: Option<u64>,
        now: Now,
    ) -> Session {
        let stored = self.pack(&reply.plaintext);
        transition::replied(before, &self.incoming, reply, stored, repeat_until, now.seconds)
    }

    fn pack(&mut self, plaintext: &[u8]) -> Option<Vec<u8>> {
        let iv = self.next_iv();
        pack(plaintext, self.incoming.policy.dictionary, self.incoming.reply_keys, iv)
    }

    /// Until when a reply is repeated to the same submission; `None` is as long as it is the last one.
    fn repeat_until(&self, reply: &RenderedReply, now: u64) -> Option<u64> {
        let stays = self.incoming.policy.screen == Some(reply.screen);
        match &self.recovering {
            _ if reply.terminal => Some(now + END_REPEAT_SECONDS),
            Some(_) => Some(now + FAILURE_REPEAT_SECONDS),
            None => stays.then_some(now + REPEAT_SECONDS),
        }
    }
}
