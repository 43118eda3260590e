//! Registers the flow token of a message that is about to be sent.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::record::Session;
use super::store::{Precondition, SessionStore, StoreError, WriteOutcome};
use crate::clock::epoch_seconds;
use crate::protocol::token::FlowToken;

/// Registers a flow token: writes its session before the message is sent.
///
/// ```
/// # use whatsapp_flows::session::{MemoryStore, Registration};
/// # use whatsapp_flows::FlowToken;
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// # let sessions = MemoryStore::new();
/// let token = FlowToken::random();
/// Registration::of("/appointment").register(&sessions, &token).await.unwrap();
/// // Now send the message with `"flow_token": token.as_str()`.
/// # let again = Registration::of("/appointment").with_lifetime(None);
/// # assert!(again.register(&sessions, &token).await.is_err());
/// # });
/// ```
#[derive(Clone)]
pub struct Registration {
    flow: String,
    state: Option<String>,
    lifetime: Option<Duration>,
}

/// The reason why a token was not registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegisterError {
    /// The token is empty, `unused` or a placeholder, so everybody would share its session.
    NotASessionId,
    /// The token already has a session. Every message needs a token of its own.
    AlreadyRegistered,
    /// The store failed.
    Store(StoreError),
}

impl Registration {
    /// The default lifetime of a registered token: 30 days.
    pub const LIFETIME: Duration = Duration::from_secs(30 * 24 * 3600);

    /// Prepares the registration of a token for the flow on this path, such as `/appointment`.
    pub fn of(path: impl AsRef<str>) -> Self {
        let path = path.as_ref();
        let flow = path.strip_suffix('/').unwrap_or(path).to_owned();
        Self { flow, state: None, lifetime: Some(Self::LIFETIME) }
    }

    /// Sets the state that the handlers first find in [`Context::session`](crate::Context::session).
    ///
    /// # Errors
    ///
    /// If it does not serialize to JSON.
    pub fn with_state(self, state: &impl Serialize) -> serde_json::Result<Self> {
        Ok(Self { state: Some(serde_json::to_string(state)?), ..self })
    }

    /// Sets how long the session lives at least, from now on; `None` is forever.
    pub fn with_lifetime(self, lifetime: Option<Duration>) -> Self {
        Self { lifetime, ..self }
    }

    /// Writes the session, unless the token has one.
    pub async fn register(
        &self,
        sessions: &dyn SessionStore,
        token: &FlowToken,
    ) -> Result<(), RegisterError> {
        if !token.is_session_id() {
            return Err(RegisterError::NotASessionId);
        }
        let now = epoch_seconds();
        let end = |lifetime: Duration| now + lifetime.as_secs() + Session::SKEW_SECONDS;
        let session = Session {
            flow: Some(self.flow.clone()),
            state: self.state.clone(),
            expires_at: self.lifetime.map(end),
            ..Session::default()
        };
        match sessions.write(token, &session, Precondition::New, now).await {
            Ok(WriteOutcome::Written) => Ok(()),
            // Our own write, whose first answer was lost.
            Ok(WriteOutcome::Conflict(Some(found))) if *found == session => Ok(()),
            Ok(WriteOutcome::Conflict(_)) => Err(RegisterError::AlreadyRegistered),
            Err(error) => Err(RegisterError::Store(error)),
        }
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Registration({:?}, [redacted])", self.flow)
    }
}

impl fmt::Display for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotASessionId => f.write_str(
                "the token does not name one conversation; make one with FlowToken::random()",
            ),
            Self::AlreadyRegistered => {
                f.write_str("the token already has a session; use a new token")
            }
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RegisterError {}
