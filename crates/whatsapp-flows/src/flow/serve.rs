//! A flow as the endpoint sees it: requests and state as text in, a plaintext out, no types of the
//! user's left.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answer::{Answer, Answered, Fault};
use super::context::Context;
use super::error::{Ending, Result};
use super::manner::{Manner, Tokens};
use super::operation::{Attempt, OperationId};
use super::sessions::BoxFuture;
use super::wiring::{Exchange, Flow};
use crate::protocol::binding;
use crate::protocol::request::{Action, Request};
use crate::protocol::token::FlowToken;

const OVER: &str = "This form is no longer open. Please ask for a new one in the chat.";
const MISSING: &str = "This form cannot be opened.";

/// What the endpoint asks of a flow.
pub(crate) trait Serve: Send + Sync {
    /// Whether a request needs a token that identifies somebody.
    fn needs_token(&self) -> bool;
    /// How the flow wants this request to be treated.
    fn manner(&self, request: &Request) -> Manner<'_>;
    /// Whether a request needs the token's signature.
    fn demands_signature(&self) -> bool;
    /// The words under a 427.
    fn words_when_over(&self) -> &str;
    /// The words under a 427 where the message has no token that names its conversation: a new one would
    /// have none either.
    fn words_when_missing(&self) -> &str;
    /// The screen's id if the flow knows it: a log takes no text from outside.
    fn known_screen(&self, screen: &str) -> Option<&'static str>;
    /// Reports whether a handler answers this request.
    fn handles(&self, request: &Request) -> bool;
    /// Routes the request to its handler and runs it on the state.
    fn answer<'a>(
        &'a self,
        request: Request,
        token: &'a FlowToken,
        state: Option<&'a str>,
        attempt: Attempt,
    ) -> BoxFuture<'a, Result<Answered, Fault>>;
    /// Shows the request's screen anew after its handler has failed.
    fn rebuild<'a>(
        &'a self,
        request: &'a Request,
        token: &'a FlowToken,
        state: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Answered, Fault>>;
}

impl<App, State> Serve for Flow<App, State>
where
    App: Send + Sync + 'static,
    State: Default + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    fn needs_token(&self) -> bool {
        self.has_session()
            || !self.once.is_empty()
            || self.demands_signature
            || self.tokens == Tokens::Registered
    }

    fn manner(&self, request: &Request) -> Manner<'_> {
        let screen = self.known_screen(&request.screen).filter(|_| request.action != Action::Init);
        let submitted = request.action == Action::DataExchange;
        Manner {
            screen,
            once: submitted && screen.is_some_and(|screen| self.once.contains(screen)),
            rebuilds: screen.is_some_and(|screen| self.after_failure.contains_key(screen)),
            tokens: self.tokens,
            resumes: self.resumes,
            refillable: self.refillable,
            words_on_failure: &self.failed,
            words_when_over: self.words_when_over(),
            dictionary: &self.dictionary,
        }
    }

    fn demands_signature(&self) -> bool {
        self.demands_signature
    }

    fn words_when_over(&self) -> &str {
        self.over.as_deref().unwrap_or(OVER)
    }

    fn words_when_missing(&self) -> &str {
        self.over.as_deref().unwrap_or(MISSING)
    }

    fn known_screen(&self, screen: &str) -> Option<&'static str> {
        let known = self.forward.get_key_value(screen).or_else(|| self.back.get_key_value(screen));
        known.map(|(id, _)| *id)
    }

    fn handles(&self, request: &Request) -> bool {
        self.route(request).is_some()
    }

    fn answer<'a>(
        &'a self,
        mut request: Request,
        token: &'a FlowToken,
        state: Option<&'a str>,
        attempt: Attempt,
    ) -> BoxFuture<'a, Result<Answered, Fault>> {
        Box::pin(async move {
            let exchange = self.route(&request).ok_or(Fault::NoHandler)?;
            let from = self.manner(&request).screen;
            let (state, reset) = read_state(state, request.action)?;
            if !self.is_expected(&request) {
                return Err(Fault::UnexpectedPayload);
            }
            binding::restore(&mut request.data);
            let context = Context::new(Arc::clone(&self.app), token.clone(), state, attempt);
            let mut answered = self.written(exchange(context, request.data)?.await, token, from)?;
            answered.state_reset = reset.is_some();
            answered.state = answered.state.or(reset);
            Ok(answered)
        })
    }

    fn rebuild<'a>(
        &'a self,
        request: &'a Request,
        token: &'a FlowToken,
        state: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Answered, Fault>> {
        Box::pin(async move {
            let exchange = self.after_failure.get(request.screen.as_str());
            let exchange = exchange.ok_or(Fault::NoHandler)?;
            let (state, _) = read_state(state, request.action)?;
            let attempt = Attempt::only(OperationId::random());
            let context = Context::new(Arc::clone(&self.app), token.clone(), state, attempt);
            let mut answer = exchange(context, Value::Null)?.await;
            if let Ok(answer) = &mut answer {
                answer.message.get_or_insert_with(|| self.failed.clone());
            }
            self.written(answer, token, self.manner(request).screen)
        })
    }
}

impl<App, State: Serialize> Flow<App, State> {
    /// A handler's answer for the wire, held against the document.
    fn written(
        &self,
        answer: Result<Answer<State>>,
        token: &FlowToken,
        from: Option<&str>,
    ) -> Result<Answered, Fault> {
        match answer {
            Ok(answer) => answer.written(token, |to, data| match &self.document {
                Some(document) => document.agrees(from, to, data),
                None => Ok(()),
            }),
            Err(error) => Err(match error.0 {
                Ending::TokenExpired(words) => Fault::TokenExpired { words },
                Ending::Failed(cause) => Fault::Failed(cause),
            }),
        }
    }
}

impl<App, State> Flow<App, State> {
    /// Reports whether a screen whose `Input` is `()` sends what it may: nothing, or what its actions in
    /// the document send. Anything else is not the user's confirmation, whatever it is.
    fn is_expected(&self, request: &Request) -> bool {
        let screen = request.screen.as_str();
        if request.action != Action::DataExchange || !self.without_input.contains(screen) {
            return true;
        }
        let sent = self.sent.get(screen);
        let declared = |name: &String| sent.is_some_and(|sent| sent.contains(name));
        request.data.as_object().is_some_and(|data| data.keys().all(declared))
    }

    fn route(&self, request: &Request) -> Option<&Exchange<App, State>> {
        match request.action {
            Action::Init => self.init.as_ref(),
            Action::Back => self.back.get(request.screen.as_str()),
            Action::DataExchange => self.forward.get(request.screen.as_str()),
        }
    }
}

/// A deploy may have changed the state's type. INIT then starts anew, and what it starts with replaces
/// the unreadable state unless the handler saves another; anything else cannot go on.
fn read_state<State: Default + Serialize + DeserializeOwned>(
    state: Option<&str>,
    action: Action,
) -> Result<(State, Option<String>), Fault> {
    match state.map(serde_json::from_str) {
        None => Ok((State::default(), None)),
        Some(Ok(state)) => Ok((state, None)),
        Some(Err(_)) if action == Action::Init => {
            let anew = serde_json::to_string(&State::default());
            Ok((State::default(), Some(anew.map_err(|_| Fault::StateUnwritable)?)))
        }
        Some(Err(_)) => Err(Fault::StateUnreadable),
    }
}
