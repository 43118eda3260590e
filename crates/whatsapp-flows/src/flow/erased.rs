//! Handlers and replies without the types of their screens.

use serde::Serialize;
use serde_json::{Map, Value};

use super::context::Context;
use super::error::Result;
use super::reply::{ReplyKind, ReplyTo};
use crate::future::BoxFuture;
use crate::protocol::token::FlowToken;
use crate::protocol::{binding, response};
use crate::session::{Failure, RenderedReply, ReplyMismatch};

/// A handler whose input is the payload as JSON.
pub(super) type ErasedHandler<App, State> = Box<
    dyn Fn(
            Context<App, State>,
            Value,
        ) -> Result<BoxFuture<'static, Result<ErasedReply<State>>>, Failure>
        + Send
        + Sync,
>;

/// A reply without the screen that it answers.
pub(super) struct ErasedReply<State> {
    kind: ReplyKind,
    pub(super) message: Option<String>,
    state: Option<State>,
    terminal: bool,
}

/// A reply that was checked against the Flow JSON.
pub(crate) struct CheckedReply {
    pub reply: RenderedReply,
    /// A mismatch with a rule that is only observed in clients: the reply is sent all the same.
    pub mismatch: Option<ReplyMismatch>,
}

impl<S, State> From<ReplyTo<S, State>> for ErasedReply<State> {
    fn from(reply: ReplyTo<S, State>) -> Self {
        let ReplyTo { kind, message, state, terminal, .. } = reply;
        Self { kind, message, state, terminal }
    }
}

impl<State: Serialize> ErasedReply<State> {
    /// Writes the reply as JSON. `check` compares the data of a screen with the Flow JSON, and may return a mismatch.
    pub(super) fn render(
        self,
        token: &FlowToken,
        check: impl FnOnce(&'static str, &Map<String, Value>) -> Result<Option<ReplyMismatch>, Failure>,
    ) -> Result<CheckedReply, Failure> {
        let state = self.state.map(|state| serde_json::to_string(&state)).transpose();
        let state = state.map_err(|_| unserializable())?;
        let mut mismatch = None;
        let (screen, terminal, reply) = match self.kind {
            ReplyKind::Screen { id, data } => {
                let data = data.ok_or(Failure::NotAnObject { screen: id })?;
                mismatch = check(id, &data)?;
                let mut reply = response::screen(id, data, self.message);
                binding::escape(&mut reply["data"]);
                (id, self.terminal, reply)
            }
            ReplyKind::Complete { params } => {
                let params = params.ok_or(Failure::NotAnObject { screen: response::SUCCESS })?;
                (response::SUCCESS, true, response::complete(params, token))
            }
            ReplyKind::Close => (response::SUCCESS, true, response::close()),
        };
        let plaintext = reply.to_string().into_bytes();
        if plaintext.len() > response::MAX_BYTES {
            return Err(Failure::ReplyTooLarge { screen });
        }
        let reply = RenderedReply { state, terminal, ..RenderedReply::of(screen, plaintext) };
        Ok(CheckedReply { reply, mismatch })
    }
}

pub(super) fn unserializable() -> Failure {
    Failure::State { cause: "state does not serialize" }
}
