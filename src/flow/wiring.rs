//! A flow: an application and the handlers of its screens.

use std::any::TypeId;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

use super::answer::{Answer, Fault};
use super::context::Context;
use super::error::Result;
use super::handler::{Handler, HandlerWithInput};
use super::manner::Tokens;
use super::missing::missing;
use super::reply::ReplyTo;
use super::screen::{Init, Screen};
use super::sessions::BoxFuture;
use crate::document::agreement::Document;

/// The handlers of one flow, and what they share.
///
/// `App` is whatever the handlers need: a database client, prices, a clock. `State` is what is kept
/// per flow token between requests; without it the flow has no session.
pub struct Flow<App, State = ()> {
    pub(super) app: Arc<App>,
    pub(super) init: Option<Exchange<App, State>>,
    pub(super) forward: HashMap<&'static str, Exchange<App, State>>,
    pub(super) back: HashMap<&'static str, Exchange<App, State>>,
    /// Screens whose `on` handler acts once per submission.
    pub(super) once: HashSet<&'static str>,
    /// What shows a screen anew after a failure.
    pub(super) after_failure: HashMap<&'static str, Exchange<App, State>>,
    pub(super) document: Option<Document>,
    pub(super) demands_signature: bool,
    pub(super) tokens: Tokens,
    pub(super) refillable: bool,
    pub(super) over: String,
    pub(super) failed: String,
}

/// One handler with its types erased: the payload as JSON in, what to show and keep out.
pub(super) type Exchange<App, State> = Box<
    dyn Fn(Context<App, State>, Value) -> Result<BoxFuture<'static, Result<Answer<State>>>, Fault>
        + Send
        + Sync,
>;

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
            after_failure: HashMap::new(),
            document: None,
            demands_signature: false,
            tokens: Tokens::Open,
            refillable: false,
            over: "This form is no longer open. Please ask for a new one in the chat.".into(),
            failed: "Something went wrong. Please try again.".into(),
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
        let exchange: Exchange<App, State> = Box::new(move |context, payload| {
            let input = read_input(payload)?;
            Ok(erase(handler(context, input)))
        });
        let before = self.forward.insert(S::ID, exchange);
        assert!(before.is_none(), "screen {} has one `on` handler", S::ID);
        self
    }

    /// Like [`on`](Self::on), for what must not happen twice: books, pays, sends. The handler acts once
    /// per submission, however often it is sent: two taps, a retry of the phone, a proxy that delivers
    /// twice.
    ///
    /// The submission is claimed before the handler runs, and its double waits for the answer and gets
    /// the same one. If whoever acted died half-way, another attempt is made after 10 seconds, and
    /// [`Context::attempt`] says so. A reply that keeps the person on the screen is repeated for 10
    /// seconds; then the same data may be submitted anew. One that leads to another screen is repeated
    /// as long as it is the last one. One over 64 KB, compressed, is not kept: its double gets 409.
    ///
    /// Key what it does by the [`flow_token`](Context::flow_token): then even an attempt that died after
    /// it acted does no harm. Needs a token that names one conversation.
    #[track_caller]
    pub fn once<S: Screen + 'static>(self, handler: impl HandlerWithInput<App, State, S>) -> Self {
        let mut flow = self.on::<S>(handler);
        flow.once.insert(S::ID);
        flow
    }

    /// Shows screen `S` anew after a handler of it has failed, if it is not the screen that the endpoint
    /// showed last: then its data would be repeated as it was. The reply carries
    /// [`words_on_failure`](Self::words_on_failure), unless it has a message of its own. It has half a
    /// second, and is not asked for tokens that identify nobody.
    #[track_caller]
    pub fn on_failure<S: Screen + 'static>(mut self, handler: impl Handler<App, State, S>) -> Self {
        let exchange: Exchange<App, State> =
            Box::new(move |context, _| Ok(erase(handler(context))));
        let before = self.after_failure.insert(S::ID, exchange);
        assert!(before.is_none(), "screen {} has one `on_failure` handler", S::ID);
        self
    }

    /// Answers BACK from screen `S`, which has `refresh_on_back: true`: shows the one before it.
    #[track_caller]
    pub fn on_back<S: Screen + 'static>(mut self, handler: impl Handler<App, State, S>) -> Self {
        let exchange: Exchange<App, State> =
            Box::new(move |context, _| Ok(erase(handler(context))));
        let before = self.back.insert(S::ID, exchange);
        assert!(before.is_none(), "screen {} has one `on_back` handler", S::ID);
        self
    }

    /// Holds every reply against the flow's Flow JSON before it is remembered or sealed: the screen is
    /// there, the routing model leads to it, its data fits the model, and options are within their
    /// limits. A reply that disagrees is answered 500, and the log names screen, member and what was
    /// expected.
    ///
    /// # Panics
    ///
    /// When the text is no Flow JSON.
    #[track_caller]
    pub fn document(mut self, flow_json: &str) -> Self {
        match Document::parse(flow_json) {
            Ok(document) => self.document = Some(document),
            Err(error) => panic!("{error}"),
        }
        self
    }

    /// Serves only tokens that Meta has signed (`flow_token_signature`: Flow JSON 7.3 and data API 4.0
    /// or later). A signature that comes along is checked in every flow.
    pub fn demand_token_signature(mut self) -> Self {
        self.demands_signature = true;
        self
    }

    /// Serves only tokens whose session item the business wrote when it sent the message; others are
    /// answered 427. Otherwise an unknown token starts a session. An end that the business has set
    /// (`expires_at`), or has left out for "never", is not shortened.
    pub fn registered_tokens_only(mut self) -> Self {
        self.tokens = Tokens::Registered;
        self
    }

    /// Lets a person fill in the flow again after its end. Otherwise its token is over for 30 days.
    pub fn may_be_filled_in_again(mut self) -> Self {
        self.refillable = true;
        self
    }

    /// The words over the same screen when a handler has failed.
    pub fn words_on_failure(mut self, words: impl Into<String>) -> Self {
        self.failed = words.into();
        self
    }

    /// The words under a 427: what the person reads when the message cannot be used any more.
    pub fn words_when_over(mut self, words: impl Into<String>) -> Self {
        self.over = words.into();
        self
    }

    /// Whether there is anything to keep between requests.
    pub(super) fn has_session(&self) -> bool {
        TypeId::of::<State>() != TypeId::of::<()>()
    }
}

/// `()` takes any object: a screen that sends nothing we need may still send something.
fn read_input<Input: DeserializeOwned + 'static>(payload: Value) -> Result<Input, Fault> {
    let nothing = TypeId::of::<Input>() == TypeId::of::<()>() && payload.is_object();
    let payload = if nothing { Value::Null } else { payload };
    serde_path_to_error::deserialize(&payload).map_err(|error| {
        let member = member(error.path());
        // The path to a member that is not there ends before it.
        let missing = if member.is_empty() { missing::<Input>(payload.clone()) } else { None };
        Fault::Misfit { member: missing.map_or(member, str::to_owned) }
    })
}

/// The first member on the way to what did not fit: a name of the Flow JSON. Further in, a map's keys
/// may be what a person typed.
fn member(path: &serde_path_to_error::Path) -> String {
    let name = match path.iter().next() {
        Some(Segment::Map { key }) => key.as_str(),
        _ => "",
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if name.len() <= 64 && name.chars().all(plain) { name.into() } else { String::new() }
}

fn erase<S, State: Send + 'static>(
    reply: impl Future<Output = Result<ReplyTo<S, State>>> + Send + 'static,
) -> BoxFuture<'static, Result<Answer<State>>>
where
    S: 'static,
{
    Box::pin(async { reply.await.map(Answer::from) })
}
