//! Registers the token of a message that is about to be sent, so that its session is there before its user.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;

use super::sessions::{Base, Session, Sessions, StoreError, Stored};
use crate::protocol::token::FlowToken;

/// The session of a token that a message is sent with.
///
/// ```
/// # use whatsapp_flows::flow::{MemorySessions, Registration};
/// # use whatsapp_flows::FlowToken;
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// # let sessions = MemorySessions::new();
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

/// Why a token was not registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegisterError {
    /// The token is empty or `unused`: everybody would share its session.
    NamesNobody,
    /// A session is there already. Every message needs a token of its own.
    AlreadyRegistered,
    /// The store did not take it.
    Store(StoreError),
}

impl Registration {
    /// How long a registered token waits for its user, unless told otherwise: 30 days.
    pub const LIFETIME: Duration = Duration::from_secs(30 * 24 * 3600);

    /// A token for the flow that is served on this path, such as `/appointment`.
    pub fn of(path: impl AsRef<str>) -> Self {
        let path = path.as_ref();
        let flow = path.strip_suffix('/').unwrap_or(path).to_owned();
        Self { flow, state: None, lifetime: Some(Self::LIFETIME) }
    }

    /// What the flow's handlers find in [`Context::session`](crate::Context::session) at first.
    ///
    /// # Errors
    ///
    /// When it does not serialise to JSON.
    pub fn with_state(self, state: &impl Serialize) -> serde_json::Result<Self> {
        Ok(Self { state: Some(serde_json::to_string(state)?), ..self })
    }

    /// How long the token waits for its user; `None` is for ever.
    pub fn with_lifetime(self, lifetime: Option<Duration>) -> Self {
        Self { lifetime, ..self }
    }

    /// Writes the session, unless the token has one.
    pub async fn register(
        &self,
        sessions: &dyn Sessions,
        token: &FlowToken,
    ) -> Result<(), RegisterError> {
        if !token.identifies() {
            return Err(RegisterError::NamesNobody);
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let end = |lifetime: Duration| now + lifetime.as_secs() + Session::SKEW_SECONDS;
        let session = Session {
            flow: Some(self.flow.clone()),
            state: self.state.clone(),
            expires_at: self.lifetime.map(end),
            ..Session::default()
        };
        match sessions.store(token, &session, Base::New, now).await {
            Ok(Stored::Kept) => Ok(()),
            // Our own write, of which the answer was lost on the way.
            Ok(Stored::Lost(Some(found))) if *found == session => Ok(()),
            Ok(Stored::Lost(_)) => Err(RegisterError::AlreadyRegistered),
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
            Self::NamesNobody => f.write_str(
                "the token does not name one conversation; make one with FlowToken::random()",
            ),
            Self::AlreadyRegistered => f.write_str(
                "the token has a session already; every message needs a token of its own",
            ),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RegisterError {}
