//! Every misbehaviour does what is known of the protocol, with the real program.

use std::time::{Duration, Instant};

use serde_json::json;

use super::page::{Page, frame, last, last_id};

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_get_the_same_reply_or_409() {
    let page = Page::start("bytes").await;
    let first = last_id(&page.start_flow("basic"));
    page.post("misbehave", json!({ "kind": "same_bytes" }));
    let state = page.settled();
    assert_eq!(last(&state, 2), [(200, "MY_SCREEN"), (200, "MY_SCREEN")]);
    assert_eq!(state["exchanges"][1]["kind"], "resend");
    page.greet("Ada");
    page.post("misbehave", json!({ "kind": "same_bytes", "exchange": first }));
    assert_eq!(last(&page.settled(), 1), [(409, "")], "it was answered before");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_data_book_one_time() {
    let page = Page::start("data").await;
    let state = page.book();
    let booked = state["view"]["frame"]["params"]["booking"].clone();
    page.post("misbehave", json!({ "kind": "same_data" }));
    let state = page.settled();
    assert_eq!(state["exchanges"].as_array().unwrap().last().unwrap()["kind"], "repeat");
    let detail = page.get(&format!("exchange?id={}", last_id(&state)));
    let params = &detail["reply"]["data"]["extension_message_response"]["params"];
    assert_eq!(params["booking"], booked);
    assert_eq!(frame(&state), "closed", "the phone stays as it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_taps_are_one_submission() {
    let page = Page::start("twice").await;
    page.start_flow("basic");
    assert_eq!(page.post("misbehave", json!({ "kind": "tap_twice" }))["armed"], "tap_twice");
    let state = page.greet("Ada");
    assert_eq!(last(&state, 2), [(200, "SUCCESS"), (200, "SUCCESS")]);
    assert_eq!((frame(&state), &state["armed"]), ("closed", &json!(null)));
    page.post("misbehave", json!({ "kind": "wait" }));
    assert_eq!(
        page.post("misbehave", json!({ "kind": "wait" }))["armed"],
        json!(null),
        "taken back"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_421_the_client_fetches_the_key_again() {
    let page = Page::start("key").await;
    for kind in ["wrong_key", "tampered"] {
        page.start_flow("basic");
        page.post("misbehave", json!({ "kind": kind }));
        let state = page.greet("Ada");
        assert_eq!(last(&state, 2), [(421, ""), (200, "SUCCESS")], "{kind}");
        assert_eq!(frame(&state), "closed", "the user does not notice");
        let id = last_id(&state);
        page.post("misbehave", json!({ "kind": kind, "exchange": id }));
        assert_eq!(last(&page.settled(), 1), [(421, "")], "{kind} again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_signature_is_432_and_can_be_tried_again() {
    let page = Page::start("signature").await;
    page.start_flow("basic");
    page.post("misbehave", json!({ "kind": "wrong_signature" }));
    let state = page.greet("Ada");
    assert_eq!((last(&state, 1), frame(&state)), (vec![(432, "")], "ready"));
    assert!(state["view"]["snackbar"]["text"].is_string());
    assert_eq!(frame(&page.tap("Send")), "closed");

    page.post("token", json!({}));
    page.post("misbehave", json!({ "kind": "wrong_signature" }));
    page.post("open", json!({}));
    let state = page.settled();
    assert_eq!(state["view"]["frame"]["failure"]["can_retry"], true);
    page.post("event", json!({ "type": "retry" }));
    assert_eq!(frame(&page.settled()), "ready");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_does_not_wait_11_seconds() {
    let page = Page::start("wait").await;
    page.start_flow("basic");
    page.post("misbehave", json!({ "kind": "wait" }));
    let started = Instant::now();
    let state = page.greet("Ada");
    let waited = started.elapsed();
    assert!((Duration::from_secs(9)..Duration::from_secs(11)).contains(&waited), "{waited:?}");
    assert_eq!(frame(&state), "ready");
    assert!(state["view"]["snackbar"]["text"].is_string());
    let exchange = state["exchanges"].as_array().unwrap().last().unwrap();
    assert!(exchange["problem"].as_str().unwrap().contains("held back for 11 s"), "{exchange}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_lost_answer_the_same_tap_gets_the_reply() {
    let page = Page::start("lost").await;
    page.start_flow("basic");
    page.post("misbehave", json!({ "kind": "answer_lost" }));
    let state = page.greet("Ada");
    assert_eq!((last(&state, 1), frame(&state)), (vec![(200, "SUCCESS")], "ready"));
    let problem = &state["exchanges"].as_array().unwrap().last().unwrap()["problem"];
    assert_eq!(problem, "the answer was lost on its way to the client");
    let state = page.tap("Send");
    assert_eq!((last(&state, 1), frame(&state)), (vec![(200, "SUCCESS")], "closed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_session_is_not_there() {
    let page = Page::start("expired").await;
    page.start_flow("appointment");
    page.choose_first("Department");
    let state = page.choose_first("Location");
    let session = page.get(&format!("exchange?id={}", last_id(&state)))["session"]["after"].clone();
    assert!(session["version"].as_u64().unwrap() > 1, "{session}");
    page.post("misbehave", json!({ "kind": "expire_session" }));
    let state = page.choose_first("Date");
    let session = page.get(&format!("exchange?id={}", last_id(&state)))["session"].clone();
    assert!(session["before"]["expires_at"].as_u64() < session["after"]["expires_at"].as_u64());
    assert_eq!(session["after"]["version"], 1, "a new session: {session}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_device_has_the_same_token() {
    let page = Page::start("device").await;
    let state = page.start_flow("basic");
    let token = state["token"].clone();
    page.post("misbehave", json!({ "kind": "second_device" }));
    let state = page.settled();
    let exchange = state["exchanges"].as_array().unwrap().last().unwrap();
    assert_eq!((&exchange["action"], &exchange["token"]), (&json!("INIT"), &token));
    assert_eq!(last(&state, 1), [(200, "MY_SCREEN")]);
    assert_eq!(frame(&page.greet("Ada")), "closed", "the first device goes on");
}
