//! Keys and app secrets change while requests come, and nobody notices: the rules with a clock of the
//! test's own, then the runbook's drill on the real program and moto.
#![cfg(all(feature = "lambda", feature = "cli"))]

#[path = "support/aws.rs"]
mod aws;
#[path = "support/program.rs"]
mod program;

pub use aws::Error;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aws::{Moto, environment, secrets_manager};
use program::{Running, events_secret, ping_event};
use serde_json::{Value, json};
use whatsapp_flows::flow::BoxFuture;
use whatsapp_flows::phone::KeyPair;
use whatsapp_flows::protocol::secret::Secret;
use whatsapp_flows::secrets::{KeptSecret, SecretSource, Secrets};

/// A source that counts its reads, and can be changed or taken away.
#[derive(Clone)]
struct Source {
    json: Arc<Mutex<Option<String>>>,
    reads: Arc<AtomicUsize>,
}

impl Source {
    fn new(json: &Value) -> Self {
        Self { json: Arc::new(Mutex::new(Some(json.to_string()))), reads: Arc::default() }
    }

    fn put(&self, json: Option<&Value>) {
        *self.json.lock().unwrap() = json.map(Value::to_string);
    }

    fn reads(&self) -> usize {
        self.reads.load(Ordering::Relaxed)
    }
}

impl SecretSource for Source {
    fn read(&self) -> BoxFuture<'_, Result<zeroize::Zeroizing<Vec<u8>>, &'static str>> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let json = self.json.lock().unwrap().clone();
        Box::pin(async {
            // As long as a slow Secrets Manager.
            tokio::time::sleep(Duration::from_millis(500)).await;
            Ok(zeroize::Zeroizing::new(json.ok_or("away")?.into_bytes()))
        })
    }

    fn takes_the_events_key(&self) -> bool {
        false
    }
}

fn secret(keys: &[(&str, &KeyPair)], app_secrets: &[&str]) -> Value {
    let keys: Vec<_> =
        keys.iter().map(|(id, pair)| json!({ "id": id, "pem": *pair.private_pem })).collect();
    json!({ "private_keys": keys, "app_secrets": app_secrets })
}

fn parsed(json: &Value) -> Secret {
    Secret::from_json(json.to_string().as_bytes()).unwrap().0
}

fn newest(secret: &Secret) -> String {
    secret.private_keys()[0].id().to_string()
}

#[tokio::test(start_paused = true)]
async fn a_mismatch_reads_at_most_once_in_30_seconds_however_many_forged_requests_come() {
    let (old, new) = (KeyPair::generate(), KeyPair::generate());
    let source = Source::new(&secret(&[("old", &old)], &["s"]));
    let kept = KeptSecret::new(source.clone());
    let first = kept.secret().await.unwrap();
    tokio::time::sleep(Duration::from_secs(31)).await;
    assert!(kept.fresher(&first).await.is_none(), "read again, and the same as before");
    assert_eq!(source.reads(), 2);
    source.put(Some(&secret(&[("new", &new), ("old", &old)], &["s"])));
    let known = kept.secret().await.unwrap();
    for _ in 0..1000 {
        assert!(kept.fresher(&known).await.is_none(), "it was tried just now");
    }
    assert_eq!(source.reads(), 2);
    tokio::time::sleep(Duration::from_secs(30)).await;
    let fresh = kept.fresher(&known).await.expect("the new one");
    assert_eq!((newest(&fresh), source.reads()), ("new".into(), 3));
    let again = kept.fresher(&known).await.expect("the one that is known by now");
    assert_eq!((newest(&again), source.reads()), ("new".into(), 3), "without another read");
}

#[tokio::test(start_paused = true)]
async fn many_requests_that_do_not_fit_at_once_make_one_read() {
    let (old, new) = (KeyPair::generate(), KeyPair::generate());
    let source = Source::new(&secret(&[("old", &old)], &["s"]));
    let kept = Arc::new(KeptSecret::new(source.clone()));
    let stale = kept.secret().await.unwrap();
    tokio::time::sleep(Duration::from_secs(31)).await;
    source.put(Some(&secret(&[("new", &new)], &["s"])));
    let asking = (0..100).map(|_| {
        let (kept, stale) = (Arc::clone(&kept), Arc::clone(&stale));
        tokio::spawn(async move { newest(&kept.fresher(&stale).await.unwrap()) })
    });
    for asked in asking.collect::<Vec<_>>() {
        assert_eq!(asked.await.unwrap(), "new");
    }
    assert_eq!(source.reads(), 2);
}

#[tokio::test(start_paused = true)]
async fn every_five_minutes_it_is_read_beside_a_request_that_does_not_wait() {
    let (old, new) = (KeyPair::generate(), KeyPair::generate());
    let source = Source::new(&secret(&[("old", &old)], &["s"]));
    let kept = KeptSecret::new(source.clone());
    kept.secret().await.unwrap();
    source.put(Some(&secret(&[("new", &new)], &["s"])));
    let ask = async || {
        let started = tokio::time::Instant::now();
        let secret = kept.secret().await.unwrap();
        assert!(started.elapsed().is_zero(), "a request waited");
        newest(&secret)
    };
    tokio::time::sleep(Duration::from_secs(299)).await;
    assert_eq!((ask().await, source.reads()), ("old".into(), 1));
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(ask().await, "old", "this one has it read beside it");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!((ask().await, source.reads()), ("new".into(), 2));
}

#[tokio::test(start_paused = true)]
async fn while_secrets_manager_is_away_the_known_secret_serves_on() {
    let old = KeyPair::generate();
    let source = Source::new(&secret(&[("old", &old)], &["s"]));
    let kept = KeptSecret::new(source.clone());
    let known = kept.secret().await.unwrap();
    source.put(None);
    for hour in 0..24 {
        tokio::time::sleep(Duration::from_secs(3600)).await;
        assert_eq!(newest(&kept.secret().await.unwrap()), "old", "hour {hour}");
        assert!(kept.fresher(&known).await.is_none());
    }
    source.put(Some(&json!({ "private_keys": "MARK", "app_secrets": [] })));
    tokio::time::sleep(Duration::from_secs(3600)).await;
    kept.secret().await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(newest(&kept.secret().await.unwrap()), "old", "a broken one is not taken");
}

/// The runbook of DESIGN.md on the real program, with moto as Secrets Manager, while two phones ask
/// without a pause. 30 seconds lie between the steps, for the program reads at most that often.
#[tokio::test]
async fn the_drill() {
    let (a, b, elsewhere) = (KeyPair::generate(), KeyPair::generate(), KeyPair::generate());
    let moto = Moto::start();
    let manager = secrets_manager(&moto.url);
    let put = async |json: &Value| {
        let put = manager.put_secret_value().secret_id("flows").secret_string(json.to_string());
        put.send().await.unwrap();
        Instant::now()
    };
    let initial = secret(&[("A", &a)], &["one"]).to_string();
    manager.create_secret().name("flows").secret_string(initial).send().await.unwrap();
    let local = environment(&moto.url);
    let mut env: Vec<_> = local.iter().map(|(name, value)| (*name, value.as_str())).collect();
    env.push(("FLOWS_SECRET_ID", "flows"));
    let running = Arc::new(Running::start("drill", &env).await);

    let with_a = || parsed(&secret(&[("A", &a)], &["one"]));
    let with_b = || parsed(&secret(&[("B", &b)], &["one"]));
    let with_b_two = || parsed(&secret(&[("B", &b)], &["two"]));
    let mut requests = 0;
    // Phones change over one by one, so old and new come mixed.
    let mut load = async |seconds: u64, phones: &[&dyn Fn() -> Secret]| {
        let until = Instant::now() + Duration::from_secs(seconds);
        let phones: Vec<_> = phones.iter().map(|phone| phone()).collect();
        while Instant::now() < until {
            for phone in &phones {
                assert_eq!(
                    running.status(&ping_event(phone)).await,
                    200,
                    "after {requests} requests"
                );
                requests += 1;
            }
        }
    };
    load(31, &[&with_a]).await;
    let put_at = put(&secret(&[("B", &b), ("A", &a)], &["one"])).await;
    assert_eq!(running.status(&ping_event(&with_b())).await, 200, "sealed for the new key");
    let first_use = put_at.elapsed().as_secs_f64();
    load(1, &[&with_b, &with_a]).await;
    let lines = running.log_lines(2).await;
    assert!(
        lines.iter().any(|line| line.contains("the secret has changed") && line.contains("B, A"))
    );
    assert!(lines.iter().any(|line| line.contains(r#""key":"B""#)));
    load(30, &[&with_a, &with_b]).await;
    put(&secret(&[("B", &b), ("A", &a)], &["two", "one"])).await;
    load(31, &[&with_b_two, &with_b]).await;
    put(&secret(&[("B", &b)], &["two"])).await;
    load(1, &[&with_b_two]).await;
    println!("{requests} requests, 0 failures, {first_use:.3} s to the first use of the new key");

    // A stranger's key makes one read more, and the old key and app secret are over.
    let stranger = parsed(&secret(&[("C", &elsewhere)], &["two"]));
    assert_eq!(running.status(&ping_event(&stranger)).await, 421);
    assert_eq!(running.status(&ping_event(&parsed(&secret(&[("A", &a)], &["two"])))).await, 421);
    assert_eq!(running.status(&ping_event(&with_b())).await, 432);
    assert_eq!(running.status(&ping_event(&events_secret())).await, 432);
    assert_eq!(running.status(&ping_event(&with_b_two())).await, 200);
}
