//! `flowctl call` ends with 1 for everything that a client refuses, and says who answered.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path as UrlPath, State};
use axum::http::Response;
use axum::routing::post;
use serde_json::{Value, json};
use whatsapp_flows::protocol::envelope::Envelope;
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::testing::KeyPair;

/// One answer of the stand-in: status, headers, and what makes the body.
#[derive(Clone)]
struct Canned {
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    body: Content,
    after: Duration,
}

#[derive(Clone)]
enum Content {
    Text(&'static str),
    /// Sealed as the endpoint seals.
    Sealed(Value),
    /// Sealed, and then changed.
    Wrapped(Value, fn(String) -> String),
}

/// An address whose every path answers as it is told.
struct Stand {
    url: String,
    secret_file: PathBuf,
    canned: Arc<Vec<Canned>>,
    _runtime: tokio::runtime::Runtime,
}

type Shared = (Arc<Vec<Canned>>, Arc<Keyring>);

impl Stand {
    fn new(name: &str, canned: Vec<Canned>) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("call-{name}"));
        std::fs::create_dir_all(&folder).unwrap();
        let json = json!({
            "private_keys": [{ "id": "k", "pem": *KeyPair::generate().private_pem }],
            "app_secrets": ["0123456789abcdef0123456789abcdef"],
        });
        let secret_file = folder.join("secret.json");
        std::fs::write(&secret_file, json.to_string()).unwrap();
        let secret = Arc::new(Keyring::from_json(json.to_string().as_bytes()).unwrap().0);
        let canned = Arc::new(canned);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/{number}", post(answer))
            .with_state((Arc::clone(&canned), secret) as Shared);
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { url, secret_file, canned, _runtime: runtime }
    }

    /// Exit status and everything that is said.
    fn call(&self, number: usize, action: &[&str]) -> (Option<i32>, String) {
        call(&format!("{}/{number}", self.url), action, &self.secret_file)
    }
}

fn call(url: &str, action: &[&str], secret_file: &Path) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_flowctl"))
        .args(["call", url])
        .args(action)
        .arg("--secret")
        .arg(secret_file)
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

async fn answer(
    State((canned, secret)): State<Shared>,
    UrlPath(number): UrlPath<usize>,
    request: Bytes,
) -> Response<Body> {
    let Canned { status, headers, body, after } = canned[number].clone();
    tokio::time::sleep(after).await;
    let seal = |reply: Value| {
        let opened = Envelope::parse(&request).unwrap().open(secret.private_keys()).unwrap();
        opened.reply_key.seal(reply.to_string().into_bytes())
    };
    let body = match body {
        Content::Text(text) => text.into(),
        Content::Sealed(reply) => seal(reply),
        Content::Wrapped(reply, change) => change(seal(reply)),
    };
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(body.into()).unwrap()
}

fn text(status: u16, body: &'static str) -> Canned {
    with(status, body, &[])
}

fn with(status: u16, body: &'static str, headers: &[(&'static str, &'static str)]) -> Canned {
    Canned { status, headers: headers.into(), body: Content::Text(body), after: Duration::ZERO }
}

fn sealed(status: u16, reply: Value) -> Canned {
    Canned { status, headers: vec![], body: Content::Sealed(reply), after: Duration::ZERO }
}

fn wrapped(change: fn(String) -> String) -> Canned {
    let body = Content::Wrapped(json!({ "data": { "status": "active" } }), change);
    Canned { status: 200, headers: vec![], body, after: Duration::ZERO }
}

const INIT: &[&str] = &["INIT", "--token", "t"];
const PING: &[&str] = &["ping"];
const NOTICE: &[&str] = &["notice"];

#[test]
fn it_ends_with_0_for_what_a_client_accepts_and_with_1_for_the_rest() {
    let success = |params: Value| json!({ "screen": "SUCCESS", "data": { "extension_message_response": { "params": params } } });
    let active = json!({ "data": { "status": "active" } });
    let cases: Vec<(&[&str], Canned, Option<&str>)> = vec![
        (PING, sealed(200, active.clone()), None),
        (NOTICE, sealed(200, json!({ "data": { "acknowledged": true } })), None),
        (INIT, sealed(200, json!({ "screen": "A", "data": {} })), None),
        (
            INIT,
            sealed(200, json!({ "screen": "A", "data": { "error_message": "Sold out" } })),
            None,
        ),
        (INIT, sealed(200, success(json!({ "flow_token": "t" }))), None),
        (INIT, sealed(200, json!({ "screen": "SUCCESS", "data": {} })), None),
        // What the endpoint itself may send.
        (PING, sealed(200, json!({ "data": {} })), Some("the reply to a ping must be")),
        (INIT, sealed(200, json!({ "data": {} })), Some("the reply has no `screen`")),
        (INIT, sealed(200, json!({ "screen": "", "data": {} })), Some("the reply has no `screen`")),
        (
            INIT,
            sealed(200, json!({ "screen": "A" })),
            Some("`data` of the reply is not a JSON object"),
        ),
        (INIT, sealed(200, json!({ "screen": "A", "data": null })), Some("`data` of the reply")),
        (
            INIT,
            sealed(200, json!({ "screen": "A", "data": { "error_message": 7 } })),
            Some("is not text"),
        ),
        (
            INIT,
            sealed(200, success(json!(null))),
            Some("`params` of the reply is not a JSON object"),
        ),
        (
            INIT,
            sealed(200, success(json!({ "x": 1 }))),
            Some("`params` of the reply has no `flow_token`"),
        ),
        (INIT, sealed(427, json!({ "error_msg": "Over" })), Some("this token cannot be used")),
        (INIT, text(427, r#"{"error_msg":"Over"}"#), Some("427")),
        (PING, sealed(201, active.clone()), Some("a client accepts 200 only")),
        (PING, text(200, ""), Some("the reply is empty")),
        (PING, wrapped(|body| format!("\"{body}\"")), Some("it stands in quotes")),
        (PING, wrapped(|body| format!("{{\"body\":\"{body}\"}}")), Some("it is JSON")),
        (PING, wrapped(|body| format!("{body}\n")), Some("line breaks or spaces")),
        (
            PING,
            wrapped(|_| "AAAAAAAAAAAAAAAAAAAAAAAAAAAA".into()),
            Some("under another key or vector"),
        ),
        (PING, text(400, ""), Some("no action")),
        (PING, text(404, ""), Some("no flow is served on this path")),
        (PING, text(405, ""), Some("POST only")),
        (PING, text(409, ""), Some("sent before")),
        (PING, text(413, ""), Some("too large")),
        (PING, text(421, ""), Some("cannot open the request")),
        (PING, text(422, ""), Some("the payload does not fit")),
        (PING, text(432, ""), Some("the signature is wrong")),
        (PING, text(500, ""), Some("the endpoint failed: its log names the cause")),
    ];
    hold("verdicts", cases);
}

#[test]
fn an_answer_of_a_gateway_or_a_tunnel_is_told_from_one_of_the_endpoint() {
    let page = "<!DOCTYPE html><html><body>Tunnel not found</body></html>";
    let html = ("content-type", "text/html; charset=utf-8");
    let denied = ("x-amzn-errortype", "AccessDeniedException");
    let cases: Vec<(&[&str], Canned, Option<&str>)> = vec![
        (
            PING,
            with(
                403,
                r#"{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see"}"#,
                &[denied],
            ),
            Some("lambda:InvokeFunctionUrl and lambda:InvokeFunction"),
        ),
        (
            PING,
            with(403, r#"{"Message":"Forbidden"}"#, &[denied]),
            Some("auth type NONE and two permissions"),
        ),
        (
            PING,
            with(
                403,
                r#"{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke"}"#,
                &[denied],
            ),
            Some("a resource policy"),
        ),
        (
            PING,
            with(
                403,
                r#"{"message":"Missing Authentication Token"}"#,
                &[("x-amz-cf-id", "x"), ("x-amz-apigw-id", "y")],
            ),
            Some("a path or stage that it does not have"),
        ),
        (PING, text(403, r#"{"message":"Forbidden"}"#), Some("the gateway refused")),
        (PING, text(403, ""), Some("the gateway refused")),
        (
            PING,
            with(
                403,
                r#"{"message":"The request signature we calculated does not match"}"#,
                &[("x-amz-cf-id", "x"), ("via", "1.1 abc.cloudfront.net (CloudFront)")],
            ),
            Some("An origin access control (OAC) cannot stand in front of a flow"),
        ),
        (
            PING,
            with(
                403,
                "<HTML><TITLE>ERROR: The request could not be satisfied</TITLE></HTML>",
                &[html, ("via", "1.1 abc.cloudfront.net (CloudFront)")],
            ),
            Some("OAC"),
        ),
        (
            PING,
            text(404, r#"{"message":"Not Found"}"#),
            Some("the gateway has no route for this path"),
        ),
        (PING, text(429, r#"{"message":"Too Many Requests"}"#), Some("the gateway throttled")),
        (PING, text(429, ""), Some("the gateway throttled")),
        (
            PING,
            text(500, r#"{"message":"Internal Server Error"}"#),
            Some("the gateway could not invoke"),
        ),
        (PING, text(502, r#"{"message": "Internal server error"}"#), Some("the function failed")),
        (PING, text(502, ""), Some("the function failed")),
        (PING, text(503, r#"{"message":"Service Unavailable"}"#), Some("no answer in time")),
        (PING, text(504, r#"{"message":"Endpoint request timed out"}"#), Some("no answer in time")),
        (PING, with(404, page, &[html]), Some("a tunnel or a proxy answered with a page")),
        (PING, with(200, page, &[html]), Some("a tunnel or a proxy answered with a page")),
        (PING, with(502, page, &[html]), Some("a tunnel or a proxy answered with a page")),
        (
            PING,
            with(530, "error code: 1033", &[("server", "cloudflare")]),
            Some("a tunnel or a proxy answered"),
        ),
        (
            PING,
            with(404, "", &[("ngrok-error-code", "ERR_NGROK_3200")]),
            Some("a tunnel or a proxy"),
        ),
        (
            PING,
            with(301, "", &[("location", "https://example.com/")]),
            Some("the address redirects"),
        ),
        (PING, with(308, "", &[("location", "/0")]), Some("the address redirects")),
    ];
    hold("fronts", cases);
}

fn hold(name: &str, cases: Vec<(&[&str], Canned, Option<&str>)>) {
    let stand = Stand::new(name, cases.iter().map(|(_, canned, _)| canned.clone()).collect());
    for (number, (action, _, refused)) in cases.iter().enumerate() {
        let (status, said) = stand.call(number, action);
        let case = format!("{number}, {:?}: {said}", stand.canned[number].status);
        match refused {
            None => assert_eq!(status, Some(0), "{case}"),
            Some(words) => {
                assert_eq!(status, Some(1), "{case}");
                assert!(said.contains(words), "{words:?}: {case}");
            }
        }
    }
}

#[test]
fn an_answer_after_ten_seconds_is_a_failure_although_it_is_right() {
    let mut late = sealed(200, json!({ "data": { "status": "active" } }));
    late.after = Duration::from_millis(10_100);
    let (status, said) = Stand::new("late", vec![late]).call(0, PING);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("200 in") && said.contains("WhatsApp gives up after 10 s"), "{said}");
}

#[test]
fn an_endpoint_that_does_not_answer_at_all_is_a_failure() {
    let stand = Stand::new("silent", vec![]);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/x", closed.local_addr().unwrap());
    // It accepts, and says nothing.
    let (status, said) = call(&url, PING, &stand.secret_file);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("no answer within 15 s; WhatsApp gives up after 10 s"), "{said}");
    drop(closed);
    let (status, said) = call(&url, PING, &stand.secret_file);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains(&url), "{said}");
}
