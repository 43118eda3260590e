//! Measures the headless client on a document of 50 screens with 50 components each: the time to read the document, to
//! open the flow, and from an event to the new view.

use std::time::Instant;

use serde_json::{Map, Value, json};
use whatsapp_flow_json::client::{Client, Event, FlowJson, Opening, Settings};
use whatsapp_flow_json::lint::check;

const ROUNDS: usize = 201;
const SCREENS: usize = 50;
/// The components of a screen, one of which is the Footer.
const COMPONENTS: usize = 50;

fn main() {
    let text = document();
    let report = check(text.as_bytes());
    assert!(!report.has_errors(), "{:?}", report.diagnostics);
    let read = || FlowJson::parse(&text).unwrap();
    measure("read a document of 50 screens with 50 components", 15, || drop(read()));

    let flow = read();
    let first = flow.screens().next().unwrap().to_owned();
    let data = flow.examples(&first).unwrap().clone();
    let open = || {
        let opening = Opening::Navigate { screen: first.clone(), data: data.clone() };
        let (client, _) = Client::open(flow.clone(), opening, "a token", Settings::default());
        (client.view(), client)
    };
    measure("open it, to the first view", ROUNDS, || drop(open()));

    let (view, mut client) = open();
    let component = view.find("name_a")[0].id;
    let mut round = 0;
    measure("type a text, to the next view", ROUNDS, || {
        round += 1;
        client.handle(Event::Type { component, text: format!("Ada {round}") }).unwrap();
        assert_eq!(client.view().components.len(), COMPONENTS);
    });
}

/// Prints the median of the times that an operation takes.
fn measure(name: &str, rounds: usize, mut operation: impl FnMut()) {
    let mut times: Vec<f64> = (0..rounds)
        .map(|_| {
            let started = Instant::now();
            operation();
            started.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{name:<55} {:>8.0} µs", times[rounds / 2]);
}

/// A sequence of screens. Texts, conditions and lists depend on the data and on the fields.
fn document() -> String {
    let screens: Vec<_> = (0..SCREENS).map(screen).collect();
    let routes = |at: usize| if at + 1 == SCREENS { json!([]) } else { json!([id("S_", at + 1)]) };
    let routing: Map<String, Value> = (0..SCREENS).map(|at| (id("S_", at), routes(at))).collect();
    json!({ "version": "7.3", "data_api_version": "3.0", "routing_model": routing, "screens": screens }).to_string()
}

fn screen(at: usize) -> Value {
    let options: Vec<_> = (0..20)
        .map(|id| json!({ "id": id.to_string(), "title": "An option with a title" }))
        .collect();
    let mut children: Vec<_> = (0..COMPONENTS - 1).map(component).collect();
    let payload: Map<String, Value> = (0..COMPONENTS - 1)
        .filter(|at| at % 5 < 3)
        .map(|at| {
            (
                id("name_", at).to_lowercase(),
                format!("${{form.{}}}", id("name_", at).to_lowercase()).into(),
            )
        })
        .collect();
    children.push(json!({ "type": "Footer", "label": "Continue", "on-click-action": {
        "name": "data_exchange", "payload": payload } }));
    json!({
        "id": id("S_", at), "title": "Details", "terminal": at + 1 == SCREENS,
        "data": {
            "text": { "type": "string", "__example__": "A line of text that is shown" },
            "price": { "type": "number", "__example__": 12.5 },
            "options": { "type": "array", "items": { "type": "object", "properties": {
                "id": { "type": "string" }, "title": { "type": "string" } } }, "__example__": options },
        },
        "layout": { "type": "SingleColumnLayout", "children": children },
    })
}

fn component(at: usize) -> Value {
    let name = id("name_", at).to_lowercase();
    let body = |text: &str| json!({ "type": "TextBody", "text": text });
    match at % 5 {
        0 | 1 => json!({ "type": "TextInput", "name": name, "label": "Name", "required": true }),
        2 => {
            json!({ "type": "Dropdown", "name": name, "label": "Choice", "data-source": "${data.options}" })
        }
        3 => body("`${data.text} ': ' ${data.price} * 2`"),
        _ => {
            json!({ "type": "If", "condition": "${form.name_a} == 'Ada'", "then": [body("${data.text}")],
                "else": [body("Tell us your name")] })
        }
    }
}

/// A name of letters: `S_BA`.
fn id(prefix: &str, at: usize) -> String {
    let letter = |at: usize| char::from(b'A' + (at % 26) as u8);
    let mut id = format!("{prefix}{}", letter(at));
    if at >= 26 {
        id.push(letter(at / 26));
    }
    id
}
