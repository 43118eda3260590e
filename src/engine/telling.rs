//! What becomes of what a handler has said: it is stored before it leaves, on top of what is there, or
//! it failed and the person is left where they were.

use std::time::Duration;

use super::exchange::{Doing, Exchange, Then, base};
use super::kept_reply::unpack;
use super::recall::{Recalled, recall};
use super::{At, End, FAILURE_REPEAT_SECONDS, REPEAT_SECONDS, Step, remember};
use crate::flow::{Answered, Session, StoreError};
use crate::protocol::response;
use crate::status::{Failure, TokenFault};

/// The pause before the store is asked again what it has taken.
const PAUSE: Duration = Duration::from_millis(100);

/// What a handler has said. Each of them leaves sealed, so that its body must be known before.
pub(super) enum Telling {
    Reply(Answered),
    /// The token is over, in the handler's words.
    Expired(String),
    /// The token cannot be used for this.
    Refused(TokenFault, String),
}

impl Telling {
    pub fn end(self, covered: Option<Failure>) -> End {
        match self {
            Self::Reply(answered) => End {
                shown: Some(answered.screen),
                covered,
                disagreement: answered.disagreement,
                ..End::of(Ok(answered.plaintext))
            },
            Self::Expired(words) => {
                End::of(Err(Failure::Token { fault: TokenFault::Expired, words }))
            }
            Self::Refused(fault, words) => End::of(Err(Failure::Token { fault, words })),
        }
    }
}

impl Exchange<'_> {
    /// Stores what was said, and then says it.
    pub(super) fn tell(&mut self, before: Option<Session>, telling: Telling, at: At) -> Step {
        let (session, arrival) = (before.as_ref(), &self.arrival);
        let next = match &telling {
            Telling::Reply(answered) => {
                let covers = self.covering.is_some();
                let repeat = if covers { FAILURE_REPEAT_SECONDS } else { REPEAT_SECONDS };
                remember::replied(session, arrival, answered, repeat, at.now)
            }
            Telling::Expired(words) => Ok(remember::ended(session, arrival, words, at.now)),
            Telling::Refused(..) => Ok(remember::refused(session, arrival, at.now)),
        };
        match next {
            Ok(next) => self.write(base(session), next, Then::Tell(telling)),
            Err(failure) => self.give_up(before, failure),
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
            Then::Handle | Then::Repeat(_) => self.recall(fresh, at),
            Then::Release(failure) => self.fail(failure),
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
        let claim = fresh.as_ref().and_then(|session| session.claim.as_ref());
        let others = claim.is_some_and(|claim| at.now < claim.until)
            && !fresh.as_ref().is_some_and(|fresh| self.owns(fresh));
        match fresh {
            fresh if told || others => {
                self.covering = None;
                self.recall(fresh, at)
            }
            // Our write was done, its answer was lost, and somebody has written since.
            Some(fresh) if fresh.seen.contains(&self.arrival.body) => {
                self.kept(fresh, Then::Tell(telling), at)
            }
            fresh if at.elapsed < self.limits.patience => self.tell(fresh, telling, at),
            _ => self.fail(Failure::Contended),
        }
    }

    /// Leaves the person where they were: the screen that was shown last, or the flow's own way to show
    /// it anew, with words.
    pub(super) fn cover(&mut self, before: Option<Session>, failure: Failure, at: At) -> Step {
        if self.covering.is_some() || !failure.leaves_the_person() {
            let first = self.covering.take().unwrap_or(failure);
            return self.give_up(before, first);
        }
        let shown = before.as_ref().and_then(|session| session.reply.as_deref()).and_then(unpack);
        let again = self.arrival.manner.screen.zip(shown).and_then(|(screen, plaintext)| {
            let words = self.arrival.manner.words_on_failure;
            let plaintext = response::shown_again(&plaintext, screen, words)?;
            Some(Answered { plaintext, screen, state: None, last: false, disagreement: None })
        });
        match again {
            Some(answered) => {
                self.covering = Some(failure);
                self.tell(before, Telling::Reply(answered), at)
            }
            None if self.arrival.manner.rebuilds => {
                self.covering = Some(failure);
                let state = before.as_ref().and_then(|session| session.state.clone());
                self.doing = Doing::Handling(before);
                Step::Rebuild { state }
            }
            None => self.give_up(before, failure),
        }
    }

    /// Ends with a failure, and lets go of the claim if there is one.
    pub(super) fn give_up(&mut self, before: Option<Session>, failure: Failure) -> Step {
        match before.filter(|session| self.owns(session)) {
            Some(session) => {
                let next = remember::released(&session);
                self.write(base(Some(&session)), next, Then::Release(failure))
            }
            None => self.fail(failure),
        }
    }

    /// What was done is done, and the store did not say whether it has what was said: look, and write it
    /// again if not.
    pub(super) fn settle_later(&mut self, written: Session, telling: Telling, at: At) -> Step {
        if at.elapsed >= self.limits.patience {
            return self.fail(Failure::Store(StoreError("the reply of a once handler not stored")));
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
