//! The log lines of other crates' events and of panics, in a child process.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use whatsapp_flows::endpoint::RequestId;
use whatsapp_flows::{
    Context, Endpoint, Flow, Init, LogSafe, MemoryStore, Reaches, ReplyTo, Result, Screen,
};

use crate::support::{business, post};

const CHILD: &str = "LOG_TEST_CHILD";

/// The child process: an application that logs, crates that log secrets, and a panic.
#[test]
fn child() {
    if std::env::var(CHILD).is_err() {
        return;
    }
    whatsapp_flows::aws::log::start(&["application"]);
    tracing::info!(target: "application::orders", dish = "soup", "ordered");
    tracing::debug!(target: "application", "MARK");
    tracing::info!(
        target: "application", action = "pay", cause = "declined", covered = true, disagrees = true, failed = true,
        functionVersion = "1", notice = "none", path = "/", signed = true, stateReset = true, status = 402,
        token = "short", dish = "soup", "names that the template counts"
    );
    for target in ["aws_smithy_runtime", "lambda_runtime::run", "applications"] {
        tracing::trace!(target: "a crate", name = target, "MARK");
        tracing::info!(target: "lambda_runtime", item = "MARK", "MARK");
        let span = tracing::error_span!("MARK", item = "MARK");
        let _entered = span.enter();
    }
    tracing::warn!(target: "aws_smithy_runtime", item = "MARK", "MARK");
    tracing::error!(target: "lambda_runtime", "MARK {}", "MARK");
    let _ = std::thread::spawn(|| panic!("MARK")).join();
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(request());
}

#[derive(serde::Serialize)]
struct Form;

impl Screen for Form {
    const ID: &'static str = "FORM";
    type Input = ();
}

impl Reaches<Form> for Init {}

/// The members of log lines that the metric filters of the template read. The message is a sentence of the library.
fn counted() -> BTreeSet<String> {
    let template = concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml");
    let template = std::fs::read_to_string(template).unwrap();
    let lines = template.lines().map(str::trim);
    let lines = lines.filter(|line| line.starts_with("FilterPattern:") || line.contains("Key:"));
    let members = lines.flat_map(|line| line.split("$.").skip(1));
    let name =
        |member: &str| member.split(|c: char| !c.is_alphanumeric()).next().map(str::to_owned);
    members.filter_map(name).filter(|name| name != "message").collect()
}

/// A request whose handler logs an event of the application, and panics.
async fn request() {
    let init = async |cx: Context<()>| -> Result<ReplyTo<Init>> {
        assert!(
            cx.remaining() > Duration::from_secs(6) && cx.remaining() <= Duration::from_secs(7)
        );
        let same = cx.request_id() == Some("4f1c");
        tracing::warn!(target: "application", same, free = %LogSafe::from(0), "no seats");
        panic!("MARK")
    };
    let flow: Flow<()> = Flow::new(()).on_init(init);
    let endpoint = Endpoint::new(business().secret, MemoryStore::new()).serve("/", flow);
    let (mut request, _) = post(&json!({ "action": "INIT", "flow_token": "4f1c9a027be84d3f" }));
    request.extensions_mut().insert(RequestId("4f1c".into()));
    assert_eq!(endpoint.handle(request).await.status(), 500);
}

#[test]
fn events_of_other_crates_are_logged_without_their_text() {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "log::child", "--nocapture"])
        .env(CHILD, "1")
        .env("RUST_LOG", "trace")
        .env("AWS_LAMBDA_LOG_LEVEL", "TRACE")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "12")
        .output()
        .unwrap();
    assert!(child.status.success());
    let output = String::from_utf8([child.stdout, child.stderr].concat()).unwrap();
    assert!(!output.contains("MARK"), "{output}");
    // The line may start with output of the test harness.
    let json =
        output.lines().filter_map(|line| serde_json::from_str(&line[line.find('{')?..]).ok());
    let lines: Vec<Value> = json.collect();
    assert_eq!(lines.len(), 8, "{output}");
    assert_eq!((&lines[0]["message"], &lines[0]["dish"]), (&"ordered".into(), &"soup".into()));
    let (renamed, lines) = (&lines[1], [&lines[..1], &lines[2..]].concat());
    assert_eq!((&renamed["failed_"], &renamed["status_"]), (&true.into(), &402.into()));
    assert_eq!((&renamed["cause_"], &renamed["dish"]), (&"declined".into(), &"soup".into()));
    let names = renamed.as_object().unwrap().keys();
    let counted = counted();
    assert!(counted.len() > 10 && !names.clone().any(|name| counted.contains(name)), "{renamed}");
    for (line, level, target) in
        [(&lines[1], "WARN", "aws_smithy_runtime"), (&lines[2], "ERROR", "lambda_runtime")]
    {
        assert_eq!((line["level"].as_str(), line["target"].as_str()), (Some(level), Some(target)));
        assert!(line["at"].as_str().unwrap().starts_with("log.rs:"));
    }
    assert_eq!((&lines[3]["cause"], &lines[3]["level"]), (&"panic".into(), &"ERROR".into()));
    assert!(lines[3]["at"].as_str().unwrap().contains("tests/it/log.rs:"));
    let (event, panic, request) = (&lines[4], &lines[5], &lines[6]);
    assert_eq!((&event["message"], &event["free"]), (&"no seats".into(), &"0".into()));
    assert_eq!((&event["requestId"], &event["same"]), (&"4f1c".into(), &true.into()));
    assert_eq!((&panic["requestId"], &panic["cause"]), (&"4f1c".into(), &"panic".into()));
    assert_eq!((&request["requestId"], &request["failed"]), (&"4f1c".into(), &true.into()));
    assert_eq!(request["functionVersion"], "12");
    for line in &lines[..6] {
        assert_eq!(line["functionVersion"], Value::Null, "only where a request failed");
    }
    assert_eq!(lines[0]["requestId"], Value::Null, "outside of a request");
}
