//! The life of a Lambda process: it is frozen between two requests, and it starts cold while Meta is waiting.
//!
//! The tests run an endpoint of this file in a process of its own, under a Runtime API and with Secrets Manager from
//! moto. Its wall clock runs a hundred times as fast, so that five minutes pass in three seconds, even while the
//! process is stopped (SIGSTOP). The program that ships has no such switch; `make faults` tests it in five real
//! minutes.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::support::aws::{Moto, environment, secrets_manager, tables};
use crate::support::faults::{Fault, Proxy};
use crate::support::program::{program, scratch, sealed_event};
use local_lambda::runtime_api::{Lambda, Log, Program};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::process::Child;
use whatsapp_flows::aws::{Aws, lambda, log};
use whatsapp_flows::endpoint::RemainingTime;
use whatsapp_flows::keyring::{CachedKeyring, KeyringProvider};
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::testing::KeyPair;
use whatsapp_flows::{
    Context, Endpoint, Flow, Init, MemoryStore, Reaches, ReplyTo, Result, Screen,
};

/// The environment variable with the speed of the wall clock in the child process.
pub const CHILD: &str = "PROCESS_TEST_CHILD";
pub const FAST: u64 = 100;
const REAL: u64 = 1;
/// A little more than five minutes of the child's clock.
const FIVE_MINUTES: Duration = Duration::from_millis(3_100);

#[derive(Serialize)]
struct Form {}

impl Screen for Form {
    const ID: &'static str = "FORM";
    type Input = ();
}

impl Reaches<Form> for Init {}

async fn pending_forever(_: Context<()>) -> Result<ReplyTo<Init>> {
    std::future::pending().await
}

fn flow() -> Flow<()> {
    Flow::new(()).on_init(pending_forever)
}

/// The child process.
#[test]
fn child() {
    let Ok(speed) = std::env::var(CHILD) else { return };
    let speed: u64 = speed.parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        log::start(&[env!("CARGO_CRATE_NAME")]);
        let secret = CachedKeyring::new(Aws::from_env().await.secret("flows"));
        let secret = secret.clock(move || millis() * speed / 1_000);
        // As in the program that ships.
        let _ = secret.keyring().await;
        let endpoint = Endpoint::new(secret, MemoryStore::new()).serve("/form", flow());
        lambda::run(endpoint).await.unwrap();
    });
}

fn millis() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64
}

/// The child process, its secret in moto, and a proxy between them.
struct Process {
    lambda: Lambda,
    child: Child,
    log: PathBuf,
    manager: aws_sdk_secretsmanager::Client,
    proxy: Proxy,
    _moto: Moto,
}

impl Process {
    /// Starts the child. `prepare` may inject faults first.
    async fn start(name: &str, speed: u64, secret: &Value, prepare: impl FnOnce(&Proxy)) -> Self {
        let folder = scratch(name);
        let script = folder.join("program");
        let own = std::env::current_exe().unwrap();
        let text =
            format!("#!/bin/sh\nexec '{}' --exact process::child --nocapture\n", own.display());
        std::fs::write(&script, text).unwrap();
        std::fs::set_permissions(&script, PermissionsExt::from_mode(0o700)).unwrap();
        let (moto, proxy, manager) = secrets(secret).await;
        prepare(&proxy);
        let log = folder.join("log");
        let _ = std::fs::remove_file(&log);
        let mut env: Vec<(String, String)> =
            environment(&proxy.url).map(|(name, value)| (name.into(), value)).to_vec();
        env.push((CHILD.into(), speed.to_string()));
        let lambda = Lambda::start().await.unwrap();
        let program = Program { path: script, env, log: Log::File(log.clone()), keep_aws: false };
        let child = program.start(lambda.runtime_api()).unwrap();
        Self { lambda, child, log, manager, proxy, _moto: moto }
    }

    async fn status(&self, event: &Value) -> u64 {
        status(&self.lambda, event).await
    }

    async fn put(&self, secret: &Value) {
        put(&self.manager, secret).await;
    }

    fn signal(&self, signal: &str) {
        send(&self.child, signal);
    }

    /// Returns the log lines about the secret.
    fn log(&self) -> Vec<String> {
        secret_log_lines(&self.log)
    }
}

/// Starts moto with this secret, and a proxy in front of it.
async fn secrets(secret: &Value) -> (Moto, Proxy, aws_sdk_secretsmanager::Client) {
    let moto = Moto::start();
    let manager = secrets_manager(&moto.url);
    let create = manager.create_secret().name("flows").secret_string(secret.to_string());
    create.send().await.unwrap();
    let proxy = Proxy::to(&moto.url).await;
    (moto, proxy, manager)
}

async fn put(manager: &aws_sdk_secretsmanager::Client, secret: &Value) {
    let put = manager.put_secret_value().secret_id("flows").secret_string(secret.to_string());
    put.send().await.unwrap();
}

async fn status(lambda: &Lambda, event: &Value) -> u64 {
    lambda.invoke(event).await.unwrap()["statusCode"].as_u64().unwrap()
}

fn send(child: &Child, signal: &str) {
    let id = child.id().expect("it runs").to_string();
    assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
}

fn secret_log_lines(log: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    text.lines()
        .filter(|line| line.contains("secret") && line.contains("message"))
        .map(str::to_owned)
        .collect()
}

fn secret(key: &KeyPair, app_secret: &str) -> Value {
    let key = json!({ "id": "k", "pem": *key.private_pem });
    json!({ "private_keys": [key], "app_secrets": [app_secret_named(app_secret)] })
}

/// Returns an app secret in Meta's form, 32 hexadecimal digits.
fn app_secret_named(name: &str) -> String {
    let digits: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("{digits:0<32}")
}

fn event(secret: &Value, path: &str, plaintext: &Value) -> Value {
    let secret = Keyring::from_json(secret.to_string().as_bytes()).unwrap().0;
    sealed_event(&secret, path, plaintext).0
}

fn ping(secret: &Value) -> Value {
    event(secret, "/form", &json!({ "version": "3.0", "action": "ping" }))
}

/// Returns a request whose handler never ends.
fn init(secret: &Value) -> Value {
    let token = "0123456789abcdef0123456789abcdef";
    let plaintext = json!({ "version": "3.0", "action": "INIT", "flow_token": token });
    event(secret, "/form", &plaintext)
}

#[tokio::test]
#[ignore = "needs moto: make test"]
async fn rotation_revoked_app_secret_is_rejected_after_a_freeze() {
    let key = KeyPair::generate();
    let (old, new) = (secret(&key, "old"), secret(&key, "new"));
    let process = Process::start("frozen", FAST, &old, |_| ()).await;
    assert_eq!(process.status(&ping(&old)).await, 200);
    process.signal("-STOP");
    process.put(&new).await;
    tokio::time::sleep(FIVE_MINUTES).await;
    // Lambda thaws a process when there is an event for it.
    let revoked = ping(&old);
    let (revoked, ()) = tokio::join!(process.status(&revoked), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        process.signal("-CONT");
    });
    assert_eq!(revoked, 432);
    assert_eq!(process.status(&ping(&new)).await, 200);
    let log = process.log();
    assert!(matches!(&log[..], [line] if line.contains("the secret has changed")), "{log:#?}");
}

/// The server drops the connection while the process is frozen.
#[tokio::test]
#[ignore = "needs moto: make test"]
async fn rotation_reload_over_a_dead_connection_succeeds_within_1_s() {
    let key = KeyPair::generate();
    let (old, new) = (secret(&key, "old"), secret(&key, "new"));
    let process = Process::start("dead-connection", FAST, &old, |_| ()).await;
    assert_eq!(process.status(&ping(&old)).await, 200);
    process.signal("-STOP");
    process.put(&new).await;
    process.proxy.inject("GetSecretValue", 0, 1, Fault::Silence);
    tokio::time::sleep(FIVE_MINUTES).await;
    process.signal("-CONT");
    assert_eq!(process.status(&ping(&old)).await, 432);
    assert_eq!(process.proxy.clear(), 1);
    let log = process.log();
    assert!(matches!(&log[..], [line] if line.contains("the secret has changed")), "{log:#?}");
}

#[tokio::test]
#[ignore = "needs moto: make test"]
async fn rotation_reload_that_is_frozen_midway_is_retried() {
    let key = KeyPair::generate();
    let (old, new) = (secret(&key, "old"), secret(&key, "new"));
    let process = Process::start("stopped", FAST, &old, |_| ()).await;
    assert_eq!(process.status(&ping(&old)).await, 200);
    tokio::time::sleep(FIVE_MINUTES).await;
    process.proxy.inject("GetSecretValue", 0, 1, Fault::Silence);
    let revoked = ping(&old);
    let (revoked, ()) = tokio::join!(process.status(&revoked), async {
        while process.proxy.injected() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        process.signal("-STOP");
        process.put(&new).await;
        tokio::time::sleep(FIVE_MINUTES).await;
        process.signal("-CONT");
    });
    assert_eq!(revoked, 432);
    let log = process.log();
    assert!(matches!(&log[..], [line] if line.contains("the secret has changed")), "{log:#?}");
}

/// Runs the program that ships, in five real minutes.
#[tokio::test]
#[ignore = "takes five minutes: make faults"]
async fn rotation_revoked_app_secret_is_rejected_after_five_minutes() {
    let key = KeyPair::generate();
    let (old, new) = (secret(&key, "old"), secret(&key, "new"));
    let (_moto, proxy, manager) = secrets(&old).await;
    let dynamodb = tables::in_memory().serve().await.unwrap();
    let log = scratch("ships").join("log");
    let _ = std::fs::remove_file(&log);
    let local = environment(&proxy.url);
    let mut env: Vec<_> = local.iter().map(|(name, value)| (*name, value.as_str())).collect();
    env.push(("FLOWS_SECRET_ID", "flows"));
    let lambda = Lambda::start().await.unwrap();
    let child = program(&log, &dynamodb, &env).start(lambda.runtime_api()).unwrap();
    let ping =
        |secret: &Value| event(secret, "/basic", &json!({ "version": "3.0", "action": "ping" }));
    assert_eq!(status(&lambda, &ping(&old)).await, 200);
    send(&child, "-STOP");
    put(&manager, &new).await;
    tokio::time::sleep(Duration::from_secs(301)).await;
    send(&child, "-CONT");
    assert_eq!(status(&lambda, &ping(&old)).await, 432);
    assert_eq!(status(&lambda, &ping(&new)).await, 200);
    let log = secret_log_lines(&log);
    assert!(matches!(&log[..], [line] if line.contains("the secret has changed")), "{log:#?}");
}

/// Meta's 10 s include the start of the process.
#[tokio::test]
#[ignore = "needs moto: make test"]
async fn cold_start_without_a_secret_is_answered_within_8_s() {
    let key = KeyPair::generate();
    let old = secret(&key, "old");
    let (lost, slow) = (init(&old), init(&old));
    // The secret cannot be read: 2.5 s at the start, and again in the request.
    let mut sent = (Instant::now(), millis());
    let process = Process::start("cold-lost", REAL, &old, |proxy| {
        proxy.inject("GetSecretValue", 0, usize::MAX, Fault::Silence);
        sent = (Instant::now(), millis());
    })
    .await;
    assert_eq!(process.status(&with_event_time(lost, sent.1)).await, 500);
    let took = sent.0.elapsed();
    assert!(took < Duration::from_millis(8_300), "{took:?}");
    assert!(took > Duration::from_millis(4_000), "it did not wait for the secret: {took:?}");
    drop(process);
    // The secret is read in the end, and then the handler never ends.
    let process = Process::start("cold-slow", REAL, &old, |proxy| {
        proxy.inject("GetSecretValue", 0, 2, Fault::Silence);
        sent = (Instant::now(), millis());
    })
    .await;
    assert_eq!(process.status(&with_event_time(slow, sent.1)).await, 500);
    let took = sent.0.elapsed();
    assert!(took < Duration::from_millis(8_300), "{took:?}");
    assert!(took > Duration::from_millis(6_900), "it did not wait for the handler: {took:?}");
    assert_eq!(process.proxy.injected(), 2);
}

#[tokio::test]
#[ignore = "needs moto: make test"]
async fn deadline_counts_from_the_event_time() {
    let key = KeyPair::generate();
    let old = secret(&key, "old");
    let process = Process::start("late", REAL, &old, |_| ()).await;
    assert_eq!(process.status(&ping(&old)).await, 200);
    let took = async |event: &Value| {
        let started = Instant::now();
        assert_eq!(process.status(event).await, 500);
        started.elapsed().as_millis()
    };
    // A handler gets seven eighths of the remaining time, here of 2 s.
    let sent = millis() - 6_000;
    let http = with_event_time(init(&old), sent);
    let late = took(&http).await;
    assert!((1_000..2_300).contains(&late), "{late}");
    let context = json!({
        "accountId": "123456789012", "apiId": "local", "httpMethod": "POST", "path": "/prod/form",
        "requestId": "r", "stage": "prod", "requestTimeEpoch": millis() - 6_000,
    });
    let rest = json!({
        "resource": "/{proxy+}", "path": "/form", "httpMethod": "POST", "requestContext": context,
        "headers": http["headers"], "body": http["body"], "isBase64Encoded": false,
    });
    let late = took(&rest).await;
    assert!((1_000..2_300).contains(&late), "{late}");
    // An old recording, or a wrong clock.
    for sent in [0, millis() - 3_600_000, millis() + 60_000] {
        let late = took(&with_event_time(init(&old), sent)).await;
        assert!((6_900..8_300).contains(&late), "{late}");
    }
}

/// Sets the time at which API Gateway received the event.
fn with_event_time(mut event: Value, millis: u64) -> Value {
    event["requestContext"]["timeEpoch"] = millis.into();
    event
}

/// Measures the time that a handler gets, by the remaining time of the request.
#[tokio::test(start_paused = true)]
async fn deadline_leaves_handlers_seven_eighths_of_the_time() {
    let key = KeyPair::generate();
    let (old, _) = Keyring::from_json(secret(&key, "old").to_string().as_bytes()).unwrap();
    let old = std::sync::Arc::new(old);
    let endpoint = Endpoint::new(old, MemoryStore::new()).serve("/form", flow());
    for (time, runs) in [
        (None, 7_000),
        (Some(Duration::from_secs(60)), 7_000),
        (Some(Duration::from_secs(4)), 3_500),
        (Some(Duration::from_secs(1)), 875),
        (Some(Duration::ZERO), 0),
    ] {
        let event = init(&secret(&key, "old"));
        let mut request = lambda::request_from_event(event.to_string().as_bytes()).unwrap();
        if let Some(time) = time {
            request.extensions_mut().insert(RemainingTime(time));
        }
        let started = tokio::time::Instant::now();
        assert_eq!(endpoint.handle(request).await.status(), 500);
        assert_eq!(started.elapsed().as_millis(), runs, "{time:?}");
    }
}
