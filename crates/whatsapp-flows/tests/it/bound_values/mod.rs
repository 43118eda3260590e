//! Values that a component does not accept, wherever they are: in the document, as the example of the data that the
//! component is bound to, and in a reply.

mod cases;
mod initial_values;
mod invalid;
mod log;
mod messages;
mod missing;
mod rules;

use crate::support::{business, post};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use whatsapp_flow_json::ReplySchema;
use whatsapp_flow_json::lint::{Severity, check};
use whatsapp_flows::testing::Phone;
use whatsapp_flows::*;

#[derive(Serialize)]
struct Start;

#[derive(Serialize)]
#[serde(transparent)]
struct Shown(Value);

impl Screen for Start {
    const ID: &'static str = "START";
    type Input = ();
}

impl Screen for Shown {
    const ID: &'static str = "SHOWN";
    type Input = ();
}

impl Reaches<Start> for Init {}

impl Reaches<Shown> for Start {}

impl Reaches<Start> for Shown {}

/// The data that SHOWN is shown with.
type Next = Arc<Mutex<Value>>;

async fn open(_: Context<Next>) -> Result<ReplyTo<Init>> {
    Ok(show(Start))
}

async fn start(cx: Context<Next>, _: ()) -> Result<ReplyTo<Start>> {
    Ok(show(Shown(cx.app().lock().unwrap().clone())))
}

async fn shown(cx: Context<Next>, _: ()) -> Result<ReplyTo<Shown>> {
    Ok(show(Shown(cx.app().lock().unwrap().clone())))
}

fn flow(document: &Value, next: &Next) -> Flow<Next> {
    Flow::new(Arc::clone(next))
        .on_init(open)
        .on::<Start>(start)
        .on::<Shown>(shown)
        .document(&document.to_string())
}

/// START leads to SHOWN, which has this data model and these components above its Footer.
fn document(version: &str, data: &Value, components: &Value) -> Value {
    let footer = |action: &str| {
        json!({ "type": "Footer", "label": "Go on",
            "on-click-action": { "name": action, "payload": {} } })
    };
    let mut children = components.as_array().unwrap().clone();
    children.push(footer("data_exchange"));
    json!({
        "version": version, "data_api_version": "4.0",
        "routing_model": { "START": ["SHOWN"], "SHOWN": [] },
        "screens": [
            { "id": "START", "title": "Start", "layout": { "type": "SingleColumnLayout",
                "children": [footer("data_exchange")] } },
            { "id": "SHOWN", "title": "Shown", "terminal": true, "data": data,
                "layout": { "type": "SingleColumnLayout", "children": children } },
        ]
    })
}

/// Returns the statuses of a reply that shows SHOWN: in tests, which are strict, and in a Lambda.
async fn statuses(document: &Value, from: &str, data: &Value) -> (u16, u16) {
    let next = Arc::new(Mutex::new(data.clone()));
    let strict = Phone::new(flow(document, &next));
    let request = strict.request("data_exchange", from, json!({}));
    let strict = strict.send(&request).await;

    let endpoint =
        Endpoint::new(business().secret, MemoryStore::new()).serve("/", flow(document, &next));
    let (request, opener) = post(&request);
    let response = endpoint.handle(request).await;
    let body = opener.open(response.body()).unwrap_or_default();
    // A reply that is rejected leaves the user on the screen, with a message.
    let recovered = json!("Something went wrong. Please try again.");
    let status = |status, body: &Value| match body["data"]["error_message"] == recovered {
        true => 500,
        false => status,
    };
    (status(strict.status, &strict.body), status(response.status().as_u16(), &body))
}

/// Returns the mismatch of the data, or `agrees`.
fn mismatch(document: &Value, from: &str, data: &Value) -> String {
    let document = ReplySchema::parse(&document.to_string()).unwrap();
    let from = Some(from).filter(|from| !from.is_empty());
    match document.check(from, "SHOWN", data.as_object().unwrap()) {
        Ok(()) => "agrees".to_owned(),
        Err(mismatch) => mismatch.to_string(),
    }
}

/// Returns the errors and warnings of the linter, without hints.
fn diagnostics(document: &Value) -> Vec<(Severity, String)> {
    let text = serde_json::to_string_pretty(document).unwrap();
    let report = check(text.as_bytes());
    let serious = report.diagnostics.into_iter().filter(|(_, f)| f.severity != Severity::Hint);
    serious.map(|(_, f)| (f.severity, format!("{}: {}", &text[f.span], f.message))).collect()
}

const ACCEPTED: (u16, u16) = (200, 200);

/// Sent by a Lambda and logged; rejected in tests.
const OBSERVED: (u16, u16) = (500, 200);
