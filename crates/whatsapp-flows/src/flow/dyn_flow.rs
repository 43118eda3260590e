//! A flow as the endpoint sees it, without the developer's types: requests and state in as text, a plaintext out.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use whatsapp_flow_json::Evidence;

use super::builder::Flow;
use super::context::{Context, Invocation};
use super::erased::{CheckedReply, ErasedHandler, ErasedReply, unserializable};
use super::error::{ErrorKind, Result, text_with_causes};
use super::reply_check::ReplyCheck;
use super::sdk_error_code::sdk_error_code;
use crate::future::BoxFuture;
use crate::protocol::binding;
use crate::protocol::request::{Action, Request};
use crate::protocol::token::FlowToken;
use crate::session::{
    Attempt, Failure, OperationId, ReplyMismatch, RequestPolicy, TokenFault, TokenPolicy,
};

const EXPIRED: &str = "This form is no longer open. Please ask for a new one in the chat.";
const MISSING: &str = "This form cannot be opened.";

/// A flow without its types.
pub(crate) trait DynFlow: Send + Sync {
    /// Sets how strictly replies are compared with the Flow JSON.
    fn set_reply_check(&mut self, check: ReplyCheck);
    /// The first 8 hex digits of the SHA-256 of its Flow JSON.
    fn document_digest(&self) -> Option<&str>;
    /// Reports whether every request needs a token that is a session id.
    fn needs_token(&self) -> bool;
    /// Reports whether every request needs a token signature.
    fn requires_signature(&self) -> bool;
    /// Returns the policy for a request.
    fn policy(&self, request: &Request) -> RequestPolicy<'_>;
    /// The message of a 427.
    fn expired_message(&self) -> &str;
    /// The message of a 427 for a message without a token of its own: a new message would not have one either.
    fn missing_token_message(&self) -> &str;
    /// The id of the screen, if the flow knows it: the log contains no text of a request.
    fn known_screen(&self, screen: &str) -> Option<&'static str>;
    /// Reports whether a handler answers the request.
    fn handles(&self, request: &Request) -> bool;
    /// Runs the handler of the request.
    fn answer<'a>(
        &'a self,
        request: Request,
        token: &'a FlowToken,
        state: Option<&'a str>,
        attempt: Attempt,
        invocation: Invocation,
    ) -> BoxFuture<'a, Result<CheckedReply, Failure>>;
    /// Rebuilds the screen of the request after its handler has failed.
    fn rebuild<'a>(
        &'a self,
        request: &'a Request,
        token: &'a FlowToken,
        state: Option<&'a str>,
        invocation: Invocation,
    ) -> BoxFuture<'a, Result<CheckedReply, Failure>>;
}

impl<App, State> DynFlow for Flow<App, State>
where
    App: Send + Sync + 'static,
    State: Default + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    fn set_reply_check(&mut self, check: ReplyCheck) {
        self.reply_check = check;
    }

    fn document_digest(&self) -> Option<&str> {
        self.document_digest.as_deref()
    }

    fn needs_token(&self) -> bool {
        self.has_session()
            || !self.once.is_empty()
            || self.requires_signature
            || self.tokens == TokenPolicy::Registered
    }

    fn requires_signature(&self) -> bool {
        self.requires_signature
    }

    fn policy(&self, request: &Request) -> RequestPolicy<'_> {
        let submitted = request.action == Action::DataExchange;
        let screen = self.answered_screen(request);
        RequestPolicy {
            screen,
            once: submitted && screen.is_some_and(|screen| self.once.contains(screen)),
            rebuilds: screen.is_some_and(|screen| self.after_failure.contains_key(screen)),
            tokens: self.tokens,
            resumes: self.resumes,
            reopenable: self.reopenable,
            failure_message: &self.failure_message,
            expired_message: self.expired_message(),
            dictionary: &self.dictionary,
        }
    }

    fn expired_message(&self) -> &str {
        self.expired_message.as_deref().unwrap_or(EXPIRED)
    }

    fn missing_token_message(&self) -> &str {
        self.expired_message.as_deref().unwrap_or(MISSING)
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
        invocation: Invocation,
    ) -> BoxFuture<'a, Result<CheckedReply, Failure>> {
        Box::pin(async move {
            let handler = self.route(&request).ok_or(Failure::NoHandler)?;
            let from = self.answered_screen(&request);
            let (state, new_state) = self.read_state(state, request.action)?;
            if !self.is_expected(&request) {
                return Err(Failure::UnexpectedPayload);
            }
            binding::unescape(&mut request.data);
            let context =
                Context::new(Arc::clone(&self.app), token.clone(), state, attempt, invocation);
            let reply = handler(context, request.data)?.await;
            let mut checked = self.render(reply, token, from)?;
            checked.reply.state_reset = new_state.is_some();
            checked.reply.state = checked.reply.state.or(new_state);
            Ok(checked)
        })
    }

    fn rebuild<'a>(
        &'a self,
        request: &'a Request,
        token: &'a FlowToken,
        state: Option<&'a str>,
        invocation: Invocation,
    ) -> BoxFuture<'a, Result<CheckedReply, Failure>> {
        Box::pin(async move {
            let handler = self.after_failure.get(request.screen.as_str());
            let handler = handler.ok_or(Failure::NoHandler)?;
            let (state, _) = self.read_state(state, request.action)?;
            let attempt = Attempt::only(OperationId::random());
            let context =
                Context::new(Arc::clone(&self.app), token.clone(), state, attempt, invocation);
            let mut reply = handler(context, Value::Null)?.await;
            if let Ok(reply) = &mut reply {
                reply.message.get_or_insert_with(|| self.failure_message.clone());
            }
            self.render(reply, token, self.answered_screen(request))
        })
    }
}

impl<App, State> Flow<App, State>
where
    App: Send + Sync + 'static,
    State: Default + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    /// The screen that the request is about, if the flow knows it; INIT has none.
    fn answered_screen(&self, request: &Request) -> Option<&'static str> {
        match request.action {
            Action::Init => None,
            Action::Back | Action::DataExchange => self.known_screen(&request.screen),
        }
    }

    fn route(&self, request: &Request) -> Option<&ErasedHandler<App, State>> {
        match request.action {
            Action::Init => self.init.as_ref(),
            Action::Back => self.back.get(request.screen.as_str()),
            Action::DataExchange => self.forward.get(request.screen.as_str()),
        }
    }

    /// Reports whether a screen whose `Input` is `()` sends what it may: nothing, or the members that its actions in
    /// the Flow JSON send. Anything else is not the user's confirmation.
    fn is_expected(&self, request: &Request) -> bool {
        let screen = request.screen.as_str();
        if request.action != Action::DataExchange || !self.without_input.contains(screen) {
            return true;
        }
        let sent = self.sent.get(screen);
        let declared = |name: &String| sent.is_some_and(|sent| sent.contains(name));
        request.data.as_object().is_some_and(|data| data.keys().all(declared))
    }

    /// Deserializes the state. A deployment may have changed its type; then the developer's hook may convert it.
    /// Without that, INIT starts with a new state, which replaces the unreadable one unless the handler saves another;
    /// any other request cannot go on.
    fn read_state(
        &self,
        state: Option<&str>,
        action: Action,
    ) -> Result<(State, Option<String>), Failure> {
        let Some(json) = state else { return Ok((State::default(), None)) };
        match serde_json::from_str(json).ok().or_else(|| self.restored(json)) {
            Some(state) => Ok((state, None)),
            None if action == Action::Init => {
                let new_state = serde_json::to_string(&State::default());
                Ok((State::default(), Some(new_state.map_err(|_| unserializable())?)))
            }
            None => Err(Failure::Token {
                fault: TokenFault::StateUnreadable,
                message: self.expired_message().into(),
            }),
        }
    }

    /// The state that the developer's hook makes of the JSON of an older one.
    fn restored(&self, json: &str) -> Option<State> {
        let restore = self.restore_state.as_ref()?;
        restore(serde_json::from_str(json).ok()?)
    }

    /// Renders the result of a handler.
    fn render(
        &self,
        result: Result<ErasedReply<State>>,
        token: &FlowToken,
        from: Option<&str>,
    ) -> Result<CheckedReply, Failure> {
        match result {
            Ok(reply) => reply.render(token, |to, data| self.check(from, to, data)),
            Err(error) => Err(match error.0 {
                ErrorKind::TokenExpired(message) => {
                    Failure::Token { fault: TokenFault::Expired, message }
                }
                ErrorKind::Failed { mut cause, source } => {
                    if cause.code.is_none() {
                        let code = sdk_error_code(cause.type_name, &*source);
                        cause.code = code.map(|code| code.to_string());
                    }
                    let is_strict = self.reply_check == ReplyCheck::Strict;
                    cause.text = is_strict.then(|| text_with_causes(&*source));
                    Failure::Failed(cause)
                }
            }),
        }
    }

    /// Compares the data of a reply with the Flow JSON. A mismatch that Meta documents is a failure; one that is only
    /// observed in clients is returned, unless the check is strict.
    fn check(
        &self,
        from: Option<&str>,
        to: &'static str,
        data: &Map<String, Value>,
    ) -> Result<Option<ReplyMismatch>, Failure> {
        let Some(schema) = self.schema.as_ref().filter(|_| self.reply_check.is_on()) else {
            return Ok(None);
        };
        let Err(found) = schema.check(from, to, data) else { return Ok(None) };
        let mismatch =
            ReplyMismatch { screen: found.screen, member: found.member, expected: found.expected };
        if found.evidence == Evidence::Observed && self.reply_check == ReplyCheck::Documented {
            return Ok(Some(mismatch));
        }
        Err(Failure::ReplyMismatch(Box::new(mismatch)))
    }
}
