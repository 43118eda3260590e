//! Sessions in memory: for tests, benchmarks and trying things. A Lambda that scales needs a table.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::sessions::{Base, BoxFuture, Session, Sessions, StoreError, Stored};
use crate::protocol::token::FlowToken;

/// Keeps sessions as long as the process lives, under the same conditions as a table.
#[derive(Default)]
pub struct MemorySessions(Mutex<HashMap<FlowToken, Session>>);

impl MemorySessions {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a session in as it is, as a business does that writes the item before it sends the message.
    pub fn put(&self, token: FlowToken, session: Session) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(token, session);
    }
}

impl Sessions for MemorySessions {
    fn load<'a>(
        &'a self,
        token: &'a FlowToken,
    ) -> BoxFuture<'a, Result<Option<Session>, StoreError>> {
        let found = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(token).cloned();
        Box::pin(async { Ok(found) })
    }

    fn store<'a>(
        &'a self,
        token: &'a FlowToken,
        next: &'a Session,
        base: Base,
        now: u64,
    ) -> BoxFuture<'a, Result<Stored, StoreError>> {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let live = sessions.get(token).filter(|session| session.live(now));
        let stored = if live.map(|session| session.version) == base.version() {
            sessions.insert(token.clone(), next.clone());
            Stored::Kept
        } else {
            Stored::Lost(sessions.get(token).cloned().map(Box::new))
        };
        Box::pin(async { Ok(stored) })
    }
}

impl Base {
    fn version(self) -> Option<u64> {
        match self {
            Self::New => None,
            Self::Version(version) => Some(version),
        }
    }
}
