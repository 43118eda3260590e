//! The shape of a reply, and its data against the data model.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{FailureCause, Frame, Reply};

use super::parts::{action, part, text};
use super::play::{Play, document, screen, submit};

/// A conversation that waits for the reply to a submission from ONLY, whose model has a text and a number.
fn waiting() -> Play {
    let model = json!({ "text": "t", "n": 1 });
    let mut play = Play::new(&document("7.3", model, json!([submit(json!({}))])));
    play.tap("Send");
    play
}

fn after(reply: Value) -> Play {
    let mut play = waiting();
    play.receive(Reply::ok(reply));
    play
}

#[track_caller]
fn cause(play: &Play) -> FailureCause {
    match play.view().frame {
        Frame::Error { failure } => failure.cause,
        _ => panic!("{}", play.view()),
    }
}

#[test]
fn a_reply_has_a_screen() {
    for reply in [json!({ "data": {} }), json!({ "screen": 1, "data": {} }), json!("ONLY")] {
        assert_eq!(cause(&after(reply)), FailureCause::Malformed);
    }
}

#[test]
fn data_are_an_object() {
    for reply in [
        json!({ "screen": "ONLY" }),
        json!({ "screen": "ONLY", "data": null }),
        json!({ "screen": "ONLY", "data": [] }),
        json!({ "screen": "ONLY", "data": "{}" }),
    ] {
        assert_eq!(cause(&after(reply)), FailureCause::Malformed);
    }
    assert_eq!(after(json!({ "screen": "ONLY", "data": {} })).view().frame, Frame::Ready);
}

#[test]
fn members_of_the_protocol_are_absent_or_of_their_type() {
    for data in [
        json!({ "error_message": null }),
        json!({ "error_message": 1 }),
        json!({ "error_message": { "f": "text" } }),
        json!({ "extension_message_response": null }),
        json!({ "extension_message_response": "text" }),
    ] {
        for screen in ["ONLY", "SUCCESS"] {
            let play = after(json!({ "screen": screen, "data": data }));
            assert_eq!(cause(&play), FailureCause::Malformed, "{screen}, {data}");
            assert_eq!(play.notified(), None, "{screen}, {data}");
        }
    }
    for params in [json!(null), json!([]), json!("text")] {
        let data = json!({ "extension_message_response": { "params": params } });
        let play = after(json!({ "screen": "SUCCESS", "data": data }));
        assert_eq!(cause(&play), FailureCause::Malformed, "{params}");
    }
}

#[test]
fn a_version_and_other_members_are_ignored() {
    for version in [json!("3.0"), json!(null), json!(300)] {
        let reply = json!({ "version": version, "more": 1, "screen": "ONLY", "data": { "n": 2 } });
        let play = after(reply);
        assert_eq!(play.view().frame, Frame::Ready);
        let data = play.user.client.data("ONLY").unwrap().clone();
        assert_eq!(Value::Object(data), json!({ "text": "t", "n": 2 }));
    }
}

#[test]
fn types_of_the_data_model_are_enforced() {
    for data in [
        json!({ "text": 1 }),
        json!({ "text": null }),
        json!({ "n": "1" }),
        json!({ "n": null }),
        json!({ "n": [1] }),
    ] {
        let play = after(json!({ "screen": "ONLY", "data": data }));
        assert_eq!(cause(&play), FailureCause::Data, "{data}");
        assert_eq!(play.notified().as_deref(), Some("payload-schema-error"), "{data}");
    }
}

#[test]
fn types_of_nested_members_are_enforced() {
    let mut document =
        document("7.3", json!({ "list": [], "object": {} }), json!([submit(json!({}))]));
    let data = &mut document["screens"][0]["data"];
    let item = json!({ "type": "object", "properties": { "id": { "type": "string" } } });
    data["list"]["items"] = item.clone();
    data["object"]["properties"] = item["properties"].clone();
    for data in [
        json!({ "list": [{ "id": 1 }] }),
        json!({ "object": { "id": 1 } }),
        json!({ "list": ["1"] }),
    ] {
        let mut play = Play::new(&document);
        play.tap("Send").reply("ONLY", data);
        assert_eq!(play.notified().as_deref(), Some("payload-schema-error"));
    }
}

#[test]
fn members_that_are_not_declared_are_allowed() {
    let play = after(json!({ "screen": "ONLY", "data": { "more": { "a": 1 } } }));
    assert_eq!(play.view().frame, Frame::Ready);
}

#[test]
fn members_may_be_absent_unless_the_model_requires_them() {
    let mut document = document("7.3", json!({ "a": 1, "b": 1 }), json!([submit(json!({}))]));
    document["screens"][0]["data"]["required"] = json!(["a"]);
    for (data, notice) in [
        (json!({ "a": 2 }), None),
        (json!({ "b": 2 }), Some("payload-schema-error")),
        (json!({}), Some("payload-schema-error")),
    ] {
        let mut play = Play::new(&document);
        play.tap("Send").reply("ONLY", data.clone());
        assert_eq!(play.notified().as_deref(), notice, "{data}");
    }
}

#[test]
fn a_screen_with_a_list_requires_all_of_its_data() {
    let items = json!([{ "id": "one", "main-content": { "title": "one" } }]);
    let list = json!({
        "type": "NavigationList", "name": "l", "list-items": "${data.items}",
        "on-click-action": action("data_exchange", json!({})),
    });
    let document = document("7.3", json!({ "items": items, "n": 1 }), json!([list]));
    for (data, notice) in [
        (json!({ "items": items, "n": 1 }), None),
        (json!({ "items": items }), Some("payload-schema-error")),
        (json!({}), Some("payload-schema-error")),
    ] {
        let mut play = Play::new(&document);
        play.tap("one").reply("ONLY", data.clone());
        assert_eq!(play.notified().as_deref(), notice, "{data}");
    }
}

#[test]
fn a_screen_without_a_data_model_gets_no_data() {
    let mut document = screen("7.3", json!([submit(json!({}))]));
    document["screens"][0].as_object_mut().unwrap().remove("data");
    for (data, notice) in [
        (json!({}), None),
        (json!({ "error_message": "text" }), None),
        (json!({ "extension_message_response": {} }), None),
        (json!({ "n": 1 }), Some("payload-schema-error")),
        (json!({ "n": null }), Some("payload-schema-error")),
    ] {
        let mut play = Play::exchange(&document);
        play.reply("ONLY", data.clone());
        assert_eq!(play.notified().as_deref(), notice, "{data}");
    }
}

#[test]
fn a_reply_may_bring_only_what_changes() {
    let mut play = waiting();
    play.reply("ONLY", json!({ "n": 2 }));
    let data = play.user.client.data("ONLY").unwrap().clone();
    assert_eq!(Value::Object(data), json!({ "text": "t", "n": 2 }));
}

#[test]
fn a_reply_to_the_opening_brings_the_first_data() {
    let a = part("A", json!({ "n": 1 }), json!([text("${data.t}")]));
    let mut play = Play::exchange(&super::parts::flow(json!({ "A": [] }), [a]));
    play.reply("A", json!({ "t": "not declared" }));
    assert_eq!(play.view().components[0].label, "not declared");
}
