//! Measures the time that `flowctl check` needs for a document of 1 MB. The target is half a
//! second.

use std::time::Instant;

use serde_json::{Value, json};
use whatsapp_flow_json::lint::check;

const ROUNDS: usize = 15;

fn main() {
    let document = document();
    let report = check(document.as_bytes());
    assert!(!report.has_errors(), "a document that is right");
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            check(document.as_bytes());
            started.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let megabytes = document.len() as f64 / 1e6;
    println!(
        "check of a document of {megabytes:.2} MB               {:>8.1} ms",
        times[ROUNDS / 2]
    );
}

/// A sequence of a hundred screens, which is the maximum, each with a form and a long list.
fn document() -> String {
    let mut screens: Vec<_> = (0..100).map(screen).collect();
    let last = screens.len() - 1;
    screens[last]["terminal"] = true.into();
    screens[last]["layout"]["children"][0]["children"][5]["on-click-action"] =
        json!({ "name": "complete", "payload": {} });
    let routes = |at: usize| if at == last { json!([]) } else { json!([id(at + 1)]) };
    let routing: serde_json::Map<String, Value> =
        (0..=last).map(|at| (id(at), routes(at))).collect();
    json!({ "version": "7.3", "data_api_version": "3.0", "routing_model": routing, "screens": screens })
        .to_string()
}

fn screen(at: usize) -> Value {
    let field = |name: &str| json!({ "type": "TextInput", "name": name, "label": "Name", "required": true });
    let options: Vec<_> = (0..200)
        .map(|id| json!({ "id": id.to_string(), "title": "An option with a title" }))
        .collect();
    json!({
        "id": id(at),
        "title": "Details",
        "data": {
            "text": { "type": "string", "__example__": "A line of text that is shown" },
            "options": { "type": "array", "items": { "type": "object", "properties": {
                "id": { "type": "string" }, "title": { "type": "string" } } }, "__example__": options },
        },
        "layout": { "type": "SingleColumnLayout", "children": [{ "type": "Form", "name": "form", "children": [
            { "type": "TextBody", "text": "${data.text}" },
            field("first"), field("second"), field("third"),
            { "type": "Dropdown", "name": "choice", "label": "Choice", "data-source": "${data.options}" },
            { "type": "Footer", "label": "Continue", "on-click-action": { "name": "data_exchange",
                "payload": { "first": "${form.first}", "choice": "${form.choice}" } } },
        ] }] },
    })
}

/// An id of letters only: `S_BA`.
fn id(mut at: usize) -> String {
    let mut id = String::from("S_");
    loop {
        id.push(char::from(b'A' + (at % 26) as u8));
        at /= 26;
        if at == 0 {
            return id;
        }
    }
}
