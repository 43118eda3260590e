//! The flow: an application, the handlers of its screens, and its settings.

use std::any::TypeId;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

#[cfg(doc)]
use super::context::Context;
use super::erased::{ErasedHandler, ErasedReply};
use super::error::Result;
use super::handler::{Handler, HandlerWithInput};
use super::input::{is_without_input, read_input};
#[cfg(feature = "testing")]
use super::input_type::InputType;
use super::reply::ReplyTo;
use super::reply_check::ReplyCheck;
use super::screen::{Init, Screen};
use crate::future::BoxFuture;
use crate::session::{Dictionary, TokenPolicy};
use whatsapp_flow_json::ReplySchema;
use whatsapp_flow_json::internals::{example_replies, sent_members};

/// Converts the JSON of an older state.
type RestoreState<State> = Box<dyn Fn(serde_json::Value) -> Option<State> + Send + Sync>;

/// The handlers of one flow, and what they share.
///
/// `App` is what the handlers need, for example a database client, prices or a clock. `State` is what is stored per
/// flow token between requests; the handlers of a flow without it do not see the session.
pub struct Flow<App, State = ()> {
    pub(super) app: Arc<App>,
    pub(super) init: Option<ErasedHandler<App, State>>,
    pub(super) forward: HashMap<&'static str, ErasedHandler<App, State>>,
    pub(super) back: HashMap<&'static str, ErasedHandler<App, State>>,
    /// The screens with a `once` handler.
    pub(super) once: HashSet<&'static str>,
    /// The screens whose `Input` is `()`.
    pub(super) without_input: HashSet<&'static str>,
    /// The `Input` of each screen with a handler for it.
    #[cfg(feature = "testing")]
    pub(super) inputs: HashMap<&'static str, InputType>,
    /// The members that each screen sends, according to the Flow JSON.
    pub(super) sent: HashMap<String, HashSet<String>>,
    /// The text that the flow's replies have in common.
    pub(super) dictionary: Dictionary,
    /// The handlers that rebuild a screen after a failure.
    pub(super) after_failure: HashMap<&'static str, ErasedHandler<App, State>>,
    pub(super) schema: Option<ReplySchema>,
    /// The first 8 hex digits of the SHA-256 of the Flow JSON.
    pub(super) document_digest: Option<String>,
    pub(super) restore_state: Option<RestoreState<State>>,
    pub(super) requires_signature: bool,
    pub(super) tokens: TokenPolicy,
    pub(super) resumes: bool,
    pub(super) reopenable: bool,
    /// Every mismatch of a reply with the Flow JSON is a failure.
    pub(super) reply_check: ReplyCheck,
    pub(super) expired_message: Option<String>,
    pub(super) failure_message: String,
}

impl<App, State> Flow<App, State>
where
    App: Send + Sync + 'static,
    State: Default + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    /// Creates a flow without handlers.
    pub fn new(app: App) -> Self {
        Self {
            app: Arc::new(app),
            init: None,
            forward: HashMap::new(),
            back: HashMap::new(),
            once: HashSet::new(),
            without_input: HashSet::new(),
            #[cfg(feature = "testing")]
            inputs: HashMap::new(),
            sent: HashMap::new(),
            dictionary: Dictionary::default(),
            after_failure: HashMap::new(),
            schema: None,
            document_digest: None,
            restore_state: None,
            requires_signature: false,
            tokens: TokenPolicy::Open,
            resumes: false,
            reopenable: false,
            reply_check: ReplyCheck::Documented,
            expired_message: None,
            failure_message: "Something went wrong. Please try again.".into(),
        }
    }

    /// Handles INIT: the user opened the flow from a message with `flow_action: data_exchange`.
    ///
    /// # Panics
    ///
    /// If the flow already has an `on_init` handler.
    #[track_caller]
    pub fn on_init(mut self, handler: impl Handler<App, State, Init>) -> Self {
        assert!(self.init.is_none(), "the flow already has an `on_init` handler; remove one");
        self.init = Some(Box::new(move |context, _| Ok(erase(handler(context)))));
        self
    }

    /// Handles the payload that screen `S` sends with a `data_exchange` action.
    ///
    /// # Panics
    ///
    /// If the screen already has an `on` or `once` handler.
    #[track_caller]
    pub fn on<S: Screen + 'static>(
        mut self,
        handler: impl HandlerWithInput<App, State, S>,
    ) -> Self {
        let handler: ErasedHandler<App, State> = Box::new(move |context, payload| {
            let input = read_input::<S>(payload)?;
            Ok(erase(handler(context, input)))
        });
        if is_without_input::<S>() {
            self.without_input.insert(S::ID);
        }
        #[cfg(feature = "testing")]
        self.inputs.insert(S::ID, InputType::of::<S>());
        let before = self.forward.insert(S::ID, handler);
        assert!(
            before.is_none(),
            "screen {} already has an `on` or `once` handler; remove one",
            S::ID
        );
        self
    }

    /// Like [`on`](Self::on), for side effects that must not repeat, such as a booking or a payment: a duplicate
    /// delivery of a submission does not run the handler again.
    ///
    /// A submission is delivered again after a second tap, a retry of the client, or a duplicate from a proxy. A
    /// duplicate waits for the reply of the first delivery and gets the same one. If an attempt fails or its outcome
    /// cannot be recorded, the handler may run again, with the same operation id.
    ///
    /// The handler requires a flow token that is a session id; others get 427.
    ///
    /// # Contract
    ///
    /// A *submission* is identified by its flow token, action, screen and data. An *operation* starts when a submission
    /// is claimed, which happens before the handler runs, and gets a random id ([`Context::operation_id`]). Every
    /// delivery and every attempt of that submission belongs to the operation until its outcome is recorded and no
    /// longer repeated. The outcome is repeated until another exchange follows, but only for 10 seconds when the reply
    /// keeps the user on the screen, and for 10 minutes after the end of the flow. The same data after that is a new
    /// operation.
    ///
    /// - After a handler's `Ok` **has been recorded**, the handler never runs again for that operation, whatever
    ///   becomes of the reply: it does not match the Flow JSON, it is over 1 MB, the state is over 64 KB or does not
    ///   serialize, the parameters are not an object. The `Ok` is recorded even when the reply cannot be. Deliveries of
    ///   it are then answered with the submitted screen and [`failure_message`](Self::failure_message), logged as
    ///   errors, and repeated for as long as it is the last exchange, not for 10 seconds. The state of that reply is
    ///   not stored.
    /// - If an attempt dies, times out, panics, returns `Err`, or its `Ok` cannot be recorded, a later delivery starts
    ///   another attempt: [`Context::attempt`] is over 1 and [`Context::operation_id`] is the same. After an attempt
    ///   that died, this takes 10 seconds.
    /// - If the user submits *different* data while an earlier operation is unresolved (its outcome is unknown, or it
    ///   is done without a reply, so that the user saw an error), the new operation's handler sees the earlier ids:
    ///   [`Context::unresolved_operations`], oldest first, at most 4. A submission whose handler would see five is
    ///   refused with 500. The ids are cleared when a handler that saw them returns `Ok` and that is recorded.
    /// - The flow token alone is not an idempotency key: one conversation may pay twice for two things.
    ///
    /// A compressed reply over 64 KB is not stored: its duplicate gets 409. All of this ends with the session: 24 hours
    /// after its last exchange, 30 days after the end of the flow, or when the registration expires if that is later.
    ///
    /// # Panics
    ///
    /// If the screen already has an `on` or `once` handler.
    #[track_caller]
    pub fn once<S: Screen + 'static>(self, handler: impl HandlerWithInput<App, State, S>) -> Self {
        let mut flow = self.on::<S>(handler);
        flow.once.insert(S::ID);
        flow
    }

    /// Rebuilds screen `S` after its handler has failed, if it is not the screen that the endpoint showed last: that
    /// one is repeated with its data. The reply carries [`failure_message`](Self::failure_message) unless it has a
    /// message of its own. The handler is stopped 7.5 s after the request arrived, which is half a second after a
    /// handler that took too long. It does not run for tokens that are not session ids.
    ///
    /// # Panics
    ///
    /// If the screen already has an `on_failure` handler.
    #[track_caller]
    pub fn on_failure<S: Screen + 'static>(mut self, handler: impl Handler<App, State, S>) -> Self {
        let handler: ErasedHandler<App, State> =
            Box::new(move |context, _| Ok(erase(handler(context))));
        let before = self.after_failure.insert(S::ID, handler);
        assert!(
            before.is_none(),
            "screen {} already has an `on_failure` handler; remove one",
            S::ID
        );
        self
    }

    /// Handles BACK from screen `S`, which has `refresh_on_back: true`: shows the screen before it.
    ///
    /// # Panics
    ///
    /// If the screen already has an `on_back` handler.
    #[track_caller]
    pub fn on_back<S: Screen + 'static>(mut self, handler: impl Handler<App, State, S>) -> Self {
        let handler: ErasedHandler<App, State> =
            Box::new(move |context, _| Ok(erase(handler(context))));
        let before = self.back.insert(S::ID, handler);
        assert!(before.is_none(), "screen {} already has an `on_back` handler; remove one", S::ID);
        self
    }

    /// Sets the Flow JSON. Every reply is checked against it before it is stored and encrypted: the screen exists, the
    /// routing model leads to it, its data matches the data model, options are within their limits, and components
    /// accept the values that are bound to them.
    ///
    /// A reply that breaks a documented rule is a failure of the handler. One that breaks a rule which is only observed
    /// in clients is logged and sent, or rejected too if the endpoint is [strict](crate::Endpoint::strict), as it is in
    /// tests. The log names the screen, the member and the expected value.
    ///
    /// # Panics
    ///
    /// If the text is not Flow JSON.
    #[track_caller]
    pub fn document(mut self, flow_json: &str) -> Self {
        match ReplySchema::parse(flow_json) {
            Ok(schema) => {
                self.schema = Some(schema);
                let digest = Sha256::digest(flow_json);
                self.document_digest = Some(format!(
                    "{:02x}{:02x}{:02x}{:02x}",
                    digest[0], digest[1], digest[2], digest[3]
                ));
                self.sent = sent_members(flow_json);
                self.dictionary = Dictionary::new(&example_replies(flow_json));
            }
            Err(error) => panic!("{error}"),
        }
        self
    }

    /// Accepts only tokens that Meta has signed (`flow_token_signature`, with Flow JSON 7.3 and data API 4.0 or later).
    /// Without this, a signature is checked if there is one.
    pub fn require_token_signature(mut self) -> Self {
        self.requires_signature = true;
        self
    }

    /// Accepts only tokens whose session the business wrote when it sent the message; others get 427. Without this, an
    /// unknown token starts a session. An expiry that the business set is never brought forward. See
    /// [`Registration`](crate::session::Registration).
    pub fn registered_tokens_only(mut self) -> Self {
        self.tokens = TokenPolicy::Registered;
        self
    }

    /// Makes INIT resume the state that an earlier opening of the same message left, so that a user who opens it again
    /// finds what they had entered. Without this, INIT starts with the state that the business registered with the
    /// token, or the default.
    ///
    /// Use it only for tokens that are random and sent to one user: anyone who has the token sees what was entered.
    pub fn resumes(mut self) -> Self {
        self.resumes = true;
        self
    }

    /// Converts stored state that does not deserialize into today's `State`, because an earlier version of the program
    /// stored it. `restore` gets its JSON, and returns `None` if it cannot be converted.
    ///
    /// Without this, or after `None`, an open conversation whose state does not deserialize gets 427 with
    /// [`expired_message`](Self::expired_message), and INIT starts with a new state; the log line says so in either
    /// case. Members that a new version adds need no conversion: give them `#[serde(default)]`.
    pub fn restore_state(
        mut self,
        restore: impl Fn(serde_json::Value) -> Option<State> + Send + Sync + 'static,
    ) -> Self {
        self.restore_state = Some(Box::new(restore));
        self
    }

    /// Lets the user fill in the flow again after its end. Without this, its token stays finished for 30 days.
    pub fn reopenable(mut self) -> Self {
        self.reopenable = true;
        self
    }

    /// Sets the message that the user sees on the same screen when a handler has failed.
    pub fn failure_message(mut self, message: impl Into<String>) -> Self {
        self.failure_message = message.into();
        self
    }

    /// Sets the message of a 427: the user reads it when the message in the chat can no longer be used.
    pub fn expired_message(mut self, message: impl Into<String>) -> Self {
        self.expired_message = Some(message.into());
        self
    }

    /// Reports whether the flow stores a state between requests.
    pub(super) fn has_session(&self) -> bool {
        TypeId::of::<State>() != TypeId::of::<()>()
    }
}

fn erase<S, State: Send + 'static>(
    reply: impl Future<Output = Result<ReplyTo<S, State>>> + Send + 'static,
) -> BoxFuture<'static, Result<ErasedReply<State>>>
where
    S: 'static,
{
    Box::pin(async { reply.await.map(ErasedReply::from) })
}
