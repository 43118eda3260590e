//! Sessions: repeated bodies, state, expiry and concurrent requests.

use super::*;

#[tokio::test]
async fn the_last_body_gets_the_same_reply_and_an_older_one_409() {
    let phone = phone();
    let first = phone.seal(&phone.request("data_exchange", "FORM", json!({ "what": "one" })));
    let answer = phone.post(&first).await;
    assert_eq!((answer.status, &answer.data()["seen"]), (200, &json!(1)));
    assert_eq!(phone.post(&first).await, answer, "the same bytes, and nothing counted twice");

    let second = phone.submit("FORM", json!({ "what": "two" })).await;
    assert_eq!(second.data()["seen"], 2);
    assert_empty(&phone.post(&first).await, 409);

    for _ in 0..55 {
        phone.submit("FORM", json!({ "what": "more" })).await;
    }
    assert_empty(&phone.post(&first).await, 409);
    phone.submit("FORM", json!({ "what": "the last one but fifty-six" })).await;
    assert_eq!(phone.post(&first).await.status, 200, "fifty-six and the last one are remembered");
}

#[tokio::test]
async fn a_reply_too_large_to_store_is_409_when_repeated() {
    let phone = phone();
    let body = phone.seal(&phone.request("data_exchange", "FORM", json!({ "what": "kept large" })));
    assert_eq!(phone.post(&body).await.status, 200);
    assert_empty(&phone.post(&body).await, 409);
}

#[tokio::test]
async fn a_session_expires_a_day_after_its_last_exchange() {
    let now = Arc::new(AtomicU64::new(1_000_000));
    let clock = Arc::clone(&now);
    let phone =
        phone_for(endpoint(MemoryStore::new()).clock(move || clock.load(Ordering::Relaxed)));
    let times = async || phone.init().await.data()["seen"].clone();
    phone.submit("FORM", json!({ "what": "x" })).await;
    now.fetch_add(24 * 3600 - 1, Ordering::Relaxed);
    assert_eq!(times().await, 1);
    now.fetch_add(24 * 3600 - 1, Ordering::Relaxed);
    assert_eq!(times().await, 1, "the exchange before prolonged it");
    now.fetch_add(24 * 3600, Ordering::Relaxed);
    assert_eq!(times().await, 0);
}

#[tokio::test]
async fn an_item_written_by_the_business_is_the_session() {
    let sessions = MemoryStore::new();
    let state = Some(r#"{"times":41,"text":""}"#.to_owned());
    sessions.put(FlowToken::new("T").unwrap(), Session { state, ..Session::default() });
    let phone = phone_for(endpoint(sessions)).with_token("T");
    let answer = phone.submit("FORM", json!({ "what": "x" })).await;
    assert_eq!(answer.data()["seen"], 42);
    assert_eq!(phone.init().await.data()["seen"], 42);
}

#[tokio::test]
async fn typed_bindings_are_escaped_in_replies_and_stored_as_typed() {
    let phone = phone();
    let typed = "`${form.card}` and `x`";
    let answer = phone.submit("FORM", json!({ "what": typed })).await;
    let shown = answer.data()["echo"].as_str().unwrap();
    assert!(!shown.contains("${") && !shown.starts_with('`'));
    assert_eq!(shown.replace('\u{2060}', ""), typed);
    let again = phone.submit("FORM", json!({ "what": shown })).await;
    assert_eq!(again.data()["echo"], shown, "one joiner, not two");
    let done = phone.another().submit("FORM", json!({ "what": "message" })).await;
    assert!(!done.message().contains("${"));
}

#[tokio::test]
async fn concurrent_requests_both_update_the_state() {
    let sessions = crate::support::Rendezvous::new(MemoryStore::new(), 2);
    let phone = phone_for(endpoint(sessions));
    let submit = |what: &'static str| phone.submit("FORM", json!({ "what": what }));
    let (one, two) = tokio::join!(submit("one"), submit("two"));
    assert_eq!((one.status, two.status), (200, 200));
    let mut seen = [one, two].map(|answer| answer.data()["seen"].as_u64().unwrap());
    seen.sort();
    assert_eq!(seen, [1, 2], "who lost the race ran again on the fresh state");
}

#[tokio::test]
async fn concurrent_deliveries_of_one_body_update_the_state_once() {
    let sessions = crate::support::Rendezvous::new(MemoryStore::new(), 2);
    let phone = phone_for(endpoint(sessions));
    let body = phone.seal(&phone.request("data_exchange", "FORM", json!({ "what": "x" })));
    let (one, two) = tokio::join!(phone.post(&body), phone.post(&body));
    assert_eq!(one, two, "the same bytes");
    assert_eq!(phone.init().await.data()["seen"], 1);
}
