//! `flowctl flow` against the stand-in for the Graph API.

use serde_json::json;

use crate::graph::{Fault, NUMBER, PublishedUpload, TOKEN, TokenRecord, WABA};
use crate::graph_calls::FLOW_JSON;
use crate::support::project::Project;

#[test]
fn push_creates_once_and_uploads_only_what_changed() {
    let project = Project::new("flow-push", FLOW_JSON);
    let diff = project.flowctl(&["flow", "diff"]);
    diff.assert(
        1,
        &["appointment\n", "create        Meta has no flow", "endpoint-uri  http://127.0.0.1"],
    );
    let (code, json) = project.json(&["flow", "push"]);
    assert_eq!(code, Some(0), "{json:#}");
    let flow = &json["flows"][0];
    assert_eq!((&flow["id"], &flow["status"]), (&json!("200000000000002"), &json!("DRAFT")));
    {
        let mut state = project.stand_in.state();
        let flow = state.flow("appointment");
        assert_eq!(
            flow.endpoint_uri.as_deref(),
            Some(format!("{}/appointment", project.endpoint.url).as_str())
        );
        assert_eq!(flow.categories, ["APPOINTMENT_BOOKING"]);
        assert_eq!(flow.json.as_deref(), Some(FLOW_JSON.as_bytes()));
    }
    // The same document in other bytes is no difference, and nothing is sent.
    let compact: serde_json::Value = serde_json::from_str(FLOW_JSON).unwrap();
    project.write(&compact.to_string());
    project
        .flowctl(&["flow", "diff"])
        .assert(0, &["appointment (flow 200000000000002, DRAFT): no difference"]);
    project.flowctl(&["flow", "push"]).assert(0, &["ok", "unchanged", "no difference"]);
    let counts = |project: &Project| {
        ["POST flows", "POST assets", "POST {id}"].map(|call| project.stand_in.count(call))
    };
    assert_eq!(counts(&project), [1, 1, 1]);

    project.write(&FLOW_JSON.replace("\"title\": \"Only\"", "\"title\": \"One\""));
    let (code, json) = project.json(&["flow", "diff"]);
    assert_eq!((code, &json["ok"]), (Some(1), &json!(false)));
    let change = &json["flows"][0]["changes"][0];
    assert_eq!(change["text"], "differs at screens[0].title (line 8)");
    project.flowctl(&["flow", "push"]).assert(0, &["flow-json", "uploaded without errors"]);
    assert_eq!(counts(&project), [1, 2, 1]);
}

#[test]
fn push_lints_before_anything_is_sent() {
    let project = Project::new("flow-lint", &FLOW_JSON.replace("${data.a}", "${data.b}"));
    let output = project.flowctl(&["flow", "push"]);
    output.assert(1, &["error[INVALID_SCREEN_DYNAMIC_DATA]", "flow.json:14:", "nothing was sent"]);
    assert!(project.stand_in.state().calls.is_empty());
    let (code, json) = project.json(&["flow", "push"]);
    assert_eq!((code, &json["findings"][0]["code"]), (Some(1), &json!("check")));
    assert_eq!(json["flows"][0]["errors"][0]["line"], 14);
}

#[test]
fn push_shows_errors_of_meta_at_our_line() {
    let project = Project::new("flow-meta-errors", FLOW_JSON);
    project.stand_in.state().upload_errors = vec![json!({
        "error": "INVALID_PROPERTY_VALUE", "error_type": "FLOW_JSON_ERROR", "message": "Value is not known.",
        "line_start": 1, "column_start": 1,
        "pointers": [{ "line_start": 1, "column_start": 1, "path": "screens[0].layout.children[0].type " }],
    })];
    let output = project.flowctl(&["flow", "push"]);
    output.assert(1, &[
        "error[INVALID_PROPERTY_VALUE]: Value is not known.\n  --> src/appointment/flow.json:14:21\n",
        "found by Meta's validator",
        "validation    appointment: Meta found 1 error in the Flow JSON",
    ]);
    // They stay until an upload without errors, and are shown again.
    let (code, json) = project.json(&["flow", "push"]);
    assert_eq!((code, &json["flows"][0]["changes"]), (Some(1), &json!([])));
    let error = &json["flows"][0]["errors"][0];
    assert_eq!((&error["line"], &error["column"]), (&json!(14), &json!(21)));
    assert_eq!(project.stand_in.count("POST assets"), 1);
}

#[test]
fn push_takes_the_flow_whose_creation_was_not_answered() {
    let project = Project::new("flow-cut", FLOW_JSON);
    project.stand_in.state().faults.push(Fault::cut_after("POST flows"));
    let output = project.flowctl(&["flow", "push"]);
    output.assert(0, &["no answer to the creation; looking for the flow", "id 200000000000002"]);
    assert_eq!(project.stand_in.count("POST flows"), 1);
    assert_eq!(project.stand_in.state().flows.len(), 1);
}

#[test]
fn push_reports_a_creation_that_failed() {
    let project = Project::new("flow-create-failed", FLOW_JSON);
    project.stand_in.state().faults.push(Fault::html("POST flows", 502));
    let output = project.flowctl(&["flow", "push"]);
    output.assert(1, &["status 502", "tried: POST /…0001/flows, 1 attempt; it may have been done"]);
    assert_eq!(project.stand_in.count("POST flows"), 1);
    project.flowctl(&["flow", "push"]).assert(0, &["created as a draft"]);
}

#[test]
fn push_that_stops_shows_what_was_done() {
    let project = Project::new("flow-stopped", FLOW_JSON);
    let refused = || {
        Fault::refuse(
            "POST assets",
            400,
            json!({ "code": 139000, "message": "(#139000) Blocked by integrity" }),
        )
    };
    project.stand_in.state().faults.push(refused());
    let output = project.flowctl(&["flow", "push"]);
    output.assert(
        1,
        &[
            "created as a draft with id 200000000000002",
            "the rest was not done",
            "error 139000: Blocked by integrity",
        ],
    );
    project.stand_in.state().flows.clear();
    project.stand_in.state().faults.push(refused());
    let (code, json) = project.json(&["flow", "push"]);
    assert_eq!(
        (code, &json["ok"], &json["error"]["graphCode"]),
        (Some(1), &json!(false), &json!(139000))
    );
    assert_eq!(json["findings"][0]["code"], "create");
    project.flowctl(&["flow", "push"]).assert(0, &["uploaded without errors"]);
}

#[test]
fn flow_is_ended_only_with_yes() {
    let project = Project::new("flow-ended", FLOW_JSON);
    project.flowctl(&["flow", "push"]).assert(0, &[]);
    project
        .flowctl(&["flow", "deprecate", "--yes"])
        .assert(1, &["error 139003", "only a published flow"]);
    project
        .flowctl(&["flow", "delete"])
        .assert(1, &["the flow 200000000000002 is DRAFT; pass --yes"]);
    project.stand_in.state().flow("appointment").status = "PUBLISHED";
    project
        .flowctl(&["flow", "delete", "--yes"])
        .assert(1, &["error 139004", "only a draft can be deleted"]);
    project.flowctl(&["flow", "deprecate", "--yes"]).assert(0, &["is deprecated"]);
    project.flowctl(&["flow", "deprecate"]).assert(0, &["is deprecated already"]);
    project.stand_in.state().flow("appointment").status = "DRAFT";
    project
        .flowctl(&["flow", "delete", "--yes"])
        .assert(0, &["the flow 200000000000002 is deleted"]);
    project.flowctl(&["flow", "delete", "--yes"]).assert(0, &["Meta has no flow of this name"]);
}

#[test]
fn published_flow_is_changed_only_with_yes_or_as_a_copy() {
    let project = Project::new("flow-published", FLOW_JSON);
    project.flowctl(&["flow", "push"]).assert(0, &[]);
    project.stand_in.state().flow("appointment").status = "PUBLISHED";
    // Without a difference nothing is asked.
    project.flowctl(&["flow", "push"]).assert(0, &["the flow 200000000000002 is PUBLISHED"]);
    project.write(&FLOW_JSON.replace("\"title\": \"Only\"", "\"title\": \"One\""));
    let output = project.flowctl(&["flow", "push"]);
    output.assert(
        1,
        &[
            "the flow is PUBLISHED; nothing was changed (flow-json)",
            "back to DRAFT",
            "--clone NAME",
        ],
    );
    assert_eq!(project.stand_in.count("POST assets"), 1);

    let clone = ["flow", "push", "--clone", "appointment_2"];
    project
        .flowctl(&clone)
        .assert(0, &["created as a draft with id 200000000000003", "uploaded without errors"]);
    project.flowctl(&clone).assert(0, &["no difference; the flow 200000000000003"]);
    assert_eq!(project.stand_in.state().flow("appointment").status, "PUBLISHED");

    project.stand_in.state().published_upload = PublishedUpload::Refused;
    let output = project.flowctl(&["flow", "push", "--yes"]);
    output.assert(
        1,
        &["error 139001: Flow can't be updated", "make a copy with flowctl flow push --clone NAME"],
    );
    project.stand_in.state().published_upload = PublishedUpload::ToDraft;
    let output = project.flowctl(&["flow", "push", "--yes"]);
    output.assert(0, &["draft-again", "publish it: flowctl flow publish"]);

    project.stand_in.state().flow("appointment").status = "DEPRECATED";
    project.write(FLOW_JSON);
    project.flowctl(&["flow", "push", "--yes"]).assert(1, &["deprecated, which is final"]);
}

#[test]
fn publish_refuses_until_everything_holds() {
    let project = Project::new("flow-publish", FLOW_JSON);
    let publish = || project.flowctl(&["flow", "publish"]);
    publish().assert(1, &["Meta has no flow of this name", "create it: flowctl flow push"]);
    project.flowctl(&["flow", "push"]).assert(0, &[]);
    publish().assert(
        1,
        &[
            "no public key is registered for the number …0003",
            "the flow is blocked",
            "public_key: Upload and sign a public key (131000)",
            "run flowctl keys upload",
            "nothing was published",
        ],
    );
    let register = |pem: &str, valid| {
        let mut state = project.stand_in.state();
        state.numbers.get_mut(NUMBER).unwrap().key = Some((pem.to_owned(), valid));
    };
    register(&whatsapp_flows::testing::KeyPair::generate().public_pem, true);
    publish()
        .assert(1, &["421: the function does not have the private key", "flowctl keys status"]);
    register(&project.endpoint.public_pem, false);
    publish().assert(1, &["is not signed (MISMATCH)"]);
    register(&project.endpoint.public_pem, true);
    project.write(&FLOW_JSON.replace("\"title\": \"Only\"", "\"title\": \"One\""));
    publish().assert(1, &["Meta does not have what is here: flow-json differ"]);
    project.write(FLOW_JSON);
    assert_eq!(project.stand_in.count("POST publish"), 0);

    // A lost answer is not an error: the state is read back.
    project.stand_in.state().faults.push(Fault::cut_after("POST publish"));
    publish().assert(0, &["the endpoint answers in", "the flow 200000000000002 is PUBLISHED"]);
    let (code, json) = project.json(&["flow", "publish"]);
    assert_eq!((code, &json["flow"]["status"]), (Some(0), &json!("PUBLISHED")), "{json:#}");
    assert_eq!(json["findings"][0]["text"], "the flow is PUBLISHED already, and nothing differs");
}

#[test]
fn publish_shows_what_meta_says() {
    let project = Project::new("flow-publish-refused", FLOW_JSON);
    project.flowctl(&["flow", "push"]).assert(0, &[]);
    let key = Some((project.endpoint.public_pem.clone(), true));
    project.stand_in.state().numbers.get_mut(NUMBER).unwrap().key = key;
    let error = json!({
        "code": 139002, "error_subcode": 4000001, "message": "(#139002) Publishing failed",
        "error_user_title": "Endpoint not available", "error_user_msg": "The endpoint does not answer.",
    });
    project.stand_in.state().faults.push(Fault::refuse("POST publish", 400, error));
    let output = project.flowctl(&["flow", "publish", "--verbose"]);
    output.assert(1, &[
        "error 139002/4000001: Endpoint not available: Publishing failed: The endpoint does not answer.",
        "flowctl doctor",
        "graph: POST /…0002/publish 400 in",
    ]);
}

#[test]
fn publish_without_a_secret_says_that_the_ping_was_not_signed() {
    let project = Project::new("flow-unsigned", FLOW_JSON);
    project.flowctl(&["flow", "push"]).assert(0, &[]);
    let key = Some((project.endpoint.public_pem.clone(), true));
    project.stand_in.state().numbers.get_mut(NUMBER).unwrap().key = key;
    let endpoint = project.endpoint.url.clone();
    let arguments = [
        "flow",
        "publish",
        "--env",
        "empty",
        "--waba-id",
        WABA,
        "--phone-number-id",
        NUMBER,
        "--endpoint",
        &endpoint,
    ];
    project
        .flowctl(&arguments)
        .assert(1, &["no secret is set, so the ping was not signed", "--secret-file"]);
}

#[test]
fn status_shows_state_versions_and_health() {
    let project = Project::new("flow-status", FLOW_JSON);
    project.flowctl(&["flow", "status"]).assert(1, &["Meta has no flow of this name"]);
    project.flowctl(&["flow", "push"]).assert(0, &[]);
    let key = Some((project.endpoint.public_pem.clone(), true));
    project.stand_in.state().numbers.get_mut(NUMBER).unwrap().key = key;
    let output = project.flowctl(&["flow", "status", "--preview"]);
    output.assert(
        0,
        &[
            "flow 200000000000002 is DRAFT: only test messages open it",
            "Flow JSON 7.3, the newest that flowctl knows",
            "(data API 3.0)",
            "dentist (…0004)",
            "the phone number …0003 is available",
            "preview/?token=3f0c, until 2026-12-26",
        ],
    );
    let output = project.flowctl(&["flow", "status"]);
    assert!(!output.stdout.contains("3f0c"), "{output:?}");
    {
        let mut state = project.stand_in.state();
        state.wabas.get_mut(WABA).unwrap().business_verified = false;
        state.flow("appointment").status = "THROTTLED";
    }
    let (code, json) = project.json(&["flow", "status"]);
    assert_eq!((code, &json["flows"][0]["canSendMessage"]), (Some(0), &json!("LIMITED")));
    let found = json["findings"].as_array().unwrap();
    let business = found.iter().find(|finding| finding["code"] == "health-business").unwrap();
    assert_eq!(
        (&business["status"], &business["why"]),
        (&json!("warning"), &json!("the business is not verified (141010)"))
    );
    project.stand_in.state().flow("appointment").status = "BLOCKED";
    project
        .flowctl(&["flow", "status"])
        .assert(1, &["no message opens it, because its endpoint is unhealthy"]);
}

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
