//! The session that is stored per flow token.

use std::fmt;

use super::operation::OperationId;
use crate::protocol::submission::SubmissionDigest;

/// Identifies a body: the first 8 bytes of SHA-256 over its AES key and initialization vector.
pub type BodyDigest = [u8; 8];

/// The first 4 bytes of an older body's [`BodyDigest`]. If a new body has the same ones, its user sees an error once,
/// and a retry succeeds.
pub type OlderDigest = [u8; 4];

/// Identifies one attempt.
pub type Owner = [u8; 8];

/// The session of a flow token.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Session {
    /// The path of its flow; `None` if the business wrote the item without it.
    pub flow: Option<String>,
    /// The number of writes; 0 if the business wrote the item.
    pub version: u64,
    /// When it expires, in seconds since the epoch; `None` is never. It counts as expired a minute earlier: see
    /// [`Session::SKEW_SECONDS`].
    pub expires_at: Option<u64>,
    /// The state of the handlers, as JSON.
    pub state: Option<String>,
    /// The state that the business registered, as JSON. INIT starts with it, unless the flow resumes.
    pub registered: Option<String>,
    /// The bodies that were answered with `reply`, newest last, at most [`Session::ANSWERED`].
    pub answered: Vec<BodyDigest>,
    /// The bodies before them, newest last, at most [`Session::OLDER`].
    pub older: Vec<OlderDigest>,
    /// The plaintext of the last reply, compressed and encrypted, unless it is too large to store.
    pub reply: Option<Vec<u8>>,
    /// The submission that it answers.
    pub submission: Option<SubmissionDigest>,
    /// Until when the same submission gets this reply again, in seconds since the epoch; `None` is as long as it is the
    /// last one.
    pub repeat_until: Option<u64>,
    /// The last operation of a `once` handler. It is removed when its outcome is recorded together with its reply.
    pub claim: Option<Claim>,
    /// The flow has ended: only the last reply is sent again.
    pub finished: bool,
    /// A handler ended it with [`Error::token_expired`](crate::Error::token_expired); `reply` is its message.
    pub expired: bool,
}

/// An operation of a `once` handler: one submission, with all its deliveries and attempts.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    /// The submission.
    pub submission: SubmissionDigest,
    /// The id of the operation.
    pub operation: OperationId,
    /// The number of times its handler was started.
    pub attempts: u32,
    /// The current attempt: 8 random bytes, new for every attempt.
    pub owner: Owner,
    /// When the claim lapses, in seconds since the epoch; 0 if no attempt is in progress.
    pub until: u64,
    /// Its handler returned `Ok`, and that reply could not be used. It never runs again for this operation.
    pub done: bool,
    /// Earlier operations whose outcome is unknown, or whose users saw an error; oldest first, at most
    /// [`Claim::UNRESOLVED`].
    pub unresolved: Vec<OperationId>,
}

impl Session {
    /// The number of bodies answered with the last reply that are remembered.
    pub const ANSWERED: usize = 8;

    /// The number of bodies before those that are remembered.
    pub const OLDER: usize = 56;

    /// The tolerated difference between the clocks of two machines, in seconds. A session counts as expired this long
    /// before `expires_at`, when the table may delete it: so it is expired for all machines, deleted or not.
    pub const SKEW_SECONDS: u64 = 60;

    /// Reports whether it has not expired at `now`, in seconds since the epoch.
    pub fn is_live(&self, now: u64) -> bool {
        self.expires_at.is_none_or(|end| Self::horizon(now) < end)
    }

    /// The time that `expires_at` must exceed for a session to be live at `now`, in seconds since the epoch.
    pub fn horizon(now: u64) -> u64 {
        now.saturating_add(Self::SKEW_SECONDS)
    }

    /// Reports whether the attempt of `owner` holds the claim.
    pub fn is_claimed_by(&self, owner: Owner) -> bool {
        self.claim.as_ref().is_some_and(|claim| claim.owner == owner)
    }

    /// The state that the business registered: the state itself until anything else has written.
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
}

impl Claim {
    /// The number of operations that may be unresolved beside the claimed one.
    pub const UNRESOLVED: usize = 4;

    /// The claim when no attempt is in progress any more.
    pub(super) fn released(self) -> Self {
        Self { until: 0, ..self }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { flow, version, expires_at, finished, .. } = self;
        write!(
            f,
            "Session({flow:?}, version {version}, until {expires_at:?}, finished {finished}, [redacted])"
        )
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Claim(attempt {}, until {}, done {})", self.attempts, self.until, self.done)
    }
}
