//! `flowctl flow publish`, `status`, `deprecate` and `delete`.

use serde_json::json;

use crate::graph::{Fault, NUMBER, PublishedUpload, WABA};
use crate::graph_calls::FLOW_JSON;
use crate::support::project::Project;

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
    project.stand_in.state().flow("appointment").status = "BLOCKED";
    publish().assert(1, &["the flow is BLOCKED already", "run flowctl doctor"]);
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
