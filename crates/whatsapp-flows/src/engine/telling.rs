//! What becomes of what a handler has said: it is stored before it leaves, on top of what is there, or
//! it failed and the person is left where they were.

use std::time::Duration;

use super::exchange::{Doing, Exchange, Then, base};
use super::kept_reply::{pack, unpack};
use super::recall::{Recalled, recall};
use super::remember::{self, MAX_STATE_BYTES};
use super::{At, END_REPEAT_SECONDS, End, FAILURE_REPEAT_SECONDS, REPEAT_SECONDS, Step};
use crate::flow::{Answered, Claim, Session, StoreError};
use crate::protocol::response;
use crate::status::{Failure, TokenFault};

/// The pause before the store is asked again what it has taken.
const PAUSE: Duration = Duration::from_millis(100);

/// What is to be said. Each of them leaves sealed, so that its body must be known before.
pub(super) enum Telling {
    Reply(Answered),
    /// A `once` handler returned `Ok`, and its reply cannot be used: the submitted screen instead.
    Done(Answered, Failure),
    /// The token is over, in the handler's words.
    Expired(String),
    /// The token cannot be used for this.
    Refused(TokenFault, String),
    /// An error notification is acknowledged.
    Acknowledged,
}

impl Telling {
    pub fn end(self, covered: Option<Failure>) -> End {
        match self {
            Self::Reply(answered) => End {
                shown: Some(answered.screen),
                covered,
                disagreement: answered.disagreement,
                state_reset: answered.state_reset,
                ..End::of(Ok(answered.plaintext))
            },
            Self::Done(answered, failure) => End {
                shown: Some(answered.screen),
                covered: Some(failure),
                ..End::of(Ok(answered.plaintext))
            },
            Self::Expired(words) => {
                End::of(Err(Failure::Token { fault: TokenFault::Expired, words }))
            }
            Self::Refused(fault, words) => End::of(Err(Failure::Token { fault, words })),
            Self::Acknowledged => End::of(Ok(response::acknowledged().to_string().into_bytes())),
        }
    }

    /// Reports whether a handler has said it.
    pub fn was_handled(&self) -> bool {
        match self {
            Self::Reply(_) | Self::Done(..) | Self::Expired(_) => true,
            Self::Refused(..) | Self::Acknowledged => false,
        }
    }
}

impl Exchange<'_> {
    /// Stores what was said, and then says it.
    pub(super) fn tell(&mut self, before: Option<Session>, telling: Telling, at: At) -> Step {
        let session = before.as_ref();
        let owned = session.is_some_and(|session| self.owns(session));
        let claim = session.and_then(|session| session.claim.clone());
        let next = match (&telling, session) {
            (Telling::Reply(answered), _) => {
                let too_large = |state: &String| state.len() > MAX_STATE_BYTES;
                if answered.state.as_ref().is_some_and(too_large) {
                    return self.unusable(before, Failure::State { cause: "state over 64 KB" }, at);
                }
                let claim = match &self.covering {
                    _ if answered.last => None,
                    Some(failure) if owned => self.claim_after(failure),
                    None if owned => None,
                    _ => claim,
                };
                let until = self.repeat_until(answered, at.now);
                let kept = self.pack(&answered.plaintext);
                let next = remember::replied(session, &self.arrival, answered, kept, until, at.now);
                Session { claim, ..next }
            }
            (Telling::Done(answered, _), _) => {
                let done = |ours: Claim| Claim { done: true, unresolved: Vec::new(), ..ours };
                let claim = match claim {
                    Some(others) if !owned => Some(others),
                    _ => self.claimed.clone().map(Claim::released).map(done),
                };
                let kept = self.pack(&answered.plaintext);
                let next = remember::replied(session, &self.arrival, answered, kept, None, at.now);
                Session { claim, ..next }
            }
            (Telling::Expired(words), _) => {
                let kept = self.pack(words.as_bytes());
                remember::ended(session, &self.arrival, kept, at.now)
            }
            (Telling::Refused(..) | Telling::Acknowledged, Some(session)) => {
                let claim = if owned { self.unclaimed() } else { claim };
                remember::refused(session, &self.arrival, claim)
            }
            (Telling::Refused(..) | Telling::Acknowledged, None) => {
                return self.kept(Session::default(), Then::Tell(telling), at);
            }
        };
        self.write(base(before.as_ref()), next, Then::Tell(telling))
    }

    /// A handler returned `Ok`, and the library refuses its reply. One that acts once has acted, and this
    /// is recorded: it never runs again for this operation.
    pub(super) fn unusable(&mut self, before: Option<Session>, failure: Failure, at: At) -> Step {
        match self.arrival.manner.screen {
            Some(screen) if self.arrival.manner.once && self.covering.is_none() => {
                let answered = self.last_shown(before.as_ref(), screen);
                let answered = answered.unwrap_or_else(|| self.message_alone(screen));
                self.tell(before, Telling::Done(answered, failure), at)
            }
            _ => self.cover(before, failure, at),
        }
    }

    /// Somebody else was faster; `fresh` is what they left.
    pub(super) fn lost(&mut self, fresh: Option<Session>, then: Then, at: At) -> Step {
        self.losses += 1;
        let fresh = fresh.filter(|session| session.live(at.now));
        match then {
            // Our claim stands, and somebody else wrote on top of it.
            Then::Handle if fresh.as_ref().is_some_and(|fresh| self.owns(fresh)) => {
                self.handle(fresh, at)
            }
            Then::Handle | Then::Repeat { .. } => self.recall(fresh, at),
            Then::Release(failure) => self.fail(failure),
            Then::Tell(telling) if !telling.was_handled() => self.recall(fresh, at),
            Then::Tell(telling) if self.arrival.manner.once => {
                self.lost_what_was_done(fresh, telling, at)
            }
            Then::Tell(_) if self.losses > 1 || self.covering.is_some() => {
                let recalled = recall(fresh.as_ref(), &self.arrival, true, at.now);
                match (recalled, self.covering.take()) {
                    (Recalled::Next, Some(failure)) => self.fail(failure),
                    (Recalled::Next, None) => self.cover(fresh, Failure::Contended, at),
                    (_, _) => self.recall(fresh, at),
                }
            }
            Then::Tell(_) => self.recall(fresh, at),
        }
    }

    /// What was done once is not done again: it is stored on top of whatever is there, even if our claim
    /// is not, unless somebody has told it or is about to.
    fn lost_what_was_done(&mut self, fresh: Option<Session>, telling: Telling, at: At) -> Step {
        let recalled = recall(fresh.as_ref(), &self.arrival, true, at.now);
        let told = matches!(recalled, Recalled::SameBody(_) | Recalled::SameSubmission(_));
        let owned = fresh.as_ref().is_some_and(|fresh| self.owns(fresh));
        let claim = fresh.as_ref().and_then(|session| session.claim.as_ref());
        let others = claim.is_some_and(|claim| at.now < claim.until) && !owned;
        match fresh {
            fresh if told || others => {
                self.covering = None;
                self.recall(fresh, at)
            }
            // Our write was done, its answer was lost, and somebody has written since.
            Some(fresh) if !owned && fresh.knows(&self.arrival.body) => {
                self.kept(fresh, Then::Tell(telling), at)
            }
            fresh if at.elapsed < self.limits.patience => {
                // Our body came to another path meanwhile, and a 427 was sealed for it.
                self.muted = fresh.as_ref().is_some_and(|fresh| fresh.knows(&self.arrival.body));
                self.tell(fresh, telling, at)
            }
            _ => self.fail_after(Failure::Contended),
        }
    }

    /// Leaves the person where they were: the screen that was shown last, or the flow's own way to show
    /// it anew, or the message alone, which the client merges into the screen that it is on.
    pub(super) fn cover(&mut self, before: Option<Session>, failure: Failure, at: At) -> Step {
        let screen = self.arrival.manner.screen;
        let Some(screen) = screen.filter(|_| self.covering.is_none() && failure.is_recoverable())
        else {
            let first = self.covering.take().unwrap_or(failure);
            return self.give_up(before, first);
        };
        self.covering = Some(failure);
        match self.last_shown(before.as_ref(), screen) {
            Some(answered) => self.tell(before, Telling::Reply(answered), at),
            None if self.arrival.manner.rebuilds => {
                let state = before.as_ref().and_then(|session| session.state.clone());
                self.doing = Doing::Rebuilding(before);
                Step::Rebuild { state }
            }
            None => {
                let answered = self.message_alone(screen);
                self.tell(before, Telling::Reply(answered), at)
            }
        }
    }

    /// The flow has shown the screen anew after a failure, or has failed again.
    pub(super) fn rebuilt(
        &mut self,
        before: Option<Session>,
        outcome: Result<Answered, Failure>,
        at: At,
    ) -> Step {
        match (outcome, self.arrival.manner.screen) {
            (Ok(answered), _) => self.tell(before, Telling::Reply(answered), at),
            (Err(_), Some(screen)) => {
                let answered = self.message_alone(screen);
                self.tell(before, Telling::Reply(answered), at)
            }
            (Err(failure), None) => self.cover(before, failure, at),
        }
    }

    /// The screen as the endpoint showed it last, with words over it.
    fn last_shown(&self, before: Option<&Session>, screen: &'static str) -> Option<Answered> {
        let kept = before.and_then(|session| session.reply.as_deref())?;
        let shown = unpack(kept, self.arrival.manner.dictionary, self.arrival.reply_keys)?;
        let words = self.arrival.manner.words_on_failure;
        Some(Answered::of(screen, response::shown_again(&shown, screen, words)?))
    }

    fn message_alone(&self, screen: &'static str) -> Answered {
        let words = self.arrival.manner.words_on_failure;
        Answered::of(screen, response::message_alone(screen, words))
    }

    fn pack(&mut self, plaintext: &[u8]) -> Option<Vec<u8>> {
        let iv = self.next_iv();
        pack(plaintext, self.arrival.manner.dictionary, self.arrival.reply_keys, iv)
    }

    /// Until when a reply is repeated to the same submission; `None`: as long as it is the last one.
    fn repeat_until(&self, answered: &Answered, now: u64) -> Option<u64> {
        let stays = self.arrival.manner.screen == Some(answered.screen);
        match &self.covering {
            _ if answered.last => Some(now + END_REPEAT_SECONDS),
            Some(_) => Some(now + FAILURE_REPEAT_SECONDS),
            None => stays.then_some(now + REPEAT_SECONDS),
        }
    }

    /// Ends with a failure, and lets go of the claim if there is one.
    pub(super) fn give_up(&mut self, before: Option<Session>, failure: Failure) -> Step {
        match before.filter(|session| self.owns(session)) {
            Some(session) => {
                let next = remember::released(&session, self.claim_after(&failure));
                self.write(base(Some(&session)), next, Then::Release(failure))
            }
            None => self.fail(failure),
        }
    }

    /// What was done is done, and the store did not say whether it has what was said: look, and write it
    /// again if not.
    pub(super) fn settle_later(&mut self, written: Session, telling: Telling, at: At) -> Step {
        if at.elapsed >= self.limits.patience {
            let cause = "the outcome of a once handler could not be stored";
            return self.fail_after(Failure::Store(StoreError(cause)));
        }
        self.doing = Doing::Settling { written, telling };
        Step::Wait(PAUSE)
    }

    pub(super) fn settle(
        &mut self,
        written: Session,
        telling: Telling,
        loaded: Result<Option<Session>, StoreError>,
        at: At,
    ) -> Step {
        match loaded {
            Ok(Some(fresh)) if fresh == written => self.kept(written, Then::Tell(telling), at),
            Ok(fresh) => self.lost(fresh, Then::Tell(telling), at),
            Err(_) => self.settle_later(written, telling, at),
        }
    }
}
