//! `flowctl send` against the stand-in for the Graph API, and with DynamoDB.

use local_lambda::dynamodb::{DynamoDb, Table};
use serde_json::json;

use crate::graph::{Fault, MessageAnswer, NUMBER, USER, USER_ID};
use crate::graph_calls::FLOW_JSON;
use crate::support::project::Project;

fn project(name: &str) -> Project {
    let project = Project::new(name, FLOW_JSON);
    project.flowctl(&["flow", "push"]).assert(0, &[]);
    project
}

#[test]
fn draft_is_sent_with_a_fresh_token() {
    let project = project("send-draft");
    let output =
        project.flowctl(&["send", "+1 555-010-0200", "--cta", "Book", "--body", "Your visit"]);
    output.assert(
        0,
        &[
            "sending appointment (DRAFT) to …0200",
            "wamid.HBgL1",
            "Accepted is not delivered",
            "It is a draft",
        ],
    );
    let token = output.stdout.lines().next().unwrap().strip_prefix("token    ").unwrap();
    assert_eq!(token.len(), 32);
    let (code, json) = project.json(&["send", USER]);
    assert_eq!((code, &json["messageStatus"]), (Some(0), &json!("accepted")));
    assert_ne!(json["flowToken"], token);
    let state = project.stand_in.state();
    let sent = &state.messages[0];
    assert_eq!(sent["to"], USER);
    let parameters = &sent["interactive"]["action"]["parameters"];
    assert_eq!((&parameters["flow_token"], &parameters["mode"]), (&json!(token), &json!("draft")));
    assert_eq!(
        (&parameters["flow_cta"], &parameters["flow_action"]),
        (&json!("Book"), &json!("data_exchange"))
    );
}

#[test]
fn published_flow_is_sent_as_published() {
    let project = project("send-published");
    project.flowctl(&["send", USER, "--published"]).assert(2, &["the flow is a DRAFT"]);
    project.stand_in.state().flow("appointment").status = "PUBLISHED";
    let output = project.flowctl(&["send", USER, "--published"]);
    output.assert(0, &["wamid."]);
    assert!(!output.stdout.contains("draft"), "{output:?}");
    let mode =
        project.stand_in.state().messages[0]["interactive"]["action"]["parameters"]["mode"].clone();
    assert_eq!(mode, "published");
    project.stand_in.state().flow("appointment").status = "BLOCKED";
    project.flowctl(&["send", USER]).assert(1, &["error 132068", "run flowctl doctor"]);
    project.stand_in.state().flow("appointment").status = "DEPRECATED";
    project.flowctl(&["send", USER]).assert(2, &["can no longer be sent"]);
}

#[test]
fn user_id_and_screen() {
    let project = project("send-user-id");
    project
        .flowctl(&["send", USER_ID, "--screen", "ONLY", "--data", r#"{"a":"Ada"}"#])
        .assert(0, &[]);
    let state = project.stand_in.state();
    let message = &state.messages[0];
    assert_eq!((&message["recipient"], message.get("to")), (&json!(USER_ID), None));
    let payload = &message["interactive"]["action"]["parameters"]["flow_action_payload"];
    assert_eq!(*payload, json!({ "screen": "ONLY", "data": { "a": "Ada" } }));
}

#[test]
fn refused_and_unusual_answers() {
    let project = project("send-refused");
    project
        .flowctl(&["send", "15550100999"])
        .assert(1, &["error 131030", "add yours in the Meta app"]);
    project.stand_in.state().numbers.get_mut(NUMBER).unwrap().windows.clear();
    project
        .flowctl(&["send", USER])
        .assert(1, &["error 131047", "write a message to the number first"]);
    project.stand_in.state().numbers.get_mut(NUMBER).unwrap().windows.insert(USER.into());
    project.stand_in.state().message_answer = MessageAnswer::NoId;
    project.flowctl(&["send", USER]).assert(0, &["the answer names none"]);
    project.flowctl(&["send", "hello"]).assert(2, &["not a phone number"]);
    let long = "x".repeat(25);
    project
        .flowctl(&["send", USER, "--cta", &long])
        .assert(0, &["warning: `--cta` has 25 characters"]);
    let long = "x".repeat(31);
    project.flowctl(&["send", USER, "--cta", &long]).assert(2, &["30 are allowed"]);
    project.flowctl(&["send", USER, "--flow", "other"]).assert(2, &["has no flow `other`"]);
}

#[test]
fn message_is_never_sent_twice() {
    let project = project("send-once");
    project.stand_in.state().faults.push(Fault::cut_after("POST messages"));
    let output = project.flowctl(&["send", USER]);
    output.assert(
        1,
        &[
            "the message may have arrived, and is not sent again",
            "Its token: ",
            "it may have been done",
        ],
    );
    assert_eq!(
        (project.stand_in.count("POST messages"), project.stand_in.state().messages.len()),
        (1, 1)
    );
    // It was refused because of a limit, so that nothing was sent: it is repeated.
    project.stand_in.state().numbers.get_mut(NUMBER).unwrap().pair_limited = true;
    project.flowctl(&["send", USER]).assert(0, &[]);
    assert_eq!(
        (project.stand_in.count("POST messages"), project.stand_in.state().messages.len()),
        (3, 2)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn registered_token_is_in_the_table_before_the_message() {
    let tables = DynamoDb::open(None, &[Table::new("sessions", "flow_token")]).unwrap();
    let url = tables.clone().serve().await.unwrap();
    let project = tokio::task::spawn_blocking(move || {
        let project = project("send-registered");
        let file = project.folder.join("flows.toml");
        let toml = std::fs::read_to_string(&file).unwrap();
        let toml = toml.replace("categories", "registered_tokens = true\ncategories");
        std::fs::write(&file, toml).unwrap();
        project.flowctl(&["send", USER]).assert(2, &["set `table` under [environments.dev]"]);
        // Nothing is sent if the token cannot be registered.
        project.flowctl(&["send", USER, "--tables", "http://127.0.0.1:1"]).assert(2, &["DynamoDB"]);
        assert_eq!(project.stand_in.count("POST messages"), 0);
        let (code, json) = project.json(&["send", USER, "--tables", &url]);
        assert_eq!((code, &json["registered"]), (Some(0), &json!(true)), "{json:#}");
        let token = json["flowToken"].as_str().unwrap();
        let get = json!({ "TableName": "sessions", "Key": { "flow_token": { "S": token } } });
        let found = tables.database().get_item(serde_json::from_value(get).unwrap()).unwrap();
        let found = serde_json::to_value(found).unwrap();
        assert_eq!(found["Item"]["flow"]["S"], "/appointment", "{found:#}");
        project
    });
    // Its runtimes may not end within another.
    let project = project.await.unwrap();
    std::thread::spawn(move || drop(project)).join().unwrap();
}
