//! The exit code and the messages of `flowctl call`.

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

/// A response of the stub server.
#[derive(Clone)]
struct StubResponse {
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    body: StubBody,
    delay: Duration,
}

#[derive(Clone)]
enum StubBody {
    Text(&'static str),
    /// Encrypted as the endpoint does.
    Sealed(Value),
    /// Encrypted, and then changed.
    Wrapped(Value, fn(String) -> String),
}

/// A server that returns a fixed response for each path.
struct StubServer {
    url: String,
    secret_file: PathBuf,
    responses: Arc<Vec<StubResponse>>,
    _runtime: tokio::runtime::Runtime,
}

type Shared = (Arc<Vec<StubResponse>>, Arc<Keyring>);

impl StubServer {
    fn new(name: &str, responses: Vec<StubResponse>) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("call-{name}"));
        std::fs::create_dir_all(&folder).unwrap();
        let json = json!({
            "private_keys": [{ "id": "k", "pem": *KeyPair::generate().private_pem }],
            "app_secrets": ["0123456789abcdef0123456789abcdef"],
        });
        let secret_file = folder.join("secret.json");
        std::fs::write(&secret_file, json.to_string()).unwrap();
        let secret = Arc::new(Keyring::from_json(json.to_string().as_bytes()).unwrap().0);
        let responses = Arc::new(responses);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router =
            Router::new()
                .route("/{number}", post(respond))
                .with_state((Arc::clone(&responses), secret) as Shared);
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { url, secret_file, responses, _runtime: runtime }
    }

    /// Returns the exit code and the whole output.
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

async fn respond(
    State((responses, secret)): State<Shared>,
    UrlPath(number): UrlPath<usize>,
    request: Bytes,
) -> Response<Body> {
    let StubResponse { status, headers, body, delay } = responses[number].clone();
    tokio::time::sleep(delay).await;
    let seal = |reply: Value| {
        let opened = Envelope::parse(&request).unwrap().open(secret.private_keys()).unwrap();
        opened.reply_key.seal(reply.to_string().into_bytes())
    };
    let body = match body {
        StubBody::Text(text) => text.into(),
        StubBody::Sealed(reply) => seal(reply),
        StubBody::Wrapped(reply, change) => change(seal(reply)),
    };
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(body.into()).unwrap()
}

fn text(status: u16, body: &'static str) -> StubResponse {
    with_headers(status, body, &[])
}

fn with_headers(
    status: u16,
    body: &'static str,
    headers: &[(&'static str, &'static str)],
) -> StubResponse {
    StubResponse {
        status,
        headers: headers.into(),
        body: StubBody::Text(body),
        delay: Duration::ZERO,
    }
}

fn sealed(status: u16, reply: Value) -> StubResponse {
    StubResponse { status, headers: vec![], body: StubBody::Sealed(reply), delay: Duration::ZERO }
}

fn wrapped(change: fn(String) -> String) -> StubResponse {
    let body = StubBody::Wrapped(json!({ "data": { "status": "active" } }), change);
    StubResponse { status: 200, headers: vec![], body, delay: Duration::ZERO }
}

const INIT: &[&str] = &["INIT", "--token", "t"];
const PING: &[&str] = &["ping"];
const NOTICE: &[&str] = &["notice"];

#[test]
fn call_exits_0_only_for_a_response_that_a_client_accepts() {
    let success = |params: Value| {
        let data = json!({ "extension_message_response": { "params": params } });
        json!({ "screen": "SUCCESS", "data": data })
    };
    let active = json!({ "data": { "status": "active" } });
    let cases: Vec<(&[&str], StubResponse, Option<&str>)> = vec![
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
        // Responses of the endpoint itself.
        (PING, sealed(200, json!({ "data": {} })), Some("the reply to a ping must be")),
        (INIT, sealed(200, json!({ "data": {} })), Some("the reply has no `screen`")),
        (INIT, sealed(200, json!({ "screen": "", "data": {} })), Some("the reply has no `screen`")),
        (
            INIT,
            sealed(200, json!({ "screen": "A" })),
            Some("`data` of the reply is not a JSON object"),
        ),
        (
            INIT,
            sealed(200, json!({ "screen": "A", "data": [] })),
            Some("in PHP, write (object) [] for an object without members"),
        ),
        (INIT, sealed(200, json!({ "screen": "A", "data": null })), Some("`data` of the reply")),
        (
            INIT,
            sealed(200, json!({ "screen": "A", "data": { "error_message": 7 } })),
            Some("is not a string"),
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
        (INIT, sealed(427, json!({ "error_msg": "Over" })), Some("this flow token has expired")),
        (INIT, text(427, r#"{"error_msg":"Over"}"#), Some("427")),
        (PING, sealed(201, active.clone()), Some("a client accepts only 200")),
        (PING, text(200, ""), Some("the body is empty")),
        (PING, wrapped(|body| format!("\"{body}\"")), Some("the reply is in quotes")),
        (
            PING,
            wrapped(|body| format!("{{\"body\":\"{body}\"}}")),
            Some("the reply is JSON that contains the encrypted text"),
        ),
        (
            PING,
            wrapped(|body| format!("{body}\n")),
            Some("the reply starts or ends with a line break"),
        ),
        (
            PING,
            wrapped(|_| "AAAAAAAAAAAAAAAAAAAAAAAAAAAA".into()),
            Some("with another key or initial vector"),
        ),
        (PING, text(400, ""), Some("does not know the action")),
        (PING, text(404, ""), Some("no flow is served on this path")),
        (PING, text(405, ""), Some("accepts only POST")),
        (PING, text(409, ""), Some("this body was answered before")),
        (PING, text(413, ""), Some("too large")),
        (PING, text(421, ""), Some("cannot decrypt the request")),
        (PING, text(422, ""), Some("the payload does not match the screen")),
        (PING, text(432, ""), Some("the signature is invalid")),
        (PING, text(500, ""), Some("the endpoint failed; its log names the cause")),
    ];
    assert_outcomes("endpoint", cases);
}

#[test]
fn call_names_the_gateway_or_tunnel_that_responded() {
    let page = "<!DOCTYPE html><html><body>Tunnel not found</body></html>";
    let html = ("content-type", "text/html; charset=utf-8");
    let denied = ("x-amzn-errortype", "AccessDeniedException");
    let cases: Vec<(&[&str], StubResponse, Option<&str>)> = vec![
        (
            PING,
            with_headers(
                403,
                r#"{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see"}"#,
                &[denied],
            ),
            Some("lambda:InvokeFunctionUrl and lambda:InvokeFunction"),
        ),
        (
            PING,
            with_headers(403, r#"{"Message":"Forbidden"}"#, &[denied]),
            Some("auth type to NONE"),
        ),
        (
            PING,
            with_headers(
                403,
                r#"{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke"}"#,
                &[denied],
            ),
            Some("a resource policy"),
        ),
        (
            PING,
            with_headers(
                403,
                r#"{"message":"Missing Authentication Token"}"#,
                &[("x-amz-cf-id", "x"), ("x-amz-apigw-id", "y")],
            ),
            Some("a path or stage that does not exist"),
        ),
        (PING, text(403, r#"{"message":"Forbidden"}"#), Some("the gateway rejected")),
        (PING, text(403, ""), Some("the gateway rejected")),
        (
            PING,
            with_headers(
                403,
                r#"{"message":"The request signature we calculated does not match"}"#,
                &[("x-amz-cf-id", "x"), ("via", "1.1 abc.cloudfront.net (CloudFront)")],
            ),
            Some("remove the origin access control (OAC)"),
        ),
        (
            PING,
            with_headers(
                403,
                "<HTML><TITLE>ERROR: The request could not be satisfied</TITLE></HTML>",
                &[html, ("via", "1.1 abc.cloudfront.net (CloudFront)")],
            ),
            Some("OAC"),
        ),
        (
            PING,
            text(404, r#"{"message":"Not Found"}"#),
            Some("the gateway has no route for POST on this path"),
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
        (PING, text(503, r#"{"message":"Service Unavailable"}"#), Some("did not respond in time")),
        (
            PING,
            text(504, r#"{"message":"Endpoint request timed out"}"#),
            Some("did not respond in time"),
        ),
        (
            PING,
            with_headers(403, "<!DOCTYPE html><p>CSRF verification failed.</p>", &[html]),
            Some("exempt this path (Django: @csrf_exempt"),
        ),
        (PING, with_headers(419, page, &[html]), Some("requires a CSRF token")),
        (
            PING,
            with_headers(200, "<br />\n<b>Fatal error</b>:  Uncaught Exception in x.php", &[html]),
            Some("PHP ended with an error"),
        ),
        (PING, text(200, "PHP Parse error:  syntax error"), Some("PHP ended with an error")),
        (PING, with_headers(404, page, &[html]), Some("a tunnel or a proxy responded")),
        (PING, with_headers(200, page, &[html]), Some("a tunnel or a proxy responded")),
        (PING, with_headers(502, page, &[html]), Some("a tunnel or a proxy responded")),
        (
            PING,
            with_headers(530, "error code: 1033", &[("server", "cloudflare")]),
            Some("a tunnel or a proxy responded"),
        ),
        (
            PING,
            with_headers(404, "", &[("ngrok-error-code", "ERR_NGROK_3200")]),
            Some("a tunnel or a proxy"),
        ),
        (
            PING,
            with_headers(301, "", &[("location", "https://example.com/")]),
            Some("the URL redirects"),
        ),
        (PING, with_headers(308, "", &[("location", "/0")]), Some("the URL redirects")),
    ];
    assert_outcomes("gateways", cases);
}

fn assert_outcomes(name: &str, cases: Vec<(&[&str], StubResponse, Option<&str>)>) {
    let server =
        StubServer::new(name, cases.iter().map(|(_, responses, _)| responses.clone()).collect());
    for (number, (action, _, refused)) in cases.iter().enumerate() {
        let (status, output) = server.call(number, action);
        let case = format!("{number}, {:?}: {output}", server.responses[number].status);
        match refused {
            None => assert_eq!(status, Some(0), "{case}"),
            Some(words) => {
                assert_eq!(status, Some(1), "{case}");
                assert!(output.contains(words), "{words:?}: {case}");
            }
        }
    }
}

#[test]
fn call_names_a_compressed_reply_by_its_header() {
    let cases = ["br", "deflate", "gzip"]
        .map(|coding| {
            let response = with_headers(200, "\u{3}\u{4}abc", &[("content-encoding", coding)]);
            (PING, response, Some("the reply is compressed"))
        })
        .into();
    assert_outcomes("compressed", cases);
}

#[test]
fn call_prints_no_control_characters_of_a_body() {
    let server = StubServer::new("control", vec![text(500, "\u{1b}]0;title\u{7}\u{9b}31m error")]);
    let (_, output) = server.call(0, PING);
    assert!(output.contains("]0;title"), "{output}");
    assert!(!output.contains(['\u{1b}', '\u{7}', '\u{9b}']), "{output:?}");
}

#[test]
fn call_fails_for_a_valid_reply_after_10_s() {
    let mut late = sealed(200, json!({ "data": { "status": "active" } }));
    late.delay = Duration::from_millis(10_100);
    let (status, output) = StubServer::new("late", vec![late]).call(0, PING);
    assert_eq!(status, Some(1), "{output}");
    assert!(output.contains("200 in") && output.contains("WhatsApp waits 10 s"), "{output}");
}

#[test]
fn call_fails_when_the_endpoint_is_silent_or_unreachable() {
    let server = StubServer::new("silent", vec![]);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/x", closed.local_addr().unwrap());
    // It accepts the connection, and never responds.
    let (status, output) = call(&url, PING, &server.secret_file);
    assert_eq!(status, Some(1), "{output}");
    assert!(output.contains("within 15 s; WhatsApp waits 10 s"), "{output}");
    drop(closed);
    let secret = url.replace("http://", "http://user:pass@") + "?key=hidden";
    let (status, output) = call(&secret, PING, &server.secret_file);
    assert_eq!(status, Some(1), "{output}");
    assert!(output.contains(&format!("cannot connect to {url}: ")), "{output}");
    assert!(!output.contains("pass") && !output.contains("hidden"), "{output}");
}
