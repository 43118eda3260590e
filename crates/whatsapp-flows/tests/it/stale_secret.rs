//! How long a secret serves, and who waits for its reload: with a wall clock of the test's own.

use std::process::Command;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use tokio::time::Instant;
use whatsapp_flows::BoxFuture;
use whatsapp_flows::keyring::{CachedKeyring, KeyringProvider, KeyringUnavailable, SecretSource};
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::signature::HEADER;
use whatsapp_flows::testing::{KeyPair, RequestSealer};
use whatsapp_flows::{Endpoint, Flow, MemoryStore};
use zeroize::Zeroizing;

use crate::support::log_lines::LogLines;

/// The module that logs about secrets.
const TARGET: &str = "whatsapp_flows::keyring";

/// A source that counts its reads, takes its time, and can be changed or taken away.
#[derive(Clone)]
struct Source(Arc<Shared>);

struct Shared {
    json: Mutex<Option<String>>,
    reads: AtomicUsize,
    takes: Mutex<Duration>,
    /// The wall clock: seconds since the epoch.
    clock: AtomicU64,
    /// Seconds that a read lets pass by the wall clock alone: the process is frozen in it.
    freezes: AtomicU64,
}

const START: u64 = 1_795_492_771;
/// As long as a slow Secrets Manager.
const SLOW: Duration = Duration::from_millis(500);

impl Source {
    fn new(json: &Value) -> Self {
        Self(Arc::new(Shared {
            json: Mutex::new(Some(json.to_string())),
            reads: AtomicUsize::new(0),
            takes: Mutex::new(SLOW),
            clock: AtomicU64::new(START),
            freezes: AtomicU64::new(0),
        }))
    }

    /// The secret from here, on its clock.
    fn kept(&self) -> CachedKeyring<Self> {
        let shared = Arc::clone(&self.0);
        CachedKeyring::new(self.clone()).clock(move || shared.clock.load(Ordering::Relaxed))
    }

    fn put(&self, json: Option<&Value>) {
        *self.0.json.lock().unwrap() = json.map(Value::to_string);
    }

    fn takes(&self, time: Duration) {
        *self.0.takes.lock().unwrap() = time;
    }

    fn reads(&self) -> usize {
        self.0.reads.load(Ordering::Relaxed)
    }

    /// Sets the wall clock to so many seconds after the start.
    fn at(&self, seconds: u64) {
        self.0.clock.store(START + seconds, Ordering::Relaxed);
    }
}

impl SecretSource for Source {
    fn read(&self, _: Duration) -> BoxFuture<'_, Result<Zeroizing<Vec<u8>>, &'static str>> {
        self.0.reads.fetch_add(1, Ordering::Relaxed);
        let takes = *self.0.takes.lock().unwrap();
        Box::pin(async move {
            tokio::time::sleep(takes).await;
            let frozen = self.0.freezes.swap(0, Ordering::Relaxed);
            if frozen > 0 {
                self.0.clock.fetch_add(frozen, Ordering::Relaxed);
                return Err("MARK the connection was closed meanwhile");
            }
            let json = self.0.json.lock().unwrap().clone();
            Ok(Zeroizing::new(json.ok_or("away")?.into_bytes()))
        })
    }
}

fn secret(key: &KeyPair, app_secrets: &[&str]) -> Value {
    // 32 hexadecimal digits, as Meta's have.
    let digits = |name: &str| name.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    let app_secrets: Vec<_> =
        app_secrets.iter().map(|name| format!("{:0<32}", digits(name))).collect();
    json!({ "private_keys": [{ "id": "k", "pem": *key.private_pem }], "app_secrets": app_secrets })
}

/// How many app secrets there are, to tell one secret from another.
async fn serves(kept: &impl KeyringProvider) -> Result<usize, KeyringUnavailable> {
    kept.keyring().await.map(|secret| secret.app_secrets().len())
}

#[tokio::test(start_paused = true)]
async fn a_stale_secret_is_reloaded_inside_the_request_that_finds_it_stale() {
    let key = KeyPair::generate();
    let source = Source::new(&secret(&key, &["old"]));
    let kept = source.kept();
    kept.keyring().await.unwrap();
    source.put(Some(&secret(&key, &["new", "old"])));
    let asked = async || {
        let started = Instant::now();
        (serves(&kept).await.unwrap(), started.elapsed())
    };
    source.at(299);
    assert_eq!((asked().await, source.reads()), ((1, Duration::ZERO), 1));
    source.at(300);
    let (first, second, third) = tokio::join!(asked(), asked(), asked());
    assert_eq!(first, (2, SLOW), "it waits for the reload and is served with what came");
    assert_eq!([second, third], [(1, Duration::ZERO); 2], "those beside it do not wait");
    assert_eq!((asked().await, source.reads()), ((2, Duration::ZERO), 2));
    source.at(599);
    assert_eq!((asked().await, source.reads()), ((2, Duration::ZERO), 2));
    source.at(600);
    assert_eq!((asked().await, source.reads()), ((2, SLOW), 3));
}

#[tokio::test(start_paused = true)]
async fn a_slow_reload_takes_a_second_and_is_tried_again_after_thirty() {
    let lines = LogLines::collect();
    let key = KeyPair::generate();
    let source = Source::new(&secret(&key, &["old"]));
    let kept = source.kept();
    kept.keyring().await.unwrap();
    source.put(Some(&secret(&key, &["new", "old"])));
    source.takes(Duration::from_secs(3600));
    let asked = async |at: u64| {
        source.at(at);
        let started = Instant::now();
        (serves(&kept).await.unwrap(), started.elapsed(), source.reads())
    };
    assert_eq!(asked(300).await, (1, Duration::from_secs(1), 2));
    assert_eq!(
        lines.take(TARGET),
        ["ERROR cause=the read timed out message=the secret cannot be read"]
    );
    assert_eq!(asked(301).await, (1, Duration::ZERO, 2));
    assert_eq!(asked(329).await, (1, Duration::ZERO, 2));
    assert_eq!(asked(330).await, (1, Duration::from_secs(1), 3));
    assert_eq!(lines.take(TARGET).len(), 1);
    source.takes(SLOW);
    assert_eq!(asked(359).await, (1, Duration::ZERO, 3));
    assert_eq!(asked(360).await, (2, SLOW, 4));
    assert_eq!(lines.take(TARGET), ["INFO keys=k message=the secret has changed"]);
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_cannot_be_reloaded_serves_for_twelve_hours_with_a_line_for_each_failure() {
    let lines = LogLines::collect();
    let key = KeyPair::generate();
    let source = Source::new(&secret(&key, &["old"]));
    let kept = source.kept();
    let known = kept.keyring().await.unwrap();
    // Gone, then there and not a secret.
    source.put(None);
    for second in (300..12 * 3600).step_by(300) {
        source.at(second);
        assert_eq!(serves(&kept).await, Ok(1), "after {second} s");
        assert!(kept.reload_if_stale(&known).await.is_none());
        assert_eq!(lines.take(TARGET), ["ERROR cause=away message=the secret cannot be read"]);
        if second == 6 * 3600 {
            source.put(Some(&json!({ "private_keys": 7, "app_secrets": ["MARK"] })));
            source.at(second + 60);
            assert_eq!(serves(&kept).await, Ok(1));
            let taken = lines.take(TARGET);
            assert!(matches!(&taken[..], [line] if line.contains("private_keys")), "{taken:?}");
            assert!(!taken[0].contains("MARK"));
            source.put(None);
        }
    }
    source.at(12 * 3600 - 1);
    assert_eq!(serves(&kept).await, Ok(1));
    source.at(12 * 3600 + 40);
    assert_eq!(serves(&kept).await, Err(KeyringUnavailable), "12 hours after the last good read");
    source.at(13 * 3600);
    assert_eq!(serves(&kept).await, Err(KeyringUnavailable));
    source.put(Some(&secret(&key, &["new", "old"])));
    source.at(13 * 3600 + 29);
    assert_eq!(serves(&kept).await, Err(KeyringUnavailable), "tried less than 30 s ago");
    source.at(13 * 3600 + 30);
    assert_eq!(serves(&kept).await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_goes_backwards_counts_as_stale() {
    let key = KeyPair::generate();
    let source = Source::new(&secret(&key, &["old"]));
    let kept = source.kept();
    source.at(1_000);
    kept.keyring().await.unwrap();
    source.put(Some(&secret(&key, &["new", "old"])));
    source.at(1_100);
    assert_eq!((serves(&kept).await, source.reads()), (Ok(1), 1));
    // Not before the read, and yet backwards.
    source.at(1_050);
    assert_eq!((serves(&kept).await, source.reads()), (Ok(2), 2));
    assert_eq!((serves(&kept).await, source.reads()), (Ok(2), 2), "once");
    source.put(None);
    source.at(0);
    assert_eq!((serves(&kept).await, source.reads()), (Ok(2), 2), "tried less than 30 s ago");
    source.at(30);
    assert_eq!((serves(&kept).await, source.reads()), (Ok(2), 3));
    // What had passed before the clock was set back still counts.
    source.at(12 * 3600);
    assert_eq!(serves(&kept).await, Err(KeyringUnavailable));
}

/// The request's time was over before the read was.
#[tokio::test(start_paused = true)]
async fn a_reload_that_is_cut_off_is_left_to_the_next_request() {
    let lines = LogLines::collect();
    let key = KeyPair::generate();
    let source = Source::new(&secret(&key, &["old"]));
    let kept = source.kept();
    kept.keyring().await.unwrap();
    source.put(Some(&secret(&key, &["new"])));
    source.at(300);
    assert!(tokio::time::timeout(SLOW / 2, kept.keyring()).await.is_err());
    assert!(lines.take(TARGET).is_empty());
    source.put(Some(&secret(&key, &["new", "old"])));
    assert_eq!((serves(&kept).await, source.reads()), (Ok(2), 3));
}

/// Strangers' requests cause no more reads when their own time is short.
#[tokio::test(start_paused = true)]
async fn a_read_for_a_request_that_does_not_fit_counts_although_it_is_cut_off() {
    let key = KeyPair::generate();
    let source = Source::new(&secret(&key, &["old"]));
    let kept = source.kept();
    let known = kept.keyring().await.unwrap();
    source.at(31);
    for _ in 0..100 {
        let _ = tokio::time::timeout(SLOW / 2, kept.reload_if_stale(&known)).await;
    }
    assert_eq!(source.reads(), 2);
}

/// Its connection is gone then, and that is not a failure of anybody's.
#[tokio::test(start_paused = true)]
async fn a_read_in_which_the_process_is_frozen_is_repeated_at_once_and_is_not_an_error() {
    let lines = LogLines::collect();
    let key = KeyPair::generate();
    let source = Source::new(&secret(&key, &["old"]));
    let kept = source.kept();
    kept.keyring().await.unwrap();
    source.put(Some(&secret(&key, &["new", "old"])));
    source.at(300);
    source.0.freezes.store(3600, Ordering::Relaxed);
    assert_eq!((serves(&kept).await, source.reads()), (Ok(2), 3));
    assert_eq!(lines.take(TARGET), ["INFO keys=k message=the secret has changed"]);
}

#[tokio::test(start_paused = true)]
async fn a_mismatch_reads_at_most_once_in_30_seconds_however_many_forged_requests_come() {
    let key = KeyPair::generate();
    let source = Source::new(&secret(&key, &["old"]));
    let kept = source.kept();
    let first = kept.keyring().await.unwrap();
    source.at(31);
    assert!(kept.reload_if_stale(&first).await.is_none(), "read again, and the same as before");
    assert_eq!(source.reads(), 2);
    source.put(Some(&secret(&key, &["new", "old"])));
    for _ in 0..1000 {
        assert!(kept.reload_if_stale(&first).await.is_none(), "it was tried just now");
    }
    assert_eq!(source.reads(), 2);
    source.at(61);
    let fresh = kept.reload_if_stale(&first).await.expect("the new one");
    assert_eq!((fresh.app_secrets().len(), source.reads()), (2, 3));
    let again = kept.reload_if_stale(&first).await.expect("the one that is known by now");
    assert_eq!((again.app_secrets().len(), source.reads()), (2, 3), "without another read");
}

#[tokio::test(start_paused = true)]
async fn many_requests_that_do_not_fit_at_once_make_one_read() {
    let key = KeyPair::generate();
    let source = Source::new(&secret(&key, &["old"]));
    let kept = Arc::new(source.kept());
    let stale = kept.keyring().await.unwrap();
    source.at(31);
    source.put(Some(&secret(&key, &["new", "old"])));
    let asking = (0..100).map(|_| {
        let (kept, stale) = (Arc::clone(&kept), Arc::clone(&stale));
        tokio::spawn(async move { kept.reload_if_stale(&stale).await.unwrap().app_secrets().len() })
    });
    for asked in asking.collect::<Vec<_>>() {
        assert_eq!(asked.await.unwrap(), 2);
    }
    assert_eq!(source.reads(), 2);
}

fn encrypted_key(name: &str, rounds: u32) -> String {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("key.pem"), &*KeyPair::generate().private_pem).unwrap();
    let made = Command::new("openssl")
        .args(["pkcs8", "-topk8", "-in", "key.pem", "-passout", "pass:p", "-iter"])
        .arg(rounds.to_string())
        .current_dir(&folder)
        .output()
        .expect("openssl");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap()
}

fn encrypted(pem: &str, app_secrets: &[&str]) -> Value {
    let key = json!({ "id": "k", "pem": pem, "passphrase": "p" });
    json!({ "private_keys": [key], "app_secrets": app_secrets })
}

/// Runs `work` while another task looks at the clock all the time: how long it took, and the longest time
/// for which nothing else ran.
async fn beside<T>(work: impl Future<Output = T>) -> (T, Duration, Duration) {
    let longest = Arc::new(Mutex::new(Duration::ZERO));
    let seen = Arc::clone(&longest);
    let ticking = tokio::spawn(async move {
        loop {
            let before = std::time::Instant::now();
            tokio::task::yield_now().await;
            let mut longest = seen.lock().unwrap();
            *longest = before.elapsed().max(*longest);
        }
    });
    tokio::task::yield_now().await;
    let started = std::time::Instant::now();
    let done = work.await;
    let took = started.elapsed();
    tokio::task::yield_now().await;
    ticking.abort();
    let longest = *longest.lock().unwrap();
    (done, took, longest)
}

#[tokio::test]
#[ignore = "needs OpenSSL: make test"]
async fn a_key_is_parsed_on_a_thread_of_its_own_and_once() {
    let (one, two) = (encrypted_key("one", 1_000_000), encrypted_key("two", 1_000_000));
    let source = Source::new(&encrypted(&one, &["old"]));
    source.takes(Duration::ZERO);
    let kept = source.kept();
    let (first, took, longest) = beside(kept.keyring()).await;
    assert!(took > Duration::from_millis(50), "it is no work: {took:?}");
    assert!(longest < took / 2, "at the start nothing else ran for {longest:?} of {took:?}");

    source.at(300);
    let (second, unchanged, _) = beside(kept.keyring()).await;
    assert!(Arc::ptr_eq(first.as_ref().unwrap(), second.as_ref().unwrap()));
    assert!(unchanged < took / 4, "unchanged bytes were parsed: {unchanged:?}");

    // The app secret alone has changed: the key is known.
    source.put(Some(&encrypted(&one, &["new", "old"])));
    source.at(600);
    let (changed, took_again, _) = beside(serves(&kept)).await;
    assert_eq!(changed, Ok(2));
    assert!(took_again < took / 4, "a known key was opened again: {took_again:?}");

    source.put(Some(&encrypted(&two, &["old"])));
    source.at(900);
    let (changed, took, longest) = beside(serves(&kept)).await;
    assert_eq!(changed, Ok(1));
    assert!(longest < took / 2, "in a reload nothing else ran for {longest:?} of {took:?}");

    // `one` is not known any longer.
    let stale = kept.keyring().await.unwrap();
    source.put(Some(&encrypted(&one, &["new", "old"])));
    source.at(940);
    let (fresh, took, longest) = beside(kept.reload_if_stale(&stale)).await;
    assert_eq!(fresh.expect("another one").app_secrets().len(), 2);
    assert!(longest < took / 2, "for a mismatch nothing else ran for {longest:?} of {took:?}");
}

/// A text that is not a secret is parsed once, too: it may hold a key that takes a second to refuse.
#[tokio::test]
#[ignore = "needs OpenSSL: make test"]
async fn a_refused_secret_is_parsed_once() {
    let pem = encrypted_key("refused", 1_000_000);
    let mut json = encrypted(&pem, &["s"]);
    json["private_keys"][0]["passphrase"] = "another".into();
    let source = Source::new(&json);
    source.takes(Duration::ZERO);
    let kept = source.kept();
    let (first, took, _) = beside(serves(&kept)).await;
    assert_eq!(first, Err(KeyringUnavailable));
    let lines = LogLines::collect();
    source.at(2);
    let (second, took_again, _) = beside(serves(&kept)).await;
    assert_eq!((second, source.reads()), (Err(KeyringUnavailable), 2));
    assert!(took_again < took / 4, "it was parsed again: {took_again:?} of {took:?}");
    assert!(lines.take(TARGET)[0].contains("the passphrase is wrong"));
}

/// Keys that take longer than a request waits are there for the next one.
#[tokio::test(start_paused = true)]
#[ignore = "needs OpenSSL: make test"]
async fn a_parse_that_outlasts_its_request_is_taken_up_by_the_next_one() {
    let pem = encrypted_key("outlasts", 2_000_000);
    let source = Source::new(&encrypted(&pem, &["s"]));
    let kept = Arc::new(source.kept());
    let asking = {
        let kept = Arc::clone(&kept);
        tokio::spawn(async move { serves(&*kept).await })
    };
    // The paused clock stands still while the keys are parsed.
    while source.reads() == 0 {
        tokio::task::yield_now().await;
    }
    tokio::time::advance(SLOW).await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    tokio::time::advance(Duration::from_secs(4)).await;
    assert_eq!(asking.await.unwrap(), Err(KeyringUnavailable));
    assert_eq!((serves(&*kept).await, source.reads()), (Ok(1), 1));
}

/// A process that was frozen: no time has passed by its own clock, and days by the wall clock.
#[tokio::test(start_paused = true)]
async fn the_first_request_after_a_freeze_that_is_signed_with_a_revoked_app_secret_is_432() {
    let key = KeyPair::generate();
    let source = Source::new(&secret(&key, &["old"]));
    let endpoint = Endpoint::new(source.kept(), MemoryStore::new()).serve("/form", flow());
    let status = async |json: &Value| {
        let secret = Keyring::from_json(json.to_string().as_bytes()).unwrap().0;
        endpoint.handle(ping(&secret)).await.status().as_u16()
    };
    assert_eq!(status(&secret(&key, &["old"])).await, 200);
    source.put(Some(&secret(&key, &["new"])));
    source.at(3 * 86_400);
    assert_eq!(status(&secret(&key, &["old"])).await, 432);
    assert_eq!((status(&secret(&key, &["new"])).await, source.reads()), (200, 2));
    // Nor does it serve for ever when the reload fails.
    source.put(None);
    source.at(3 * 86_400 + 3600);
    assert_eq!(status(&secret(&key, &["new"])).await, 200);
    source.at(4 * 86_400);
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
