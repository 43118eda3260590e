//! The trait of a session store.

use super::record::{Owner, Session};
use crate::future::BoxFuture;
use crate::protocol::token::FlowToken;

/// A store of sessions, one per flow token.
///
/// [`load`](Self::load) returns the session of the last successful [`write`](Self::write). A write depends on its
/// [`Precondition`], which the store checks in one atomic step with the write: of two writes with the same
/// precondition, one is a conflict.
pub trait SessionStore: Send + Sync + 'static {
    /// Reads the session with strong consistency, expired or not.
    fn load<'a>(
        &'a self,
        token: &'a FlowToken,
    ) -> BoxFuture<'a, Result<Option<Session>, StoreError>>;

    /// Replaces the session with `next` if the stored one still matches `base` at the time `now`, in seconds since the
    /// epoch; otherwise returns the stored one.
    fn write<'a>(
        &'a self,
        token: &'a FlowToken,
        next: &'a Session,
        base: Precondition,
        now: u64,
    ) -> BoxFuture<'a, Result<WriteOutcome, StoreError>>;

    /// Counts one more delivery that waits for the attempt of `owner`. Returns false, and counts nothing, if `most` of
    /// them have been counted. A delivery that stops waiting stays counted. The count belongs to that attempt and ends
    /// with the next [`write`](Self::write); it is not part of the session and does not change its version. If the
    /// stored claim has another owner, nothing is counted and the result is true, because the delivery reads the
    /// session again.
    ///
    /// The default implementation counts nothing, so any number of deliveries may wait. A store that wraps another one
    /// must forward the call.
    fn admit_waiting<'a>(
        &'a self,
        _token: &'a FlowToken,
        _owner: Owner,
        _most: u32,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async { Ok(true) })
    }
}

/// A shared store, for example with code that registers tokens in it.
impl<S: SessionStore> SessionStore for std::sync::Arc<S> {
    fn load<'a>(
        &'a self,
        token: &'a FlowToken,
    ) -> BoxFuture<'a, Result<Option<Session>, StoreError>> {
        (**self).load(token)
    }

    fn write<'a>(
        &'a self,
        token: &'a FlowToken,
        next: &'a Session,
        base: Precondition,
        now: u64,
    ) -> BoxFuture<'a, Result<WriteOutcome, StoreError>> {
        (**self).write(token, next, base, now)
    }

    fn admit_waiting<'a>(
        &'a self,
        token: &'a FlowToken,
        owner: Owner,
        most: u32,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        (**self).admit_waiting(token, owner, most)
    }
}

/// The precondition of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precondition {
    /// No session is stored, or the stored one is not [live](Session::is_live).
    New,
    /// The stored session is live and has this version. An item without a version, as a business writes it, has version
    /// 0.
    Version(u64),
}

/// The outcome of a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteOutcome {
    /// The session is written.
    Written,
    /// Another request was faster, and left this session.
    Conflict(Option<Box<Session>>),
}

/// The store failed, or took too long. The text is for the log: it is static, so that it cannot contain data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreError(pub &'static str);

impl Precondition {
    /// The precondition of a write on top of this session.
    pub(crate) fn on(before: Option<&Session>) -> Self {
        before.map_or(Self::New, |session| Self::Version(session.version))
    }

    /// Returns the version that the stored live session must have; `None` if there must not be one.
    pub fn version(self) -> Option<u64> {
        match self {
            Self::New => None,
            Self::Version(version) => Some(version),
        }
    }
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the session store failed: {}", self.0)
    }
}

impl std::error::Error for StoreError {}
