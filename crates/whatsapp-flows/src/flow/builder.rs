//! A flow: an application and the handlers of its screens.

use std::any::TypeId;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::erased::{ErasedHandler, ErasedReply};
use super::error::Result;
use super::handler::{Handler, HandlerWithInput};
use super::lenient;
use super::reply::ReplyTo;
use super::screen::{Init, Input, Screen};
use super::unfilled;
use crate::future::BoxFuture;
use crate::session::{Dictionary, Failure, TokenPolicy};
use whatsapp_flow_json::ReplySchema;
use whatsapp_flow_json::internals::{example_replies, sent_members};

/// The handlers of one flow, and what they share.
///
/// `App` is whatever the handlers need: a database client, prices, a clock. `State` is what is kept
/// per flow token between requests; without it the flow has no session.
pub struct Flow<App, State = ()> {
    pub(super) app: Arc<App>,
    pub(super) init: Option<ErasedHandler<App, State>>,
    pub(super) forward: HashMap<&'static str, ErasedHandler<App, State>>,
    pub(super) back: HashMap<&'static str, ErasedHandler<App, State>>,
    /// Screens whose `on` handler acts once per submission.
    pub(super) once: HashSet<&'static str>,
    /// Screens whose `Input` is `()`.
    pub(super) without_input: HashSet<&'static str>,
    /// The members that each screen of the document sends.
    pub(super) sent: HashMap<String, HashSet<String>>,
    /// What the flow's replies have in common.
    pub(super) dictionary: Dictionary,
    /// What shows a screen anew after a failure.
    pub(super) after_failure: HashMap<&'static str, ErasedHandler<App, State>>,
    pub(super) schema: Option<ReplySchema>,
    pub(super) requires_signature: bool,
    pub(super) tokens: TokenPolicy,
    pub(super) resumes: bool,
    pub(super) reopenable: bool,
    /// Every mismatch of a reply with the Flow JSON is a failure.
    pub(super) strict: bool,
    pub(super) expired_message: Option<String>,
    pub(super) failure_message: String,
}

impl<App, State> Flow<App, State>
where
    App: Send + Sync + 'static,
    State: Default + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    /// A flow without handlers.
    pub fn new(app: App) -> Self {
        Self {
            app: Arc::new(app),
            init: None,
            forward: HashMap::new(),
            back: HashMap::new(),
            once: HashSet::new(),
            without_input: HashSet::new(),
            sent: HashMap::new(),
            dictionary: Dictionary::default(),
            after_failure: HashMap::new(),
            schema: None,
            requires_signature: false,
            tokens: TokenPolicy::Open,
            resumes: false,
            reopenable: false,
            strict: false,
            expired_message: None,
            failure_message: "Something went wrong. Please try again.".into(),
        }
    }

    /// Answers INIT: the flow was opened from a message with `flow_action: data_exchange`.
    #[track_caller]
    pub fn on_init(mut self, handler: impl Handler<App, State, Init>) -> Self {
        assert!(self.init.is_none(), "a flow has one on_init handler");
        self.init = Some(Box::new(move |context, _| Ok(erase(handler(context)))));
        self
    }

    /// Answers what screen `S` sends with a `data_exchange` action.
    #[track_caller]
    pub fn on<S: Screen + 'static>(
        mut self,
        handler: impl HandlerWithInput<App, State, S>,
    ) -> Self {
        let handler: ErasedHandler<App, State> = Box::new(move |context, payload| {
            let input = read_input::<S>(payload)?;
            Ok(erase(handler(context, input)))
        });
        if TypeId::of::<Input<S>>() == TypeId::of::<()>() {
            self.without_input.insert(S::ID);
        }
        let before = self.forward.insert(S::ID, handler);
        assert!(before.is_none(), "screen {} has one `on` handler", S::ID);
        self
    }

    /// Like [`on`](Self::on), for what must not happen twice: books, pays, sends. The handler runs once per
    /// submission, however often it is delivered: two taps, a retry of the client, a proxy that delivers
    /// twice. It needs a flow token that names one conversation.
    ///
    /// A *submission* is flow token, action, screen and data. It is claimed before the handler runs, and this
    /// starts an *operation* with an id of its own ([`Context::operation_id`]). A duplicate waits for the
    /// reply and gets the same one.
    ///
    /// - After the handler's `Ok` has been recorded it never runs again for that operation, whatever becomes
    ///   of the reply. If the reply cannot be used (it disagrees with the Flow JSON, it is over 1 MB, the state
    ///   is over 64 KB or does not serialise, the parameters are not an object), the user sees the submitted
    ///   screen with [`failure_message`](Self::failure_message), for as long as nothing else is submitted,
    ///   and each delivery is logged as a failure. The state that this reply would have saved is not saved.
    /// - If an attempt dies, times out, panics or returns an error, or its `Ok` cannot be recorded, a later
    ///   delivery starts another attempt of the same operation: [`Context::attempt`] is over 1. After an
    ///   attempt that died this takes 10 seconds.
    /// - If the user submits different data while the outcome of an operation is unknown, the handler of the
    ///   new operation sees its id in [`Context::unresolved_operations`]. A fifth one is refused with 500.
    /// - A reply that keeps the user on the screen is repeated for 10 seconds, one that ends the flow for ten
    ///   minutes, any other as long as nothing else is exchanged. The same data after that is a new
    ///   operation. A reply over 64 KB, compressed, is not kept: its duplicate gets 409.
    ///
    /// All of this ends with the session: 24 hours after its last exchange, or 30 days after the flow's end.
    #[track_caller]
    pub fn once<S: Screen + 'static>(self, handler: impl HandlerWithInput<App, State, S>) -> Self {
        let mut flow = self.on::<S>(handler);
        flow.once.insert(S::ID);
        flow
    }

    /// Shows screen `S` anew after a handler of it has failed, if it is not the screen that the endpoint
    /// showed last: then its data would be repeated as it was. The reply carries
    /// [`failure_message`](Self::failure_message), unless it has a message of its own. It has half a
    /// second, and is not asked for tokens that identify nobody.
    #[track_caller]
    pub fn on_failure<S: Screen + 'static>(mut self, handler: impl Handler<App, State, S>) -> Self {
        let handler: ErasedHandler<App, State> =
            Box::new(move |context, _| Ok(erase(handler(context))));
        let before = self.after_failure.insert(S::ID, handler);
        assert!(before.is_none(), "screen {} has one `on_failure` handler", S::ID);
        self
    }

    /// Answers BACK from screen `S`, which has `refresh_on_back: true`: shows the one before it.
    #[track_caller]
    pub fn on_back<S: Screen + 'static>(mut self, handler: impl Handler<App, State, S>) -> Self {
        let handler: ErasedHandler<App, State> =
            Box::new(move |context, _| Ok(erase(handler(context))));
        let before = self.back.insert(S::ID, handler);
        assert!(before.is_none(), "screen {} has one `on_back` handler", S::ID);
        self
    }

    /// Holds every reply against the flow's Flow JSON before it is remembered or sealed: the screen is
    /// there, the routing model leads to it, its data fits the model, options are within their limits, and
    /// components accept what they are bound to. A reply that disagrees is answered 500, or, where no page
    /// of Meta's says that clients refuse it, is sent by a Lambda and refused in tests. The log names
    /// screen, member and what was expected.
    ///
    /// # Panics
    ///
    /// When the text is no Flow JSON.
    #[track_caller]
    pub fn document(mut self, flow_json: &str) -> Self {
        match ReplySchema::parse(flow_json) {
            Ok(schema) => {
                self.schema = Some(schema);
                self.sent = sent_members(flow_json);
                self.dictionary = Dictionary::new(&example_replies(flow_json));
            }
            Err(error) => panic!("{error}"),
        }
        self
    }

    /// Serves only tokens that Meta has signed (`flow_token_signature`: Flow JSON 7.3 and data API 4.0
    /// or later). A signature that comes along is checked in every flow.
    pub fn require_token_signature(mut self) -> Self {
        self.requires_signature = true;
        self
    }

    /// Serves only tokens whose session item the business wrote when it sent the message; others are
    /// answered 427. Otherwise an unknown token starts a session. An end that the business has set
    /// (`expires_at`), or has left out for "never", is not shortened.
    pub fn registered_tokens_only(mut self) -> Self {
        self.tokens = TokenPolicy::Registered;
        self
    }

    /// Lets INIT go on with the state that an earlier opening of the same message has left: the user who
    /// opens it again finds what they had entered. Otherwise INIT starts with the state that the business has
    /// registered with the token, or the default.
    ///
    /// Only for tokens that are random and sent to one user: whoever has the token sees what was entered.
    pub fn resumes(mut self) -> Self {
        self.resumes = true;
        self
    }

    /// Lets a person fill in the flow again after its end. Otherwise its token is over for 30 days.
    pub fn reopenable(mut self) -> Self {
        self.reopenable = true;
        self
    }

    /// The words over the same screen when a handler has failed.
    pub fn failure_message(mut self, message: impl Into<String>) -> Self {
        self.failure_message = message.into();
        self
    }

    /// The words under a 427: what the person reads when the message cannot be used any more.
    pub fn expired_message(mut self, message: impl Into<String>) -> Self {
        self.expired_message = Some(message.into());
        self
    }

    /// Whether there is anything to keep between requests.
    pub(super) fn has_session(&self) -> bool {
        TypeId::of::<State>() != TypeId::of::<()>()
    }
}

/// `()` accepts the members that the screen sends, which `Flow::is_expected` has seen to.
fn read_input<S: Screen>(mut payload: Value) -> Result<Input<S>, Failure> {
    unfilled::remove(&mut payload, S::ID);
    let nothing = TypeId::of::<Input<S>>() == TypeId::of::<()>() && payload.is_object();
    let payload = if nothing { Value::Null } else { payload };
    lenient::read(payload)
        .map_err(|misfit| Failure::InvalidPayload { member: misfit.member().to_owned() })
}

fn erase<S, State: Send + 'static>(
    reply: impl Future<Output = Result<ReplyTo<S, State>>> + Send + 'static,
) -> BoxFuture<'static, Result<ErasedReply<State>>>
where
    S: 'static,
{
    Box::pin(async { reply.await.map(ErasedReply::from) })
}
