//! The reply of a handler, typed by the screen that it answers.

use std::marker::PhantomData;

use serde::Serialize;
use serde_json::{Map, Value};

use super::screen::{Reaches, Screen};

/// A reply to the screen `From`, and the state to store with it.
#[must_use = "a reply does nothing until the handler returns it"]
pub struct ReplyTo<From, State = ()> {
    pub(crate) kind: ReplyKind,
    pub(crate) message: Option<String>,
    pub(crate) state: Option<State>,
    pub(crate) terminal: bool,
    from: PhantomData<fn() -> From>,
}

/// The kind of a reply.
pub(crate) enum ReplyKind {
    Screen { id: &'static str, data: Option<Map<String, Value>> },
    Complete { params: Option<Map<String, Value>> },
    Close,
}

/// Shows a screen that the routing model can reach from `From`.
pub fn show<From, To, State>(to: To) -> ReplyTo<From, State>
where
    From: Reaches<To>,
    To: Screen,
{
    ReplyTo::new(ReplyKind::Screen { id: To::ID, data: members(&to) })
}

/// Ends the flow and sends a message to the chat. Its webhook contains `params`, which must serialize to an object, and
/// the flow token, which the library adds.
pub fn complete<From, State>(params: impl Serialize) -> ReplyTo<From, State> {
    ReplyTo::new(ReplyKind::Complete { params: members(&params) })
}

/// Ends the flow without a message in the chat.
pub fn close<From, State>() -> ReplyTo<From, State> {
    ReplyTo::new(ReplyKind::Close)
}

/// A state that [`saving`](ReplyTo::saving) takes: the state itself, or a reference to one that can be cloned, such as
/// that of [`Context::session`](crate::Context::session).
pub trait IntoState<State> {
    /// Returns the state.
    fn into_state(self) -> State;
}

impl<State> IntoState<State> for State {
    fn into_state(self) -> State {
        self
    }
}

impl<State: Clone> IntoState<State> for &State {
    fn into_state(self) -> State {
        self.clone()
    }
}

impl<From, State> ReplyTo<From, State> {
    fn new(kind: ReplyKind) -> Self {
        Self { kind, message: None, state: None, terminal: false, from: PhantomData }
    }

    /// Stores `state` for the next request of this flow token. It is written before the reply is sent. Nothing is
    /// stored when the flow ends.
    pub fn saving(mut self, state: impl IntoState<State>) -> Self {
        self.state = Some(state.into_state());
        self
    }

    /// Ends the flow with this screen: as after [`complete`], only repeats of the submission are answered. Use it for
    /// flows that end on a terminal screen of their own, whose button closes the flow in the client.
    pub fn terminal(mut self) -> Self {
        self.terminal = true;
        self
    }

    /// Shows a message on the screen, for something that the user can fix, such as "That time was just taken". It has
    /// an effect with [`show`] only.
    pub fn message(mut self, text: impl Into<String>) -> Self {
        self.message = Some(text.into());
        self
    }
}

/// Returns the members of a value that serializes to an object, without those that are null; none for a unit struct.
/// `None` if it serializes to anything else.
fn members(value: &impl Serialize) -> Option<Map<String, Value>> {
    match without_nulls(serde_json::to_value(value).ok()?) {
        Value::Object(members) => Some(members),
        Value::Null => Some(Map::new()),
        _ => None,
    }
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.into_iter().map(without_nulls).collect::<Vec<_>>().into(),
        other => other,
    }
}
