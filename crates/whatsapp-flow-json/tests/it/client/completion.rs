//! The end of a flow: SUCCESS, and what the chat gets.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Effect, Frame};

use super::parts::{action, flow, link, part, with};
use super::play::{Play, screen, submit};

fn extension(params: Value) -> Value {
    json!({ "extension_message_response": { "params": params } })
}

fn submitted() -> Play {
    let mut play = Play::new(&screen("7.3", json!([submit(json!({}))])));
    play.tap("Send");
    play
}

#[test]
fn all_params_are_in_the_message() {
    let params = json!({ "flow_token": "another", "n": 1, "nested": { "a": [null, true] } });
    let mut play = submitted();
    play.reply("SUCCESS", extension(params.clone()));
    assert_eq!(Value::Object(play.params()), params);
    assert_eq!(play.effects.last(), Some(&Effect::Close { params: Some(play.params()) }));
}

#[test]
fn the_client_does_not_add_the_token() {
    let mut play = submitted();
    play.reply("SUCCESS", extension(json!({ "n": 1 })));
    assert_eq!(Value::Object(play.params()), json!({ "n": 1 }));
}

#[test]
fn without_params_the_flow_closes_without_a_message() {
    for data in [json!({}), json!({ "extension_message_response": {} }), json!({ "n": 1 })] {
        let mut play = submitted();
        play.reply("SUCCESS", data);
        assert_eq!(play.view().frame, Frame::Closed { params: None });
        assert_eq!(play.effects.last(), Some(&Effect::Close { params: None }));
    }
}

#[test]
fn the_end_is_reached_from_any_screen() {
    let children = json!([link("Go", "B", json!({})), submit(json!({}))]);
    let mut b = part("B", json!({ "n": 1 }), children.clone());
    b["refresh_on_back"] = json!(true);
    b["terminal"] = json!(false);
    let mut a = part("A", json!({ "n": 1 }), children);
    a["terminal"] = json!(false);
    let document = flow(
        json!({ "A": ["B"], "B": ["C"], "C": [] }),
        [a, b, part("C", json!({ "n": 1 }), json!([]))],
    );
    let mut opening = Play::exchange(&document);
    opening.reply("SUCCESS", json!({}));
    let mut first = Play::new(&document);
    first.tap("Send").reply("SUCCESS", json!({}));
    let mut second = Play::new(&document);
    second.tap("Go").tap("Send").reply("SUCCESS", json!({}));
    let mut back = Play::new(&document);
    back.tap("Go").back().reply("SUCCESS", json!({}));
    for play in [opening, first, second, back] {
        assert_eq!((play.view().frame, play.notified()), (Frame::Closed { params: None }, None));
    }
}

#[test]
fn the_end_comes_before_every_check_of_the_data() {
    let mut document = screen("7.3", json!([submit(json!({}))]));
    document["screens"][0]["data"] = json!({ "n": { "type": "number", "__example__": 1 } });
    document["screens"][0]["data"]["required"] = json!(["n"]);
    let mut play = Play::new(&document);
    play.tap("Send").reply("SUCCESS", json!({ "n": "x", "error_message": "text" }));
    assert_eq!((play.view().frame, play.notified()), (Frame::Closed { params: None }, None));
    assert_eq!(play.view().snackbar, None);
}

#[test]
fn success_changes_nothing_on_the_screen() {
    let footer =
        with(submit(json!({})), json!({ "on-click-action": action("complete", json!({})) }));
    let [with_success, without] = [true, false].map(|success| {
        let mut document = screen("7.3", json!([footer]));
        document["screens"][0]["success"] = json!(success);
        let mut play = Play::new(&document);
        (play.view(), Value::Object(play.tap("Send").params()))
    });
    assert_eq!(with_success, without);
}

#[test]
fn nothing_is_possible_after_the_end() {
    let mut play = submitted();
    play.reply("SUCCESS", json!({}));
    assert!(play.refused(|user| user.tap("Send")).contains("the flow is closed"));
    assert!(play.refused(|user| user.back()).contains("the flow is closed"));
    assert!(play.refused(|user| user.close()).contains("the flow is closed"));
}
