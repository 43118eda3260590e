//! The client of a test: plays a Flow JSON against an endpoint as a user does, with the real cryptography in between.
//!
//! acts.rs has what the user does, sight.rs what the user sees, and faults.rs what can go wrong on the way.

mod acts;
mod faults;
mod sight;

use std::panic::Location;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use whatsapp_flow_json::client::{
    Client, Effect, FlowJson, Opening, Reply, Request, Settings, User,
};

use super::{Phone, Response, Sealed};
use crate::endpoint::Endpoint;
use crate::flow::Flow;
use crate::future::{BoxFuture, join_all};

/// A client that plays a flow by its Flow JSON: it fills in what is on the screen, taps what can be tapped, and sends
/// what the Flow JSON says.
///
/// ```
/// # use serde::{Deserialize, Serialize};
/// # use serde_json::json;
/// # use whatsapp_flows::{Context, Flow, Init, Input, Reaches, ReplyTo, Result, Screen, complete, show};
/// # #[derive(Serialize)] struct Name {}
/// # #[derive(Deserialize)] struct NameInput { name: String }
/// # impl Screen for Name { const ID: &'static str = "NAME"; type Input = NameInput; }
/// # impl Reaches<Name> for Init {}
/// # async fn init(_: Context<()>) -> Result<ReplyTo<Init>> { Ok(show(Name {})) }
/// # async fn submit(_: Context<()>, given: Input<Name>) -> Result<ReplyTo<Name>> {
/// #     Ok(complete(json!({ "hello": given.name })))
/// # }
/// # fn flow() -> Flow<()> { Flow::new(()).on_init(init).on::<Name>(submit) }
/// # const FLOW_JSON: &str = r#"{ "version": "7.3", "data_api_version": "4.0", "routing_model": { "NAME": [] },
/// #     "screens": [{ "id": "NAME", "terminal": true, "layout": { "type": "SingleColumnLayout", "children": [
/// #         { "type": "TextInput", "name": "name", "label": "Your name", "required": true },
/// #         { "type": "Footer", "label": "Send", "on-click-action": {
/// #             "name": "data_exchange", "payload": { "name": "${form.name}" } } } ] } }] }"#;
/// use whatsapp_flows::testing::FlowClient;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let mut client = FlowClient::open(flow(), FLOW_JSON).await;
/// client.fill("Your name", "Ada");
/// client.tap("Send").await;
/// assert_eq!(client.completion()["hello"], "Ada");
/// # });
/// ```
///
/// Components are found by the label that a user reads; where labels repeat, by their `name` in the Flow JSON.
///
/// # Panics
///
/// Every method that acts panics if a user could not do this, with what is on the screen; and if the client rejects the
/// reply of the endpoint (another screen or other data than the Flow JSON allows), with the reason and the line.
/// Responses with an error status are not panics: [`status`](Self::status), [`message`](Self::message) and
/// [`failure`](Self::failure) show what the user sees.
#[derive(Clone)]
pub struct FlowClient {
    user: User,
    phone: Phone,
    flow: FlowJson,
    settings: Settings,
    opening: Opening,
    /// The last request: its plaintext, its body, and the response.
    last: Option<(Value, Sealed, Response)>,
    /// The reply to the next request is lost on the way.
    loses_reply: bool,
    /// The next request arrives twice.
    doubles_request: bool,
}

impl FlowClient {
    /// Opens a flow by `data_exchange`, on an endpoint of its own that does not compare replies with the Flow JSON: this
    /// client does.
    pub async fn open<App, State>(flow: Flow<App, State>, flow_json: &str) -> Self
    where
        App: Send + Sync + 'static,
        State: Default + Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        let phone = Phone::with_endpoint(flow, Endpoint::unchecked);
        Self::open_on(&phone, flow_json).await
    }

    /// Opens a flow by `data_exchange` through a [`Phone`]: on its endpoint and path, with its token.
    pub async fn open_on(phone: &Phone, flow_json: &str) -> Self {
        Self::open_with(phone, flow_json, Opening::DataExchange, Settings::default()).await
    }

    /// Opens a flow through a [`Phone`], as a message with this `flow_action` does.
    pub async fn open_with(
        phone: &Phone,
        flow_json: &str,
        opening: Opening,
        settings: Settings,
    ) -> Self {
        let flow = FlowJson::parse(flow_json).unwrap_or_else(|error| panic!("{error}"));
        Self::start(phone.clone(), flow, opening, settings).await
    }

    /// Opens a flow by `navigate`, at a screen with data, on an endpoint of its own.
    ///
    /// # Panics
    ///
    /// If the data are not an object.
    pub async fn open_at<App, State>(
        flow: Flow<App, State>,
        flow_json: &str,
        screen: &str,
        data: Value,
    ) -> Self
    where
        App: Send + Sync + 'static,
        State: Default + Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        let data: Map<String, Value> = match data {
            Value::Object(data) => data,
            other => panic!("the data of a screen are an object, not {other}"),
        };
        let phone = Phone::with_endpoint(flow, Endpoint::unchecked);
        let opening = Opening::Navigate { screen: screen.into(), data };
        Self::open_with(&phone, flow_json, opening, Settings::default()).await
    }

    async fn start(phone: Phone, flow: FlowJson, opening: Opening, settings: Settings) -> Self {
        let (client, effects) =
            Client::open(flow.clone(), opening.clone(), phone.token(), settings.clone());
        let user = User::new(client);
        let (loses_reply, doubles_request) = (false, false);
        let mut client =
            Self { user, phone, flow, settings, opening, last: None, loses_reply, doubles_request };
        client.run(effects, None).await;
        client
    }

    /// Opens the same message again, as the same user.
    pub async fn reopen(&self) -> Self {
        self.opened_by(self.phone.clone()).await
    }

    /// Opens the same message on a second device of the same user: the token is the same.
    pub async fn second_device(&self) -> Self {
        self.reopen().await
    }

    /// Opens the flow as another user, with a new random token, on the same endpoint.
    pub async fn another(&self) -> Self {
        self.opened_by(self.phone.another()).await
    }

    async fn opened_by(&self, phone: Phone) -> Self {
        Self::start(phone, self.flow.clone(), self.opening.clone(), self.settings.clone()).await
    }

    /// The [`Phone`] that sends the requests.
    pub fn phone(&self) -> &Phone {
        &self.phone
    }

    /// Does what the client asks for, until it waits for the user.
    async fn run(&mut self, effects: Vec<Effect>, at: Option<&'static Location<'static>>) {
        let mut effects = effects;
        while !effects.is_empty() {
            let mut next = Vec::new();
            for effect in effects {
                match effect {
                    Effect::Send(request) | Effect::RefreshKeyAndSend(request) => {
                        next.extend(self.exchange(&request).await);
                    }
                    Effect::Notify(request) => {
                        let plaintext = self.plaintext(&request);
                        self.phone.send(&plaintext).await;
                    }
                    _ => {}
                }
            }
            effects = next;
        }
        self.check_reply(at);
    }

    async fn exchange(&mut self, request: &Request) -> Vec<Effect> {
        let plaintext = self.plaintext(request);
        let sealed = self.phone.seal(&plaintext);
        let response = match std::mem::take(&mut self.doubles_request) {
            false => self.phone.post(&sealed).await,
            true => {
                let double = self.phone.seal(&plaintext);
                let both: Vec<BoxFuture<'_, _>> =
                    vec![Box::pin(self.phone.post(&double)), Box::pin(self.phone.post(&sealed))];
                join_all(both).await.pop().expect("two requests have two responses")
            }
        };
        let reply = match std::mem::take(&mut self.loses_reply) {
            true => Reply::Timeout,
            false => sealed.opener.receive(response.status, &response.raw),
        };
        self.last = Some((plaintext, sealed, response));
        self.user.client.receive(reply)
    }

    fn plaintext(&self, request: &Request) -> Value {
        let version = self.flow.data_api_version().unwrap_or("3.0");
        request.plaintext(self.phone.token(), version)
    }

    /// Panics if the client rejects the reply.
    fn check_reply(&self, at: Option<&'static Location<'static>>) {
        let rejected = self.failure().filter(|failure| failure.cause.is_rejected_reply());
        let Some(failure) = rejected else { return };
        let at = at.map_or_else(String::new, |at| format!("{at}: "));
        let body = self.last_response().map(|response| response.body.to_string());
        let body = body.unwrap_or_default();
        panic!("{at}the client rejects the reply: {failure}; the reply was {body}")
    }
}
