//! The end of a flow.

use super::store::counted;
use super::*;

#[tokio::test]
async fn a_finished_token_is_427_except_for_its_last_submission() {
    let shop = Shop::default();
    let phone = Phone::new(flow(&shop));
    let end = phone.submit("PAY", card("complete")).await;
    assert_eq!((end.screen(), &end.params()["number"]), ("SUCCESS", &json!(1)));
    for _ in 0..20 {
        assert_eq!(phone.submit("PAY", card("complete")).await.body, end.body);
    }
    assert_expired(&phone.init().await);
    assert_expired(&phone.submit("PAY", card("visa")).await);
    assert_expired(&phone.submit("RECEIPT", json!({})).await);
    phone.wait(Duration::from_secs(600));
    assert_expired(&phone.submit("PAY", card("complete")).await);
    phone.wait(Duration::from_secs(30 * 24 * 3600 - 660));
    assert_expired(&phone.init().await);
    phone.wait(Duration::from_secs(120));
    assert_eq!(phone.init().await.status, 200, "the session expires after 30 days");
    assert_eq!(shop.charged.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_terminal_screen_finishes_the_flow() {
    let phone = Phone::new(flow(&Shop::default()));
    phone.submit("PAY", card("visa")).await;
    let thanks = phone.submit("RECEIPT", json!({ "stars": 9 })).await;
    assert_eq!((thanks.screen(), &thanks.data()["stars"]), ("THANKS", &json!(9)));
    assert_eq!(phone.submit("RECEIPT", json!({ "stars": 9 })).await.body, thanks.body);
    assert_expired(&phone.submit("RECEIPT", json!({})).await);
    assert_expired(&phone.init().await);
}

#[tokio::test]
async fn a_reopenable_flow_can_be_filled_in_again() {
    let shop = Shop::default();
    let phone = Phone::new(flow(&shop).reopenable());
    assert_eq!(phone.init().await.data()["due"], 1);
    let body = phone.seal(&phone.request("data_exchange", "PAY", card("complete")));
    let end = phone.post(&body).await;
    assert_eq!(
        phone.submit("PAY", card("complete")).await.body,
        end.body,
        "the last submission is repeated"
    );
    assert_eq!(phone.init().await.data()["due"], 1, "with a new state");
    assert_eq!(phone.post(&body).await.status, 409, "its bodies are still known");
    let next = phone.submit("PAY", card("complete")).await;
    assert_eq!(next.params()["number"], 2);
}

#[tokio::test]
async fn state_is_deleted_when_the_flow_ends() {
    let shop = Shop::default();
    let (phone, store) = counted(&shop);
    phone.init().await;
    let load = async || {
        let token = FlowToken::new(phone.token()).unwrap();
        store.store.load(&token).await.unwrap().unwrap()
    };
    assert!(load().await.state.is_some());
    phone.submit("PAY", card("complete")).await;
    let session = load().await;
    assert_eq!((session.state, session.claim), (None, None));
    assert!(session.finished && session.reply.is_some());
    assert_eq!((session.answered.len(), session.older.len()), (1, 1), "its bodies are still known");
}
