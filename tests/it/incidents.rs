//! Incidents in production, caused on the real program: its log lines raise those alarms of template.yaml that they
//! should, and no others.
//!
//! tests/incidents/judge.py feeds the lines through the metric filters and alarms of the template;
//! tests/incidents/table.txt has the alarms of each incident. What never reaches the program (throttling, crashes) is
//! only in the metrics of the front.

mod rare;
mod requests;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use self::requests::{Client, strangers};
use crate::support::aws::{tables, tool};
use crate::support::faults::{Fault, Proxy};
use crate::support::program::{LocalEndpoint, events_file, scratch};

/// The version of the function that is being rolled out.
const VERSION: (&str, &str) = ("AWS_LAMBDA_FUNCTION_VERSION", "7");
/// A failed or unneeded read of the secret is repeated after 30 seconds at the earliest.
const READ_AGAIN: Duration = Duration::from_secs(31);

/// An incident: the running program, and what has happened so far.
struct Incident {
    name: &'static str,
    /// The second of the incident.
    at: u64,
    running: LocalEndpoint,
    proxy: Proxy,
    secret: PathBuf,
    /// The log lines that belong to earlier requests.
    seen: usize,
    happened: Vec<Value>,
    /// Milliseconds that the front adds, such as those of a cold start.
    front_ms: f64,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs SAM: make test"]
async fn incidents_raise_their_alarms() {
    let folder = scratch("incidents");
    let incidents = tokio::join!(
        quiet_day(),
        async {
            vec![
                users_alone("app-secret-reset", |client| client.with_app_secret("0".repeat(32)))
                    .await,
                users_alone("wrong-key", Client::with_another_key).await,
                users_alone("typo-in-path", |client| client.with_path("/appointmnt")).await,
                users_alone("changed-form", Client::with_changed_form).await,
                users_alone("changed-screen", Client::with_changed_screen).await,
                users_alone("forgotten-tokens", Client::without_tokens).await,
                finished_tokens().await,
                client_errors().await,
            ]
        },
        async {
            vec![
                faulty("bookings-away-while-choosing", "Query", away()).await,
                faulty("bookings-away-while-confirming", "PutItem", away()).await,
                faulty("sessions-away", "UpdateItem", away()).await,
                faulty("dynamodb-slow", "", Fault::LateResponse(Duration::from_millis(200))).await,
                faulty("dynamodb-too-slow", "", Fault::LateResponse(Duration::from_millis(400)))
                    .await,
                slow_starts().await,
                one_failure(1, "one-failure-at-night").await,
                one_failure(2, "two-failures-and-nothing-else").await,
            ]
        },
        async { vec![scanned(true).await, scanned(false).await, forged().await] },
        async { vec![missing_secret().await, throttled("front").await, throttled("lambda").await] },
        async {
            vec![crashes(true).await, crashes(false).await, silence().await, busy_account().await]
        },
        secret_becomes("broken-secret-on-a-warm-function", Some("{}"), 2),
        secret_becomes("deleted-secret-on-a-warm-function", None, 2),
        secret_becomes("one-failed-read-of-the-secret", None, 1),
        rare::all(),
    );
    let (quiet, clients, faults, scans, secrets, fronts, broken, deleted, once, rare) = incidents;
    let lists = [vec![quiet, broken, deleted, once], clients, faults, scans, secrets, fronts, rare];
    for incident in lists.into_iter().flatten() {
        incident.write(&folder);
    }
    let output = Command::new(tool("sam/bin/python"))
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/incidents/judge.py"))
        .arg(&folder)
        .output()
        .unwrap();
    let judged = String::from_utf8_lossy(&output.stdout);
    println!("{judged}");
    assert!(output.status.success(), "{judged}{}", String::from_utf8_lossy(&output.stderr));
}

/// Two hours with a ping every ten minutes and some users.
async fn quiet_day() -> Incident {
    let mut incident = Incident::start("quiet-day").await;
    for _ in 0..12 {
        incident.post(&Client::new().ping()).await;
        incident.conversation(&Client::new()).await;
        incident.at += 570;
    }
    incident
}

/// Twelve users within ten minutes.
async fn users_alone(name: &'static str, change: fn(Client) -> Client) -> Incident {
    let mut incident = Incident::start(name).await;
    incident.users(12, change).await;
    incident
}

/// Users while each call of this operation of DynamoDB fails in this way.
async fn faulty(name: &'static str, operation: &'static str, fault: Fault) -> Incident {
    let mut incident = Incident::start(name).await;
    incident.proxy.inject(operation, 0, usize::MAX, fault);
    incident.users(12, |client| client).await;
    assert!(incident.proxy.clear() > 0, "{name}: the fault did not occur");
    incident
}

/// The error of DynamoDB for a table that does not exist.
fn away() -> Fault {
    Fault::Error("ResourceNotFoundException")
}

/// Every other request waits three seconds for a function that starts.
async fn slow_starts() -> Incident {
    let mut incident = Incident::start("slow-starts").await;
    for number in 0..12 {
        incident.front_ms = if number % 2 == 0 { 3000.0 } else { 0.0 };
        incident.users(1, |client| client).await;
    }
    incident
}

/// So many requests fail, and there are no others.
async fn one_failure(count: usize, name: &'static str) -> Incident {
    let mut incident = Incident::start(name).await;
    incident.proxy.inject("UpdateItem", 0, usize::MAX, away());
    for _ in 0..count {
        incident.post(&Client::new().init()).await;
    }
    incident
}

/// Users open the messages of flows that they have completed.
async fn finished_tokens() -> Incident {
    let mut incident = Incident::start("finished-tokens").await;
    let client = Client::new();
    incident.conversation(&client).await;
    for _ in 0..20 {
        assert_eq!(incident.post(&client.init()).await, 427);
    }
    incident
}

/// Clients report that they cannot use replies.
async fn client_errors() -> Incident {
    let mut incident = Incident::start("client-errors").await;
    for _ in 0..6 {
        let client = Client::new();
        incident.conversation(&client).await;
        assert_eq!(incident.post(&client.error_notification()).await, 200);
    }
    incident
}

/// Strangers look for weaknesses, beside users or alone.
async fn scanned(with_users: bool) -> Incident {
    let name = if with_users { "scanned-beside-users" } else { "scanned-at-night" };
    let mut incident = Incident::start(name).await;
    for round in 0..10 {
        for event in strangers() {
            let status = incident.post(&event).await;
            assert!(matches!(status, 404 | 405 | 432), "{status}");
        }
        if with_users && round % 2 == 0 {
            incident.conversation(&Client::new()).await;
        }
    }
    incident
}

/// Somebody sends well-formed signatures that are wrong, beside users.
async fn forged() -> Incident {
    let mut incident = Incident::start("forged-signatures-beside-users").await;
    for _ in 0..6 {
        incident.conversation(&Client::new()).await;
        let forger = Client::new().with_app_secret("f".repeat(32));
        assert_eq!(incident.post(&forger.init()).await, 432);
    }
    incident
}

/// A function starts without its secret.
async fn missing_secret() -> Incident {
    let mut incident = Incident::start("missing-secret").await;
    std::fs::remove_file(&incident.secret).unwrap();
    incident.restart().await;
    for _ in 0..4 {
        // A read that failed is repeated after a second.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        assert_eq!(incident.post(&Client::new().init()).await, 500);
        incident.at += 200;
    }
    incident
}

/// The secret changes below a function that knows it. A request that does not match makes it read again.
async fn secret_becomes(name: &'static str, text: Option<&str>, reads: usize) -> Incident {
    let mut incident = Incident::start(name).await;
    let secret = std::fs::read(&incident.secret).unwrap();
    incident.conversation(&Client::new()).await;
    match text {
        Some(text) => std::fs::write(&incident.secret, text).unwrap(),
        None => std::fs::remove_file(&incident.secret).unwrap(),
    }
    for _ in 0..reads {
        tokio::time::sleep(READ_AGAIN).await;
        incident.at += 300;
        let stranger = Client::new().with_app_secret("f".repeat(32));
        assert_eq!(incident.post(&stranger.init()).await, 432);
        incident.conversation(&Client::new()).await;
    }
    std::fs::write(&incident.secret, secret).unwrap();
    incident
}

/// The front or the function is throttled, beside users who get through.
async fn throttled(by: &str) -> Incident {
    let name =
        if by == "front" { "throttled-by-the-front" } else { "throttled-for-lack-of-concurrency" };
    let mut incident = Incident::start(name).await;
    for _ in 0..6 {
        incident.conversation(&Client::new()).await;
        incident.only_at_front(json!({ "by": by, "method": "POST", "status": 429, "ms": 1.0 }));
    }
    incident
}

/// The process dies, beside users for whom it lives, or for everybody: then there is no line at all.
async fn crashes(beside_users: bool) -> Incident {
    let name = if beside_users { "crashes" } else { "crashes-for-everybody" };
    let mut incident = Incident::start(name).await;
    for _ in 0..6 {
        if beside_users {
            incident.conversation(&Client::new()).await;
        }
        incident.only_at_front(json!({ "method": "POST", "status": 500, "ms": 9.0 }));
    }
    incident
}

/// Nothing arrives any more.
async fn silence() -> Incident {
    let mut incident = Incident::start("silence").await;
    incident.users(4, |client| client).await;
    incident
}

/// Other functions of the account use its executions up.
async fn busy_account() -> Incident {
    let mut incident = Incident::start("busy-account").await;
    for _ in 0..8 {
        incident.only_at_front(json!({ "running": 900 }));
        incident.conversation(&Client::new()).await;
        incident.at += 20;
    }
    incident
}

impl Incident {
    async fn start(name: &'static str) -> Self {
        let secret = scratch(&format!("incident-{name}")).join("secret.json");
        std::fs::copy(events_file("secret.json"), &secret).unwrap();
        let proxy = Proxy::to(&tables::in_memory().serve().await.unwrap()).await;
        let running = Self::run(name, &proxy, &secret).await;
        Self { name, at: 0, running, proxy, secret, seen: 0, happened: Vec::new(), front_ms: 0.0 }
    }

    async fn run(name: &str, proxy: &Proxy, secret: &Path) -> LocalEndpoint {
        let env = [("FLOWS_SECRET_FILE", secret.to_str().unwrap()), VERSION];
        LocalEndpoint::with_tables(&format!("incident-{name}"), &proxy.url, &env).await
    }

    /// Starts the program again.
    async fn restart(&mut self) {
        self.running = Self::run(self.name, &self.proxy, &self.secret).await;
        self.seen = 0;
    }

    /// Starts the program again, as this version of the function.
    async fn restart_as(&mut self, version: &str) {
        let env = [
            ("FLOWS_SECRET_FILE", self.secret.to_str().unwrap()),
            ("AWS_LAMBDA_FUNCTION_VERSION", version),
        ];
        let name = format!("incident-{}", self.name);
        self.running = LocalEndpoint::with_tables(&name, &self.proxy.url, &env).await;
        self.seen = 0;
    }

    /// Lets users fill in the form, one after the other.
    async fn users(&mut self, count: usize, change: fn(Client) -> Client) {
        for _ in 0..count {
            self.conversation(&change(Client::new())).await;
        }
    }

    /// Sends what the client sends, whatever the answers are.
    async fn conversation(&mut self, client: &Client) {
        for event in client.conversation() {
            self.post(&event).await;
        }
    }

    /// Sends a request ten seconds after the one before, and records its lines. Returns its status.
    async fn post(&mut self, event: &Value) -> u16 {
        self.at += 10;
        let started = Instant::now();
        let (status, ..) = self.running.invoke(event).await;
        let ms = started.elapsed().as_secs_f64() * 1e3 + self.front_ms;
        let lines = self.new_lines().await;
        let method = &event["requestContext"]["http"]["method"];
        self.happened.push(
            json!({ "at": self.at, "method": method, "status": status, "ms": ms, "lines": lines }),
        );
        status
    }

    /// Returns the lines since the last request, which end with that of the request.
    async fn new_lines(&mut self) -> Vec<String> {
        let is_last = |line: &String| line.contains(r#""status":"#);
        loop {
            let lines = self.running.log_lines(self.seen + 1).await.split_off(self.seen);
            if lines.last().is_some_and(is_last) {
                self.seen += lines.len();
                return lines;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Records what the program never sees.
    fn only_at_front(&mut self, mut it: Value) {
        self.at += 10;
        it["at"] = self.at.into();
        self.happened.push(it);
    }

    fn write(&self, folder: &Path) {
        let text: String = self.happened.iter().map(|it| format!("{it}\n")).collect();
        std::fs::write(folder.join(self.name).with_extension("jsonl"), text).unwrap();
    }
}
