//! Invalid payloads and failures of handlers and stores.

use super::*;

#[tokio::test]
async fn an_invalid_payload_shows_the_screen_again_with_a_message() {
    let message = json!({ "error_message": "Something went wrong. Please try again." });
    let phone = phone();
    for payload in [
        json!({}),
        json!({ "what": [1] }),
        json!({ "what": "" }),
        json!({ "what": null }),
        json!({ "what": "x", "nested": { "count": "many" } }),
        json!([]),
        json!("text"),
    ] {
        for phone in [phone.another(), phone.with_token("one token for all payloads")] {
            let answer = phone.submit("FORM", payload.clone()).await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.body, json!({ "screen": "FORM", "data": message }), "{payload}");
        }
    }
    assert_eq!(phone.submit("OTHER", json!({ "agreed": false })).await.status, 500, "no handler");
}

#[tokio::test]
async fn every_failure_shows_the_screen_again_and_stores_no_state() {
    let phone = phone_for(endpoint(MemoryStore::new()).time_limit(Duration::from_millis(300)));
    for what in [
        "fail",
        "boxed",
        "panic",
        "panic later",
        "sleep",
        "flat",
        "large",
        "large state",
        "complete with a list",
    ] {
        let started = std::time::Instant::now();
        let phone = phone.another();
        let answer = phone.submit("FORM", json!({ "what": what })).await;
        assert_eq!((answer.status, answer.screen()), (200, "FORM"), "{what}");
        assert_eq!(answer.message(), "Something went wrong. Please try again.", "{what}");
        assert!(started.elapsed() < Duration::from_secs(2), "{what}");
        let next = phone.submit("FORM", json!({ "what": "message" })).await;
        assert_eq!(next.data()["seen"], 1, "no state was stored after {what}");
    }
    assert_empty(&phone.submit("OTHER", json!({})).await, 500);
    assert_empty(&phone.submit("NOWHERE", json!({})).await, 500);
    assert_empty(&phone.back("FORM").await, 500);
    assert_empty(&phone_for(endpoint(faulty(StoreError("down")))).init().await, 500);
    assert_empty(&phone_for(endpoint(crate::support::Misbehaving::Overtaken)).init().await, 500);
    assert_empty(&phone_for(endpoint(crate::support::Misbehaving::Unwritable)).init().await, 500);
    assert_empty(&phone_for(endpoint(crate::support::Misbehaving::Panicking)).init().await, 500);
}
