//! An endpoint in this process whose answers each test chooses, and `flowctl probe` against any URL.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
pub use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Response};
use serde_json::{Value, json};
use whatsapp_flows::protocol::envelope::Envelope;
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::signature::{HEADER, verify};
use whatsapp_flows::testing::KeyPair;

pub const APP_SECRET: &str = "0123456789abcdef0123456789abcdef";

/// The keys of an endpoint, in a folder for one test.
pub struct Files {
    pub folder: PathBuf,
    pub keyring: Arc<Keyring>,
}

impl Files {
    pub fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("probe-{name}"));
        std::fs::create_dir_all(&folder).unwrap();
        let keys = KeyPair::generate();
        let secret = json!({
            "private_keys": [{ "id": "k", "pem": *keys.private_pem }],
            "app_secrets": [APP_SECRET],
        });
        std::fs::write(folder.join("secret.json"), secret.to_string()).unwrap();
        std::fs::write(folder.join("private.pem"), &*keys.private_pem).unwrap();
        std::fs::write(folder.join("public.pem"), &keys.public_pem).unwrap();
        std::fs::write(folder.join("app_secret"), format!("{APP_SECRET}\n")).unwrap();
        let (keyring, _) = Keyring::from_json(secret.to_string().as_bytes()).unwrap();
        Self { folder, keyring: Arc::new(keyring) }
    }

    /// Probes a URL, with few requests for the latency.
    pub fn probe(&self, url: &str, arguments: &[&str]) -> Probed {
        let keys = ["--public-key", "public.pem", "--app-secret-file", "app_secret"];
        self.flowctl(&[&["probe", url], &keys[..], FEW, arguments].concat())
    }

    pub fn flowctl(&self, arguments: &[&str]) -> Probed {
        let output = Command::new(env!("CARGO_BIN_EXE_flowctl"))
            .args(arguments)
            .current_dir(&self.folder)
            .env("COLUMNS", "120")
            .output()
            .unwrap();
        let [stdout, stderr] =
            [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        Probed { code: output.status.code().unwrap(), stdout, stderr }
    }
}

pub const FEW: &[&str] = &["--requests", "3", "--rate", "50"];

/// The output of the program.
#[derive(Debug)]
pub struct Probed {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Probed {
    /// The report of `--json`.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The ids of the cases with this outcome, in the report of `--json`.
    pub fn with_outcome(&self, outcome: &str) -> Vec<String> {
        let report = self.json();
        let cases = report["cases"].as_array().unwrap().iter();
        let found = cases.filter(|case| case["outcome"] == outcome);
        found.map(|case| case["id"].as_str().unwrap().to_owned()).collect()
    }

    /// A case of the report of `--json`.
    pub fn case(&self, id: &str) -> Value {
        let report = self.json();
        let cases = report["cases"].as_array().unwrap();
        cases.iter().find(|case| case["id"] == id).unwrap_or_else(|| panic!("{id}")).clone()
    }
}

/// An answer of the stub.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    /// Encrypted, if there is one.
    pub reply: Option<Value>,
    /// A body that is not encrypted.
    pub plain: &'static str,
    /// The change of the encrypted reply.
    pub change: fn(String) -> String,
}

impl Answer {
    pub fn ok(reply: Value) -> Self {
        Self {
            status: 200,
            headers: vec![("content-type", "text/plain".into())],
            reply: Some(reply),
            plain: "",
            change: |reply| reply,
        }
    }

    pub fn status(status: u16) -> Self {
        Self { status, headers: vec![], reply: None, plain: "", change: |reply| reply }
    }

    /// The answer of a right endpoint, with the one screen ONLY.
    pub fn right(request: &Value) -> Self {
        let is_notice = request["data"]["error"].is_string();
        match request["action"].as_str() {
            Some("ping") => Self::ok(json!({ "data": { "status": "active" } })),
            Some(_) if is_notice => Self::ok(json!({ "data": { "acknowledged": true } })),
            Some("INIT" | "BACK" | "data_exchange") => {
                Self::ok(json!({ "screen": "ONLY", "data": { "text": "hello" } }))
            }
            _ => Self::status(400),
        }
    }
}

type Choose = fn(&Value) -> Answer;

/// The bytes over which an endpoint computes the signature, and its status for another one.
#[derive(Clone, Copy)]
pub struct SignatureCheck {
    pub covers: fn(&Bytes) -> Vec<u8>,
    pub refusal: u16,
}

impl SignatureCheck {
    /// The status of this mistake, or an error in plain text for a program that answers all of them with 200.
    fn refuse(self, status: u16) -> Response<Body> {
        match (self.refusal, status) {
            (200, _) => build(Answer::status(200), "error: refused".into()),
            (refusal, 432) => build(Answer::status(refusal), Body::empty()),
            _ => build(Answer::status(status), Body::empty()),
        }
    }
}

const RIGHT_CHECK: SignatureCheck = SignatureCheck { covers: |body| body.to_vec(), refusal: 432 };

/// A running stub. It checks signatures and decrypts as it must.
pub struct Stub {
    pub url: String,
    pub files: Files,
    _runtime: tokio::runtime::Runtime,
}

impl Stub {
    pub fn new(name: &str, choose: Choose) -> Self {
        Self::with_check(name, choose, RIGHT_CHECK)
    }

    /// A stub that checks signatures in another way.
    pub fn with_check(name: &str, choose: Choose, check: SignatureCheck) -> Self {
        let files = Files::new(name);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}/flow", listener.local_addr().unwrap());
        let state = (Arc::clone(&files.keyring), choose, check);
        let router = Router::new().fallback(respond).with_state(state);
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { url, files, _runtime: runtime }
    }

    pub fn probe(&self, arguments: &[&str]) -> Probed {
        self.files.probe(&self.url, arguments)
    }
}

async fn respond(
    State((keyring, choose, check)): State<(Arc<Keyring>, Choose, SignatureCheck)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let signatures = headers.get_all(HEADER).into_iter().map(|value| value.as_bytes());
    if verify(signatures, &(check.covers)(&body), keyring.app_secrets()).is_err() {
        return check.refuse(432);
    }
    let opened = Envelope::parse(&body).and_then(|envelope| envelope.open(keyring.private_keys()));
    let Ok(opened) = opened else { return check.refuse(421) };
    let request = serde_json::from_slice(&opened.plaintext).unwrap();
    let answer = choose(&request);
    let sealed = answer.reply.as_ref().map(|reply| opened.reply_key.seal(reply.to_string().into()));
    let body =
        sealed.map_or_else(|| Body::from(answer.plain), |sealed| (answer.change)(sealed).into());
    build(answer, body)
}

fn build(answer: Answer, body: Body) -> Response<Body> {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(body).unwrap()
}
