//! What is kept of a conversation, and the trait of what keeps it.

use std::pin::Pin;

use crate::protocol::token::FlowToken;

/// A boxed future, for traits that are used as `dyn`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The first 16 bytes of a body's SHA-256.
pub type BodyDigest = [u8; 16];

/// A store of sessions, one per flow token.
///
/// It only keeps: expiry, versions and what they mean are the endpoint's business.
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

/// What the endpoint keeps under a flow token.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Session {
    /// The path of the flow that it belongs to; `None` when the business wrote the item first.
    pub flow: Option<String>,
    /// Counts the writes; 0 when the business wrote the item.
    pub version: u64,
    /// Seconds since the epoch, or never.
    pub expires_at: Option<u64>,
    /// The handlers' state as JSON.
    pub state: Option<String>,
    /// Digests of the last bodies, newest last, at most [`Session::SEEN`].
    pub seen: Vec<BodyDigest>,
    /// The plaintext of the reply to the newest of them, unless it is too large to keep.
    pub reply: Option<String>,
    /// The flow has ended: nothing but the last reply is given any more.
    pub finished: bool,
    /// The words with which a handler ended it ([`Error::token_expired`](crate::Error::token_expired)).
    pub over: Option<String>,
}

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
    Lost(Option<Session>),
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

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the session store failed: {}", self.0)
    }
}

impl std::error::Error for StoreError {}

impl Session {
    /// How many bodies are remembered.
    pub const SEEN: usize = 16;

    /// Whether its time is not over yet.
    pub fn live(&self, now: u64) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}
