//! The log of the real program distinguishes a missing region, missing credentials and a missing network, for DynamoDB
//! and for Secrets Manager.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use crate::support::program::{self, LocalEndpoint, events_secret, scratch, sealed_event};
use serde_json::{Value, json};

/// Disables the profiles of this machine and the metadata service.
const NO_AWS_CONFIG: [(&str, &str); 3] = [
    ("AWS_CONFIG_FILE", "/dev/null"),
    ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
    ("AWS_EC2_METADATA_DISABLED", "true"),
];
const CREDENTIALS: &[&str] = &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
const REGION: &[&str] = &["AWS_REGION", "AWS_DEFAULT_REGION"];
const CLOSED_PORT: (&str, &str) = ("AWS_ENDPOINT_URL", "http://127.0.0.1:1");

/// Starts the program without these variables, which `local-lambda` sets.
async fn start_without(name: &str, variables: &[&str], env: &[(&str, &str)]) -> LocalEndpoint {
    let script = scratch(name).join("endpoint");
    let program = env!("CARGO_BIN_EXE_endpoint");
    let unset: String = variables.iter().map(|variable| format!("unset {variable}\n")).collect();
    std::fs::write(
        &script,
        format!("#!/bin/sh\nunset AWS_ENDPOINT_URL_DYNAMODB\n{unset}exec {program}\n"),
    )
    .unwrap();
    std::fs::set_permissions(&script, Permissions::from_mode(0o755)).unwrap();
    LocalEndpoint::with_program_and_env(name, script, &[&NO_AWS_CONFIG, env].concat()).await
}

#[tokio::test]
async fn dynamodb_without_region_or_credentials_is_named_in_the_log() {
    let init = json!({ "action": "INIT", "flow_token": "a token of its own" });
    let (event, _) = sealed_event(&events_secret(), "/appointment", &init);
    let secret = program::events_file("secret.json").display().to_string();
    let file = ("FLOWS_SECRET_FILE", &*secret);
    for (name, variables, env, cause) in [
        ("no-credentials", CREDENTIALS, vec![file], "DynamoDB: no credentials"),
        ("no-region", REGION, vec![file], "DynamoDB: no region"),
        ("no-region-to-sign-for", REGION, vec![file, CLOSED_PORT], "DynamoDB: no region"),
        ("empty-region", &[], vec![file, ("AWS_REGION", "")], "DynamoDB: no region"),
        ("no-network", &[], vec![file, CLOSED_PORT], "DynamoDB: no connection"),
    ] {
        let running = start_without(name, variables, &env).await;
        assert_eq!(running.status(&event).await, 500, "{name}");
        let line: Value = serde_json::from_str(running.log_lines(1).await.last().unwrap()).unwrap();
        let found = line["cause"].as_str().unwrap();
        assert!(found.starts_with(cause), "{name}: {found}");
    }
}

#[tokio::test]
async fn secrets_manager_without_region_or_credentials_is_named_in_the_log() {
    let init = json!({ "action": "INIT", "flow_token": "a token of its own" });
    let (event, _) = sealed_event(&events_secret(), "/appointment", &init);
    let id = ("FLOWS_SECRET_ID", "flows");
    for (name, variables, env, cause) in [
        ("secret-no-credentials", CREDENTIALS, vec![id], "Secrets Manager: no credentials"),
        ("secret-no-region", REGION, vec![id], "Secrets Manager: no region"),
        ("secret-no-network", &[], vec![id, CLOSED_PORT], "Secrets Manager: no connection"),
    ] {
        let running = start_without(name, variables, &env).await;
        assert_eq!(running.status(&event).await, 500, "{name}");
        let lines = running.log_lines(2).await;
        let lines: Vec<Value> =
            lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        let named =
            |line: &Value| line["cause"].as_str().is_some_and(|found| found.starts_with(cause));
        assert!(lines.iter().any(named), "{name}: {lines:#?}");
    }
}
