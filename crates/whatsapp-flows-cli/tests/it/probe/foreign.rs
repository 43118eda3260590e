//! Endpoints in Node and in Python: right ones pass, and a planted mistake is named.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;

use super::stub::{Files, Probed};

const ENDPOINTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/endpoints");
const PYTHON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.tools/moto/bin/python");

/// A running endpoint.
struct Endpoint {
    child: Child,
    url: String,
    files: Rc<Files>,
}

impl Endpoint {
    fn start(program: &str, script: &str, mistake: &str, files: &Rc<Files>) -> Self {
        let files = Rc::clone(files);
        let mut child = Command::new(program)
            .arg(format!("{ENDPOINTS}/{script}"))
            .args(["--port", "0", "--key", "private.pem", "--app-secret-file", "app_secret"])
            .env("MISTAKE", mistake)
            .current_dir(&files.folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the endpoint starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ").expect("an address").to_owned();
        Self { child, url, files }
    }

    fn probe(&self, arguments: &[&str]) -> Probed {
        self.files.probe(&self.url, &[&["--json"], arguments].concat())
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Mistakes of both programs, with the case that names each, and the code.
const MISTAKES: [(&str, &str, &str); 29] = [
    // The request.
    ("oaep-sha-1", "P03", "oaep-sha-1"),
    ("request-iv-12-bytes", "P03", "request-iv-12-bytes"),
    ("signature-over-rewritten-body", "P02", "signature-over-rewritten-body"),
    // The reply.
    ("iv-not-inverted", "P07", "iv-not-inverted"),
    ("iv-prefixed", "P07", "iv-prefixed"),
    ("iv-12-bytes", "P07", "iv-12-bytes"),
    ("aes-256", "P07", "aes-256"),
    ("cbc", "P07", "cbc"),
    ("tag-missing", "P07", "tag-missing"),
    ("quoted", "P06", "quoted"),
    ("in-json", "P06", "in-json"),
    ("base64-undone", "P06", "base64-undone"),
    ("gzip", "P06", "gzip"),
    ("line-break-at-end", "P06", "line-break-at-end"),
    ("not-encrypted", "P06", "not-encrypted"),
    ("content-type", "P08", ""),
    // What it does.
    ("ping-needs-token", "P05", ""),
    ("notice-not-recognized", "P13", "notice-not-recognized"),
    ("notice-closes", "P13", "notice-not-recognized"),
    ("strict-members", "P15", ""),
    ("small-bodies", "P17", ""),
    ("decryption-500", "P18", ""),
    ("errors-are-200", "P18", ""),
    ("tag-not-verified", "P19", ""),
    ("signature-not-checked", "P21", "signature-not-checked"),
    ("signature-not-checked", "P22", "signature-not-checked"),
    ("signature-crash", "P22", ""),
    ("vector-reused", "P24", "vector-reused"),
    ("slow", "P25", ""),
];

/// Mistakes that are a warning.
const WARNINGS: [&str; 5] =
    ["content-type", "notice-not-recognized", "small-bodies", "vector-reused", "slow"];

fn names_mistakes(program: &str, script: &str, more: &[(&str, &str, &str)]) {
    let files = Rc::new(Files::new(&script.replace(['/', '.'], "-")));
    for (mistake, id, code) in MISTAKES.iter().chain(more) {
        let probed = Endpoint::start(program, script, mistake, &files).probe(&[]);
        let case = probed.case(id);
        let is_warning = WARNINGS.contains(mistake);
        let outcome = if is_warning { "warning" } else { "failed" };
        assert_eq!(case["outcome"], outcome, "{mistake}: {probed:?}");
        assert_eq!(probed.code, i32::from(!is_warning), "{mistake}: {probed:?}");
        let advice = case["advice"].as_str().unwrap();
        assert!(!advice.is_empty(), "{mistake}: {case}");
        if !code.is_empty() {
            assert_eq!(case["mistakes"], serde_json::json!([code]), "{mistake}: {case}");
        }
        // A mistake does not hide behind another finding: nothing before its case is wrong.
        let first = probed.with_outcome("failed").first().cloned().unwrap_or_default();
        assert!(first == *id || is_warning || *id == "P22", "{mistake}: {probed:?}");
    }
}

#[test]
#[ignore = "needs Node: make test"]
fn mistakes_in_node_are_named() {
    let more = [("request-aes-256", "P03", "request-aes-256")];
    names_mistakes("node", "mistakes/endpoint.mjs", &more);
}

#[test]
#[ignore = "needs moto's Python: make test"]
fn mistakes_in_python_are_named() {
    let more = [
        ("pkcs1-v1.5", "P03", "pkcs1-v1.5"),
        ("oaep-mgf1-sha-1", "P03", "oaep-mgf1-sha-1"),
        ("slashes-not-unescaped", "P04", "slashes-not-unescaped"),
        ("app-secret-line-break", "P02", "app-secret-line-break"),
        ("signature-prefix", "P02", "signature-prefix"),
        ("tag-first", "P07", "tag-first"),
        ("tag-wrong", "P07", "tag-wrong"),
        ("base64-url", "P06", "base64-url"),
    ];
    names_mistakes(PYTHON, "mistakes/endpoint.py", &more);
}

#[test]
#[ignore = "needs Node and moto's Python: make test"]
fn two_mistakes_are_both_named() {
    let files = Rc::new(Files::new("two-mistakes"));
    for (program, script) in [("node", "mistakes/endpoint.mjs"), (PYTHON, "mistakes/endpoint.py")] {
        for (mistakes, ids) in [
            ("oaep-sha-1,iv-not-inverted", ["P03", "P07"]),
            ("quoted,tag-missing", ["P06", "P07"]),
            ("oaep-sha-1,errors-are-200", ["P03", "P18"]),
            ("oaep-sha-1,decryption-502", ["P03", "P18"]),
            ("signature-over-rewritten-body,base64-undone", ["P02", "P06"]),
        ] {
            let probed = Endpoint::start(program, script, mistakes, &files).probe(&[]);
            let failed = probed.with_outcome("failed");
            assert!(ids.iter().all(|id| failed.contains(&(*id).into())), "{mistakes}: {probed:?}");
            for (id, mistake) in ids.iter().zip(mistakes.split(',')).filter(|(id, _)| **id < "P18")
            {
                assert_eq!(probed.case(id)["mistakes"], serde_json::json!([mistake]));
            }
        }
    }
}

fn passes(program: &str, scripts: [&str; 2]) {
    let [only, lunch] = scripts;
    let files = Rc::new(Files::new(&format!("right-{}", only.replace(['/', '.'], "-"))));
    let probed = Endpoint::start(program, only, "", &files).probe(&["--screen", "ONLY"]);
    assert_eq!((probed.code, probed.with_outcome("ok").len()), (0, 25), "{probed:?}");
    let flow = format!("{ENDPOINTS}/lunch.json");
    let data = r#"{"dish":"soup","portions":"2"}"#;
    let arguments = ["--flow-json", &flow, "--screen", "MENU", "--data", data];
    let probed = Endpoint::start(program, lunch, "", &files).probe(&arguments);
    assert_eq!((probed.code, probed.with_outcome("failed")), (0, vec![]), "{probed:?}");
    assert_eq!(probed.with_outcome("warning"), Vec::<String>::new(), "{probed:?}");
    assert_eq!(probed.case("P11")["seen"], "screen TIME");
}

#[test]
#[ignore = "needs Node: make test"]
fn right_endpoints_in_node_pass() {
    passes("node", ["mistakes/endpoint.mjs", "node/endpoint.mjs"]);
}

#[test]
#[ignore = "needs moto's Python: make test"]
fn right_endpoints_in_python_pass() {
    passes(PYTHON, ["mistakes/endpoint.py", "python/endpoint.py"]);
}
