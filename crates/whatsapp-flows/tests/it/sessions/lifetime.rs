//! Registered tokens, and the expiry of sessions.

use super::store::{CountingStore, SharedStore};
use super::*;

#[tokio::test]
async fn unregistered_tokens_are_427_with_registered_tokens_only() {
    let shop = Shop::default();
    let sessions = MemoryStore::new();
    let state = Some(r#"{"opened":41}"#.to_owned());
    sessions.put(FlowToken::new("sent").unwrap(), Session { state, ..Session::default() });
    let endpoint = Endpoint::new(business().secret, sessions)
        .serve("/pay", flow(&shop).registered_tokens_only());
    let phone = Phone::for_endpoint(endpoint, "/pay", business().keys, sign());
    assert_expired(&phone.init().await);
    assert_expired(&phone.submit("PAY", card("visa")).await);
    assert_eq!(phone.with_token("sent").init().await.data()["due"], 42);
    assert_eq!(phone.with_token("sent").submit("PAY", card("visa")).await.status, 200);
    assert_eq!(phone.ping().await.status, 200);
}

#[tokio::test]
async fn a_session_expires_a_minute_before_its_ttl() {
    let phone = Phone::new(flow(&Shop::default()));
    phone.init().await;
    phone.wait(Duration::from_secs(24 * 3600 - 5));
    assert_eq!(phone.init().await.data()["due"], 2);
    phone.wait(Duration::from_secs(24 * 3600));
    assert_eq!(phone.init().await.data()["due"], 1);

    let session = Session { expires_at: Some(1_000), ..Session::default() };
    assert!(session.is_live(939) && !session.is_live(940));
}

#[tokio::test]
async fn an_expiry_set_by_the_business_is_not_shortened() {
    let sessions = MemoryStore::new();
    let token = || FlowToken::new("sent").unwrap();
    sessions.put(token(), Session { expires_at: None, ..Session::default() });
    let counted = Arc::new(CountingStore { store: sessions, ..CountingStore::default() });
    let endpoint = Endpoint::new(business().secret, SharedStore(Arc::clone(&counted)))
        .serve("/pay", flow(&Shop::default()).registered_tokens_only());
    let phone = Phone::for_endpoint(endpoint, "/pay", business().keys, sign()).with_token("sent");
    assert_eq!(phone.init().await.status, 200);
    let expires_at = async || counted.store.load(&token()).await.unwrap().unwrap().expires_at;
    assert_eq!(expires_at().await, None);
    counted.store.put(token(), Session { expires_at: Some(u64::MAX / 2), ..Session::default() });
    assert_eq!(phone.init().await.status, 200);
    assert_eq!(expires_at().await, Some(u64::MAX / 2));
}

#[test]
fn random_tokens_are_unique_session_ids() {
    let tokens: std::collections::HashSet<_> =
        (0..1000).map(|_| FlowToken::random().as_str().to_owned()).collect();
    assert_eq!(tokens.len(), 1000);
    assert!(
        tokens
            .iter()
            .all(|token| token.len() == 32 && FlowToken::new(token).unwrap().is_session_id())
    );
}
