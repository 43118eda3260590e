//! The log line of a reply that does not match.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::support::Rendezvous;
use crate::support::log_lines::LogLines;

const CHILD: &str = "BOUND_VALUES_TEST_CHILD";

/// The child process: a Lambda that sends a reply which does not match the Flow JSON.
#[tokio::test]
async fn child() {
    if std::env::var(CHILD).is_err() {
        return;
    }
    whatsapp_flows::aws::log::start(&["application"]);
    let document = document_with_days();
    let days = json!([{ "id": "MARK", "title": "MARK" }, { "id": "MARK", "title": "MARK" }]);
    assert_eq!(statuses(&document, "START", &json!({ "days": days })).await, OBSERVED);
}

/// SHOWN has a Dropdown with the options `days`.
fn document_with_days() -> Value {
    let list = json!({ "type": "array", "items": { "type": "object", "properties": {
        "id": { "type": "string" }, "title": { "type": "string" } } } });
    document(
        "7.3",
        &json!({ "days": list }),
        &json!([{ "type": "Dropdown", "name": "day", "label": "Day", "data-source": "${data.days}" }]),
    )
}

#[test]
fn the_log_names_screen_and_member_but_not_the_value() {
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "bound_values::log::child", "--nocapture"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    assert!(child.status.success());
    let output = String::from_utf8([child.stdout, child.stderr].concat()).unwrap();
    assert!(!output.contains("MARK"), "{output}");
    let json =
        output.lines().filter_map(|line| serde_json::from_str(&line[line.find('{')?..]).ok());
    let lines: Vec<Value> = json.collect();
    let line = lines.iter().find(|line| line["disagrees"] == true).expect("the Lambda's line");
    assert_eq!(line["status"], 200, "{line}");
    assert_eq!((&line["shown"], &line["member"]), (&json!("SHOWN"), &json!("days[1].id")));
    assert_eq!(line["expected"], "an id that no other option has");
}

/// START shows options with the same id at first, and valid ones when it runs again.
async fn start_twice(cx: Context<AtomicUsize>, _: ()) -> Result<ReplyTo<Start>> {
    let other = if cx.app().fetch_add(1, Ordering::Relaxed) == 0 { "1" } else { "2" };
    Ok(show(Shown(json!({ "days": [{ "id": "1", "title": "A" }, { "id": other, "title": "B" }] }))))
}

async fn start_again(_: Context<AtomicUsize>, _: ()) -> Result<ReplyTo<Shown>> {
    Ok(show(Start))
}

#[tokio::test]
async fn the_mismatch_of_a_reply_lost_to_a_write_conflict_is_not_logged() {
    let lines = LogLines::collect();
    let flow = Flow::<AtomicUsize>::new(AtomicUsize::new(0))
        .on::<Start>(start_twice)
        .on::<Shown>(start_again)
        .document(&document_with_days().to_string());
    let sessions = Rendezvous::new(MemoryStore::new(), 2);
    let endpoint = Endpoint::new(business().secret, sessions).serve("/", flow);
    let token = FlowToken::random();
    let submit = |screen: &str| {
        post(&json!({
            "version": "4.0", "action": "data_exchange", "screen": screen, "data": {},
            "flow_token": token.as_str(),
        }))
    };
    // Both have read the session when SHOWN, which comes last, goes on and writes first.
    let (start, shown) =
        tokio::join!(endpoint.handle(submit("START").0), endpoint.handle(submit("SHOWN").0));
    assert_eq!((start.status().as_u16(), shown.status().as_u16()), (200, 200));
    let lines = lines.all();
    let line = lines.iter().find(|line| line["screen"] == "START").unwrap();
    assert_eq!((&line["shown"], &line["disagrees"]), (&json!("SHOWN"), &Value::Null), "{line}");
}
