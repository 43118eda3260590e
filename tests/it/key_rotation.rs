//! `flowctl keys rotate` under load, with running and frozen processes of the function, killed at every call that it
//! makes. Clients get 200 throughout.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use local_lambda::gateway;
use local_lambda::runtime_api::{Lambda, Log, Program};
use serde_json::{Value, json};
use tokio::process::Child;
use whatsapp_flows::protocol::signature::AppSecret;
use whatsapp_flows::testing::{KeyPair, RequestSealer};

use crate::support::aws::{environment, tables};
use crate::support::flowctl;
use crate::support::kill_switch::{KillSwitch, When};
use crate::support::meta_keys::{MetaKeys, TOKEN};
use crate::support::program::{program, scratch};
use crate::support::secrets::Secrets;

const NUMBERS: [&str; 2] = ["300000000000003", "300000000000004"];
const APP: &str = "400000000000004";
const APP_SECRETS: [&str; 2] =
    ["0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"];

/// The function as processes: the wall clock of the quick ones runs a hundred times as fast.
#[derive(Clone, Copy, PartialEq)]
enum Function {
    Quick,
    Real,
}

impl Function {
    /// `--wait`: five minutes of the function's clock, and a margin.
    fn wait(self) -> u64 {
        match self {
            Self::Quick => 4,
            Self::Real => 340,
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Quick => "/form",
            Self::Real => "/basic",
        }
    }
}

/// Secrets Manager, Meta, and three processes of one function: one serves all the time, one is frozen between two
/// requests, and one is frozen for the whole test.
struct World {
    function: Function,
    wait: u64,
    switch: KillSwitch,
    secrets: Secrets,
    meta: MetaKeys,
    manager_url: String,
    graph_url: String,
    endpoint: String,
    processes: [Process; 3],
    folder: PathBuf,
}

struct Process {
    lambda: Lambda,
    child: Child,
}

impl Process {
    fn signal(&self, signal: &str) {
        let id = self.child.id().expect("it runs").to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }
}

impl World {
    async fn start(name: &str, function: Function) -> Self {
        let folder = scratch(name);
        let old = KeyPair::generate();
        let secret = json!({
            "private_keys": [{ "id": "old", "pem": *old.private_pem, "note": "kept" }],
            "app_secrets": [APP_SECRETS[0]], "owner": "kept",
        });
        let secrets = Secrets::with(&secret.to_string());
        let switch = KillSwitch::default();
        let meta = MetaKeys::new(&switch);
        meta.set_app_secret(APP_SECRETS[0]);
        for number in NUMBERS {
            meta.set_key(number, &old.public_pem);
        }
        let function_url = secrets.serve().await;
        let mut processes = Vec::new();
        for number in 0..3 {
            let lambda = Lambda::start().await.unwrap();
            let program = build(function, &folder, number, &function_url).await;
            processes.push(Process { child: program.start(lambda.runtime_api()).unwrap(), lambda });
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}{}", listener.local_addr().unwrap(), function.path());
        tokio::spawn(gateway::serve(listener, processes[0].lambda.clone(), Box::new(|_, _| ())));
        let Ok(processes) = <[Process; 3]>::try_from(processes) else { unreachable!() };
        Self {
            manager_url: secrets.serve_counted(&switch).await,
            graph_url: meta.serve().await,
            function,
            wait: function.wait(),
            switch,
            secrets,
            meta,
            endpoint,
            processes,
            folder,
        }
    }

    /// Runs `flowctl keys rotate`, which the switch may kill.
    async fn rotate(&self, arguments: &[&str]) -> Output {
        self.rotate_with(arguments, "").await
    }

    async fn rotate_with(&self, arguments: &[&str], input: &str) -> Output {
        let wait = self.wait.to_string();
        let mut all = vec!["keys", "rotate", "--secret-id", "flows", "--app-id", APP];
        all.extend(["--endpoint", &self.endpoint, "--graph-url", &self.graph_url, "--wait", &wait]);
        all.extend(NUMBERS.iter().flat_map(|number| ["--phone-number-id", number]));
        all.extend(arguments);
        let mut command = flowctl::command(&all);
        command.env("WHATSAPP_TOKEN", TOKEN).envs(environment(&self.manager_url));
        command.current_dir(&self.folder);
        let input_file = self.folder.join("input");
        std::fs::write(&input_file, input).unwrap();
        command.stdin(std::fs::File::open(&input_file).unwrap());
        let child = command.spawn().unwrap();
        self.switch.set_process(child.id());
        let output =
            tokio::task::spawn_blocking(|| child.wait_with_output()).await.unwrap().unwrap();
        let printed = text(&output);
        for secret in ["PRIVATE KEY", TOKEN, APP_SECRETS[0], APP_SECRETS[1], NUMBERS[0], APP] {
            assert!(!printed.contains(secret), "{secret} in {printed}");
        }
        output
    }

    /// Kills `flowctl` at its first call, then at its second, and so on, until it runs to its end.
    async fn rotate_killed_everywhere(&self, when: When, arguments: &[&str], input: &str) -> usize {
        for at in 0.. {
            self.switch.arm(at, when);
            let output = self.rotate_with(arguments, input).await;
            if output.status.code().is_some() {
                assert!(output.status.success(), "after {at} kills: {}", text(&output));
                return at;
            }
        }
        unreachable!()
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

async fn build(function: Function, folder: &Path, number: usize, secrets_url: &str) -> Program {
    let log = folder.join(format!("log-{number}"));
    let _ = std::fs::remove_file(&log);
    let mut env: Vec<(String, String)> =
        environment(secrets_url).map(|(name, value)| (name.into(), value)).to_vec();
    match function {
        Function::Quick => {
            let script = folder.join(format!("program-{number}"));
            let own = std::env::current_exe().unwrap();
            let own = own.display();
            let text = format!("#!/bin/sh\nexec '{own}' --exact process::child --nocapture\n");
            std::fs::write(&script, text).unwrap();
            std::fs::set_permissions(&script, PermissionsExt::from_mode(0o700)).unwrap();
            env.push((crate::process::CHILD.into(), crate::process::FAST.to_string()));
            Program { path: script, env, log: Log::File(log), keep_aws: false }
        }
        Function::Real => {
            let dynamodb = tables::in_memory().serve().await.unwrap();
            let mut env: Vec<_> = env.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            env.push(("FLOWS_SECRET_ID", "flows"));
            program(&log, &dynamodb, &env)
        }
    }
}

/// The clients of both numbers: half of them encrypt with the key that Meta has now, and half with the one that they
/// fetched at their start. Meta signs with the app secret that it has.
struct Clients {
    stop: Arc<AtomicBool>,
    sent: Arc<AtomicUsize>,
    frozen: Arc<AtomicUsize>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Clients {
    fn start(world: &World) -> Self {
        let (stop, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let frozen = Arc::new(AtomicUsize::new(0));
        let mut tasks = Vec::new();
        for number in NUMBERS {
            let (lambda, meta) = (world.processes[0].lambda.clone(), world.meta.clone());
            let (path, stop, sent) = (world.function.path(), stop.clone(), sent.clone());
            let first = meta.key(number);
            tasks.push(tokio::spawn(async move {
                while !stop.load(Relaxed) {
                    for key in [&first, &meta.key(number)] {
                        assert_eq!(status(&lambda, &event(key, &meta, path)).await, 200);
                        sent.fetch_add(1, Relaxed);
                    }
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }));
        }
        // The second process thaws for one request at a time.
        let id = world.processes[1].child.id().unwrap().to_string();
        let (lambda, meta) = (world.processes[1].lambda.clone(), world.meta.clone());
        let (path, ended, count) = (world.function.path(), stop.clone(), frozen.clone());
        let send = move |signal: &str| {
            assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        };
        tasks.push(tokio::spawn(async move {
            while !ended.load(Relaxed) {
                send("-STOP");
                tokio::time::sleep(Duration::from_millis(700)).await;
                send("-CONT");
                let number = NUMBERS[count.load(Relaxed) % 2];
                assert_eq!(status(&lambda, &event(&meta.key(number), &meta, path)).await, 200);
                count.fetch_add(1, Relaxed);
            }
        }));
        Self { stop, sent, frozen, tasks }
    }

    /// Stops the clients, and returns the number of requests to the running and to the frozen process.
    async fn stop(self) -> (usize, usize) {
        self.stop.store(true, Relaxed);
        for task in self.tasks {
            task.await.expect("a request failed");
        }
        (self.sent.load(Relaxed), self.frozen.load(Relaxed))
    }
}

fn event(public_pem: &str, meta: &MetaKeys, path: &str) -> Value {
    let ping = json!({ "version": "3.0", "action": "ping" }).to_string();
    let body = RequestSealer::new(public_pem).unwrap().seal(ping.as_bytes()).body;
    let signature = AppSecret::new(meta.app_secret()).unwrap().sign(body.as_bytes());
    let headers = [
        ("content-type", &b"application/json"[..]),
        (whatsapp_flows::protocol::signature::HEADER, signature.as_bytes()),
    ];
    local_lambda::event::http_api("POST", path, headers, body.as_bytes())
}

async fn status(lambda: &Lambda, event: &Value) -> u64 {
    lambda.invoke(event).await.unwrap()["statusCode"].as_u64().unwrap()
}

fn ids(secret: &Value) -> Vec<&str> {
    secret["private_keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["id"].as_str().unwrap())
        .collect()
}

/// A rotation of the key and its end, killed at every call. Returns the figures.
async fn rotate_key(name: &str, function: Function, when: When) -> String {
    let world = World::start(name, function).await;
    let third = &world.processes[2];
    let old = world.meta.key(NUMBERS[0]);
    assert_eq!(status(&third.lambda, &event(&old, &world.meta, function.path())).await, 200);
    third.signal("-STOP");
    let clients = Clients::start(&world);
    let started = Instant::now();
    let kills = world.rotate_killed_everywhere(when, &[], "").await;
    let calls = world.switch.calls();
    let new = world.meta.key(NUMBERS[0]);
    assert_ne!(new, old);
    assert_eq!(new, world.meta.key(NUMBERS[1]));
    // The process that was frozen all the time.
    let thawed = event(&new, &world.meta, function.path());
    third.signal("-CONT");
    assert_eq!(status(&third.lambda, &thawed).await, 200);
    let secret = world.secrets.current();
    let day = secret["private_keys"][0]["created"].as_str().unwrap()[..10].to_owned();
    assert_eq!(ids(&secret), [&day, "old"]);
    assert_eq!(
        (&secret["owner"], &secret["private_keys"][1]["note"]),
        (&json!("kept"), &json!("kept"))
    );

    // Once more changes nothing, and the old key stays for its days.
    world.switch.disarm();
    let again = world.rotate(&[]).await;
    assert!(
        again.status.success() && text(&again).contains("the old key may go from"),
        "{}",
        text(&again)
    );
    let early = world.rotate(&["--finish"]).await;
    assert!(
        !early.status.success() && text(&early).contains("the old key may go from"),
        "{}",
        text(&early)
    );
    assert_eq!(ids(&world.secrets.current()).len(), 2);
    let took = started.elapsed().as_secs();
    let (sent, frozen) = clients.stop().await;

    let ends = world.rotate_killed_everywhere(when, &["--finish", "--keep-days", "0"], "").await;
    assert_eq!(ids(&world.secrets.current()), [&day]);
    for call in ["PutSecretValue", "UpdateSecretVersionStage", "register"] {
        assert!(kills > 8, "no kill at {call}: {calls:?}");
    }
    format!(
        "{when:?}: {sent} requests to a running process, {frozen} to a frozen one, 0 failures, {kills} kills in {took} s, \
         {ends} kills at the end"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn rotation_killed_at_every_call_fails_no_request() {
    for (name, when) in [("rotate-before", When::BeforeEffect), ("rotate-after", When::AfterEffect)]
    {
        println!("{}", rotate_key(name, Function::Quick, when).await);
    }
}

/// The program that ships, and five real minutes.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes six minutes: make rotation"]
async fn rotation_killed_at_every_call_fails_no_request_in_five_minutes() {
    println!("{}", rotate_key("rotate-ships", Function::Real, When::AfterEffect).await);
}

/// Somebody else adds a member to the secret before each call of a rotation.
#[tokio::test(flavor = "multi_thread")]
async fn rotation_never_loses_a_concurrent_change() {
    let mut world = World::start("rotate-concurrent", Function::Quick).await;
    // The function reads the secret again for a ping that it cannot open.
    world.wait = 0;
    let (first, old) = (world.secrets.current(), world.meta.key(NUMBERS[0]));
    let (mut changes, mut refused) = (0, 0);
    for at in 0.. {
        let mut fresh = world.secrets.current();
        fresh["private_keys"] = first["private_keys"].clone();
        world.secrets.replace(&fresh.to_string());
        NUMBERS.iter().for_each(|number| world.meta.set_key(number, &old));
        let secrets = world.secrets.clone();
        world.switch.interrupt(at, move || {
            let mut secret = secrets.current();
            secret[format!("change-{at}")] = at.into();
            secrets.replace(&secret.to_string());
        });
        let output = world.rotate(&[]).await;
        let secret = world.secrets.current();
        changes += usize::from(secret.get(format!("change-{at}")).is_some());
        let kept = secret.as_object().unwrap().keys().filter(|name| name.starts_with("change-"));
        assert_eq!(kept.count(), changes, "after call {at}: {}", text(&output));
        if !output.status.success() {
            assert!(text(&output).contains("changed by somebody else"), "{}", text(&output));
            refused += 1;
        } else if world.switch.calls().len() <= at {
            break;
        }
    }
    let secret = world.secrets.current();
    assert_eq!(ids(&secret).len(), 2);
    println!("{changes} concurrent changes are kept; {refused} runs stopped because of one");
    assert!(changes > 15 && refused > 1, "{changes} changes, {refused} stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn rotation_of_the_app_secret_killed_at_every_call_fails_no_request() {
    let world = World::start("rotate-app-secret", Function::Quick).await;
    let third = &world.processes[2];
    let new = format!("{}\n", APP_SECRETS[1]);
    let request = || event(&world.meta.key(NUMBERS[0]), &world.meta, world.function.path());
    assert_eq!(status(&third.lambda, &request()).await, 200);
    third.signal("-STOP");
    let clients = Clients::start(&world);
    let kills = world.rotate_killed_everywhere(When::AfterEffect, &["--app-secret"], &new).await;
    assert_eq!(world.secrets.current()["app_secrets"], json!([APP_SECRETS[1], APP_SECRETS[0]]));
    // Meta signs with the old one until the reset is confirmed.
    world.switch.disarm();
    let early = world.rotate(&["--app-secret", "--finish"]).await;
    assert!(
        !early.status.success() && text(&early).contains("confirm the reset"),
        "{}",
        text(&early)
    );
    world.meta.set_app_secret(APP_SECRETS[1]);
    third.signal("-CONT");
    assert_eq!(status(&third.lambda, &request()).await, 200);
    let proved = world.rotate_with(&["--app-secret"], &new).await;
    assert!(text(&proved).contains("Meta has reset the app secret"), "{}", text(&proved));
    let ended = world.rotate(&["--app-secret", "--finish"]).await;
    assert!(ended.status.success(), "{}", text(&ended));
    assert_eq!(world.secrets.current()["app_secrets"], json!([APP_SECRETS[1]]));
    let (sent, frozen) = clients.stop().await;
    println!(
        "{sent} requests to a running process, {frozen} to a frozen one, 0 failures, {kills} kills"
    );
}
