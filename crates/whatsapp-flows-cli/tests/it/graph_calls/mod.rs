//! Every call of the control plane against the stand-in for the Graph API, with its documented errors and faults.

mod accounts;
mod flows;
mod messages;
mod receiver;
mod repeats;

use std::time::Duration;

use flowctl::graph::{
    AccessToken, AppId, AppToken, ControlPlane, FlowId, FlowMessage, Graph, GraphError, Mode,
    NewFlow, Opening, PhoneNumberId, WabaId,
};
use whatsapp_flows::protocol::token::FlowToken;

use crate::graph::{APP, NUMBER, StandIn, TOKEN, WABA};

/// A flow with an endpoint.
pub const FLOW_JSON: &str = r#"{
  "version": "7.3",
  "data_api_version": "3.0",
  "routing_model": { "ONLY": [] },
  "screens": [
    {
      "id": "ONLY",
      "title": "Only",
      "terminal": true,
      "data": { "a": { "type": "string", "__example__": "Ada" } },
      "layout": {
        "type": "SingleColumnLayout",
        "children": [
          { "type": "TextBody", "text": "${data.a}" },
          { "type": "Footer", "label": "End", "on-click-action": { "name": "complete", "payload": {} } }
        ]
      }
    }
  ]
}
"#;

fn graph(stand_in: &StandIn, token: &str) -> Graph {
    let token = AccessToken::new(token).unwrap();
    Graph::new(&stand_in.url, token).unwrap().with_backoff(Duration::from_millis(1))
}

fn start() -> (StandIn, Graph) {
    let stand_in = StandIn::start();
    let graph = graph(&stand_in, TOKEN);
    (stand_in, graph)
}

fn waba() -> WabaId {
    WabaId::new(WABA).unwrap()
}

fn number() -> PhoneNumberId {
    PhoneNumberId::new(NUMBER).unwrap()
}

fn app_token(secret: &str) -> AppToken {
    AppToken::new(AppId::new(APP).unwrap(), secret).unwrap()
}

fn new_flow(name: &str) -> NewFlow {
    NewFlow { name: name.into(), categories: vec!["OTHER".into()] }
}

fn create(graph: &Graph, name: &str) -> FlowId {
    graph.create_flow(&waba(), &new_flow(name)).unwrap().id
}

fn code<T: std::fmt::Debug>(result: Result<T, GraphError>) -> (Option<i64>, Option<i64>) {
    let error = result.unwrap_err();
    // Each documented error has advice.
    assert!(error.hint().is_some(), "{error}");
    assert!(!error.to_string().contains(TOKEN), "{error}");
    (error.code, error.subcode)
}

fn message(flow: &FlowId, to: &str) -> FlowMessage {
    FlowMessage {
        to: to.parse().unwrap(),
        flow: flow.clone(),
        mode: Mode::Draft,
        flow_token: FlowToken::random(),
        opening: Opening::DataExchange,
        cta: "Open".into(),
        header: None,
        body: "Book".into(),
        footer: None,
    }
}
