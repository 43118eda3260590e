//! A session store in memory, for tests and benchmarks. A Lambda runs in several processes and needs a table.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::record::{Owner, Session};
use super::store::{Precondition, SessionStore, StoreError, WriteOutcome};
use crate::future::BoxFuture;
use crate::protocol::token::FlowToken;

/// Stores sessions as long as the process lives, with the same preconditions as a table.
#[derive(Default)]
pub struct MemoryStore(Mutex<HashMap<FlowToken, Item>>);

/// A session, and the number of deliveries that wait for the attempt in its claim.
#[derive(Default)]
struct Item {
    session: Session,
    waiting: u32,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes a session without a precondition, as a business may do before it sends the message.
    pub fn put(&self, token: FlowToken, session: Session) {
        self.items().insert(token, Item { session, waiting: 0 });
    }

    fn items(&self) -> MutexGuard<'_, HashMap<FlowToken, Item>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SessionStore for MemoryStore {
    fn load<'a>(
        &'a self,
        token: &'a FlowToken,
    ) -> BoxFuture<'a, Result<Option<Session>, StoreError>> {
        let found = self.items().get(token).map(|item| item.session.clone());
        Box::pin(async { Ok(found) })
    }

    fn write<'a>(
        &'a self,
        token: &'a FlowToken,
        next: &'a Session,
        base: Precondition,
        now: u64,
    ) -> BoxFuture<'a, Result<WriteOutcome, StoreError>> {
        let mut items = self.items();
        let found = items.get(token).map(|item| &item.session);
        let live = found.filter(|session| session.is_live(now));
        let stored = if live.map(|session| session.version) == base.version() {
            items.insert(token.clone(), Item { session: next.clone(), waiting: 0 });
            WriteOutcome::Written
        } else {
            WriteOutcome::Conflict(found.cloned().map(Box::new))
        };
        Box::pin(async { Ok(stored) })
    }

    fn admit_waiting<'a>(
        &'a self,
        token: &'a FlowToken,
        owner: Owner,
        most: u32,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        let mut items = self.items();
        let found = items.get_mut(token).filter(|item| item.session.is_claimed_by(owner));
        let admitted = found.is_none_or(|item| {
            let admitted = item.waiting < most;
            item.waiting += u32::from(admitted);
            admitted
        });
        Box::pin(async move { Ok(admitted) })
    }
}
