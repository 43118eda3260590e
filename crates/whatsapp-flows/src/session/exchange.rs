//! The state machine of one exchange, without I/O: its inputs, its states and its steps.
//!
//! Its promises are in docs/guarantees.md: a body gets the same bytes every time, or none; a duplicate delivery does
//! not run a `once` handler again; state and reply are stored together before the reply leaves; a finished token stays
//! finished; after a failure the user stays on the same screen.
//!
//! before_handler.rs decides whether a handler runs, after_handler.rs what becomes of its result.

use std::time::Duration;

use super::failure::{Failure, TokenFault};
use super::operation::{Attempt, OperationId};
use super::outcome::{Outcome, RenderedReply};
use super::policy::RequestPolicy;
use super::record::{BodyDigest, Claim, Owner, Session};
use super::reply_encryption::StoredReplyKeys;
use super::store::Precondition;
use crate::protocol::response;
use crate::protocol::submission::SubmissionDigest;

/// The latest time for each part of an exchange to begin or to end, counted from the request's arrival. The parts are
/// sixteenths of the time that the request has: of 8 s, or of less if it was on its way for long. Work that must not
/// repeat needs time to finish, because a handler that is stopped halfway may have acted without a trace.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The latest time to claim a submission: 6 s of 8 s.
    pub claim: Duration,
    /// The latest time to start its handler: 6.5 s.
    pub begin: Duration,
    /// The time at which a handler is stopped: 7 s.
    pub handle: Duration,
    /// The end of waiting: for another attempt at the same submission, for a store that does not accept the result, and
    /// for a screen that is rebuilt after a failure. 7.5 s.
    pub patience: Duration,
}

/// The request, as far as the session is concerned.
#[derive(Clone)]
pub(crate) struct Incoming<'a> {
    /// The path of the flow.
    pub path: &'a str,
    pub body: BodyDigest,
    pub submission: SubmissionDigest,
    /// The flow's policy for the request.
    pub policy: RequestPolicy<'a>,
    /// It is an INIT that does not resume what an earlier opening left.
    pub starts_anew: bool,
    /// The rule that the token breaks, as far as that is known without the session.
    pub token_fault: Option<TokenFault>,
    /// The endpoint serves other flows as well.
    pub one_of_several: bool,
    /// It is an error notification without a handler, which is acknowledged.
    pub is_error_notification: bool,
    /// The keys that encrypt the reply in the session.
    pub reply_keys: &'a StoredReplyKeys<'a>,
}

/// Random bits for one exchange.
#[derive(Clone, Copy)]
pub(crate) struct Seed(pub [u8; 32]);

/// The current time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    /// Seconds since the epoch.
    pub seconds: u64,
    /// Time since the request arrived.
    pub elapsed: Duration,
}

/// The next step. Its result goes into the method that is named here.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Read the session: [`Exchange::loaded`].
    Load,
    /// Write [`Exchange::writing`]: [`Exchange::stored`].
    Store,
    /// Run the handler: [`Exchange::handled`].
    Handle { state: Option<String>, attempt: Attempt },
    /// Rebuild the screen: [`Exchange::handled`].
    Rebuild { state: Option<String> },
    /// Count one more delivery that waits for this attempt: [`Exchange::admitted`].
    Admit(Owner),
    /// Wait, then read the session: [`Exchange::loaded`].
    Wait(Duration),
    /// Stop: [`Exchange::end`].
    End,
}

/// The result of the exchange.
pub(crate) struct End {
    pub reply: Result<Vec<u8>, Failure>,
    /// The screen that a new reply shows.
    pub shown: Option<&'static str>,
    /// The last reply is sent again.
    pub repeat: bool,
    /// The failure behind a reply that keeps the user on the screen.
    pub recovered: Option<Failure>,
    /// The first failure, if recovering from it ended in another one.
    pub first: Option<Failure>,
    /// The stored state was unreadable, and a new one replaced it.
    pub state_reset: bool,
    /// Another request of the same token was faster than a write.
    pub conflict: bool,
}

/// One request of one token. The first step is [`Step::Load`].
pub(crate) struct Exchange<'a> {
    pub(super) incoming: Incoming<'a>,
    pub(super) limits: Limits,
    pub(super) seed: Seed,
    pub(super) state: State,
    /// The number of replies encrypted for the session.
    encrypted: u32,
    /// The attempt for which this delivery was admitted to wait.
    pub(super) waits_for: Option<Owner>,
    /// The number of write conflicts: another request of this token was faster.
    pub(super) conflicts: u32,
    /// The number of times that another attempt's claim was read.
    pub(super) claims_seen: usize,
    /// The store failed on the claim, and is asked once more: a claim that is left behind makes the user wait.
    pub(super) claims_again: bool,
    /// The claim that ours replaced, to be restored if the handler does not run.
    pub(super) replaced: Option<Claim>,
    /// Our claim.
    pub(super) claimed: Option<Claim>,
    /// The failure from which the exchange recovers.
    pub(super) recovering: Option<Failure>,
    /// Another reply was encrypted for our body meanwhile: the result is stored and not sent.
    pub(super) muted: bool,
    end: Option<End>,
}

pub(super) enum State {
    /// The session is being read.
    Loading,
    /// The handler is running on this session.
    Handling(Option<Session>),
    /// The screen is being rebuilt after a failure.
    Rebuilding(Option<Session>),
    /// The session is being written.
    Writing { next: Session, base: Precondition, after: AfterWrite },
    /// The result of a `once` handler was written, and the store did not confirm it.
    Confirming { written: Session, outcome: Outcome },
}

/// The step after a successful write.
pub(super) enum AfterWrite {
    Handle,
    Finish(Outcome),
    Repeat {
        plaintext: Vec<u8>,
        done_without_reply: bool,
    },
    /// The claim is released, and the exchange ends with this failure.
    Release(Failure),
}

impl<'a> Exchange<'a> {
    pub fn new(incoming: Incoming<'a>, seed: Seed, limits: Limits) -> Self {
        Self {
            incoming,
            limits,
            seed,
            state: State::Loading,
            encrypted: 0,
            waits_for: None,
            conflicts: 0,
            claims_seen: 0,
            claims_again: false,
            replaced: None,
            claimed: None,
            recovering: None,
            muted: false,
            end: None,
        }
    }

    /// The session to write, and the precondition of the write.
    pub fn writing(&self) -> Option<(&Session, Precondition)> {
        match &self.state {
            State::Writing { next, base, .. } => Some((next, *base)),
            _ => None,
        }
    }

    /// The result, after [`Step::End`].
    pub fn end(self) -> End {
        let conflict = self.conflicts > 0;
        let end = self.end.unwrap_or_else(|| End::of(Err(Failure::WriteConflict)));
        End { conflict, ..end }
    }

    pub(super) fn take_state(&mut self) -> State {
        std::mem::replace(&mut self.state, State::Loading)
    }

    pub(super) fn write(&mut self, base: Precondition, next: Session, after: AfterWrite) -> Step {
        self.state = State::Writing { next, base, after };
        Step::Store
    }

    pub(super) fn finish(&mut self, end: End) -> Step {
        self.end = Some(end);
        Step::End
    }

    pub(super) fn fail(&mut self, failure: Failure) -> Step {
        self.finish(End::of(Err(failure)))
    }

    /// Fails, possibly while recovering from another failure.
    pub(super) fn fail_after(&mut self, failure: Failure) -> Step {
        let first = self.recovering.take();
        self.finish(End { first, ..End::of(Err(failure)) })
    }

    /// Sends the last reply again.
    pub(super) fn repeat(&mut self, plaintext: Vec<u8>, done_without_reply: bool) -> Step {
        let recovered = done_without_reply.then_some(Failure::DoneWithoutReply);
        self.finish(End { repeat: true, recovered, ..End::of(Ok(plaintext)) })
    }

    /// Ends with a failure, and releases the claim if there is one.
    pub(super) fn give_up(&mut self, before: Option<Session>, failure: Failure) -> Step {
        match before {
            Some(session) if self.owns(&session) => {
                let claim = self.claim_after(&failure);
                let next = Session { version: session.version + 1, claim, ..session.clone() };
                self.write(Precondition::on(Some(&session)), next, AfterWrite::Release(failure))
            }
            _ => self.fail(failure),
        }
    }

    /// Reports whether the session's claim is ours.
    pub(super) fn owns(&self, session: &Session) -> bool {
        self.incoming.policy.once && session.is_claimed_by(self.seed.owner())
    }

    /// The claim after our attempt has failed: its outcome is unknown, unless the handler never ran.
    pub(super) fn claim_after(&self, failure: &Failure) -> Option<Claim> {
        match failure.handler_ran() {
            true => self.claimed.clone().map(Claim::released),
            false => self.replaced.clone(),
        }
    }

    /// An initialization vector that no other reply of this token has.
    pub(super) fn next_iv(&mut self) -> [u8; 16] {
        self.encrypted += 1;
        self.seed.iv(self.encrypted)
    }
}

impl Limits {
    /// For a request that has this much time. The figures of the fields are those of 8 s.
    pub fn of(time: Duration) -> Self {
        let share = |sixteenths| time * sixteenths / 16;
        Self { claim: share(12), begin: share(13), handle: share(14), patience: share(15) }
    }
}

impl Incoming<'_> {
    /// The state that the handler gets.
    pub(super) fn state(&self, session: &Session) -> Option<String> {
        match self.starts_anew {
            true => session.registered_state(),
            false => session.state.clone(),
        }
    }
}

impl Seed {
    pub(super) fn owner(self) -> Owner {
        std::array::from_fn(|at| self.0[at])
    }

    pub(super) fn operation(self) -> OperationId {
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

impl AfterWrite {
    /// Reports whether nobody else can have written the same session: its reply is encrypted under a random vector, its
    /// claim has a random owner, or it does not matter who wrote it.
    pub(super) fn is_ours(&self, next: &Session) -> bool {
        match self {
            Self::Finish(outcome) => outcome.was_handled() && next.reply.is_some(),
            Self::Handle | Self::Repeat { .. } | Self::Release(_) => true,
        }
    }
}

impl End {
    pub(super) fn of(reply: Result<Vec<u8>, Failure>) -> Self {
        Self {
            reply,
            shown: None,
            repeat: false,
            recovered: None,
            first: None,
            state_reset: false,
            conflict: false,
        }
    }

    /// The end of an exchange whose outcome is stored.
    pub(super) fn with(outcome: Outcome, recovered: Option<Failure>) -> Self {
        let shows = |reply: RenderedReply, recovered| Self {
            shown: Some(reply.screen),
            recovered,
            state_reset: reply.state_reset,
            ..Self::of(Ok(reply.plaintext))
        };
        match outcome {
            Outcome::Reply(reply) => shows(reply, recovered),
            Outcome::DoneWithoutReply(reply, failure) => shows(reply, Some(failure)),
            Outcome::Expired(message) => {
                Self::of(Err(Failure::Token { fault: TokenFault::Expired, message }))
            }
            Outcome::Rejected(fault, message) => Self::of(Err(Failure::Token { fault, message })),
            Outcome::Acknowledged => Self::of(Ok(response::acknowledged())),
        }
    }
}
