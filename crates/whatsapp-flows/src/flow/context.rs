//! What a handler gets beside the payload.

use std::sync::Arc;

use crate::protocol::token::FlowToken;
use crate::session::{Attempt, OperationId};

/// The application, the session as it was kept, and the token that names it.
pub struct Context<App, State = ()> {
    app: Arc<App>,
    token: FlowToken,
    state: State,
    attempt: Attempt,
}

impl<App, State> Context<App, State> {
    pub(crate) fn new(app: Arc<App>, token: FlowToken, state: State, attempt: Attempt) -> Self {
        Self { app, token, state, attempt }
    }

    /// What [`Flow::new`](crate::Flow::new) was given.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The state as the last [`saving`](crate::ReplyTo::saving) left it; its `Default` in a new
    /// session. Changing it changes nothing: a reply's `saving` does.
    pub fn session(&self) -> &State {
        &self.state
    }

    /// Counts the attempts at this operation of a [`once`](crate::Flow::once) handler: 1, and more when an
    /// earlier attempt died, timed out, panicked, returned an error, or returned `Ok` which could not be
    /// recorded. Any of those may have acted. For other handlers it is 1.
    pub fn attempt(&self) -> u32 {
        self.attempt.number
    }

    /// The operation of a [`once`](crate::Flow::once) handler. Every delivery and every attempt of one
    /// submission has the same id until its outcome is recorded and no longer repeated: ten seconds when
    /// the reply keeps the user on the screen, as soon as another exchange follows, and ten minutes after
    /// the end of the flow. The same data after that is a new operation.
    ///
    /// It is the idempotency key to give to a payment provider or to write with a booking. The flow token
    /// is not: one conversation may pay twice for two things. In other handlers every run has an id of its
    /// own.
    pub fn operation_id(&self) -> OperationId {
        self.attempt.operation
    }

    /// The earlier operations of this flow token whose outcome is unknown, or whose users saw an error
    /// although the handler returned `Ok`: oldest first, at most four. The user has submitted something else
    /// since. So look whether they acted, and undo that or take it into account.
    ///
    /// They are forgotten once a handler that saw them returns `Ok` and this is recorded. Only a
    /// [`once`](crate::Flow::once) handler sees any.
    pub fn unresolved_operations(&self) -> &[OperationId] {
        &self.attempt.unresolved
    }

    /// The request's token. In a flow without session it may identify nobody.
    pub fn flow_token(&self) -> &FlowToken {
        &self.token
    }
}
