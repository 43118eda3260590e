//! The context of a handler.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::protocol::token::FlowToken;
use crate::session::{Attempt, OperationId};

/// The invocation that a handler runs in.
#[derive(Clone)]
pub(crate) struct Invocation {
    pub request_id: Option<Arc<str>>,
    /// The time at which the handler is stopped.
    pub until: Instant,
}

/// The application, the session as it was stored, and the flow token of the request.
pub struct Context<App, State = ()> {
    app: Arc<App>,
    token: FlowToken,
    state: State,
    attempt: Attempt,
    invocation: Invocation,
}

impl<App, State> Context<App, State> {
    pub(crate) fn new(
        app: Arc<App>,
        token: FlowToken,
        state: State,
        attempt: Attempt,
        invocation: Invocation,
    ) -> Self {
        Self { app, token, state, attempt, invocation }
    }

    /// Returns the application that was given to [`Flow::new`](crate::Flow::new).
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Returns the state of the last [`saving`](crate::ReplyTo::saving), or `Default` for a new session. To change it,
    /// save a new one with the reply.
    pub fn session(&self) -> &State {
        &self.state
    }

    /// Returns the state by value, to change it and save it: `let mut draft = cx.into_session();`.
    pub fn into_session(self) -> State {
        self.state
    }

    /// Returns the number of this attempt at the operation of a [`once`](crate::Flow::once) handler: 1, or more if an
    /// earlier attempt died, timed out, panicked, returned an error, or returned an `Ok` that could not be recorded.
    /// Each of those may have acted. For other handlers it is 1.
    pub fn attempt(&self) -> u32 {
        self.attempt.number
    }

    /// Returns the id of the operation of a [`once`](crate::Flow::once) handler. Every delivery and every attempt of
    /// one submission has the same id until its outcome is recorded and no longer repeated: 10 seconds when the reply
    /// keeps the user on the screen, until another exchange follows, or 10 minutes after the end of the flow. The same
    /// data after that is a new operation.
    ///
    /// Use it as the idempotency key for a payment provider, or store it with a booking. The flow token is not an
    /// idempotency key: one conversation may pay twice for two things. In other handlers every run has an id of its
    /// own.
    pub fn operation_id(&self) -> OperationId {
        self.attempt.operation
    }

    /// Returns the earlier operations of this flow token whose outcome is unknown, or whose users saw an error although
    /// the handler returned `Ok`; oldest first, at most four. The user has submitted different data since, so check
    /// whether they acted, and undo or consider that.
    ///
    /// They are cleared when a handler that saw them returns `Ok` and that is recorded. Only a
    /// [`once`](crate::Flow::once) handler sees any.
    pub fn unresolved_operations(&self) -> &[OperationId] {
        &self.attempt.unresolved
    }

    /// Returns the flow token of the request. In a flow without session it may be a placeholder.
    pub fn flow_token(&self) -> &FlowToken {
        &self.token
    }

    /// Returns the id of the Lambda request, which is the member `requestId` of its log lines; `None` outside Lambda.
    /// The library adds it to the events that a handler logs with `tracing`, except to those of a spawned task.
    pub fn request_id(&self) -> Option<&str> {
        self.invocation.request_id.as_deref()
    }

    /// Returns the time until the handler is stopped: 7 s after the request arrived, or less if it was on its way for
    /// long. Give a call to another service a shorter time limit, so that the handler can handle its failure.
    pub fn remaining(&self) -> Duration {
        self.invocation.until.saturating_duration_since(Instant::now())
    }
}
