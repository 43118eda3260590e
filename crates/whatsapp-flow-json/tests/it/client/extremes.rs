//! Documents, replies and times that are extreme do not end the program.

use serde_json::{Map, Value, json};
use whatsapp_flow_json::client::{FlowJson, Opening, Settings};

use super::play::{Play, document, screen};

#[test]
fn a_long_chain_of_screens_has_a_progress() {
    /// An id of letters only.
    fn id(at: usize) -> String {
        at.to_string().bytes().map(|digit| char::from(digit - b'0' + b'A')).collect()
    }
    const SCREENS: usize = 4_000;
    const STACK: usize = 256 * 1024;
    let routes: Map<String, Value> = (0..SCREENS)
        .map(|at| (id(at), json!(Vec::from_iter((at + 1 < SCREENS).then(|| id(at + 1))))))
        .collect();
    let screens: Vec<_> =
        (0..SCREENS).map(|at| json!({ "id": id(at), "title": "One of many" })).collect();
    let document =
        json!({ "version": "7.3", "routing_model": routes, "screens": screens }).to_string();
    let opening = Opening::Navigate { screen: id(0), data: Map::new() };
    let flow = FlowJson::parse(&document).unwrap();
    let view = move || Play::open(flow, opening, Settings::default()).view();
    let view = std::thread::Builder::new().stack_size(STACK).spawn(view).unwrap().join().unwrap();
    assert_eq!(view.progress, 1.0 / SCREENS as f64);
}

#[test]
fn a_calendar_works_at_any_time() {
    let day = json!([{ "type": "CalendarPicker", "name": "day", "label": "Day" }]);
    for (now, utc_offset) in
        [(u64::MAX, 0), (i64::MAX as u64, i32::MAX), (253_402_300_799, 0), (0, i32::MIN)]
    {
        let settings = Settings { now, utc_offset, ..Settings::default() };
        let play = Play::with(&screen("7.3", day.clone()), settings);
        assert!(play.component("Day").enabled, "{now}");
    }
}

#[test]
fn long_expressions_are_errors() {
    let chain = |part: &str| part.repeat(100_000);
    for text in [
        format!("`1{}`", chain(" + 1")),
        format!("`${{data.x}}{}`", chain(".x")),
        format!("`{}1`", chain("1 < ")),
        format!("`{}`", chain("(")),
        format!("`{}`", chain("!")),
    ] {
        let text = json!([{ "type": "TextBody", "text": text }]);
        let play = Play::new(&screen("7.3", text));
        assert_eq!(play.notified().as_deref(), Some("components-validation-error"));
    }
    let sum = json!([{ "type": "TextBody", "text": format!("`'' 1{}`", " + 1".repeat(999)) }]);
    assert_eq!(Play::new(&screen("7.3", sum)).view().find("1000").len(), 1);
}

#[test]
fn long_conditions_are_false() {
    let chain = |part: &str| part.repeat(100_000);
    let text = |text: &str| json!([{ "type": "TextBody", "text": text }]);
    for condition in [
        format!("{}true", chain("true && ")),
        format!("{}true", chain("true || ")),
        format!("{}true", chain("1 == ")),
        format!("{}true", chain("!")),
        chain("("),
    ] {
        let branches =
            json!([{ "type": "If", "condition": condition, "then": text("a"), "else": text("b") }]);
        assert_eq!(Play::new(&screen("7.3", branches)).view().find("b").len(), 1);
    }
}

#[test]
fn a_long_expression_in_a_reply_is_an_error() {
    let texts = json!([{ "type": "Form", "name": "form", "children": [{ "type": "TextBody", "text": "${data.x}" }] }]);
    let mut play = Play::exchange(&document("7.3", json!({ "x": "a text" }), texts));
    play.reply("ONLY", json!({ "x": format!("`1{}`", " + 1".repeat(100_000)) }));
    assert_eq!(play.notified().as_deref(), Some("components-validation-error"));
}
