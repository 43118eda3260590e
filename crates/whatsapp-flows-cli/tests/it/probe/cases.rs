//! The findings of the cases about an endpoint that opens requests: actions, tokens, times and the Flow JSON.

use serde_json::{Value, json};

use super::stub::{Answer, Stub};

const FLOW: &str = r#"{
  "version": "7.3", "data_api_version": "4.0", "routing_model": { "ONLY": [] },
  "screens": [{ "id": "ONLY", "title": "Only", "terminal": true, "REFRESH": true,
    "data": { "text": { "type": "string", "__example__": "hello" } },
    "layout": { "type": "SingleColumnLayout", "children": [
      { "type": "TextBody", "text": "${data.text}" },
      { "type": "Footer", "label": "Send", "on-click-action": { "name": "data_exchange", "payload": {} } } ] } }]
}"#;

#[test]
fn a_right_endpoint_passes() {
    let probed = Stub::new("right", Answer::right).probe(&["--json", "--screen", "ONLY"]);
    assert_eq!((probed.code, &*probed.stderr), (0, ""), "{probed:?}");
    assert_eq!(probed.with_outcome("ok").len(), 25, "{probed:?}");
}

#[test]
fn a_flow_json_names_the_screen_for_back_and_judges_the_reply_to_init() {
    let stub = Stub::new("flow-json", Answer::right);
    let write = |text: &str| std::fs::write(stub.files.folder.join("flow.json"), text).unwrap();
    let probe = || stub.probe(&["--json", "--flow-json", "flow.json"]);
    write(&FLOW.replace("REFRESH", "refresh_on_back"));
    let probed = probe();
    assert_eq!(probed.code, 0, "{probed:?}");
    assert_eq!(probed.case("P10")["outcome"], "ok");

    write(&FLOW.replace("\"REFRESH\": true,", ""));
    let back = probe().case("P10");
    assert_eq!(back["seen"], "no screen of the Flow JSON has `refresh_on_back`");

    write(&FLOW.replace("\"REFRESH\": true,", "").replace("\"string\"", "\"number\""));
    let probed = probe();
    let init = probed.case("P09");
    assert_eq!((probed.code, &init["outcome"]), (1, &json!("failed")));
    assert!(init["seen"].as_str().unwrap().contains("text"), "{init}");

    let probed = stub.probe(&["--flow-json", "flow.json", "--screen", "NONE"]);
    assert_eq!((probed.code, &*probed.stdout), (2, ""));
    assert!(probed.stderr.contains("NONE is not a screen of the Flow JSON"), "{probed:?}");
}

/// The members of PHP's empty array.
fn data_is_a_list(request: &Value) -> Answer {
    match request["action"].as_str() {
        Some("INIT" | "BACK") => Answer::ok(json!({ "screen": "ONLY", "data": [] })),
        _ => Answer::right(request),
    }
}

#[test]
fn a_mistake_of_a_reply_is_no_reason_to_leave_a_case_out() {
    let probed = Stub::new("list", data_is_a_list).probe(&["--json"]);
    assert_eq!(probed.code, 1, "{probed:?}");
    for id in ["P09", "P10"] {
        let case = probed.case(id);
        assert_eq!(case["outcome"], "failed", "{case}");
        assert!(case["seen"].as_str().unwrap().contains("empty list"), "{case}");
        assert!(!case["advice"].as_str().unwrap().contains("skip"), "{case}");
    }
}

/// Meta's sample is an endpoint that knows its tokens.
fn knows_one_token(request: &Value) -> Answer {
    let is_notice = request["data"]["error"].is_string();
    match request["flow_token"].as_str() {
        Some("the-token") | None => Answer::right(request),
        Some(_) if is_notice => Answer::right(request),
        Some(_) => Answer { status: 427, ..Answer::ok(json!({ "error_msg": "Over" })) },
    }
}

#[test]
fn a_random_token_that_is_refused_is_not_a_failure() {
    let stub = Stub::new("tokens", knows_one_token);
    let probed = stub.probe(&["--json"]);
    assert_eq!(probed.code, 0, "{probed:?}");
    let skipped = probed.with_outcome("skipped");
    assert!(["P09", "P10", "P11", "P12"].iter().all(|id| skipped.contains(&(*id).into())));
    assert!(probed.case("P09")["seen"].as_str().unwrap().contains("--token"));

    let probed = stub.probe(&["--json", "--token", "the-token"]);
    assert_eq!((probed.code, probed.with_outcome("skipped")), (0, vec!["P11".into()]));
    assert!(!probed.stdout.contains("the-token"), "{probed:?}");

    let probed = stub.probe(&["--json", "--token", "another"]);
    assert_eq!(probed.with_outcome("failed"), ["P09"], "{probed:?}");
}

/// Without a body the user sees WhatsApp's own message.
#[test]
fn a_427_with_a_plain_body_is_named() {
    fn empty(request: &Value) -> Answer {
        match request["action"] == "INIT" {
            true => Answer::status(427),
            false => Answer::right(request),
        }
    }
    fn plain(request: &Value) -> Answer {
        match empty(request) {
            answer if answer.status == 427 => Answer { plain: r#"{"error_msg":"Over"}"#, ..answer },
            answer => answer,
        }
    }
    let init = Stub::new("427-empty", empty).probe(&["--json"]).case("P09");
    assert_eq!(init["outcome"], "skipped", "{init}");
    let init = Stub::new("427-plain", plain).probe(&["--json"]).case("P09");
    assert_eq!(init["outcome"], "failed", "{init}");
    assert!(init["seen"].as_str().unwrap().contains("the body is not encrypted"), "{init}");
}

#[test]
fn replies_that_no_client_shows_are_failures() {
    for (name, answer, words) in [
        ("no-screen", json!({ "data": {} }), "no `screen`"),
        ("no-data", json!({ "screen": "ONLY" }), "`data` of the reply is not a JSON object"),
        (
            "null-error",
            json!({ "screen": "ONLY", "data": { "error_message": null } }),
            "not a string",
        ),
        ("twice", json!("{\"screen\":\"ONLY\",\"data\":{}}"), "JSON text inside JSON text"),
    ] {
        // A plain function cannot know the answer of this round, so it is sent through the token.
        let stub = Stub::new(name, |request| match request["flow_token"].as_str() {
            Some(token) if request["action"] == "INIT" => {
                Answer::ok(serde_json::from_str(token).unwrap())
            }
            _ => Answer::right(request),
        });
        let probed = stub.probe(&["--json", "--token", &answer.to_string()]);
        let init = probed.case("P09");
        assert_eq!((probed.code, &init["outcome"]), (1, &json!("failed")), "{name}: {init}");
        assert!(init["seen"].as_str().unwrap().contains(words), "{name}: {init}");
    }
}

#[test]
fn a_mistake_of_later_replies_is_reported_once() {
    let probed = Stub::new("later", |request| match request["action"] == "ping" {
        true => Answer::right(request),
        false => Answer { change: |reply| format!("{reply}\n"), ..Answer::right(request) },
    })
    .probe(&["--json"]);
    assert_eq!(probed.with_outcome("failed"), ["P09"], "{probed:?}");
    assert_eq!(probed.case("P09")["mistakes"], json!(["line-break-at-end"]));
    assert_eq!(probed.with_outcome("ok").len(), 23, "{probed:?}");
}

#[test]
fn a_ping_that_fails_is_reported_once() {
    let probed = Stub::new("no-ping", |request| match request["action"] == "ping" {
        true => Answer::status(500),
        false => Answer::right(request),
    })
    .probe(&["--json"]);
    assert_eq!(probed.with_outcome("failed"), ["P05"], "{probed:?}");
    assert_eq!(probed.case("P05")["seen"], "500 instead of 200");
    assert_eq!(probed.case("P09")["outcome"], "ok");
}

#[test]
fn back_is_judged_for_a_screen_that_has_refresh_on_back() {
    let answer: fn(&Value) -> Answer = |request| match request["action"] == "BACK" {
        true => Answer::status(400),
        false => Answer::right(request),
    };
    let stub = Stub::new("no-back", answer);
    let probed = stub.probe(&["--json"]);
    assert_eq!((probed.code, probed.with_outcome("skipped").contains(&"P10".into())), (0, true));
    assert!(probed.with_outcome("warning").is_empty(), "{probed:?}");
    let seen = probed.case("P10")["seen"].clone();
    let expected = "no screen with `refresh_on_back` is known, and BACK got 400 instead of 200; pass --flow-json";
    assert!(seen.as_str().unwrap().starts_with(expected), "{seen}");
    let probed = stub.probe(&["--json", "--back", "ONLY"]);
    assert_eq!((probed.code, probed.with_outcome("failed")), (1, vec!["P10".into()]));
    let probed = stub.probe(&["--json", "--back", "ONLY", "--skip", "P10", "--skip", "latency"]);
    assert_eq!((probed.code, &probed.json()["latency"]), (0, &Value::Null));
}

#[test]
fn without_an_app_secret_the_cases_of_signatures_are_skipped() {
    let stub = Stub::new("no-secret", Answer::right);
    let probed = stub.files.flowctl(&["probe", &stub.url, "--public-key", "public.pem"]);
    assert_eq!((probed.code, &*probed.stdout), (2, ""));
    assert!(probed.stderr.contains("--no-app-secret"), "{probed:?}");
    // The stub checks signatures, so it refuses everything.
    let probe = ["probe", &stub.url, "--public-key", "public.pem", "--no-app-secret", "--json"];
    let probed = stub.files.flowctl(&probe);
    assert_eq!((probed.code, probed.with_outcome("failed")), (1, vec!["P02".into()]));
    assert!(probed.case("P02")["advice"].as_str().unwrap().contains("--app-secret-file"));
}

#[test]
fn another_key_and_another_app_secret_are_named() {
    let stub = Stub::new("others", Answer::right);
    let other = super::stub::Files::new("others-other");
    for (file, id, words) in [
        ("public.pem", "P03", "check that this is the public key of the endpoint"),
        ("app_secret", "P02", "check that this is the app secret of the endpoint"),
    ] {
        let ours = stub.files.folder.join(file);
        let right = std::fs::read(&ours).unwrap();
        match file {
            "public.pem" => drop(std::fs::copy(other.folder.join(file), &ours).unwrap()),
            _ => std::fs::write(&ours, "fedcba9876543210fedcba9876543210").unwrap(),
        }
        let probed = stub.probe(&["--json"]);
        assert_eq!((probed.code, probed.with_outcome("failed")), (1, vec![id.to_owned()]));
        assert!(probed.case(id)["advice"].as_str().unwrap().starts_with(words));
        std::fs::write(ours, right).unwrap();
    }
}
