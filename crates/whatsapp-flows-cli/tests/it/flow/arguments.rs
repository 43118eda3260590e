//! The token, `flows.toml` and the arguments in its place.

use serde_json::json;

use crate::graph::{Fault, TOKEN, TokenRecord, WABA};
use crate::graph_calls::FLOW_JSON;
use crate::support::project::Project;

#[test]
fn flow_without_flows_toml() {
    let project = Project::new("flow-arguments", FLOW_JSON);
    std::fs::remove_file(project.folder.join("flows.toml")).unwrap();
    let flow = [
        "flow",
        "push",
        "--flow",
        "quote",
        "--flow-json",
        "src/appointment/flow.json",
        "--waba-id",
        WABA,
    ];
    let output = project.flowctl(&flow);
    output.assert(
        2,
        &["no address of the endpoint; set `endpoint` under [environments.dev]", "--endpoint"],
    );
    let flow = [&flow[..], &["--endpoint", "https://flows.example", "--path", "/q"]].concat();
    project.flowctl(&flow).assert(2, &["has no category", "--category"]);
    project
        .flowctl(&[&flow[..], &["--category", "OTHER"]].concat())
        .assert(0, &["https://flows.example/q"]);
    let arguments = ["flow", "push", "--waba-id", WABA];
    project.flowctl(&arguments).assert(2, &["there is no flow; list it under [[flows]]"]);
}

#[test]
fn token_is_required_and_never_shown() {
    let project = Project::new("flow-token", FLOW_JSON);
    let output = project.flowctl_with(&["flow", "status"], &[]);
    output.assert(2, &["no access token; set WHATSAPP_TOKEN, or name a file with --token-file"]);
    // `Project::flowctl` looks for the token in each output; with a file, with --verbose, and in errors.
    let file = project.folder.join("token");
    std::fs::write(&file, format!("{TOKEN}\n")).unwrap();
    let arguments = ["flow", "push", "--token-file", "token", "--verbose"];
    project.flowctl_with(&arguments, &[]).assert(0, &["graph: GET /…0001/flows 200 in"]);
    let echo = json!({ "code": 190, "message": format!("Malformed access token {TOKEN}"), "error_user_title": TOKEN });
    project.stand_in.state().faults.push(Fault::refuse("GET flows", 401, echo.clone()));
    let output = project.flowctl(&["flow", "push", "--verbose"]);
    output.assert(1, &["Malformed access token [redacted]", "the access token is not valid"]);
    project.stand_in.state().faults.push(Fault::refuse("GET flows", 401, echo));
    let (code, json) = project.json(&["flow", "push"]);
    assert_eq!((code, &json["error"]["graphCode"]), (Some(1), &json!(190)));
    assert_eq!(json["error"]["code"], "refused");
    // A token of another form than Meta's is masked as well.
    project.stand_in.state().tokens.insert("other.form-of_token".into(), TokenRecord::full());
    let echo = json!({ "code": 100, "message": "no other.form-of_token here" });
    project.stand_in.state().faults.push(Fault::refuse("GET flows", 400, echo));
    let output =
        project.flowctl_with(&["flow", "push"], &[("WHATSAPP_TOKEN", "other.form-of_token")]);
    output.assert(1, &["no [redacted] here"]);
}

#[test]
fn missing_values_name_key_and_argument() {
    let project = Project::new("flow-missing", FLOW_JSON);
    let output = project.flowctl(&["flow", "push", "--env", "empty"]);
    output
        .assert(2, &["set `waba_id` under [environments.empty] in flows.toml, or pass --waba-id"]);
    project
        .flowctl(&["flow", "push", "--env", "prod"])
        .assert(2, &["no environment `prod`; it has dev, empty"]);
    project.flowctl(&["flow", "push", "--flow", "x"]).assert(2, &["has no flow `x`"]);
    let output = project.flowctl(&["flow", "push", "--graph-url", "http://graph.example"]);
    output.assert(2, &["not an https address"]);
    let (code, json) = project.json(&["flow", "push", "--env", "prod"]);
    assert_eq!((code, &json["error"]["code"]), (Some(2), &json!("could_not_start")));
}
