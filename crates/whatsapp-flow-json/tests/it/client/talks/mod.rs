//! Conversations over the documents of [`super::documents`]: what a user does, what the endpoint replies, and what is
//! sent and shown.

mod accounts;
mod choices;
mod clinic;
mod dates;
mod files;
mod insurance;
mod lists;
mod members;
mod orders;
mod parcels;
mod surveys;

use serde_json::{Value, json};
use whatsapp_flow_json::client::{FlowJson, Opening, Settings};

use super::documents::document;
use super::play::Play;

/// Opens a document by INIT. The endpoint replies with the screen and the examples of its data, of which some are
/// changed.
fn open(name: &str, screen: &str, changes: Value) -> Play {
    let mut play = Play::exchange(&document(name));
    play.reply(screen, data(name, screen, changes));
    play
}

/// Opens a document by `navigate`, at the screen with the examples of its data, of which some are changed.
fn open_at(name: &str, screen: &str, changes: Value) -> Play {
    let flow = FlowJson::parse(&document(name).to_string()).unwrap();
    let Value::Object(data) = data(name, screen, changes) else { panic!("data are an object") };
    let opening = Opening::Navigate { screen: screen.into(), data };
    Play::open(flow, opening, Settings::default())
}

/// The examples of a screen's data, of which some are changed.
fn data(name: &str, screen: &str, changes: Value) -> Value {
    let flow = FlowJson::parse(&document(name).to_string()).unwrap();
    let mut data = flow.examples(screen).unwrap().clone();
    data.extend(changes.as_object().unwrap().clone());
    Value::Object(data)
}

/// The reply that ends a flow, with these parameters.
fn success(params: Value) -> Value {
    json!({ "extension_message_response": { "params": params } })
}
