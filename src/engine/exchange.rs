//! The order of an exchange: recall, claim, handle, remember, and what happens when one of them fails or
//! somebody else is faster.

use super::kept_reply::unpack;
use super::recall::{Recalled, recall};
use super::{
    Arrival, At, End, FAILURE_REPEAT_SECONDS, LATEST_START, PATIENCE, REPEAT_SECONDS, Step, remember,
};
use crate::flow::{Answered, Base, Owner, Session, StoreError, Stored};
use crate::protocol::response;
use crate::status::{Failure, TokenFault};
use std::time::Duration;

/// Pauses between two looks at a claim.
const PAUSES: [Duration; 3] =
    [Duration::from_millis(50), Duration::from_millis(100), Duration::from_millis(200)];

/// One request of one token.
pub(crate) struct Exchange<'a> {
    arrival: Arrival<'a>,
    owner: Owner,
    doing: Doing,
    /// How often another request of this token was faster.
    losses: u32,
    /// How often a claim was looked at.
    looks: usize,
    /// The store did not say whether it took our claim, and is asked once more: a claim that is left
    /// behind makes the person wait.
    claims_again: bool,
    /// What went wrong, while a reply is found that leaves the person where they were.
    covering: Option<Failure>,
    end: Option<End>,
}

enum Doing {
    /// Reading the session for the first time, or once more.
    Recalling,
    /// The handler runs on this session.
    Handling(Option<Session>),
    /// The session is being written.
    Writing { next: Session, base: Base, then: Then },
    /// A `once` handler has answered, and the store did not say whether it took it.
    Settling { written: Session, answered: Answered },
}

/// What a write is for.
enum Then {
    Handle,
    Reply(Answered),
    Repeat(Vec<u8>),
    Fail(Failure),
}

impl<'a> Exchange<'a> {
    /// `owner` are 16 random bytes. The first step is [`Step::Load`].
    pub fn new(arrival: Arrival<'a>, owner: Owner) -> Self {
        Self {
            arrival,
            owner,
            doing: Doing::Recalling,
            losses: 0,
            looks: 0,
            claims_again: false,
            covering: None,
            end: None,
        }
    }

    /// What is to be written, and on what.
    pub fn writing(&self) -> Option<(&Session, Base)> {
        match &self.doing {
            Doing::Writing { next, base, .. } => Some((next, *base)),
            _ => None,
        }
    }

    /// How it ended, after [`Step::End`].
    pub fn end(self) -> End {
        self.end.unwrap_or_else(|| End::of(Err(Failure::Contended)))
    }

    /// The store said what it has.
    pub fn loaded(&mut self, loaded: Result<Option<Session>, StoreError>, at: At) -> Step {
        match (std::mem::replace(&mut self.doing, Doing::Recalling), loaded) {
            (Doing::Settling { written, answered }, loaded) => {
                self.settle(written, answered, loaded, at)
            }
            (_, Ok(session)) => self.recall(session, at),
            (_, Err(error)) => self.fail(Failure::Store(error)),
        }
    }

    /// The handler, or what shows the screen anew, has ended.
    pub fn handled(&mut self, outcome: Result<Answered, Failure>, at: At) -> Step {
        let before = match std::mem::replace(&mut self.doing, Doing::Recalling) {
            Doing::Handling(before) => before,
            _ => None,
        };
        match outcome {
            Ok(answered) => self.reply(before, answered, at),
            Err(Failure::Token { fault: TokenFault::Expired, words }) => {
                let next = remember::ended(before.as_ref(), &self.arrival, &words, at.now);
                let failure = Failure::Token { fault: TokenFault::Expired, words };
                self.write(base(before.as_ref()), next, Then::Fail(failure))
            }
            Err(failure) => self.cover(before, failure, at),
        }
    }

    /// The store said what became of the write.
    pub fn stored(&mut self, stored: Result<Stored, StoreError>, at: At) -> Step {
        let Doing::Writing { next, then, .. } =
            std::mem::replace(&mut self.doing, Doing::Recalling)
        else {
            return Step::End;
        };
        match (stored, then) {
            (Ok(Stored::Kept), then) => self.kept(next, then),
            // Our own write, of which the first answer was lost on the way.
            (Ok(Stored::Lost(Some(fresh))), then) if *fresh == next => self.kept(next, then),
            (Ok(Stored::Lost(fresh)), then) => self.lost(fresh.map(|fresh| *fresh), then, at),
            (Err(_), Then::Reply(answered)) if self.arrival.manner.once => {
                self.settle_later(next, answered, at)
            }
            (Err(_), Then::Fail(failure)) => self.fail(failure),
            (Err(_), Then::Handle) if !self.claims_again => {
                self.claims_again = true;
                Step::Wait(PAUSES[1])
            }
            (Err(error), Then::Handle | Then::Reply(_) | Then::Repeat(_)) => {
                self.fail(Failure::Store(error))
            }
        }
    }

    fn recall(&mut self, session: Option<Session>, at: At) -> Step {
        let session = session.filter(|session| session.live(at.now));
        match recall(session.as_ref(), &self.arrival, self.losses > 0, at.now) {
            Recalled::Next => self.begin(session, at),
            Recalled::Anew => self.begin(session.map(remember::renewed), at),
            Recalled::SameBody(plaintext) => self.repeat(plaintext),
            Recalled::SameSubmission(plaintext) => match session {
                Some(session) if at.elapsed < PATIENCE => {
                    let next = remember::repeated(&session, &self.arrival, at.now);
                    self.write(base(Some(&session)), next, Then::Repeat(plaintext))
                }
                _ => self.fail(Failure::Contended),
            },
            // Our own claim, of which the store did not say that it took it.
            Recalled::BeingActedOn if session.as_ref().is_some_and(|found| self.owns(found)) => {
                self.handle(session)
            }
            Recalled::BeingActedOn if at.elapsed < PATIENCE => self.wait(),
            Recalled::BeingActedOn => self.fail(Failure::BeingActedOn),
            Recalled::Nothing(failure) => self.fail(failure),
            Recalled::Over(fault, words) => self.fail(Failure::Token {
                fault,
                words: words.unwrap_or_else(|| self.arrival.manner.words_when_over.into()),
            }),
        }
    }

    /// Runs the handler, after its submission is claimed if it is acted on once.
    fn begin(&mut self, session: Option<Session>, at: At) -> Step {
        if !self.arrival.manner.once {
            return self.handle(session);
        }
        if at.elapsed >= LATEST_START {
            let waited = self.looks > 0;
            return self.fail(if waited { Failure::BeingActedOn } else { Failure::Contended });
        }
        let next = remember::claimed(session.as_ref(), &self.arrival, self.owner, at.now);
        self.write(base(session.as_ref()), next, Then::Handle)
    }

    fn handle(&mut self, session: Option<Session>) -> Step {
        let state = session.as_ref().and_then(|session| session.state.clone());
        let claim = session.as_ref().and_then(|session| session.claim.as_ref());
        let attempt = claim.filter(|_| self.arrival.manner.once).map_or(1, |claim| claim.attempts);
        self.doing = Doing::Handling(session);
        Step::Handle { state, attempt }
    }

    fn reply(&mut self, before: Option<Session>, answered: Answered, at: At) -> Step {
        let repeat =
            if self.covering.is_some() { FAILURE_REPEAT_SECONDS } else { REPEAT_SECONDS };
        match remember::replied(before.as_ref(), &self.arrival, &answered, repeat, at.now) {
            Ok(next) => self.write(base(before.as_ref()), next, Then::Reply(answered)),
            Err(failure) => self.give_up(before, failure),
        }
    }

    fn write(&mut self, base: Base, next: Session, then: Then) -> Step {
        self.doing = Doing::Writing { next, base, then };
        Step::Store
    }

    fn kept(&mut self, next: Session, then: Then) -> Step {
        match then {
            Then::Handle => self.handle(Some(next)),
            Then::Reply(answered) => {
                let covered = self.covering.take();
                self.finish(End {
                    shown: Some(answered.screen),
                    covered,
                    disagreement: answered.disagreement,
                    ..End::of(Ok(answered.plaintext))
                })
            }
            Then::Repeat(plaintext) => self.repeat(plaintext),
            Then::Fail(failure) => self.fail(failure),
        }
    }

    /// Somebody else was faster; `fresh` is what they left.
    fn lost(&mut self, fresh: Option<Session>, then: Then, at: At) -> Step {
        self.losses += 1;
        let ours = fresh.as_ref().is_some_and(|fresh| self.owns(fresh));
        match (then, fresh) {
            // Our claim stands, and somebody else wrote on top of it.
            (Then::Handle, Some(fresh)) if ours => self.handle(Some(fresh)),
            // What was done once is stored on top of whatever is there, unless it is there already.
            (Then::Reply(answered), Some(fresh)) if ours => {
                match fresh.seen.contains(&self.arrival.body) {
                    true => self.kept(fresh, Then::Reply(answered)),
                    false if at.elapsed < PATIENCE => self.reply(Some(fresh), answered, at),
                    false => self.fail(Failure::Contended),
                }
            }
            (Then::Fail(failure), _) if !matches!(failure, Failure::Token { .. }) => {
                self.fail(failure)
            }
            (Then::Reply(_) | Then::Fail(_), fresh)
                if self.losses > 1 || self.covering.is_some() =>
            {
                let fresh = fresh.filter(|session| session.live(at.now));
                let recalled = recall(fresh.as_ref(), &self.arrival, true, at.now);
                match (recalled, self.covering.take()) {
                    (Recalled::Next, Some(failure)) => self.fail(failure),
                    (Recalled::Next, None) => self.cover(fresh, Failure::Contended, at),
                    (_, _) => self.recall(fresh, at),
                }
            }
            (_, fresh) => self.recall(fresh, at),
        }
    }

    /// Leaves the person where they were: the screen that was shown last, or the flow's own way to show
    /// it anew, with words.
    fn cover(&mut self, before: Option<Session>, failure: Failure, at: At) -> Step {
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
                self.reply(before, answered, at)
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
    fn give_up(&mut self, before: Option<Session>, failure: Failure) -> Step {
        match before.filter(|session| self.owns(session)) {
            Some(session) => {
                let next = remember::released(&session);
                self.write(base(Some(&session)), next, Then::Fail(failure))
            }
            None => self.fail(failure),
        }
    }

    /// What was done is done, and the store did not say whether it has the reply: look, and write it
    /// again if not.
    fn settle_later(&mut self, written: Session, answered: Answered, at: At) -> Step {
        if at.elapsed >= PATIENCE {
            return self.fail(Failure::Store(StoreError("the reply of a once handler not stored")));
        }
        self.doing = Doing::Settling { written, answered };
        Step::Wait(PAUSES[1])
    }

    fn settle(
        &mut self,
        written: Session,
        answered: Answered,
        loaded: Result<Option<Session>, StoreError>,
        at: At,
    ) -> Step {
        match loaded {
            Ok(Some(fresh)) if fresh == written => self.kept(written, Then::Reply(answered)),
            Ok(fresh) => self.lost(fresh, Then::Reply(answered), at),
            Err(_) => self.settle_later(written, answered, at),
        }
    }

    fn wait(&mut self) -> Step {
        let pause = PAUSES[self.looks.min(PAUSES.len() - 1)];
        self.looks += 1;
        Step::Wait(pause)
    }

    fn repeat(&mut self, plaintext: Vec<u8>) -> Step {
        self.finish(End { repeat: true, ..End::of(Ok(plaintext)) })
    }

    fn fail(&mut self, failure: Failure) -> Step {
        self.finish(End::of(Err(failure)))
    }

    fn finish(&mut self, end: End) -> Step {
        self.end = Some(end);
        Step::End
    }

    /// Whether this exchange is the one that acts on the session's claim.
    fn owns(&self, session: &Session) -> bool {
        let claim = session.claim.as_ref();
        self.arrival.manner.once && claim.is_some_and(|claim| claim.owner == self.owner)
    }
}

fn base(before: Option<&Session>) -> Base {
    before.map_or(Base::New, |session| Base::Version(session.version))
}
