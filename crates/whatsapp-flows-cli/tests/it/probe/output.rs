//! The table, JSON and JUnit, the exit codes, and that none of them contains a secret.

use serde_json::Value;

use super::stub::{APP_SECRET, Answer, Files, Probed, Stub};

#[test]
fn cases_are_numbered_without_gaps() {
    let probed = Files::new("cases").flowctl(&["probe", "--cases"]);
    assert_eq!(probed.code, 0, "{probed:?}");
    let ids: Vec<_> = probed
        .stdout
        .lines()
        .filter(|line| line.starts_with('P'))
        .map(|line| line[..3].to_owned())
        .collect();
    let expected: Vec<_> = (1..=25).map(|number| format!("P{number:02}")).collect();
    assert_eq!(ids, expected);
}

/// An endpoint that has one warning and one failure, and puts what it knows into a header.
fn leaking(request: &Value) -> Answer {
    let token = request["flow_token"].as_str().unwrap_or_default();
    match (request["action"].as_str(), request["data"]["error"].is_string()) {
        (Some("BACK"), _) => Answer::status(500),
        (_, true) => Answer::ok(serde_json::json!({ "data": {} })),
        _ => {
            let leaked = format!("text/<{APP_SECRET}&{token}\">");
            Answer { headers: vec![("content-type", leaked)], ..Answer::right(request) }
        }
    }
}

fn probe_leaking(name: &str, arguments: &[&str]) -> (Stub, Probed) {
    let stub = Stub::new(name, leaking);
    let url = stub.url.replace("http://", "http://user:pass-word@") + "?key=in-the-query";
    let given = [arguments, &["--token", "my-own-token", "--back", "ONLY"]].concat();
    let probed = stub.files.probe(&url, &given);
    (stub, probed)
}

#[track_caller]
fn has_no_secret(text: &str, stub: &Stub) {
    let private = std::fs::read_to_string(stub.files.folder.join("private.pem")).unwrap();
    let line = private.lines().nth(1).unwrap();
    for secret in [APP_SECRET, "my-own-token", "pass-word", "in-the-query", line] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[test]
fn table_has_a_line_for_each_case() {
    let (stub, probed) = probe_leaking("table", &[]);
    assert_eq!((probed.code, &*probed.stderr), (1, ""), "{probed:?}");
    has_no_secret(&probed.stdout, &stub);
    let lines: Vec<_> = probed.stdout.lines().collect();
    assert!(lines[0].starts_with("Probe of http://127.0.0.1:") && lines[0].ends_with("/flow"));
    assert!(lines.contains(&"P05  ping           ok       active"), "{}", probed.stdout);
    assert!(
        lines.contains(&"P08  content type   warning  text/<[redacted]&\">"),
        "{}",
        probed.stdout
    );
    assert!(
        lines.contains(&"P10  back           FAILED   500 instead of 200"),
        "{}",
        probed.stdout
    );
    assert!(
        lines.contains(&"P13  error notice   warning  200, but not `acknowledged`: it was taken for something else"),
        "{}",
        probed.stdout
    );
    assert!(lines.contains(&"1 failed, 3 warnings, 20 ok, 1 skipped"), "{}", probed.stdout);
    assert!(lines.iter().all(|line| line.chars().count() <= 120), "{}", probed.stdout);
}

#[test]
fn cases_that_were_not_tried_share_a_line() {
    let probed = Stub::new("share", |_| Answer::status(500)).probe(&[]);
    assert!(
        probed.stdout.contains("\nP04 to P25          skipped  not tried until P03 is fixed\n")
    );
}

#[test]
fn json_has_stable_codes() {
    let (stub, probed) = probe_leaking("json", &["--json"]);
    assert_eq!((probed.code, &*probed.stderr), (1, ""), "{probed:?}");
    has_no_secret(&probed.stdout, &stub);
    let report = probed.json();
    let members: Vec<_> = report.as_object().unwrap().keys().map(String::as_str).collect();
    let mut expected =
        ["url", "reachable", "ok", "warnings", "failed", "skipped", "latency", "cases"];
    expected.sort_unstable();
    assert_eq!(members, expected);
    assert_eq!((&report["failed"], &report["warnings"]), (&1.into(), &3.into()));
    assert_eq!(report["latency"]["requests"], 3);
    assert!(report["latency"]["p99Ms"].as_f64().unwrap() > 0.0);
    assert_eq!(probed.case("P13")["mistakes"], serde_json::json!(["notice-not-recognized"]));
    assert_eq!(probed.case("P10")["outcome"], "failed");
}

#[test]
fn junit_is_xml_with_a_failure() {
    let (stub, probed) = probe_leaking("junit", &["--junit", "probe.xml"]);
    assert_eq!(probed.code, 1, "{probed:?}");
    assert!(probed.stdout.contains("P05  ping"), "the table is printed as well: {}", probed.stdout);
    let xml = std::fs::read_to_string(stub.files.folder.join("probe.xml")).unwrap();
    has_no_secret(&xml, &stub);
    assert!(xml.contains("tests=\"25\" failures=\"1\" errors=\"0\" skipped=\"1\""), "{xml}");
    assert_eq!(xml.matches("<testcase ").count(), 25);
    assert_eq!(xml.matches("<failure ").count(), 1);
    assert!(xml.contains("<failure type=\"failed\" message=\"500 instead of 200\">"), "{xml}");
    assert!(xml.contains("text/&lt;[redacted]&amp;&quot;&gt;"), "{xml}");
    assert_eq!(xml.matches('<').count(), xml.matches('>').count(), "{xml}");
    // What is opened is closed.
    let mut open = Vec::new();
    for tag in xml.split('<').skip(2).map(|rest| rest.split('>').next().unwrap()) {
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{xml}"),
            None if tag.ends_with('/') => {}
            None => open.push(tag.split(' ').next().unwrap()),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn usage_errors_are_2() {
    let files = Files::new("usage");
    let url = "http://127.0.0.1:9/flow";
    for (arguments, words) in [
        (vec!["probe"], "required"),
        (vec!["probe", url], "run flowctl dev in this folder"),
        (vec!["probe", "example.com/flow", "--secret", "secret.json"], "starts with https://"),
        (vec!["probe", "ftp://example.com", "--secret", "secret.json"], "starts with https://"),
        (vec!["probe", url, "--public-key", "none.pem", "--no-app-secret"], "none.pem"),
        (vec!["probe", url, "--secret", "secret.json", "--skip", "P99"], "flowctl probe --cases"),
        (vec!["probe", url, "--secret", "secret.json", "--rate", "51"], "51 is not in 1..=50"),
        (vec!["probe", url, "--secret", "secret.json", "--requests", "1001"], "not in 0..=1000"),
        (
            vec!["probe", url, "--secret", "secret.json", "--screen", "A", "--data", "[]"],
            "not a JSON object",
        ),
        (vec!["probe", url, "--secret", "secret.json", "--data", "{}"], "--screen"),
        (
            vec!["probe", url, "--secret", "secret.json", "--junit", "none/probe.xml"],
            "none/probe.xml",
        ),
        (vec!["probe", url, "--secret", "secret.json", "--flow-json", "none.json"], "none.json"),
    ] {
        let probed = files.flowctl(&arguments);
        assert_eq!((probed.code, &*probed.stdout), (2, ""), "{arguments:?}: {probed:?}");
        assert!(probed.stderr.contains(words), "{words}: {probed:?}");
    }
}
