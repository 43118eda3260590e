//! Stale keyrings and their reload.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_stale_keyring_is_reloaded_within_the_request() {
    let key = KeyPair::generate();
    let source = Source::new(&secret(&key, &["old"]));
    let cached = source.cached();
    cached.keyring().await.unwrap();
    source.set(Some(&secret(&key, &["new", "old"])));
    let request = async || {
        let started = Instant::now();
        (app_secret_count(&cached).await.unwrap(), started.elapsed())
    };
    source.set_time(299);
    assert_eq!((request().await, source.reads()), ((1, Duration::ZERO), 1));
    source.set_time(300);
    let (first, second, third) = tokio::join!(request(), request(), request());
    assert_eq!(first, (2, SLOW), "the first request waits for the reload and uses the new keyring");
    assert_eq!([second, third], [(1, Duration::ZERO); 2], "concurrent requests do not wait");
    assert_eq!((request().await, source.reads()), ((2, Duration::ZERO), 2));
    source.set_time(599);
    assert_eq!((request().await, source.reads()), ((2, Duration::ZERO), 2));
    source.set_time(600);
    assert_eq!((request().await, source.reads()), ((2, SLOW), 3));
}

#[tokio::test(start_paused = true)]
async fn a_slow_reload_is_cut_off_after_1_s_and_retried_after_30_s() {
    let lines = LogLines::collect();
    let key = KeyPair::generate();
    let source = Source::new(&secret(&key, &["old"]));
    let cached = source.cached();
    cached.keyring().await.unwrap();
    source.set(Some(&secret(&key, &["new", "old"])));
    source.set_delay(Duration::from_secs(3600));
    let request = async |at: u64| {
        source.set_time(at);
        let started = Instant::now();
        (app_secret_count(&cached).await.unwrap(), started.elapsed(), source.reads())
    };
    assert_eq!(request(300).await, (1, Duration::from_secs(1), 2));
    assert_eq!(
        lines.take(TARGET),
        ["ERROR cause=the read timed out message=the secret cannot be read"]
    );
    assert_eq!(request(301).await, (1, Duration::ZERO, 2));
    assert_eq!(request(329).await, (1, Duration::ZERO, 2));
    assert_eq!(request(330).await, (1, Duration::from_secs(1), 3));
    assert_eq!(lines.take(TARGET).len(), 1);
    source.set_delay(SLOW);
    assert_eq!(request(359).await, (1, Duration::ZERO, 3));
    assert_eq!(request(360).await, (2, SLOW, 4));
    assert_eq!(lines.take(TARGET), ["INFO keys=k message=the secret has changed"]);
}

#[tokio::test(start_paused = true)]
async fn a_keyring_that_cannot_be_reloaded_expires_after_12_hours() {
    let lines = LogLines::collect();
    let key = KeyPair::generate();
    let source = Source::new(&secret(&key, &["old"]));
    let cached = source.cached();
    let known = cached.keyring().await.unwrap();
    // The secret is removed, then replaced by an invalid one.
    source.set(None);
    for second in (300..12 * 3600).step_by(300) {
        source.set_time(second);
        assert_eq!(app_secret_count(&cached).await, Ok(1), "after {second} s");
        assert!(cached.reload_if_stale(&known).await.is_none());
        assert_eq!(lines.take(TARGET), ["ERROR cause=not found message=the secret cannot be read"]);
        if second == 6 * 3600 {
            source.set(Some(&json!({ "private_keys": 7, "app_secrets": ["MARK"] })));
            source.set_time(second + 60);
            assert_eq!(app_secret_count(&cached).await, Ok(1));
            let logged = lines.take(TARGET);
            assert!(matches!(&logged[..], [line] if line.contains("private_keys")), "{logged:?}");
            assert!(!logged[0].contains("MARK"));
            source.set(None);
        }
    }
    source.set_time(12 * 3600 - 1);
    assert_eq!(app_secret_count(&cached).await, Ok(1));
    source.set_time(12 * 3600 + 40);
    assert_eq!(
        app_secret_count(&cached).await,
        Err(KeyringUnavailable),
        "12 hours after the last successful read"
    );
    source.set_time(13 * 3600);
    assert_eq!(app_secret_count(&cached).await, Err(KeyringUnavailable));
    source.set(Some(&secret(&key, &["new", "old"])));
    source.set_time(13 * 3600 + 29);
    assert_eq!(
        app_secret_count(&cached).await,
        Err(KeyringUnavailable),
        "the last attempt was less than 30 s ago"
    );
    source.set_time(13 * 3600 + 30);
    assert_eq!(app_secret_count(&cached).await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_goes_backwards_makes_the_keyring_stale() {
    let key = KeyPair::generate();
    let source = Source::new(&secret(&key, &["old"]));
    let cached = source.cached();
    source.set_time(1_000);
    cached.keyring().await.unwrap();
    source.set(Some(&secret(&key, &["new", "old"])));
    source.set_time(1_100);
    assert_eq!((app_secret_count(&cached).await, source.reads()), (Ok(1), 1));
    // Later than the read, but earlier than the last request.
    source.set_time(1_050);
    assert_eq!((app_secret_count(&cached).await, source.reads()), (Ok(2), 2));
    assert_eq!((app_secret_count(&cached).await, source.reads()), (Ok(2), 2), "reloaded once");
    source.set(None);
    source.set_time(0);
    assert_eq!(
        (app_secret_count(&cached).await, source.reads()),
        (Ok(2), 2),
        "the last attempt was less than 30 s ago"
    );
    source.set_time(30);
    assert_eq!((app_secret_count(&cached).await, source.reads()), (Ok(2), 3));
    // The time that passed before the clock was set back still counts.
    source.set_time(12 * 3600);
    assert_eq!(app_secret_count(&cached).await, Err(KeyringUnavailable));
}

/// The request timed out before the read finished.
#[tokio::test(start_paused = true)]
async fn a_canceled_reload_is_retried_by_the_next_request() {
    let lines = LogLines::collect();
    let key = KeyPair::generate();
    let source = Source::new(&secret(&key, &["old"]));
    let cached = source.cached();
    cached.keyring().await.unwrap();
    source.set(Some(&secret(&key, &["new"])));
    source.set_time(300);
    assert!(tokio::time::timeout(SLOW / 2, cached.keyring()).await.is_err());
    assert!(lines.take(TARGET).is_empty());
    source.set(Some(&secret(&key, &["new", "old"])));
    assert_eq!((app_secret_count(&cached).await, source.reads()), (Ok(2), 3));
}

/// The connection is closed by then, which is not an error of Secrets Manager.
#[tokio::test(start_paused = true)]
async fn a_read_interrupted_by_a_freeze_is_retried_without_an_error() {
    let lines = LogLines::collect();
    let key = KeyPair::generate();
    let source = Source::new(&secret(&key, &["old"]));
    let cached = source.cached();
    cached.keyring().await.unwrap();
    source.set(Some(&secret(&key, &["new", "old"])));
    source.set_time(300);
    source.0.freeze.store(3600, Ordering::Relaxed);
    assert_eq!((app_secret_count(&cached).await, source.reads()), (Ok(2), 3));
    assert_eq!(lines.take(TARGET), ["INFO keys=k message=the secret has changed"]);
}

/// After a freeze, the monotonic clock has not advanced and the wall clock has advanced by days.
#[tokio::test(start_paused = true)]
async fn a_revoked_app_secret_is_432_after_a_freeze() {
    let key = KeyPair::generate();
    let source = Source::new(&secret(&key, &["old"]));
    let endpoint = Endpoint::new(source.cached(), MemoryStore::new()).serve("/form", flow());
    let status = async |json: &Value| {
        let secret = Keyring::from_json(json.to_string().as_bytes()).unwrap().0;
        endpoint.handle(ping(&secret)).await.status().as_u16()
    };
    assert_eq!(status(&secret(&key, &["old"])).await, 200);
    source.set(Some(&secret(&key, &["new"])));
    source.set_time(3 * 86_400);
    assert_eq!(status(&secret(&key, &["old"])).await, 432);
    assert_eq!((status(&secret(&key, &["new"])).await, source.reads()), (200, 2));
    // The keyring also expires when the reload fails.
    source.set(None);
    source.set_time(3 * 86_400 + 3600);
    assert_eq!(status(&secret(&key, &["new"])).await, 200);
    source.set_time(4 * 86_400);
    assert_eq!(status(&secret(&key, &["new"])).await, 500);
}

fn flow() -> Flow<()> {
    Flow::new(())
}

fn ping(secret: &Keyring) -> Request<Bytes> {
    let sealing = RequestSealer::new(&secret.private_keys()[0].public_pem()).unwrap();
    let body = sealing.seal(br#"{"version":"3.0","action":"ping"}"#).body;
    let signature = secret.app_secrets()[0].sign(body.as_bytes());
    let request = Request::post("/form").header(HEADER, signature);
    request.body(body.into()).unwrap()
}
