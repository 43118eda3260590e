//! Invalid payloads and failures of handlers and stores.

use super::*;
use crate::support::Rendezvous;

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

async fn agree(_: Cx, (): ()) -> Result<ReplyTo<Other, Seen>> {
    Ok(close())
}

/// The reply that keeps the user on the screen is stored like any other, and only sent if no other request of the token
/// was faster. Without another request, each of these payloads is answered with 200.
#[tokio::test]
async fn a_failure_that_loses_a_write_conflict_is_422_or_500() {
    for (screen, one, other, loser) in [
        ("FORM", json!({}), json!({ "what": [1] }), 422),
        ("OTHER", json!({ "a": 1 }), json!({ "b": 1 }), 422),
        ("FORM", json!({ "what": "fail" }), json!({ "what": "boxed" }), 500),
        ("FORM", json!({ "what": "flat" }), json!({ "what": "large" }), 500),
        // The same submission gets the reply of the winner.
        ("FORM", json!({}), json!({}), 200),
    ] {
        let sessions = Rendezvous::new(MemoryStore::new(), 2);
        let flow = flow().on::<Other>(agree);
        let phone = phone_for(Endpoint::new(business().secret, sessions).serve("/form", flow));
        let (one, other) = tokio::join!(phone.submit(screen, one), phone.submit(screen, other));
        let (winner, lost) = if one.status == 200 { (one, other) } else { (other, one) };
        assert_eq!((winner.status, winner.screen()), (200, screen));
        match loser {
            200 => assert_eq!(lost.body, winner.body),
            status => assert_empty(&lost, status),
        }
    }
}

/// INIT has no screen to stay on.
#[tokio::test]
async fn a_failed_handler_or_unusable_reply_on_init_is_500() {
    async fn failed(_: Cx) -> Result<ReplyTo<Init, Seen>> {
        Err(Box::<dyn std::error::Error + Send + Sync>::from("text"))?
    }
    async fn unusable(_: Cx) -> Result<ReplyTo<Init, Seen>> {
        let large = Seen { times: 0, text: "x".repeat(65_536) };
        Ok(show(Form { echo: None, seen: 0 }).saving(large))
    }
    let flow = Flow::<(), Seen>::new;
    for flow in [flow(()).on_init(failed), flow(()).on_init(unusable)] {
        let endpoint = Endpoint::new(business().secret, MemoryStore::new()).serve("/form", flow);
        assert_empty(&phone_for(endpoint).init().await, 500);
    }
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
