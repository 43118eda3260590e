//! `flowctl session` with DynamoDB, and without a region, credentials or a network.

use std::process::Command;

use local_lambda::dynamodb::{DynamoDb, Table};
use serde_json::{Value, json};
use whatsapp_flows::FlowToken;
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::session::conversation;

/// Disables the profiles of this machine and the metadata service.
const NO_AWS_CONFIG: [(&str, &str); 3] = [
    ("AWS_CONFIG_FILE", "/dev/null"),
    ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
    ("AWS_EC2_METADATA_DISABLED", "true"),
];

#[tokio::test(flavor = "multi_thread")]
async fn session_register_and_forget() {
    let table = Table::new("sessions", "flow_token");
    let tables = DynamoDb::open(None, &[table]).unwrap();
    let item = |token: &str| {
        let get = json!({ "TableName": "sessions", "Key": { "flow_token": { "S": token } } });
        let found = tables.database().get_item(serde_json::from_value(get).unwrap()).unwrap();
        serde_json::to_value(found).unwrap()["Item"].clone()
    };
    let url = tables.clone().serve().await.unwrap();
    let flowctl = |command: &str, arguments: &[&str]| {
        let run = Command::new(env!("CARGO_BIN_EXE_flowctl"))
            .args(["session", command, "--tables", &url])
            .args(arguments)
            .output()
            .unwrap();
        (run.status.success(), String::from_utf8([run.stdout, run.stderr].concat()).unwrap())
    };

    let (succeeded, output) = flowctl("register", &["--flow", "/quote", "--days", "0"]);
    assert!(succeeded, "{output}");
    let token = output.trim();
    let found = item(token);
    assert_eq!((&found["flow"]["S"], &found["expires_at"]), (&json!("/quote"), &Value::Null));
    let (succeeded, output) = flowctl("register", &["--flow", "/quote", token]);
    assert!(
        !succeeded && output.contains("the token already has a session; use a new token"),
        "{output}"
    );
    let (succeeded, output) = flowctl("register", &["--flow", "quote"]);
    assert!(!succeeded && output.contains("does not start with a slash"), "{output}");

    let (succeeded, output) = flowctl("forget", &[token]);
    assert_eq!((succeeded, output.trim()), (true, "session deleted"));
    assert_eq!(item(token), Value::Null);
    let (succeeded, output) = flowctl("forget", &[token]);
    assert!(succeeded && output.contains("no session under this token"), "{output}");
}

#[test]
fn session_without_a_table_or_region_is_reported() {
    let forget = |env: &[(&str, &str)]| {
        let output = Command::new(env!("CARGO_BIN_EXE_flowctl"))
            .args(["session", "forget", "a token", "--table", "sessions"])
            .env_clear()
            .envs(NO_AWS_CONFIG)
            .envs(env.iter().copied())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    let credentials = [("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")];
    let region = [("AWS_REGION", "eu-west-1")];
    assert!(forget(&credentials).contains("no region is configured; set AWS_REGION"));
    assert!(forget(&region).contains("no credentials are configured; set AWS_ACCESS_KEY_ID"));
    let elsewhere = forget(
        &[&credentials[..], &region, &[("AWS_ENDPOINT_URL", "http://127.0.0.1:1")]].concat(),
    );
    assert!(elsewhere.contains("cannot connect to DynamoDB"), "{elsewhere}");
}

#[test]
fn session_trace_prints_the_conversation_under_each_app_secret() {
    let secret = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/secret.json");
    let secrets = Keyring::from_json(&std::fs::read(secret).unwrap()).unwrap().0;
    let run = Command::new(env!("CARGO_BIN_EXE_flowctl"))
        .args(["session", "trace", "4f1c9a027be84d3f", "--secret", secret])
        .output()
        .unwrap();
    assert!(run.status.success());
    let token = FlowToken::new("4f1c9a027be84d3f").unwrap();
    let expected: String = secrets
        .app_secrets()
        .iter()
        .map(|app_secret| format!("{}\n", conversation(app_secret, &token)))
        .collect();
    assert!(!expected.is_empty());
    assert_eq!(String::from_utf8(run.stdout).unwrap(), expected);
}
