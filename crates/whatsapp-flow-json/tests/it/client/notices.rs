//! Error notifications: what the endpoint gets when the client rejects a reply or a payload.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Effect, Reply, Request};

use super::parts::{flow, link, part, update};
use super::play::{Play, screen, submit};

/// The only notification.
#[track_caller]
fn notice(play: &Play) -> Request {
    let is_notice = |effect: &&Effect| matches!(effect, Effect::Notify(_));
    let notices: Vec<_> = play.effects.iter().filter(is_notice).collect();
    match notices.as_slice() {
        [Effect::Notify(request)] => request.clone(),
        _ => panic!("{notices:?}"),
    }
}

/// From A to B, which refreshes on the way back and cannot be opened with text for `n`.
fn document() -> Value {
    let a = part(
        "A",
        json!({ "n": 0 }),
        json!([submit(json!({})), link("Go", "B", json!({ "n": "x" }))]),
    );
    let mut b = part("B", json!({ "n": 0 }), json!([submit(json!({}))]));
    b["refresh_on_back"] = json!(true);
    flow(json!({ "A": ["B"], "B": [] }), [a, b])
}

#[test]
fn a_notification_has_a_key_and_a_text() {
    let mut play = Play::new(&document());
    play.tap("Send").reply("B", json!({ "n": "x" }));
    let notice = notice(&play);
    let members: Vec<_> = notice.data.keys().collect();
    assert_eq!(members, ["error", "error_message"]);
    assert_eq!(notice.data["error"], "payload-schema-error");
    assert!(!notice.data["error_message"].as_str().unwrap().is_empty());
    let plaintext = notice.plaintext("a token", "4.0");
    let members: Vec<_> = plaintext.as_object().unwrap().keys().collect();
    assert_eq!(members, ["action", "data", "flow_token", "screen", "version"]);
}

#[test]
fn a_notification_has_the_action_that_failed() {
    let mut opened = Play::exchange(&document());
    opened.reply("A", json!({ "n": "x" }));
    let mut submitted = Play::new(&document());
    submitted.tap("Send").reply("A", json!({ "n": "x" }));
    let mut gone_back = Play::new(&document());
    gone_back.tap("Send").reply("B", json!({})).back().reply("A", json!({ "n": "x" }));
    let mut navigated = Play::new(&document());
    navigated.tap("Go");
    for (play, action, screen) in [
        (opened, "INIT", ""),
        (submitted, "data_exchange", "A"),
        (gone_back, "BACK", "B"),
        (navigated, "navigate", "A"),
    ] {
        let notice = notice(&play);
        assert_eq!((notice.action.name(), notice.screen.as_str()), (action, screen));
        assert_eq!(notice.data["error"], "payload-schema-error", "{action}");
    }
}

#[test]
fn the_client_does_not_wait_for_the_reply_to_a_notification() {
    let mut play = Play::new(&document());
    play.tap("Send").receive(Reply::NotDecrypted("the tag is wrong".into()));
    assert_eq!(play.user.client.pending(), None);
    let before = play.view();
    let acknowledged = Reply::ok(json!({ "data": { "acknowledged": true } }));
    for reply in [acknowledged, Reply::Timeout, Reply::Status(500)] {
        assert_eq!(play.user.client.receive(reply), []);
        assert_eq!(play.view(), before);
    }
}

#[test]
fn a_flow_without_an_endpoint_sends_no_notification() {
    let mut document = document();
    document.as_object_mut().unwrap().remove("data_api_version");
    let mut play = Play::new(&document);
    play.tap("Go");
    assert!(play.failure().starts_with("n of B: expected a number"), "{}", play.failure());
    assert_eq!(play.effects, []);
}

#[test]
fn a_payload_of_update_data_is_told_to_the_endpoint() {
    let mut document = screen("7.3", json!([update("u", json!({ "n": 1 }))]));
    document["screens"][0]["data"] = json!({ "n": { "type": "string", "__example__": "" } });
    let mut play = Play::new(&document);
    play.act(|user| user.tick("u"));
    assert_eq!(
        (notice(&play).screen.as_str(), &notice(&play).data["error"]),
        ("ONLY", &json!("payload-schema-error"))
    );
}
