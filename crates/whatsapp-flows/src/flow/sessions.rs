//! What is kept of a conversation, and the trait of what keeps it.

use std::pin::Pin;

use super::operation::OperationId;
use crate::protocol::submission::SubmissionDigest;
use crate::protocol::token::FlowToken;

/// A boxed future, for traits that are used as `dyn`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Identifies a body: the first 8 bytes of SHA-256 over its AES key and initial vector.
pub type BodyDigest = [u8; 8];

/// The first 4 bytes of an older body's [`BodyDigest`]. If a new body has the same ones, its user gets an
/// error once, and a retry succeeds.
pub type OlderDigest = [u8; 4];

/// A store of sessions, one per flow token.
///
/// It gives back what it was given. What it must judge is whether a write may happen:
///
/// - [`Base::New`]: nothing is stored, or what is stored is not [`live`](Session::live) at `now`;
/// - [`Base::Version`]: what is stored is live at `now` and has this version, where an item without a
///   version, as a business writes it, has version 0.
///
/// Reading and writing are one step: of two writes on one base, one is lost.
pub trait Sessions: Send + Sync + 'static {
    /// Reads the session as it is now (a strongly consistent read), expired or not.
    fn load<'a>(
        &'a self,
        token: &'a FlowToken,
    ) -> BoxFuture<'a, Result<Option<Session>, StoreError>>;

    /// Writes `next` in one step if what is stored still answers to `base` at the time `now` (seconds
    /// since the epoch), and else says what is stored instead.
    fn store<'a>(
        &'a self,
        token: &'a FlowToken,
        next: &'a Session,
        base: Base,
        now: u64,
    ) -> BoxFuture<'a, Result<Stored, StoreError>>;
}

/// A store that is shared with whoever registers tokens in it.
impl<S: Sessions> Sessions for std::sync::Arc<S> {
    fn load<'a>(
        &'a self,
        token: &'a FlowToken,
    ) -> BoxFuture<'a, Result<Option<Session>, StoreError>> {
        (**self).load(token)
    }

    fn store<'a>(
        &'a self,
        token: &'a FlowToken,
        next: &'a Session,
        base: Base,
        now: u64,
    ) -> BoxFuture<'a, Result<Stored, StoreError>> {
        (**self).store(token, next, base, now)
    }
}

/// What the endpoint keeps under a flow token.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Session {
    /// The path of the flow that it belongs to; `None` when the business wrote the item first.
    pub flow: Option<String>,
    /// Counts the writes; 0 when the business wrote the item.
    pub version: u64,
    /// Seconds since the epoch, or never. Over a minute earlier: see [`Session::SKEW_SECONDS`].
    pub expires_at: Option<u64>,
    /// The handlers' state as JSON.
    pub state: Option<String>,
    /// The state that the business has registered, as JSON: INIT starts with it.
    pub registered: Option<String>,
    /// The bodies that were answered with `reply`, newest last, at most [`Session::ANSWERED`].
    pub answered: Vec<BodyDigest>,
    /// The bodies before them, newest last, at most [`Session::OLDER`].
    pub older: Vec<OlderDigest>,
    /// The plaintext of the last reply, compressed and encrypted, unless it is too large to keep.
    pub reply: Option<Vec<u8>>,
    /// What was submitted to get it.
    pub submission: Option<SubmissionDigest>,
    /// Until when, in seconds since the epoch, the same submission gets this reply again; `None` is as
    /// long as it is the last one.
    pub repeat_until: Option<u64>,
    /// The last operation of a `once` handler, until its outcome is recorded with a reply.
    pub claim: Option<Claim>,
    /// The flow has ended: nothing but the last reply is given any more.
    pub finished: bool,
    /// A handler has ended it ([`Error::token_expired`](crate::Error::token_expired)): `reply` is what the
    /// user read then.
    pub expired: bool,
}

/// An operation of a `once` handler: one submission, with all its deliveries and attempts.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    /// What was submitted.
    pub submission: SubmissionDigest,
    /// Identifies the operation.
    pub operation: OperationId,
    /// How often its handler was started.
    pub attempts: u32,
    /// Who is acting on it: 8 random bytes, others for every attempt.
    pub owner: Owner,
    /// Until when, in seconds since the epoch; 0 when nobody is acting any more.
    pub until: u64,
    /// Its handler returned `Ok`, and that reply could not be used. It never runs again for this
    /// operation.
    pub done: bool,
    /// Earlier operations whose outcome is unknown, or whose users saw an error; oldest first, at most
    /// [`Claim::UNRESOLVED`].
    pub unresolved: Vec<OperationId>,
}

/// Names one attempt.
pub type Owner = [u8; 8];

/// What a write builds on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// No session, or one that has expired.
    New,
    /// A live session at this version.
    Version(u64),
}

/// How a write ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// It is written.
    Kept,
    /// Another request was first; this is what it left.
    Lost(Option<Box<Session>>),
}

/// The store did not answer in time, or refused. The words are for the log and hold no data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreError(pub &'static str);

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { flow, version, expires_at, finished, .. } = self;
        write!(
            f,
            "Session({flow:?}, version {version}, until {expires_at:?}, finished {finished}, [redacted])"
        )
    }
}

impl std::fmt::Debug for Claim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Claim(attempt {}, until {}, done {})", self.attempts, self.until, self.done)
    }
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the session store failed: {}", self.0)
    }
}

impl std::error::Error for StoreError {}

impl Claim {
    /// How many operations may be unresolved beside the claimed one.
    pub const UNRESOLVED: usize = 4;
}

impl Session {
    /// How many bodies that got the last reply are remembered.
    pub const ANSWERED: usize = 8;

    /// How many bodies before those are remembered.
    pub const OLDER: usize = 56;

    /// How far the clocks of two machines may be apart. A session is over this much before
    /// `expires_at`, when a table may remove it: so it is over for all of them, swept or not.
    pub const SKEW_SECONDS: u64 = 60;

    /// The state that the business has registered: as it wrote it, before anything else has written.
    pub(crate) fn registered_state(&self) -> Option<String> {
        if self.version == 0 { self.state.clone() } else { self.registered.clone() }
    }

    /// Reports whether a body was answered before.
    pub(crate) fn knows(&self, body: &BodyDigest) -> bool {
        let short = &body[..size_of::<OlderDigest>()];
        self.answered.contains(body) || self.older.iter().any(|older| older == short)
    }

    /// Reports whether the last reply is still repeated.
    pub(crate) fn repeats(&self, now: u64) -> bool {
        self.repeat_until.is_none_or(|until| now < until)
    }

    /// Reports whether the last exchange ran a `once` handler whose reply could not be used.
    pub(crate) fn is_done_without_reply(&self) -> bool {
        let claim = self.claim.as_ref();
        claim.is_some_and(|claim| claim.done && self.submission == Some(claim.submission))
    }

    /// Whether its time is not over yet.
    pub fn live(&self, now: u64) -> bool {
        self.expires_at.is_none_or(|end| Self::horizon(now) < end)
    }

    /// What `expires_at` must be over for a session to be live at `now`, in seconds since the epoch.
    pub fn horizon(now: u64) -> u64 {
        now.saturating_add(Self::SKEW_SECONDS)
    }
}
