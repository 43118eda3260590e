//! `flowctl flow push` and `flowctl flow diff`.

use serde_json::json;

use crate::graph::Fault;
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
