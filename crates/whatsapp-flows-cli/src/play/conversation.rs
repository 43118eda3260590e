//! A conversation with an endpoint: the client, and the requests that it sends.

use serde_json::Value;
use whatsapp_flows::testing::Sealed;
use whatsapp_flows::testing::client::{
    Client, Effect, FlowJson, Frame, Opening, Reply, Request, Settings, User,
};

use super::exchange::{Endpoint, Exchange};
use crate::Error;
use crate::http_client::post;

/// A conversation.
pub struct Conversation {
    pub user: User,
    flow: FlowJson,
    settings: Settings,
    /// `None` for a flow without an endpoint.
    endpoint: Option<Endpoint>,
    token: String,
    pub exchanges: Vec<Exchange>,
    /// Addresses that the flow opened in the browser.
    pub opened: Vec<String>,
    /// The reply to the next request is lost on its way.
    pub loses_reply: bool,
    /// The data of the next request arrive twice at the same time.
    pub doubles_request: bool,
}

impl Conversation {
    pub fn new(
        flow: FlowJson,
        settings: Settings,
        endpoint: Option<Endpoint>,
        token: String,
    ) -> Self {
        let closed = Client::closed(flow.clone(), token.clone(), settings.clone());
        let user = User::new(closed);
        let (exchanges, opened) = (Vec::new(), Vec::new());
        let (loses_reply, doubles_request) = (false, false);
        Self {
            user,
            flow,
            settings,
            endpoint,
            token,
            exchanges,
            opened,
            loses_reply,
            doubles_request,
        }
    }

    /// Opens the flow, also again.
    pub fn open(&mut self, opening: Opening) -> Result<(), Error> {
        let (flow, settings) = (self.flow.clone(), self.settings.clone());
        let (client, effects) = Client::open(flow, opening, self.token.clone(), settings);
        self.user.client = client;
        self.run(effects)
    }

    /// Does what the client asks for, until it waits for the user.
    pub fn run(&mut self, effects: Vec<Effect>) -> Result<(), Error> {
        let mut effects = effects;
        while !effects.is_empty() {
            let mut next = Vec::new();
            for effect in effects {
                match effect {
                    Effect::Send(request) | Effect::RefreshKeyAndSend(request) => {
                        let reply = self.send(&request)?;
                        next.extend(self.user.client.receive(reply));
                    }
                    Effect::Notify(request) => self.notify(&request)?,
                    Effect::OpenUrl(url) => self.opened.push(url),
                    _ => {}
                }
            }
            effects = next;
        }
        Ok(())
    }

    /// Sends the last request again: the same bytes, or the same data under fresh encryption.
    pub fn send_again(&mut self, is_same_bytes: bool) -> Result<(), Error> {
        let last =
            self.exchanges.last().ok_or("no request was sent yet, so none can be repeated")?;
        let plaintext = last.plaintext.clone();
        let sealed = is_same_bytes.then(|| last.sealed.clone());
        self.post(plaintext, sealed)?;
        Ok(())
    }

    /// The reason for which the client rejects a reply, or shows an error screen that the user cannot leave.
    pub fn rejected_reply(&self) -> Option<String> {
        let Frame::Error { failure } = self.user.client.view().frame else { return None };
        failure.cause.is_rejected_reply().then(|| failure.to_string())
    }

    fn send(&mut self, request: &Request) -> Result<Reply, Error> {
        let plaintext = self.plaintext(request);
        let reply = match std::mem::take(&mut self.doubles_request) {
            false => self.post(plaintext, None)?,
            true => self.post_twice(plaintext)?,
        };
        Ok(if std::mem::take(&mut self.loses_reply) { Reply::Timeout } else { reply })
    }

    /// Reports to the endpoint that its reply could not be used. The response does not matter.
    fn notify(&mut self, request: &Request) -> Result<(), Error> {
        let plaintext = self.plaintext(request);
        let Some(endpoint) = &self.endpoint else { return Ok(()) };
        let sealed = endpoint.seal(&plaintext);
        post(&endpoint.url, &sealed, endpoint.app_secret.as_ref())?;
        Ok(())
    }

    fn plaintext(&self, request: &Request) -> Value {
        let version = self.flow.data_api_version().unwrap_or("3.0");
        request.plaintext(&self.token, version)
    }

    /// Posts the same data twice at the same time. The client gets the second reply.
    fn post_twice(&mut self, plaintext: Value) -> Result<Reply, Error> {
        let endpoint = self.endpoint()?;
        let post = || endpoint.exchange(plaintext.clone(), endpoint.seal(&plaintext));
        let (first, second) = std::thread::scope(|scope| {
            let first = scope.spawn(post);
            let second = post();
            (first.join(), second)
        });
        let (first, _) = first.map_err(|_| "the thread of the first request panicked")??;
        let (second, reply) = second?;
        self.exchanges.extend([first, second]);
        Ok(reply)
    }

    fn endpoint(&self) -> Result<&Endpoint, Error> {
        self.endpoint.as_ref().ok_or_else(|| {
            "the flow asks an endpoint, but its Flow JSON has no `data_api_version`; add it, or remove the action".into()
        })
    }

    fn post(&mut self, plaintext: Value, sealed: Option<Sealed>) -> Result<Reply, Error> {
        let endpoint = self.endpoint()?;
        let sealed = sealed.unwrap_or_else(|| endpoint.seal(&plaintext));
        let (exchange, reply) = endpoint.exchange(plaintext, sealed)?;
        self.exchanges.push(exchange);
        Ok(reply)
    }
}
