//! The order of an exchange: recall, claim, handle, tell. What becomes of what a handler has said is in
//! telling.rs.

use std::time::Duration;

use super::recall::{Recalled, recall};
use super::telling::Telling;
use super::{Arrival, At, End, Limits, Seed, Step, remember};
use crate::flow::{
    Answered, Attempt, Base, Claim, OperationId, Owner, Session, StoreError, Stored,
};
use crate::protocol::response;
use crate::status::{Failure, TokenFault};

/// Pauses between two looks at a claim.
const PAUSES: [Duration; 3] =
    [Duration::from_millis(50), Duration::from_millis(100), Duration::from_millis(200)];

/// One request of one token.
pub(crate) struct Exchange<'a> {
    pub(super) arrival: Arrival<'a>,
    pub(super) limits: Limits,
    seed: Seed,
    /// How many replies were encrypted for the session.
    pub(super) packed: u32,
    pub(super) doing: Doing,
    /// How often another request of this token was faster.
    pub(super) losses: u32,
    /// How often a claim was looked at.
    looks: usize,
    /// The store did not say whether it took our claim, and is asked once more: a claim that is left
    /// behind makes the person wait.
    claims_again: bool,
    /// The claim that ours has replaced, for when our handler does not run.
    replaced: Option<Claim>,
    /// Our claim.
    pub(super) claimed: Option<Claim>,
    /// What went wrong, while a reply is found that leaves the person where they were.
    pub(super) covering: Option<Failure>,
    /// Our body was answered with something else meanwhile: what was done is stored, and not told.
    pub(super) muted: bool,
    end: Option<End>,
}

pub(super) enum Doing {
    /// Reading the session for the first time, or once more.
    Recalling,
    /// The handler runs on this session.
    Handling(Option<Session>),
    /// The screen is shown anew after a failure.
    Rebuilding(Option<Session>),
    /// The session is being written.
    Writing { next: Session, base: Base, then: Then },
    /// A `once` handler has spoken, and the store did not say whether it took it.
    Settling { written: Session, telling: Telling },
}

/// What a write is for.
pub(super) enum Then {
    Handle,
    Tell(Telling),
    Repeat {
        plaintext: Vec<u8>,
        done_without_reply: bool,
    },
    /// Nobody acts any more, and this is why.
    Release(Failure),
}

impl<'a> Exchange<'a> {
    /// The first step is [`Step::Load`].
    pub fn new(arrival: Arrival<'a>, seed: Seed, limits: Limits) -> Self {
        Self {
            arrival,
            limits,
            seed,
            packed: 0,
            doing: Doing::Recalling,
            losses: 0,
            looks: 0,
            claims_again: false,
            replaced: None,
            claimed: None,
            covering: None,
            muted: false,
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
            Doing::Rebuilding(before) => return self.rebuilt(before, outcome, at),
            _ => None,
        };
        match outcome {
            Ok(answered) => self.tell(before, Telling::Reply(answered), at),
            Err(Failure::Token { fault: TokenFault::Expired, words }) => {
                self.tell(before, Telling::Expired(words), at)
            }
            Err(Failure::Token { fault, words }) => match before {
                Some(session) => self.tell(Some(session), Telling::Refused(fault, words), at),
                None => self.fail(Failure::Token { fault, words }),
            },
            Err(failure) if failure.refuses_the_reply() => self.unusable(before, failure, at),
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
            (Ok(Stored::Lost(Some(fresh))), then) if *fresh == next && then.is_ours(&next) => {
                self.kept(next, then, at)
            }
            (Ok(Stored::Lost(fresh)), then) => self.lost(fresh.map(|fresh| *fresh), then, at),
            (Err(_), Then::Tell(telling)) if self.arrival.manner.once && telling.was_handled() => {
                self.settle_later(next, telling, at)
            }
            (Err(error), Then::Release(failure)) => {
                self.covering = Some(failure);
                self.fail_after(Failure::Store(error))
            }
            (Err(_), Then::Handle) if !self.claims_again => {
                self.claims_again = true;
                Step::Wait(PAUSES[1])
            }
            (Err(error), Then::Handle | Then::Tell(_) | Then::Repeat { .. }) => {
                self.fail_after(Failure::Store(error))
            }
        }
    }

    pub(super) fn recall(&mut self, session: Option<Session>, at: At) -> Step {
        let session = session.filter(|session| session.live(at.now));
        let done_without_reply = session.as_ref().is_some_and(Session::is_done_without_reply);
        match recall(session.as_ref(), &self.arrival, self.losses > 0, at.now) {
            Recalled::Next => self.begin(session, at),
            Recalled::Anew => self.begin(session.map(remember::renewed), at),
            Recalled::SameBody(plaintext) => self.repeat(plaintext, done_without_reply),
            Recalled::SameSubmission(plaintext) => match session {
                Some(session) if at.elapsed < self.limits.patience => {
                    let next = remember::repeated(&session, &self.arrival, at.now);
                    let then = Then::Repeat { plaintext, done_without_reply };
                    self.write(base(Some(&session)), next, then)
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
            Recalled::Notice => match session {
                Some(session) => self.refuse(session, Telling::Acknowledged, at),
                None => self.finish(End::of(Ok(response::acknowledged().to_string().into_bytes()))),
            },
            Recalled::Over(fault, words) => {
                let words = words.unwrap_or_else(|| self.arrival.manner.words_when_over.into());
                match session {
                    Some(session) => self.refuse(session, Telling::Refused(fault, words), at),
                    None => self.fail(Failure::Token { fault, words }),
                }
            }
        }
    }

    /// Makes a body known before what it gets leaves, sealed: something else may never be sealed for it.
    fn refuse(&mut self, session: Session, telling: Telling, at: At) -> Step {
        match at.elapsed < self.limits.patience {
            true => self.tell(Some(session), telling, at),
            false => self.fail(Failure::Contended),
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
        let (before, operation) = (session.as_ref(), self.seed.operation());
        match remember::claimed(before, &self.arrival, operation, self.seed.owner(), at.now) {
            Ok(next) => {
                self.replaced = before.and_then(|session| session.claim.clone());
                self.claimed = next.claim.clone();
                self.write(base(before), next, Then::Handle)
            }
            Err(failure) => self.fail(failure),
        }
    }

    pub(super) fn handle(&mut self, session: Option<Session>, at: At) -> Step {
        if self.arrival.manner.once && at.elapsed >= self.limits.begin {
            return self.give_up(session, self.too_late());
        }
        let state = session.as_ref().and_then(|session| self.arrival.state(session));
        let claim = session.as_ref().and_then(|session| session.claim.as_ref());
        let attempt = match claim.filter(|_| self.arrival.manner.once) {
            Some(claim) => Attempt {
                number: claim.attempts,
                operation: claim.operation,
                unresolved: claim.unresolved.clone(),
            },
            None => Attempt::only(self.seed.operation()),
        };
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
            Then::Tell(_) if self.muted => self.fail_after(Failure::SeenBefore),
            Then::Tell(telling) => {
                let covered = self.covering.take();
                self.finish(telling.end(covered))
            }
            Then::Repeat { plaintext, done_without_reply } => {
                self.repeat(plaintext, done_without_reply)
            }
            Then::Release(failure) => self.fail(failure),
        }
    }

    fn wait(&mut self) -> Step {
        let pause = PAUSES[self.looks.min(PAUSES.len() - 1)];
        self.looks += 1;
        Step::Wait(pause)
    }

    fn repeat(&mut self, plaintext: Vec<u8>, done_without_reply: bool) -> Step {
        let covered = done_without_reply.then_some(Failure::DoneWithoutReply);
        self.finish(End { repeat: true, covered, ..End::of(Ok(plaintext)) })
    }

    pub(super) fn fail(&mut self, failure: Failure) -> Step {
        self.finish(End::of(Err(failure)))
    }

    /// Fails, perhaps on the way out of another failure.
    pub(super) fn fail_after(&mut self, failure: Failure) -> Step {
        let first = self.covering.take();
        self.finish(End { first, ..End::of(Err(failure)) })
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
        self.arrival.manner.once && claim.is_some_and(|claim| claim.owner == self.seed.owner())
    }

    /// The claim after our attempt has failed: its outcome is unknown, unless its handler never ran.
    pub(super) fn claim_after(&self, failure: &Failure) -> Option<Claim> {
        match failure.handler_ran() {
            true => self.claimed.clone().map(Claim::released),
            false => self.replaced.clone(),
        }
    }

    /// The claim that ours has replaced: our handler did not run.
    pub(super) fn unclaimed(&self) -> Option<Claim> {
        self.replaced.clone()
    }

    /// An initial vector that no other reply of this token has.
    pub(super) fn next_iv(&mut self) -> [u8; 16] {
        self.packed += 1;
        self.seed.iv(self.packed)
    }
}

impl Then {
    /// Reports whether nobody else can have written the same session: its reply is encrypted under a random
    /// vector, its claim has a random owner, or it does not matter who wrote it.
    fn is_ours(&self, next: &Session) -> bool {
        match self {
            Self::Tell(telling) => telling.was_handled() && next.reply.is_some(),
            Self::Handle | Self::Repeat { .. } | Self::Release(_) => true,
        }
    }
}

impl Seed {
    fn owner(self) -> Owner {
        std::array::from_fn(|at| self.0[at])
    }

    fn operation(self) -> OperationId {
        OperationId::from_bytes(std::array::from_fn(|at| self.0[8 + at]))
    }

    /// Eight random bytes, and a count within the exchange.
    fn iv(self, count: u32) -> [u8; 16] {
        let mut iv = [0; 16];
        iv[..8].copy_from_slice(&self.0[24..]);
        iv[12..].copy_from_slice(&count.to_be_bytes());
        iv
    }
}

impl Claim {
    /// Nobody acts any more.
    pub(super) fn released(self) -> Self {
        Self { until: 0, ..self }
    }
}

/// What a write on this session builds on.
pub(super) fn base(before: Option<&Session>) -> Base {
    before.map_or(Base::New, |session| Base::Version(session.version))
}
