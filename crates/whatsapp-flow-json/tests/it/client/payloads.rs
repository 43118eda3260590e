//! Payloads: what leaves the form, and when.

use serde_json::{Value, json};
use whatsapp_flow_json::client::PickedFile;

use super::parts::{action, ask, flow, input, link, part, update, with};
use super::play::{Play, document, screen, submit};

#[track_caller]
fn sent(play: &mut Play) -> Value {
    play.tap("Ask").reply("ONLY", json!({}));
    Value::Object(play.sent().data.clone())
}

#[test]
fn a_payload_is_evaluated_at_the_tap() {
    let payload = json!({ "f": "${form.f}", "d": "${data.d}" });
    let children = json!([input("f", json!({})), update("u", json!({ "d": "new" })), ask(payload)]);
    let mut play = Play::new(&document("7.3", json!({ "d": "old" }), children));
    play.fill("f", "first");
    assert_eq!(sent(&mut play), json!({ "f": "first", "d": "old" }));
    play.fill("f", "second").act(|user| user.tick("u"));
    assert_eq!(sent(&mut play), json!({ "f": "second", "d": "new" }));
}

#[test]
fn a_member_without_a_value_is_left_out() {
    let payload = json!({
        "form": "${form.gone}", "data": "${data.gone}", "deep": "${data.d.gone.x}", "other": "${screen.B.form.x}",
        "within": { "gone": "${data.gone}", "d": "${data.d.x}" }, "text": "t",
    });
    let mut play = Play::new(&document("7.3", json!({ "d": { "x": 1 } }), json!([ask(payload)])));
    assert_eq!(sent(&mut play), json!({ "within": { "d": 1 }, "text": "t" }));
}

#[test]
fn null_is_sent_as_null() {
    let payload = json!({ "o": "${form.o}", "d": "${data.d}" });
    let opt_in = json!({ "type": "OptIn", "name": "o", "label": "o" });
    let mut document = document("7.3", json!({ "d": 1 }), json!([opt_in, ask(payload)]));
    document["screens"][0]["data"]["d"] = json!({ "type": ["string"], "__example__": null });
    let mut play = Play::new(&document);
    play.act(|user| user.tick("o")).act(|user| user.untick("o"));
    assert_eq!(sent(&mut play), json!({ "o": null, "d": null }));
}

#[test]
fn fields_that_are_hidden_or_disabled_are_sent() {
    for property in ["visible", "enabled"] {
        let field = input("f", json!({ property: "${data.d}" }));
        let children =
            json!([field, update("u", json!({ "d": false })), ask(json!({ "f": "${form.f}" }))]);
        let mut play = Play::new(&document("7.3", json!({ "d": true }), children));
        play.fill("f", "typed").act(|user| user.tick("u"));
        assert_eq!(sent(&mut play), json!({ "f": "typed" }), "{property}");
    }
}

#[test]
fn hidden_fields_that_never_had_a_value_are_left_out() {
    let hidden = input("f", json!({ "visible": false }));
    let mut play = Play::new(&screen("7.3", json!([hidden, ask(json!({ "f": "${form.f}" }))])));
    assert_eq!(sent(&mut play), json!({}));
}

/// The field `f` in the active branch of an If or a Switch, and an OptIn that leaves the branch.
fn in_branch(branch: Value) -> Play {
    let payload = json!({ "f": "${form.f}", "g": "${form.g}" });
    let opt_in = json!({
        "type": "OptIn", "name": "u", "label": "u",
        "on-select-action": action("update_data", json!({ "b": false, "s": "no" })),
        "on-unselect-action": action("update_data", json!({ "b": true, "s": "yes" })),
    });
    let data = json!({ "b": true, "s": "yes" });
    Play::new(&document("7.3", data, json!([branch, opt_in, ask(payload)])))
}

#[test]
fn a_field_in_an_inactive_branch_is_sent_if_it_ever_had_a_value() {
    let (f, g) = (json!([input("f", json!({}))]), json!([input("g", json!({}))]));
    for branch in [
        json!({ "type": "If", "condition": "${data.b}", "then": f, "else": g }),
        json!({ "type": "Switch", "value": "${data.s}", "cases": { "yes": f, "no": g } }),
    ] {
        let mut play = in_branch(branch);
        play.fill("f", "typed").act(|user| user.tick("u"));
        assert!(play.view().find("f").is_empty(), "{}", play.view());
        assert_eq!(sent(&mut play), json!({ "f": "typed" }));
    }
}

#[test]
fn a_component_comes_back_with_its_value() {
    let f = input("f", json!({}));
    for branch in [
        with(f.clone(), json!({ "visible": "${data.b}" })),
        json!({ "type": "If", "condition": "${data.b}", "then": [f] }),
        json!({ "type": "Switch", "value": "${data.s}", "cases": { "yes": [f], "no": [] } }),
    ] {
        let mut play = in_branch(branch);
        play.fill("f", "typed").act(|user| user.tick("u"));
        assert!(play.view().find("f").is_empty(), "{}", play.view());
        play.act(|user| user.untick("u"));
        assert_eq!(play.component("f").value, "typed");
    }
}

/// A screen with a picker that has one file.
fn with_file(name: &str) -> Play {
    let picker = json!({ "type": "PhotoPicker", "name": "f", "label": "f" });
    let mut footer = submit(json!({ "f": "${form.f}", "n": 1 }));
    footer["on-click-action"]["name"] = json!(name);
    let mut play = Play::new(&screen("7.3", json!([picker, footer])));
    let file = PickedFile::uploaded("a.png", "image/png", 9);
    play.act(|user| user.pick_files("f", vec![file]));
    play
}

#[test]
fn an_endpoint_gets_addresses_and_keys_of_files() {
    let mut play = with_file("data_exchange");
    play.tap("Send");
    assert_eq!(play.sent().data["n"], 1);
    let file = play.sent().data["f"][0].as_object().unwrap();
    let members: Vec<_> = file.keys().collect();
    assert_eq!(members, ["cdn_url", "encryption_metadata", "file_name", "media_id"]);
    let metadata = file["encryption_metadata"].as_object().unwrap();
    let keys: Vec<_> = metadata.keys().collect();
    assert_eq!(keys, ["encrypted_hash", "encryption_key", "hmac_key", "iv", "plaintext_hash"]);
}

#[test]
fn a_message_gets_ids_of_files() {
    let params = with_file("complete").tap("Send").params();
    let file = params["f"][0].as_object().unwrap();
    assert_eq!(file.keys().collect::<Vec<_>>(), ["file_name", "id", "mime_type", "sha256"]);
    assert_eq!((&file["file_name"], &file["mime_type"]), (&json!("a.png"), &json!("image/png")));
}

#[test]
fn a_completion_gets_the_token_of_the_message() {
    let mut footer = submit(json!({ "f": "${form.f}" }));
    footer["on-click-action"]["name"] = json!("complete");
    let mut play = Play::new(&screen("7.3", json!([input("f", json!({})), footer])));
    let params = play.fill("f", "typed").tap("Send").params();
    assert_eq!(Value::Object(params), json!({ "f": "typed", "flow_token": "a token" }));
}

#[test]
fn a_navigate_leaves_out_members_without_a_value() {
    let payload = json!({ "typed": "${form.f}", "gone": "${form.gone}" });
    let data = json!({ "typed": "", "gone": "" });
    let a = part("A", json!({}), json!([input("f", json!({})), link("Go", "B", payload)]));
    let mut play = Play::new(&flow(json!({ "A": ["B"] }), [a, part("B", data, json!([]))]));
    play.fill("f", "x").tap("Go");
    let data = play.user.client.data("B").unwrap().clone();
    assert_eq!(Value::Object(data), json!({ "typed": "x" }));
}
