//! The log line of a reply that does not match.

use super::*;

const CHILD: &str = "BOUND_VALUES_TEST_CHILD";

/// The child process: a Lambda that sends a reply which does not match the Flow JSON.
#[tokio::test]
async fn child() {
    if std::env::var(CHILD).is_err() {
        return;
    }
    whatsapp_flows::aws::log::start("application");
    let list = json!({ "type": "array", "items": { "type": "object", "properties": {
        "id": { "type": "string" }, "title": { "type": "string" } } } });
    let document = document(
        "7.3",
        &json!({ "days": list }),
        &json!([{ "type": "Dropdown", "name": "day", "label": "Day", "data-source": "${data.days}" }]),
    );
    let days = json!([{ "id": "MARK", "title": "MARK" }, { "id": "MARK", "title": "MARK" }]);
    assert_eq!(statuses(&document, "START", &json!({ "days": days })).await, OBSERVED);
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
