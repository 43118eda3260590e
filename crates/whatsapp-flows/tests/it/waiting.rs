//! Duplicates of a submission that wait for the first delivery: a few wait, and the others are refused at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::json;
use tokio::sync::Notify;
use whatsapp_flows::session::{MAX_WAITING, SessionStore};
use whatsapp_flows::testing::{Phone, conformance};
use whatsapp_flows::{
    Context, Endpoint, Flow, Init, MemoryStore, Reaches, ReplyTo, Result, Screen, show,
};

use crate::support::{business, sign};

#[derive(Serialize)]
struct Pay;

impl Screen for Pay {
    const ID: &'static str = "PAY";
    type Input = ();
}

#[derive(Serialize)]
struct Paid {
    number: usize,
}

impl Screen for Paid {
    const ID: &'static str = "PAID";
    type Input = ();
}

impl Reaches<Pay> for Init {}
impl Reaches<Paid> for Pay {}

/// The till, which waits until it is told to go on.
#[derive(Default)]
struct Till {
    payments: AtomicUsize,
    began: Notify,
    go_on: Notify,
}

async fn pay(cx: Context<Arc<Till>>, _: ()) -> Result<ReplyTo<Pay>> {
    cx.app().began.notify_one();
    cx.app().go_on.notified().await;
    Ok(show(Paid { number: cx.app().payments.fetch_add(1, Ordering::Relaxed) + 1 }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn few_duplicates_wait_and_the_others_are_refused_at_once() {
    let till = Arc::new(Till::default());
    let flow = Flow::new(Arc::clone(&till)).on_init(async |_| Ok(show(Pay))).once::<Pay>(pay);
    let endpoint = Endpoint::new(business().secret, MemoryStore::new()).serve("/pay", flow);
    let phone = Phone::for_endpoint(endpoint, "/pay", business().keys, sign());
    let deliver = |phone: &Phone| {
        let phone = phone.clone();
        tokio::spawn(async move { phone.submit("PAY", json!({})).await })
    };
    let first = deliver(&phone);
    till.began.notified().await;
    let mut duplicates: Vec<_> = (0..50).map(|_| deliver(&phone)).collect();
    let began = Instant::now();
    let mut refused = 0;
    while duplicates.len() > MAX_WAITING as usize {
        let (answer, rest) = tokio::time::timeout(Duration::from_secs(5), select(duplicates))
            .await
            .expect("all but the waiting ones are refused before the handler ends");
        assert_eq!(answer.status, 500);
        refused += 1;
        duplicates = rest;
    }
    assert_eq!(refused, 50 - MAX_WAITING);
    assert!(began.elapsed() < Duration::from_secs(5));
    till.go_on.notify_one();
    let reply = first.await.unwrap();
    assert_eq!((reply.status, &reply.data()["number"]), (200, &json!(1)));
    for duplicate in duplicates {
        assert_eq!(duplicate.await.unwrap().body, reply.body, "a waiting one gets the same reply");
    }
    let late = deliver(&phone).await.unwrap();
    assert_eq!((late.status, late.body), (200, reply.body), "and so does a later one");
    assert_eq!(till.payments.load(Ordering::Relaxed), 1);
}

/// Returns the first task that ends, and the others.
async fn select<T>(
    mut tasks: Vec<tokio::task::JoinHandle<T>>,
) -> (T, Vec<tokio::task::JoinHandle<T>>) {
    loop {
        if let Some(at) = tasks.iter().position(tokio::task::JoinHandle::is_finished) {
            let ended = tasks.swap_remove(at).await.unwrap_or_else(|_| panic!("a panic"));
            return (ended, tasks);
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn memory_store_keeps_the_promises_of_a_session_store() {
    conformance::session_store(&MemoryStore::new()).await;
    let boxed: Box<dyn SessionStore> = Box::new(Arc::new(MemoryStore::new()));
    conformance::session_store(&*boxed).await;
}

#[tokio::test]
async fn keyrings_keep_the_promises_of_a_provider() {
    conformance::keyring_provider(&business().secret).await;
}
