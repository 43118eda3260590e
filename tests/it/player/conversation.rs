//! Conversations with both samples, and what the inspector knows of them.

use std::time::{Duration, Instant};

use serde_json::json;

use super::page::{Page, frame, last, last_id};

#[tokio::test(flavor = "multi_thread")]
async fn both_samples_are_played_to_the_end() {
    let page = Page::start("samples").await;
    assert_eq!(frame(&page.get("state")), "chat");
    page.start_flow("basic");
    let state = page.greet("Ada");
    assert_eq!(state["view"]["frame"]["params"]["name"], "Ada");
    assert_eq!((frame(&state), &state["open"]), ("closed", &json!(false)));

    let state = page.book();
    assert!(state["view"]["frame"]["params"]["booking"].is_string(), "{}", state["view"]["frame"]);
    assert_eq!(state["answers"][0]["label"], "Department");
    assert_eq!(last(&state, 1), [(200, "SUCCESS")]);
    // The message cannot be opened again: the business sends another one.
    page.post("open", json!({}));
    let state = page.settled();
    assert_eq!((frame(&state), last(&state, 1)[0].0), ("error", 427));
}

#[tokio::test(flavor = "multi_thread")]
async fn exchanges_have_everything_that_happened() {
    let page = Page::start("exchanges").await;
    page.start_flow("basic");
    let state = page.greet("Ada");
    let summary = state["exchanges"].as_array().unwrap().last().unwrap();
    assert_eq!(summary["kind"], "normal");
    assert!(summary["milliseconds"].as_f64().unwrap() > 0.0);
    assert!(summary["bytes"]["request"].as_u64().unwrap() > 500);
    let path = format!("exchange?id={}", last_id(&state));
    let mut detail = page.get(&path);
    let deadline = Instant::now() + Duration::from_secs(5);
    while detail["log"].as_array().unwrap().is_empty() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20));
        detail = page.get(&path);
    }
    assert_eq!(detail["request"]["data"], json!({ "name": "Ada" }));
    assert_eq!(detail["reply"]["screen"], "SUCCESS");
    let session = &detail["session"];
    assert_eq!(
        (&session["before"]["version"], &session["after"]["version"]),
        (&json!(1), &json!(2))
    );
    assert_eq!(session["after"]["finished"], true);
    let log = detail["log"][0].as_str().unwrap();
    assert!(log.contains("\"shown\":\"SUCCESS\"") && !log.contains("Ada"), "{log}");
    assert_eq!(detail["view"]["frame"]["state"], "closed");
    let first = page.get("exchange?id=1");
    assert_eq!(first["view"]["screen"], "MY_SCREEN", "the phone as it was then");
    assert_eq!(first["session"]["before"], json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_on_its_way_is_a_loading_view() {
    let page = Page::start("loading").await;
    let state = page.post("open", json!({ "flow": "basic" }));
    assert_eq!(frame(&state), "loading");
    assert_eq!(state["exchanges"][0]["status"], json!(null));
    let revision = state["revision"].as_u64().unwrap();
    let later = page.get(&format!("state?after={revision}"));
    assert!(later["revision"].as_u64().unwrap() > revision);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_user_cannot_do_is_refused_with_the_reason() {
    let page = Page::start("refused").await;
    page.start_flow("basic");
    let state = page.tap("Send");
    let refused = state["refused"].as_str().unwrap();
    assert_eq!(refused, "`Send` is disabled: `Your name` is required and empty");
    assert_eq!(frame(&state), "ready");
    page.fill("Your name", "Ada");
    assert_eq!(page.get("state")["refused"], json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_make_no_sense_are_400() {
    let page = Page::start("nonsense").await;
    for (path, body, error) in [
        ("open", json!({ "flow": "gone" }), "there is no flow gone"),
        (
            "open",
            json!({ "opening": { "action": "jump" } }),
            "`action` is `data_exchange` or `navigate`",
        ),
        (
            "open",
            json!({ "opening": { "action": "navigate", "data": [] } }),
            "the data of a screen are a JSON object",
        ),
        ("event", json!({ "type": "shake" }), "not an event"),
        ("misbehave", json!({ "kind": "shout" }), "there is no such misbehaviour"),
        ("misbehave", json!({ "kind": "same_bytes" }), "no request was sent yet"),
        ("misbehave", json!({ "kind": "tampered", "exchange": 7 }), "there is no such exchange"),
        (
            "misbehave",
            json!({ "kind": "second_device" }),
            "open the flow on the first device first",
        ),
        ("misbehave", json!({ "kind": "expire_session" }), "this token has no session yet"),
        ("copy", json!({ "as": "poem" }), "`as` is `rust` or `script`"),
    ] {
        let (status, answer) = page.call(path, Some(body.clone()));
        assert_eq!(status, 400, "{path} {body}");
        assert!(answer["error"].as_str().unwrap().starts_with(error), "{path} {body}: {answer}");
    }
    let headers = [("X-Player-Token", page.token.as_str())];
    assert_eq!(page.request("POST", "/_player/api/event", &headers, "{").status, 400);
    assert_eq!(page.call("exchange?id=7", None).0, 404);
    assert_eq!(page.call("gallery?flow=gone", None).0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_can_open_any_screen_with_data() {
    let page = Page::start("navigate").await;
    let opening =
        json!({ "action": "navigate", "screen": "MY_SCREEN", "data": { "greeting": "Hello" } });
    let state = page.post("open", json!({ "flow": "basic", "opening": opening, "token": "mine" }));
    assert_eq!((frame(&state), &state["token"]), ("ready", &json!("mine")));
    assert!(state["view"]["components"].to_string().contains("Hello"));
    assert!(state["exchanges"].as_array().unwrap().is_empty());
}
