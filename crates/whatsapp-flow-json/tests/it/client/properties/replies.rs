//! Random replies: most of them show a screen with its example data, some are wrong.

use fastrand::Rng;
use serde_json::{Map, Value, json};
use whatsapp_flow_json::client::{FlowJson, Reply};

/// One of these values.
pub fn one<T: Clone>(random: &mut Rng, values: &[T]) -> T {
    values[random.usize(..values.len())].clone()
}

/// The id of a screen; empty if there is none.
pub fn screen(flow: &FlowJson, random: &mut Rng) -> String {
    let ids: Vec<_> = flow.screens().collect();
    random.choice(ids).unwrap_or_default().to_owned()
}

/// A reply to a request that screen `from` sent.
pub fn random(flow: &FlowJson, from: &str, random: &mut Rng) -> Reply {
    match random.u8(..40) {
        0 => Reply::Status(one(random, &[200, 204, 301, 421, 427, 432, 500, 503])),
        1 => Reply::Status(421),
        2 => Reply::Body {
            status: 427,
            body: one(random, &[json!({ "error_msg": "Over" }), json!([]), json!(null)]),
        },
        3 => Reply::Body { status: random.u16(..), body: value(random, 0) },
        4 => Reply::NotDecrypted("the tag is wrong".into()),
        5 => Reply::NotJson,
        6 | 7 => Reply::Timeout,
        8 => Reply::ok(value(random, 0)),
        9 => Reply::ok(json!({ "screen": "SUCCESS", "data": { "extension_message_response": {
            "params": one(random, &[json!({ "flow_token": "a token", "x": 1 }), json!({}), json!(7)]) } } })),
        10 => Reply::ok(json!({ "screen": "SUCCESS", "data": {} })),
        11 => Reply::ok(json!({ "screen": "NOWHERE", "data": {} })),
        _ => {
            let shown = if random.bool() { from.to_owned() } else { screen(flow, random) };
            let mut data = flow.examples(&shown).cloned().unwrap_or_default();
            change(&mut data, random);
            Reply::ok(json!({ "screen": shown, "data": data }))
        }
    }
}

/// Leaves members out, or replaces one.
fn change(data: &mut Map<String, Value>, random: &mut Rng) {
    if random.u8(..3) == 0 {
        data.retain(|_, _| random.bool());
    }
    if random.u8(..6) == 0 {
        data.insert(
            "error_message".into(),
            one(random, &[json!("Try again"), json!(""), json!(null)]),
        );
    }
    let names: Vec<_> = data.keys().cloned().collect();
    if let (Some(name), 0) = (random.choice(&names), random.u8(..4)) {
        data.insert(name.clone(), value(random, 0));
    } else if let (Some(name), 0) = (random.choice(&names), random.u8(..3)) {
        // A value of the right type, with an unusual text.
        let text = match random.u8(..6) {
            0 => "long 🔥 ".repeat(20_000),
            1 => "${form.name}".into(),
            2 => "`${data.x} +`".into(),
            3 => "`${form.name} ' and ' 1`".into(),
            _ => String::new(),
        };
        replace_texts(&mut data[name], &text, random);
    }
}

/// Replaces some of the texts in a value.
fn replace_texts(value: &mut Value, text: &str, random: &mut Rng) {
    match value {
        Value::String(old) if random.bool() => text.clone_into(old),
        Value::Array(items) => items.iter_mut().for_each(|item| replace_texts(item, text, random)),
        Value::Object(members) => {
            members.values_mut().for_each(|member| replace_texts(member, text, random));
        }
        _ => {}
    }
}

/// Any JSON value.
fn value(random: &mut Rng, depth: u8) -> Value {
    match random.u8(..if depth == 3 { 6 } else { 8 }) {
        0 => json!(null),
        1 => json!(random.bool()),
        2 => json!(one(random, &[0.0, -1.5, 1e300, 7.0])),
        3 => json!(random.i64(..)),
        4 => json!(one(random, &["", "a", "${data.x}", "`1`", "2026-01-05", "\u{0}"])),
        5 => json!([{ "id": "a", "title": "A" }, { "id": "b", "title": "B", "enabled": false }]),
        6 => (0..random.usize(..4)).map(|_| value(random, depth + 1)).collect(),
        _ => {
            let names = ["id", "title", "screen", "data", "start-date", "name", "payload"];
            (0..random.usize(..4))
                .map(|_| (one(random, &names).to_owned(), value(random, depth + 1)))
                .collect()
        }
    }
}
