//! A conversation in a test: a user, the requests that were sent, and replies written by the test.

use serde_json::{Map, Value, json};
use whatsapp_flow_json::client::{
    Client, ComponentView, Effect, Event, FlowJson, Frame, Impossible, Opening, Reply, Request,
    Settings, User, View,
};

/// A conversation.
pub struct Play {
    pub user: User,
    /// Everything that the client asked for, in order.
    pub effects: Vec<Effect>,
}

/// A document of one screen, ONLY, with these components. It may end the flow.
pub fn screen(version: &str, children: Value) -> Value {
    document(version, json!({}), children)
}

/// As [`screen`], with a data model. Every member gets its schema from the value, which is also its example.
pub fn document(version: &str, data: Value, children: Value) -> Value {
    let data: Map<String, Value> = data.as_object().unwrap().iter().map(schema).collect();
    json!({
        "version": version, "data_api_version": "4.0", "routing_model": { "ONLY": [] },
        "screens": [{
            "id": "ONLY", "title": "Only", "terminal": true, "data": data,
            "layout": { "type": "SingleColumnLayout", "children": children },
        }],
    })
}

fn schema((name, example): (&String, &Value)) -> (String, Value) {
    let kind = match example {
        Value::String(_) => json!({ "type": "string" }),
        Value::Number(_) => json!({ "type": "number" }),
        Value::Bool(_) => json!({ "type": "boolean" }),
        Value::Array(_) => json!({ "type": "array" }),
        _ => json!({ "type": "object" }),
    };
    let mut schema = kind;
    schema["__example__"] = example.clone();
    (name.clone(), schema)
}

/// A Footer that submits these members.
pub fn submit(payload: Value) -> Value {
    json!({ "type": "Footer", "label": "Send", "on-click-action": { "name": "data_exchange", "payload": payload } })
}

impl Play {
    /// Opens a document by `navigate`, at its first screen, with the examples of its data model.
    pub fn new(document: &Value) -> Self {
        Self::with(document, Settings::default())
    }

    /// As [`new`](Self::new), with settings.
    pub fn with(document: &Value, settings: Settings) -> Self {
        let flow = FlowJson::parse(&document.to_string()).unwrap();
        let screen = flow.screens().next().unwrap().to_owned();
        let data = flow.examples(&screen).unwrap().clone();
        Self::open(flow, Opening::Navigate { screen, data }, settings)
    }

    /// Opens a document by `data_exchange`; the client waits for the reply to INIT.
    pub fn exchange(document: &Value) -> Self {
        let flow = FlowJson::parse(&document.to_string()).unwrap();
        Self::open(flow, Opening::DataExchange, Settings::default())
    }

    pub fn open(flow: FlowJson, opening: Opening, settings: Settings) -> Self {
        let (client, effects) = Client::open(flow, opening, "a token", settings);
        Self { user: User::new(client), effects }
    }

    /// Does what a user can do.
    #[track_caller]
    pub fn act(
        &mut self,
        action: impl FnOnce(&mut User) -> Result<Vec<Effect>, Impossible>,
    ) -> &mut Self {
        let effects = action(&mut self.user).unwrap_or_else(|error| panic!("{error}"));
        self.effects.extend(effects);
        self
    }

    #[track_caller]
    pub fn fill(&mut self, field: &str, text: &str) -> &mut Self {
        self.act(|user| user.fill(field, text))
    }

    #[track_caller]
    pub fn choose(&mut self, field: &str, option: &str) -> &mut Self {
        self.act(|user| user.choose(field, option))
    }

    #[track_caller]
    pub fn tap(&mut self, label: &str) -> &mut Self {
        self.act(|user| user.tap(label))
    }

    #[track_caller]
    pub fn back(&mut self) -> &mut Self {
        self.act(User::back)
    }

    /// The message for what a user cannot do.
    #[track_caller]
    pub fn refused(
        &mut self,
        action: impl FnOnce(&mut User) -> Result<Vec<Effect>, Impossible>,
    ) -> String {
        action(&mut self.user).expect_err("a user could do this").to_string()
    }

    /// Answers the request that the client waits for.
    #[track_caller]
    pub fn reply(&mut self, screen: &str, data: Value) -> &mut Self {
        self.receive(Reply::ok(json!({ "screen": screen, "data": data })))
    }

    #[track_caller]
    pub fn receive(&mut self, reply: Reply) -> &mut Self {
        assert!(
            self.user.client.pending().is_some(),
            "the client waits for nothing: {}",
            self.view()
        );
        let effects = self.user.client.receive(reply);
        self.effects.extend(effects);
        self
    }

    pub fn view(&self) -> View {
        self.user.client.view()
    }

    /// The only component that goes by this label or name.
    #[track_caller]
    pub fn component(&self, label: &str) -> ComponentView {
        let view = self.view();
        let found = view.find(label);
        assert_eq!(found.len(), 1, "`{label}` on {view}");
        found[0].clone()
    }

    /// The last request that was sent.
    #[track_caller]
    pub fn sent(&self) -> &Request {
        let mut requests = self.effects.iter().filter_map(|effect| match effect {
            Effect::Send(request) | Effect::RefreshKeyAndSend(request) => Some(request),
            _ => None,
        });
        requests.next_back().expect("a request was sent")
    }

    /// The number of requests that were sent, without error notifications.
    pub fn requests(&self) -> usize {
        let is_request =
            |effect: &&Effect| matches!(effect, Effect::Send(_) | Effect::RefreshKeyAndSend(_));
        self.effects.iter().filter(is_request).count()
    }

    /// The key of the last error notification.
    pub fn notified(&self) -> Option<String> {
        let mut notices = self.effects.iter().filter_map(|effect| match effect {
            Effect::Notify(request) => Some(request.data["error"].as_str().unwrap().to_owned()),
            _ => None,
        });
        notices.next_back()
    }

    /// The explanation of the error screen.
    #[track_caller]
    pub fn failure(&self) -> String {
        match self.view().frame {
            Frame::Error { failure } => failure.to_string(),
            _ => panic!("there is no error screen: {}", self.view()),
        }
    }

    /// The parameters of the message after the end.
    #[track_caller]
    pub fn params(&self) -> Map<String, Value> {
        match self.view().frame {
            Frame::Closed { params: Some(params) } => params,
            _ => panic!("the flow has not ended with a message: {}", self.view()),
        }
    }
}

/// The effects of actions on a conversation.
impl Play {
    /// Handles an event.
    #[track_caller]
    pub fn event(&mut self, event: Event) -> &mut Self {
        self.act(|user| Ok(user.client.handle(event).unwrap_or_else(|refused| panic!("{refused}"))))
    }

    /// The texts that [`log`](super::parts::log) appended.
    #[track_caller]
    pub fn logged(&self) -> String {
        let data = self.user.client.data(&self.view().screen).unwrap();
        data["log"].as_str().unwrap().to_owned()
    }

    /// The payload of the last request.
    #[track_caller]
    pub fn payload(&self) -> Value {
        Value::Object(self.sent().data.clone())
    }
}
