//! Reloads for requests that match no key or no app secret.

use super::*;

#[tokio::test(start_paused = true)]
async fn forged_requests_cause_at_most_one_read_in_30_seconds() {
    let key = KeyPair::generate();
    let source = Source::new(&secret(&key, &["old"]));
    let cached = source.cached();
    let first = cached.keyring().await.unwrap();
    source.set_time(31);
    assert!(cached.reload_if_stale(&first).await.is_none(), "it is read again and has not changed");
    assert_eq!(source.reads(), 2);
    source.set(Some(&secret(&key, &["new", "old"])));
    for _ in 0..1000 {
        assert!(cached.reload_if_stale(&first).await.is_none(), "it was read less than 30 s ago");
    }
    assert_eq!(source.reads(), 2);
    source.set_time(61);
    let fresh = cached.reload_if_stale(&first).await.expect("the new keyring");
    assert_eq!((fresh.app_secrets().len(), source.reads()), (2, 3));
    let again = cached.reload_if_stale(&first).await.expect("the keyring that is cached by now");
    assert_eq!((again.app_secrets().len(), source.reads()), (2, 3), "without another read");
}

#[tokio::test(start_paused = true)]
async fn concurrent_mismatches_share_one_read() {
    let key = KeyPair::generate();
    let source = Source::new(&secret(&key, &["old"]));
    let cached = Arc::new(source.cached());
    let stale = cached.keyring().await.unwrap();
    source.set_time(31);
    source.set(Some(&secret(&key, &["new", "old"])));
    let requests = (0..100).map(|_| {
        let (cached, stale) = (Arc::clone(&cached), Arc::clone(&stale));
        tokio::spawn(
            async move { cached.reload_if_stale(&stale).await.unwrap().app_secrets().len() },
        )
    });
    for request in requests.collect::<Vec<_>>() {
        assert_eq!(request.await.unwrap(), 2);
    }
    assert_eq!(source.reads(), 2);
}

/// Forged requests with a short time limit do not cause more reads.
#[tokio::test(start_paused = true)]
async fn a_canceled_read_for_a_mismatch_counts_as_a_read() {
    let key = KeyPair::generate();
    let source = Source::new(&secret(&key, &["old"]));
    let cached = source.cached();
    let known = cached.keyring().await.unwrap();
    source.set_time(31);
    for _ in 0..100 {
        let _ = tokio::time::timeout(SLOW / 2, cached.reload_if_stale(&known)).await;
    }
    assert_eq!(source.reads(), 2);
}
