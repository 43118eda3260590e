//! Writes to the session store: their number, and lost results.

use super::store::{CountingStore, SharedStore, counted};
use super::*;

#[tokio::test(start_paused = true)]
async fn a_lost_write_result_is_resolved_by_reading_the_session() {
    let shop = Shop::default();
    let (phone, store) = counted(&shop);
    let lose = |results: &[bool]| store.lost_results.lock().unwrap().extend(results);
    lose(&[false, true]);
    let answer = phone.submit("PAY", card("visa")).await;
    assert_eq!((answer.screen(), &answer.data()["number"]), ("RECEIPT", &json!(1)));
    assert_eq!(store.counts(), (2, 2), "the session is read again and contains the write");

    // The result of the claim is lost, before the handler ran.
    lose(&[true]);
    assert_eq!(phone.submit("PAY", card("master")).await.data()["number"], 2);
    assert_eq!(store.counts(), (2, 2));
    assert_eq!(*shop.attempts.lock().unwrap(), [1, 1], "one attempt each");
}

#[tokio::test(start_paused = true)]
async fn a_reply_is_recorded_when_the_session_was_deleted_meanwhile() {
    let shop = Shop::default();
    let (phone, store) = counted(&shop);
    let delete = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let session = Session::default();
        store.store.put(FlowToken::new(phone.token()).unwrap(), session);
    };
    let (answer, ()) = tokio::join!(phone.submit("PAY", card("slow")), delete);
    assert_eq!((answer.screen(), &answer.data()["number"]), ("RECEIPT", &json!(1)));
    assert_eq!(phone.submit("PAY", card("slow")).await.body, answer.body);
    assert_eq!(shop.charged.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn an_expired_token_that_cannot_be_stored_is_500() {
    async fn expire(_: Context<()>) -> Result<ReplyTo<Init>> {
        Err(Error::token_expired("Closed."))
    }
    let store = Arc::new(CountingStore::default());
    let endpoint = Endpoint::new(business().secret, SharedStore(Arc::clone(&store)));
    let endpoint = endpoint.serve("/pay", Flow::<()>::new(()).on_init(expire));
    let phone = Phone::for_endpoint(endpoint, "/pay", business().keys, sign());
    store.lost_results.lock().unwrap().push_back(true);
    let failed = phone.init().await;
    assert_eq!((failed.status, failed.raw.len()), (500, 0));
    assert_eq!((phone.init().await.status, phone.init().await.error_msg()), (427, "Closed."));
}

#[tokio::test]
async fn reads_and_writes_per_exchange() {
    let shop = Shop::default();
    let (phone, store) = counted(&shop);
    phone.ping().await;
    phone.error_notification("PAY", "timeout_error", "x").await;
    assert_eq!(store.counts(), (0, 0), "pings and notifications");
    phone.init().await;
    assert_eq!(store.counts(), (1, 1), "an ordinary handler");
    let body = phone.seal(&phone.request("data_exchange", "PAY", card("visa")));
    phone.post(&body).await;
    assert_eq!(store.counts(), (1, 2), "a `once` handler");
    phone.post(&body).await;
    assert_eq!(store.counts(), (1, 0), "the same body again");
    phone.submit("PAY", card("visa")).await;
    assert_eq!(store.counts(), (1, 1), "the same submission in another body");
    phone.with_token("unused").init().await;
    assert_eq!(store.counts(), (0, 0), "a placeholder token");
}
