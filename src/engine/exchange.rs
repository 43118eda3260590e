//! The order of an exchange: recall, claim, handle, tell. What becomes of what a handler has said is in
//! telling.rs.

use std::time::Duration;

use super::recall::{Recalled, recall};
use super::telling::Telling;
use super::{Arrival, At, End, Limits, Step, remember};
use crate::flow::{Answered, Base, Owner, Session, StoreError, Stored};
use crate::status::{Failure, TokenFault};

/// Pauses between two looks at a claim.
const PAUSES: [Duration; 3] =
    [Duration::from_millis(50), Duration::from_millis(100), Duration::from_millis(200)];

/// One request of one token.
pub(crate) struct Exchange<'a> {
    pub(super) arrival: Arrival<'a>,
    pub(super) limits: Limits,
    owner: Owner,
    pub(super) doing: Doing,
    /// How often another request of this token was faster.
    pub(super) losses: u32,
    /// How often a claim was looked at.
    looks: usize,
    /// The store did not say whether it took our claim, and is asked once more: a claim that is left
    /// behind makes the person wait.
    claims_again: bool,
    /// What went wrong, while a reply is found that leaves the person where they were.
    pub(super) covering: Option<Failure>,
    end: Option<End>,
}

pub(super) enum Doing {
    /// Reading the session for the first time, or once more.
    Recalling,
    /// The handler runs on this session.
    Handling(Option<Session>),
    /// The session is being written.
    Writing { next: Session, base: Base, then: Then },
    /// A `once` handler has spoken, and the store did not say whether it took it.
    Settling { written: Session, telling: Telling },
}

/// What a write is for.
pub(super) enum Then {
    Handle,
    Tell(Telling),
    Repeat(Vec<u8>),
    /// Nobody acts any more, and this is why.
    Release(Failure),
}

impl<'a> Exchange<'a> {
    /// `owner` are 16 random bytes; the first step is [`Step::Load`].
    pub fn new(arrival: Arrival<'a>, owner: Owner, limits: Limits) -> Self {
        Self {
            arrival,
            limits,
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
        match (self.done(), loaded) {
            (Doing::Settling { written, telling }, loaded) => {
                self.settle(written, telling, loaded, at)
            }
            (_, Ok(session)) => self.recall(session, at),
            (_, Err(error)) => self.fail(Failure::Store(error)),
        }
    }

    /// The handler, or what shows the screen anew, has ended.
    pub fn handled(&mut self, outcome: Result<Answered, Failure>, at: At) -> Step {
        let before = match self.done() {
            Doing::Handling(before) => before,
            _ => None,
        };
        match outcome {
            Ok(answered) => self.tell(before, Telling::Reply(answered), at),
            Err(Failure::Token { fault: TokenFault::Expired, words }) => {
                self.tell(before, Telling::Expired(words), at)
            }
            Err(Failure::Token { fault, words }) => {
                self.tell(before, Telling::Refused(fault, words), at)
            }
            Err(failure) => self.cover(before, failure, at),
        }
    }

    /// The store said what became of the write.
    pub fn stored(&mut self, stored: Result<Stored, StoreError>, at: At) -> Step {
        let Doing::Writing { next, then, .. } = self.done() else {
            return Step::End;
        };
        match (stored, then) {
            (Ok(Stored::Kept), then) => self.kept(next, then, at),
            // Our own write, of which the first answer was lost on the way.
            (Ok(Stored::Lost(Some(fresh))), then) if *fresh == next => self.kept(next, then, at),
            (Ok(Stored::Lost(fresh)), then) => self.lost(fresh.map(|fresh| *fresh), then, at),
            (Err(_), Then::Tell(telling)) if self.arrival.manner.once => {
                self.settle_later(next, telling, at)
            }
            (Err(_), Then::Release(failure)) => self.fail(failure),
            (Err(_), Then::Handle) if !self.claims_again => {
                self.claims_again = true;
                Step::Wait(PAUSES[1])
            }
            (Err(error), Then::Handle | Then::Tell(_) | Then::Repeat(_)) => {
                self.fail(Failure::Store(error))
            }
        }
    }

    pub(super) fn recall(&mut self, session: Option<Session>, at: At) -> Step {
        let session = session.filter(|session| session.live(at.now));
        match recall(session.as_ref(), &self.arrival, self.losses > 0, at.now) {
            Recalled::Next => self.begin(session, at),
            Recalled::Anew => self.begin(session.map(remember::renewed), at),
            Recalled::SameBody(plaintext) => self.repeat(plaintext),
            Recalled::SameSubmission(plaintext) => match session {
                Some(session) if at.elapsed < self.limits.patience => {
                    let next = remember::repeated(&session, &self.arrival, at.now);
                    self.write(base(Some(&session)), next, Then::Repeat(plaintext))
                }
                _ => self.fail(Failure::Contended),
            },
            // Our own claim, of which the store did not say that it took it.
            Recalled::BeingActedOn if session.as_ref().is_some_and(|found| self.owns(found)) => {
                self.handle(session, at)
            }
            Recalled::BeingActedOn if at.elapsed < self.limits.patience => self.wait(),
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
            return self.handle(session, at);
        }
        if at.elapsed >= self.limits.claim {
            return self.fail(self.too_late());
        }
        let next = remember::claimed(session.as_ref(), &self.arrival, self.owner, at.now);
        self.write(base(session.as_ref()), next, Then::Handle)
    }

    pub(super) fn handle(&mut self, session: Option<Session>, at: At) -> Step {
        if self.arrival.manner.once && at.elapsed >= self.limits.begin {
            return self.give_up(session, self.too_late());
        }
        let state = session.as_ref().and_then(|session| session.state.clone());
        let claim = session.as_ref().and_then(|session| session.claim.as_ref());
        let attempt = claim.filter(|_| self.arrival.manner.once).map_or(1, |claim| claim.attempts);
        self.doing = Doing::Handling(session);
        Step::Handle { state, attempt }
    }

    fn too_late(&self) -> Failure {
        if self.looks > 0 { Failure::BeingActedOn } else { Failure::Contended }
    }

    pub(super) fn write(&mut self, base: Base, next: Session, then: Then) -> Step {
        self.doing = Doing::Writing { next, base, then };
        Step::Store
    }

    pub(super) fn kept(&mut self, next: Session, then: Then, at: At) -> Step {
        match then {
            Then::Handle => self.handle(Some(next), at),
            Then::Tell(telling) => {
                let covered = self.covering.take();
                self.finish(telling.end(covered))
            }
            Then::Repeat(plaintext) => self.repeat(plaintext),
            Then::Release(failure) => self.fail(failure),
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

    pub(super) fn fail(&mut self, failure: Failure) -> Step {
        self.finish(End::of(Err(failure)))
    }

    fn finish(&mut self, end: End) -> Step {
        self.end = Some(end);
        Step::End
    }

    fn done(&mut self) -> Doing {
        std::mem::replace(&mut self.doing, Doing::Recalling)
    }

    /// Whether this exchange is the one that acts on the session's claim.
    pub(super) fn owns(&self, session: &Session) -> bool {
        let claim = session.claim.as_ref();
        self.arrival.manner.once && claim.is_some_and(|claim| claim.owner == self.owner)
    }
}

/// What a write on this session builds on.
pub(super) fn base(before: Option<&Session>) -> Base {
    before.map_or(Base::New, |session| Base::Version(session.version))
}
