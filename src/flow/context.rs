//! What a handler gets beside the payload.

use std::sync::Arc;

use crate::protocol::token::FlowToken;

/// The application, the session as it was kept, and the token that names it.
pub struct Context<App, State = ()> {
    app: Arc<App>,
    token: FlowToken,
    state: State,
    attempt: u32,
}

impl<App, State> Context<App, State> {
    pub(crate) fn new(app: Arc<App>, token: FlowToken, state: State, attempt: u32) -> Self {
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

    /// How often a [`once`](crate::Flow::once) handler was started for this submission: 1, and more when
    /// an earlier attempt died, failed, or kept the person on the screen. Then look whether it acted
    /// before you act. An attempt whose end nobody told counts for whatever is submitted next, and one
    /// that ended is forgotten when something else is acted on once. For other handlers it is 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The request's token. In a flow without session it may identify nobody.
    pub fn flow_token(&self) -> &FlowToken {
        &self.token
    }
}
