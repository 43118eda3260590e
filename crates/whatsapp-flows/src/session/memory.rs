//! A session store in memory, for tests and benchmarks. A Lambda runs in several processes and needs a table.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::record::Session;
use super::store::{Precondition, SessionStore, StoreError, WriteOutcome};
use crate::future::BoxFuture;
use crate::protocol::token::FlowToken;

/// Stores sessions as long as the process lives, with the same preconditions as a table.
#[derive(Default)]
pub struct MemoryStore(Mutex<HashMap<FlowToken, Session>>);

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes a session without a precondition, as a business may do before it sends the message.
    pub fn put(&self, token: FlowToken, session: Session) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(token, session);
    }
}

impl SessionStore for MemoryStore {
    fn load<'a>(
        &'a self,
        token: &'a FlowToken,
    ) -> BoxFuture<'a, Result<Option<Session>, StoreError>> {
        let found = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(token).cloned();
        Box::pin(async { Ok(found) })
    }

    fn write<'a>(
        &'a self,
        token: &'a FlowToken,
        next: &'a Session,
        base: Precondition,
        now: u64,
    ) -> BoxFuture<'a, Result<WriteOutcome, StoreError>> {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let live = sessions.get(token).filter(|session| session.is_live(now));
        let stored = if live.map(|session| session.version) == base.version() {
            sessions.insert(token.clone(), next.clone());
            WriteOutcome::Written
        } else {
            WriteOutcome::Conflict(sessions.get(token).cloned().map(Box::new))
        };
        Box::pin(async { Ok(stored) })
    }
}
