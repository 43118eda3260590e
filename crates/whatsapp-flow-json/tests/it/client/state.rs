//! The store: what a screen keeps, and what enters its data.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Client, FlowJson, Frame, Opening, Reply, Settings};

use super::parts::{flow, input, link, part, update};
use super::play::{Play, document, screen, submit};

fn data(play: &Play, screen: &str) -> Value {
    Value::Object(play.user.client.data(screen).unwrap().clone())
}

fn form(play: &Play, screen: &str) -> Value {
    Value::Object(play.user.client.form(screen).unwrap().clone())
}

/// Two screens with a text in their data and a field of the same names.
fn two_screens() -> Play {
    let children = |to: &str| json!([input("x", json!({})), link("Go", to, json!({ "n": 2 }))]);
    Play::new(&flow(
        json!({ "A": ["B"] }),
        [
            part("A", json!({ "n": 1, "a": "a" }), children("B")),
            part("B", json!({ "n": 1, "b": "b" }), children("A")),
        ],
    ))
}

#[test]
fn data_and_form_belong_to_their_screen() {
    let mut play = two_screens();
    play.fill("x", "on A").tap("Go").fill("x", "on B");
    assert_eq!(data(&play, "A"), json!({ "n": 1, "a": "a" }));
    assert_eq!(data(&play, "B"), json!({ "n": 2 }));
    assert_eq!(form(&play, "A"), json!({ "x": "on A" }));
    assert_eq!(form(&play, "B"), json!({ "x": "on B" }));
}

#[test]
fn data_and_form_last_after_the_screen_was_left() {
    let mut play = two_screens();
    play.fill("x", "on A").tap("Go").fill("x", "on B").back();
    assert_eq!(form(&play, "B"), json!({ "x": "on B" }), "left by going back");
    play.tap("Go");
    assert_eq!(form(&play, "A"), json!({ "x": "on A" }), "left by going on");
    assert_eq!(play.component("x").value, "on B");
}

#[test]
fn a_flow_is_loading_ready_or_at_an_error() {
    let mut play = Play::exchange(&screen("7.3", json!([submit(json!({}))])));
    assert_eq!((play.view().frame, play.view().screen), (Frame::Loading, String::new()));
    play.reply("ONLY", json!({}));
    assert_eq!(play.view().frame, Frame::Ready);
    play.tap("Send");
    assert_eq!((play.view().frame, play.view().screen), (Frame::Loading, "ONLY".into()));
    play.receive(Reply::NotJson);
    assert!(matches!(play.view().frame, Frame::Error { .. }));
}

#[test]
fn a_screen_has_one_form_in_all_versions() {
    for version in ["2.1", "3.1", "4.0", "6.3", "7.3"] {
        let form = |name: &str, field: &str| json!({ "type": "Form", "name": name, "children": [input(field, json!({}))] });
        let payload = json!({ "a": "${form.a}", "b": "${form.b}", "c": "${form.c}" });
        let children =
            json!([form("one", "a"), input("b", json!({})), form("two", "c"), submit(payload)]);
        let mut play = Play::new(&screen(version, children));
        play.fill("a", "1").fill("b", "2").fill("c", "3").tap("Send");
        let data = Value::Object(play.sent().data.clone());
        assert_eq!(data, json!({ "a": "1", "b": "2", "c": "3" }), "{version}");
    }
}

#[test]
fn example_data_are_for_previews_only() {
    let text =
        json!({ "type": "TextInput", "name": "x", "label": "x", "helper-text": "${data.a}" });
    let document = document("7.3", json!({ "a": "example" }), json!([text]));
    let flow = FlowJson::parse(&document.to_string()).unwrap();
    let preview = Client::preview(flow.clone(), "ONLY", Settings::default()).unwrap();
    assert_eq!(preview.data("ONLY").unwrap()["a"], "example");
    let opening = Opening::Navigate { screen: "ONLY".into(), data: Default::default() };
    let play = Play::open(flow, opening, Settings::default());
    assert_eq!(data(&play, "ONLY"), json!({}));
    assert_eq!(play.component("x").properties.get("helper-text"), None);
    let mut play = Play::exchange(&document);
    play.reply("ONLY", json!({}));
    assert_eq!(data(&play, "ONLY"), json!({}));
}

#[test]
fn a_navigate_merges_its_payload() {
    let mut play = two_screens();
    play.tap("Go").back().tap("Go");
    assert_eq!(data(&play, "B"), json!({ "n": 2 }));
    play.tap("Go");
    assert_eq!(play.view().screen, "A");
    assert_eq!(data(&play, "A"), json!({ "n": 2, "a": "a" }), "what was there stays");
}

#[test]
fn a_reply_is_merged_into_the_screen_that_it_shows() {
    let children = json!([submit(json!({}))]);
    let mut b = part("B", json!({ "n": 1, "b": "b" }), children.clone());
    b["refresh_on_back"] = json!(true);
    let a = part("A", json!({ "n": 1, "a": "a" }), children);
    let mut play = Play::exchange(&flow(json!({ "A": ["B"] }), [a, b]));
    play.reply("A", json!({ "n": 1, "a": "a" }));
    play.tap("Send").reply("A", json!({ "n": 2 }));
    assert_eq!(data(&play, "A"), json!({ "n": 2, "a": "a" }), "the same screen");
    play.tap("Send").reply("B", json!({ "b": "b" }));
    assert_eq!(data(&play, "B"), json!({ "b": "b" }), "another screen");
    assert_eq!(data(&play, "A"), json!({ "n": 2, "a": "a" }), "and no other one");
    play.back().reply("A", json!({ "n": 3 }));
    assert_eq!(data(&play, "A"), json!({ "n": 3, "a": "a" }), "BACK");
}

#[test]
fn only_the_returned_members_are_validated() {
    let document = document("7.3", json!({ "n": 1, "text": "t" }), json!([submit(json!({}))]));
    let mut play = Play::exchange(&document);
    play.reply("ONLY", json!({ "n": 1 })).tap("Send").reply("ONLY", json!({}));
    assert_eq!(play.view().frame, Frame::Ready);
    play.tap("Send").reply("ONLY", json!({ "text": 1 }));
    assert_eq!(play.notified().as_deref(), Some("payload-schema-error"));
    assert_eq!(data(&play, "ONLY"), json!({ "n": 1 }));
}

#[test]
fn update_data_merges_at_once_without_a_request() {
    let text = json!({ "type": "TextBody", "text": "${data.text}" });
    let children = json!([text, update("Update", json!({ "text": "new" }))]);
    let mut play = Play::new(&document("7.3", json!({ "text": "old", "n": 1 }), children));
    assert_eq!(play.view().find("old").len(), 1);
    play.act(|user| user.tick("Update"));
    assert_eq!(play.view().find("new").len(), 1);
    assert_eq!(data(&play, "ONLY"), json!({ "text": "new", "n": 1 }));
    assert_eq!((play.view().frame, play.requests()), (Frame::Ready, 0));
}

#[test]
fn update_data_is_validated_before_it_is_merged() {
    for (payload, why) in [
        (json!({ "n": "one" }), "update_data: n: expected a number"),
        (json!({ "m": 1 }), "update_data: m is not in the data of ONLY"),
    ] {
        let document = document("7.3", json!({ "n": 1 }), json!([update("Update", payload)]));
        let mut play = Play::new(&document);
        play.act(|user| user.tick("Update"));
        assert!(play.failure().starts_with(why), "{}", play.failure());
        assert_eq!(play.notified().as_deref(), Some("payload-schema-error"));
        assert_eq!(data(&play, "ONLY"), json!({ "n": 1 }));
    }
}

#[test]
fn members_of_the_protocol_do_not_enter_the_data() {
    let document = document("7.3", json!({ "n": 1 }), json!([submit(json!({}))]));
    let mut play = Play::exchange(&document);
    let extension = json!({ "params": { "flow_token": "t" } });
    let reply =
        json!({ "n": 1, "error_message": "Try again", "extension_message_response": extension });
    play.reply("ONLY", reply);
    assert_eq!(data(&play, "ONLY"), json!({ "n": 1 }));
    assert_eq!(play.view().snackbar.unwrap().text, "Try again");
}

#[test]
fn nested_values_are_replaced_whole() {
    let model = json!({ "object": { "a": 1, "b": { "c": 2 } }, "array": [1, 2, 3] });
    let next = json!({ "object": { "b": {} }, "array": [4] });
    let children = json!([update("Update", next.clone()), submit(json!({}))]);
    let document = document("7.3", model, children);
    let mut play = Play::new(&document);
    play.tap("Send").reply("ONLY", next.clone());
    assert_eq!(data(&play, "ONLY"), next);
    let mut play = Play::new(&document);
    play.act(|user| user.tick("Update"));
    assert_eq!(data(&play, "ONLY"), next, "by update_data");
}
