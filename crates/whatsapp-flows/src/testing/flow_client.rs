//! The client of a test: plays a Flow JSON against an endpoint as a user does, with the real cryptography in between.

use std::future::Future;
use std::panic::Location;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use whatsapp_flow_json::client::{
    Answer, Client, ComponentView, Effect, Failure, FlowJson, Frame, Impossible, Opening,
    PickedFile, Reply, Request, Settings, User, View,
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
/// [`failure`](Self::failure) tell what the user sees.
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

    /// Types into a TextInput or a TextArea.
    #[track_caller]
    pub fn fill(&mut self, field: &str, text: &str) {
        possible(self.user.fill(field, text));
    }

    /// Selects an option, by its title or its id.
    #[track_caller]
    pub fn choose(&mut self, field: &str, option: &str) -> impl Future<Output = ()> + use<'_> {
        let effects = self.user.choose(field, option);
        self.run(possible(effects), Some(Location::caller()))
    }

    /// Removes an option from the selection.
    #[track_caller]
    pub fn unchoose(&mut self, field: &str, option: &str) -> impl Future<Output = ()> + use<'_> {
        let effects = self.user.unchoose(field, option);
        self.run(possible(effects), Some(Location::caller()))
    }

    /// Ticks an OptIn.
    #[track_caller]
    pub fn tick(&mut self, field: &str) -> impl Future<Output = ()> + use<'_> {
        let effects = self.user.tick(field);
        self.run(possible(effects), Some(Location::caller()))
    }

    /// Removes the tick of an OptIn.
    #[track_caller]
    pub fn untick(&mut self, field: &str) -> impl Future<Output = ()> + use<'_> {
        let effects = self.user.untick(field);
        self.run(possible(effects), Some(Location::caller()))
    }

    /// Sets the day, `YYYY-MM-DD`, of a date field; an end of a range by the label of that end.
    #[track_caller]
    pub fn pick_date(&mut self, field: &str, day: &str) -> impl Future<Output = ()> + use<'_> {
        let effects = self.user.pick_date(field, day);
        self.run(possible(effects), Some(Location::caller()))
    }

    /// Sets both ends of a range.
    #[track_caller]
    pub fn pick_range(
        &mut self,
        field: &str,
        start: &str,
        end: &str,
    ) -> impl Future<Output = ()> + use<'_> {
        let effects = self.user.pick_range(field, start, end);
        self.run(possible(effects), Some(Location::caller()))
    }

    /// Adds files to a PhotoPicker or a DocumentPicker.
    #[track_caller]
    pub fn pick_files(&mut self, field: &str, files: Vec<PickedFile>) {
        possible(self.user.pick_files(field, files));
    }

    /// Empties a field: a text, a Dropdown, or a date.
    #[track_caller]
    pub fn clear(&mut self, field: &str) -> impl Future<Output = ()> + use<'_> {
        let effects = self.user.clear(field);
        self.run(possible(effects), Some(Location::caller()))
    }

    /// Taps the button of a Footer, a link, or an item of a NavigationList.
    #[track_caller]
    pub fn tap(&mut self, label: &str) -> impl Future<Output = ()> + use<'_> {
        let effects = self.user.tap(label);
        self.run(possible(effects), Some(Location::caller()))
    }

    /// Goes back to the previous screen.
    #[track_caller]
    pub fn back(&mut self) -> impl Future<Output = ()> + use<'_> {
        let effects = self.user.back();
        self.run(possible(effects), Some(Location::caller()))
    }

    /// Taps "try again" on an error screen.
    #[track_caller]
    pub fn retry(&mut self) -> impl Future<Output = ()> + use<'_> {
        let effects = self.user.retry();
        self.run(possible(effects), Some(Location::caller()))
    }

    /// Loses the reply to the next request on its way: the endpoint has served it, and the user sees an error.
    pub fn lose_next_reply(&mut self) {
        self.loses_reply = true;
    }

    /// Sends the data of the next request twice at the same time, each under its own encryption, as a double tap does.
    /// The client gets the reply to one of the two.
    pub fn double_next_request(&mut self) {
        self.doubles_request = true;
    }

    /// Sends the data of the last request again under fresh encryption, as the client does after an error. What is on
    /// the screen does not change.
    ///
    /// # Panics
    ///
    /// If nothing was sent yet.
    pub async fn retry_last(&self) -> Response {
        let (plaintext, ..) = self.last.as_ref().expect("a request was sent");
        self.phone.send(plaintext).await
    }

    /// Sends the last request again, byte by byte, as a proxy does. What is on the screen does not change.
    ///
    /// # Panics
    ///
    /// If nothing was sent yet.
    pub async fn resend_last(&self) -> Response {
        let (_, sealed, _) = self.last.as_ref().expect("a request was sent");
        self.phone.post(sealed).await
    }

    /// Advances the clock of the endpoint, as [`Phone::wait`].
    pub fn wait(&self, time: Duration) {
        self.phone.wait(time);
    }

    /// The [`Phone`] that sends the requests.
    pub fn phone(&self) -> &Phone {
        &self.phone
    }

    /// The id of the current screen.
    pub fn screen(&self) -> &str {
        self.user.client.screen()
    }

    /// The view of the user.
    pub fn view(&self) -> View {
        self.user.client.view()
    }

    /// The component that goes by this label or name.
    ///
    /// # Panics
    ///
    /// If there is none, or if there are several.
    #[track_caller]
    pub fn component(&self, label: &str) -> ComponentView {
        let view = self.view();
        match view.find(label)[..] {
            [only] => only.clone(),
            [] => panic!("there is no component `{label}`; on screen: {view}"),
            _ => panic!("several components go by `{label}`; on screen: {view}"),
        }
    }

    /// Reports whether a visible component or option has this text.
    pub fn sees(&self, text: &str) -> bool {
        let view = self.view();
        view.components.iter().any(|component| {
            component.label.contains(text)
                || component.error.as_deref().is_some_and(|error| error.contains(text))
                || component.options.iter().any(|option| option.title.contains(text))
        })
    }

    /// The data of the current screen: everything that replies and payloads brought, merged.
    pub fn data(&self) -> Value {
        self.user.client.data(self.screen()).cloned().map(Value::Object).unwrap_or_default()
    }

    /// The message over the screen; empty if there is none.
    pub fn message(&self) -> String {
        self.view().snackbar.map(|snackbar| snackbar.text).unwrap_or_default()
    }

    /// The error screen; `None` if there is none.
    pub fn failure(&self) -> Option<Failure> {
        match self.view().frame {
            Frame::Error { failure } => Some(failure),
            _ => None,
        }
    }

    /// The status of the last response; 0 if there was none.
    pub fn status(&self) -> u16 {
        self.last.as_ref().map_or(0, |(_, _, response)| response.status)
    }

    /// The plaintext of the last request; `None` if nothing was sent yet.
    pub fn last_request(&self) -> Option<&Value> {
        self.last.as_ref().map(|(plaintext, ..)| plaintext)
    }

    /// The response to the last request; `None` if nothing was sent yet.
    pub fn last_response(&self) -> Option<&Response> {
        self.last.as_ref().map(|(.., response)| response)
    }

    /// The parameters of the message that the flow ended with.
    ///
    /// # Panics
    ///
    /// If the flow has not ended, or ended without a message.
    #[track_caller]
    pub fn completion(&self) -> Value {
        let view = self.view();
        match view.frame {
            Frame::Closed { params: Some(params) } => Value::Object(params),
            _ => panic!("the flow has not ended with a message; on screen: {view}"),
        }
    }

    /// The answers that the chat shows after the end.
    pub fn answers(&self) -> Vec<Answer> {
        self.user.client.answers()
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

#[track_caller]
fn possible(done: Result<Vec<Effect>, Impossible>) -> Vec<Effect> {
    match done {
        Ok(effects) => effects,
        Err(impossible) => panic!("{impossible}"),
    }
}
