//! A handler's reply without its types: what the screen that it answers was no longer matters.

use serde::Serialize;
use serde_json::{Map, Value};

use super::error::{Cause, Result};
use super::reply::{ReplyTo, Shown};
use crate::protocol::token::FlowToken;
use crate::protocol::{binding, response};
use whatsapp_flow_json::agreement::Disagreement;

/// A handler's answer, ready to be remembered and sealed.
#[derive(Clone)]
pub(crate) struct Answered {
    pub plaintext: Vec<u8>,
    /// The screen shown, or SUCCESS.
    pub screen: &'static str,
    /// The new state, if the handler saved one.
    pub state: Option<String>,
    /// The flow ended here.
    pub last: bool,
    /// How it disagrees with the flow's document.
    pub disagreement: Option<Box<Disagreement>>,
    /// The state could not be read, and a new one takes its place.
    pub state_reset: bool,
}

impl Answered {
    /// A screen, and nothing else that changes.
    pub fn of(screen: &'static str, plaintext: Vec<u8>) -> Self {
        Self { plaintext, screen, state: None, last: false, disagreement: None, state_reset: false }
    }
}

/// Why a flow has no answer.
#[derive(Debug)]
pub(crate) enum Fault {
    NoHandler,
    Misfit { member: String },
    UnexpectedPayload,
    StateUnreadable,
    StateUnwritable,
    NoObject { screen: &'static str },
    TokenExpired { words: String },
    Failed(Cause),
}

/// A reply without the screen it answers.
pub(super) struct Answer<State> {
    shown: Shown,
    pub(super) message: Option<String>,
    state: Option<State>,
    last: bool,
}

impl<S, State> From<ReplyTo<S, State>> for Answer<State> {
    fn from(reply: ReplyTo<S, State>) -> Self {
        Self { shown: reply.shown, message: reply.message, state: reply.state, last: reply.last }
    }
}

impl<State: Serialize> Answer<State> {
    /// Writes it for the wire. `agrees` holds the data of a screen against the document.
    pub(super) fn written(
        self,
        token: &FlowToken,
        agrees: impl FnOnce(&'static str, &Map<String, Value>) -> Result<(), Disagreement>,
    ) -> Result<Answered, Fault> {
        let state = self.state.map(|state| serde_json::to_string(&state)).transpose();
        let state = state.map_err(|_| Fault::StateUnwritable)?;
        let mut disagreement = None;
        let (screen, last, reply) = match self.shown {
            Shown::Screen { id, data } => {
                let data = data.ok_or(Fault::NoObject { screen: id })?;
                disagreement = agrees(id, &data).err().map(Box::new);
                let mut reply = response::screen(id, data, self.message);
                binding::disarm(&mut reply["data"]);
                (id, self.last, reply)
            }
            Shown::Complete { params } => {
                let params = params.ok_or(Fault::NoObject { screen: response::SUCCESS })?;
                (response::SUCCESS, true, response::complete(params, token))
            }
            Shown::Close => (response::SUCCESS, true, response::close()),
        };
        let plaintext = reply.to_string().into_bytes();
        Ok(Answered { state, last, disagreement, ..Answered::of(screen, plaintext) })
    }
}
