//! Errors that PHP prints in place of a reply, and errors in plain text with the status 200.

use serde_json::json;

use super::stub::{Answer, SignatureCheck, Stub};

const FATAL: &str = "<br />\n<b>Fatal error</b>:  Uncaught Exception in /srv/flow.php:12<br />\n";

#[test]
fn a_warning_before_the_reply_is_named_and_read_over() {
    let warned = |request: &serde_json::Value| Answer {
        headers: vec![("content-type", "text/html; charset=UTF-8".into())],
        change: |reply| {
            format!("<br />\n<b>Warning</b>:  Undefined key in <b>/srv/flow.php</b><br />\n{reply}")
        },
        ..Answer::right(request)
    };
    let probed = Stub::new("php-warning", warned).probe(&["--json"]);
    assert_eq!(probed.with_outcome("failed"), ["P06"], "{probed:?}");
    assert_eq!(probed.case("P06")["mistakes"], json!(["other-text"]));
    assert!(probed.case("P06")["advice"].as_str().unwrap().contains("display_errors"));
}

#[test]
fn an_error_of_php_with_the_status_200_is_not_a_proxy() {
    let fatal = |request: &serde_json::Value| match request["action"] == "INIT" {
        true => Answer {
            headers: vec![("content-type", "text/html; charset=UTF-8".into())],
            plain: FATAL,
            ..Answer::status(200)
        },
        false => Answer::right(request),
    };
    let probed = Stub::new("php-fatal", fatal).probe(&["--json"]);
    let init = probed.case("P09");
    assert_eq!(init["outcome"], "failed", "{init}");
    assert!(init["seen"].as_str().unwrap().contains("PHP ended with an error"), "{init}");
}

/// It ends for each request, because it cannot decrypt any.
#[test]
fn an_error_of_php_for_every_request_is_not_a_proxy() {
    let fatal = |_: &serde_json::Value| Answer {
        headers: vec![("content-type", "text/html; charset=UTF-8".into())],
        plain: FATAL,
        ..Answer::status(200)
    };
    let probed = Stub::new("php-fatal-always", fatal).probe(&["--json"]);
    assert_eq!(probed.with_outcome("failed"), ["P03"], "{probed:?}");
    assert!(probed.case("P03")["seen"].as_str().unwrap().contains("PHP ended with an error"));
}

/// The request was refused, although with a wrong status.
#[test]
fn an_error_in_plain_text_with_the_status_200_is_not_an_answer() {
    let check = SignatureCheck { covers: |body| body.to_vec(), refusal: 200 };
    let probed = Stub::with_check("plain-200", Answer::right, check).probe(&["--json"]);
    assert_eq!(probed.with_outcome("failed"), ["P18", "P19", "P20", "P21", "P22", "P23"]);
    for id in ["P18", "P19", "P21", "P22", "P23"] {
        let case = probed.case(id);
        assert_eq!(case["mistakes"], json!([]), "{case}");
        let seen = case["seen"].as_str().unwrap();
        assert!(seen.contains("not a reply") || seen.contains("instead of 421"), "{case}");
    }
}
