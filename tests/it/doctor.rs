//! `flowctl doctor` against stand-ins for the Graph API and for Lambda, and the real program: nothing on a sound set-up,
//! and every planted fault.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use local_lambda::gateway;
use serde_json::{Value, json};
use whatsapp_flows::protocol::signature::{AppSecret, HEADER};
use whatsapp_flows::testing::KeyPair;

use crate::graph::{APP, APP_SECRET, FlowRecord, NUMBER, StandIn, State, TOKEN, WABA};
use crate::support::flowctl;
use crate::support::lambda_api::{
    self, ACCESS_KEY, FOREIGN, FUNCTION, Lambda, SECRET_KEY, SESSION_TOKEN,
};
use crate::support::program::{LocalEndpoint, scratch};

const FLOW: &str = "200000000000010";
/// The front of the endpoint.
#[derive(Clone, Copy, PartialEq)]
enum Front {
    Sound,
    Slow,
    /// A gateway that refuses, such as one with an authorizer.
    Refuses,
    /// Its clock is an hour late.
    Late,
    /// Signs every request anew, so that a wrong signature is not noticed.
    Signs,
}

struct World {
    runtime: tokio::runtime::Runtime,
    graph: StandIn,
    lambda: Arc<Mutex<Lambda>>,
    lambda_url: Mutex<String>,
    front: Arc<Mutex<Front>>,
    folder: PathBuf,
    pair: KeyPair,
    endpoint: String,
    _program: LocalEndpoint,
}

impl World {
    fn start() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let folder = scratch("doctor");
        let pair = KeyPair::generate();
        let secret = folder.join("function.json");
        std::fs::write(&secret, secret_of(&[&pair], APP_SECRET).to_string()).unwrap();
        let front = Arc::new(Mutex::new(Front::Sound));
        let lambda = Arc::new(Mutex::new(Lambda::sound()));
        let lambda_url = runtime.block_on(lambda_api::serve(Arc::clone(&lambda)));
        let (program, endpoint) = runtime.block_on(async {
            let path = secret.display().to_string();
            let program = LocalEndpoint::start("doctor", &[("FLOWS_SECRET_FILE", &path)]).await;
            let (signs, of_layer) = (Arc::clone(&front), Arc::clone(&front));
            let hook: gateway::RequestHook = Box::new(move |headers, body| {
                if *signs.lock().unwrap() == Front::Signs {
                    let signature = AppSecret::new(APP_SECRET).unwrap().sign(body);
                    headers.insert(HEADER, signature.parse().unwrap());
                }
            });
            let layer = from_fn(move |request: Request, next: Next| {
                let front = *of_layer.lock().unwrap();
                async move { behind(front, request, next).await }
            });
            let router = gateway::router(program.lambda.clone(), hook).layer(layer);
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let endpoint = format!("http://{}", listener.local_addr().unwrap());
            tokio::spawn(async move { axum::serve(listener, router).await });
            (program, endpoint)
        });
        let world = Self {
            runtime,
            graph: StandIn::start(),
            lambda,
            lambda_url: Mutex::new(lambda_url),
            front,
            folder,
            pair,
            endpoint,
            _program: program,
        };
        world.reset();
        world
    }

    /// Makes everything sound.
    fn reset(&self) {
        *self.front.lock().unwrap() = Front::Sound;
        *self.lambda.lock().unwrap() = Lambda::sound();
        self.write_secret(&secret_of(&[&self.pair], APP_SECRET), 0o600);
        let flow_json = std::fs::read("src/basic/flow.json").unwrap();
        std::fs::write(self.folder.join("flow.json"), &flow_json).unwrap();
        self.configure(&self.endpoint);
        let mut state = self.graph.state();
        *state = State::new();
        state.numbers.get_mut(NUMBER).unwrap().key = Some((self.pair.public_pem.clone(), true));
        let flow = FlowRecord {
            waba: WABA.into(),
            name: "basic".into(),
            status: "PUBLISHED",
            categories: vec!["OTHER".into()],
            json: Some(flow_json),
            errors: Vec::new(),
            endpoint_uri: Some(format!("{}/basic", self.endpoint)),
            app: APP.into(),
        };
        state.flows.insert(FLOW.into(), flow);
    }

    fn configure(&self, endpoint: &str) {
        let text = format!(
            "[[flows]]\nname = \"basic\"\nflow_json = \"flow.json\"\npath = \"/basic\"\n\n[environments.dev]\n\
             waba_id = \"{WABA}\"\nphone_number_id = \"{NUMBER}\"\napp_id = \"{APP}\"\nendpoint = \"{endpoint}\"\n\
             secret_file = \"secret.json\"\nfunction = \"{FUNCTION}\"\n"
        );
        std::fs::write(self.folder.join("flows.toml"), text).unwrap();
    }

    fn write_secret(&self, secret: &Value, mode: u32) {
        let path = self.folder.join("secret.json");
        std::fs::write(&path, secret.to_string()).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
    }

    fn flow(&self, change: impl FnOnce(&mut FlowRecord)) {
        change(self.graph.state().flows.get_mut(FLOW).unwrap());
    }

    /// Makes Lambda refuse.
    fn refuse(&self, status: u16, error: &'static str) {
        let mut lambda = self.lambda.lock().unwrap();
        (lambda.status, lambda.error) = (status, error);
    }

    /// Changes a variable of the function; `null` takes it out.
    fn variable(&self, name: &str, value: Value) {
        let mut lambda = self.lambda.lock().unwrap();
        let variables = lambda.configuration["Environment"]["Variables"].as_object_mut().unwrap();
        match value {
            Value::Null => _ = variables.remove(name),
            value => _ = variables.insert(name.into(), value),
        }
    }

    /// Runs the command, and returns its exit code and its JSON.
    fn doctor(&self) -> (i32, Value) {
        self.doctor_as(Some(ACCESS_KEY))
    }

    /// Runs the command with or without credentials of AWS.
    fn doctor_as(&self, access_key: Option<&str>) -> (i32, Value) {
        let mut command = flowctl::command(&["doctor", "--json", "--graph-url", &self.graph.url]);
        command.env("WHATSAPP_TOKEN", TOKEN).current_dir(&self.folder);
        command.env("AWS_ENDPOINT_URL_LAMBDA", &*self.lambda_url.lock().unwrap());
        // The credentials of the test, and none of the machine's.
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        command.env("AWS_CONFIG_FILE", "none").env("AWS_SHARED_CREDENTIALS_FILE", "none");
        for name in [
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AWS_PROFILE",
            "AWS_REGION",
        ] {
            command.env_remove(name);
        }
        if let Some(access_key) = access_key {
            command.env("AWS_ACCESS_KEY_ID", access_key);
            command
                .env("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
                .env("AWS_SESSION_TOKEN", SESSION_TOKEN);
        }
        let output = command.output().unwrap();
        let printed = String::from_utf8([output.stdout.clone(), output.stderr].concat()).unwrap();
        let key = self.pair.private_pem.lines().nth(1).unwrap();
        let of_aws = [ACCESS_KEY, SECRET_KEY, SESSION_TOKEN, FOREIGN, "123456789012"];
        for secret in [TOKEN, APP_SECRET, key, NUMBER, WABA, APP, FLOW].iter().chain(&of_aws) {
            assert!(!printed.contains(*secret), "{secret} in {printed}");
        }
        // The test program prints its own lines before.
        let stdout = String::from_utf8(output.stdout).unwrap();
        let start = stdout.find('{').unwrap_or_else(|| panic!("{printed}"));
        (output.status.code().unwrap(), serde_json::from_str(&stdout[start..]).unwrap())
    }
}

fn secret_of(pairs: &[&KeyPair], app_secret: &str) -> Value {
    let keys: Vec<_> =
        pairs.iter().map(|pair| json!({ "id": "2026-11", "pem": *pair.private_pem })).collect();
    json!({ "private_keys": keys, "app_secrets": [app_secret] })
}

async fn behind(front: Front, request: Request, next: Next) -> Response {
    match front {
        Front::Refuses => (
            StatusCode::FORBIDDEN,
            [("content-type", "application/json")],
            r#"{"message":"Forbidden"}"#,
        )
            .into_response(),
        Front::Slow => {
            tokio::time::sleep(Duration::from_millis(1_200)).await;
            next.run(request).await
        }
        Front::Late => {
            let mut response = next.run(request).await;
            let date = "Fri, 27 Nov 2020 10:00:00 GMT".parse().unwrap();
            response.headers_mut().insert("date", date);
            response
        }
        Front::Sound | Front::Signs => next.run(request).await,
    }
}

/// The findings of a code, as status and text.
fn findings(report: &Value, code: &str) -> Vec<(String, String)> {
    let all = report["findings"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    all.filter(|found| found["code"] == code)
        .map(|found| (text(&found["status"]), text(&found["text"])))
        .collect()
}

type Plant = fn(&World);

/// A fault, the code that finds it, its status, and words of the text.
const FAULTS: &[(&str, Plant, &str, &str, &str)] = &[
    (
        "secret missing",
        |w| std::fs::remove_file(w.folder.join("secret.json")).unwrap(),
        "secret",
        "fail",
        "does not exist",
    ),
    (
        "secret is not one",
        |w| w.write_secret(&json!({ "keys": 1 }), 0o600),
        "secret",
        "fail",
        "private_keys",
    ),
    (
        "damaged key",
        |w| {
            let mut secret = secret_of(&[&w.pair], APP_SECRET);
            secret["private_keys"]
                .as_array_mut()
                .unwrap()
                .push(json!({ "id": "bad", "pem": "MARK" }));
            w.write_secret(&secret, 0o600);
        },
        "secret",
        "warning",
        "skips the key bad",
    ),
    (
        "secret for everybody",
        |w| w.write_secret(&secret_of(&[&w.pair], APP_SECRET), 0o644),
        "secret",
        "warning",
        "other users",
    ),
    (
        "token ended",
        |w| w.graph.state().tokens.get_mut(TOKEN).unwrap().invalid = Some(463),
        "token",
        "fail",
        "not valid",
    ),
    (
        "token ends soon",
        |w| {
            w.graph.state().tokens.get_mut(TOKEN).unwrap().expires_at =
                jiff::Timestamp::now().as_second() + 3 * 86_400;
        },
        "token",
        "warning",
        "ends on",
    ),
    (
        "permission missing",
        |w| {
            w.graph.state().tokens.get_mut(TOKEN).unwrap().scopes.pop();
        },
        "token-scopes",
        "fail",
        "lacks whatsapp_business_messaging",
    ),
    (
        "token for another account",
        |w| {
            w.graph.state().tokens.get_mut(TOKEN).unwrap().targets =
                Some(vec!["100000000000009".into()]);
        },
        "token-account",
        "fail",
        "does not cover this account",
    ),
    (
        "no such flow",
        |w| w.flow(|flow| flow.name = "another".into()),
        "flow",
        "fail",
        "no flow with this name",
    ),
    ("draft", |w| w.flow(|flow| flow.status = "DRAFT"), "flow", "warning", "draft"),
    ("throttled", |w| w.flow(|flow| flow.status = "THROTTLED"), "flow", "fail", "throttles"),
    (
        "another app",
        |w| {
            let mut state = w.graph.state();
            let app = crate::graph::App {
                name: "other".into(),
                secret: "x".into(),
                subscriptions: vec![],
            };
            state.apps.insert("400000000000009".into(), app);
            state.flows.get_mut(FLOW).unwrap().app = "400000000000009".into();
        },
        "app",
        "fail",
        "belongs to the app …0009",
    ),
    (
        "app secret reset",
        |w| w.graph.state().apps.get_mut(APP).unwrap().secret = "f".repeat(32),
        "app-secret",
        "fail",
        "not the one of the app",
    ),
    (
        "number offline",
        |w| w.graph.state().numbers.get_mut(NUMBER).unwrap().status = "OFFLINE".into(),
        "number",
        "fail",
        "OFFLINE",
    ),
    (
        "number on premise",
        |w| w.graph.state().numbers.get_mut(NUMBER).unwrap().platform = "ON_PREMISE".into(),
        "number",
        "fail",
        "ON_PREMISE",
    ),
    (
        "no key",
        |w| w.graph.state().numbers.get_mut(NUMBER).unwrap().key = None,
        "key-registered",
        "fail",
        "no key",
    ),
    (
        "number registered anew",
        |w| w.graph.state().numbers.get_mut(NUMBER).unwrap().key.as_mut().unwrap().1 = false,
        "key-registered",
        "fail",
        "MISMATCH",
    ),
    (
        "foreign key",
        |w| {
            let key = Some((KeyPair::generate().public_pem, true));
            w.graph.state().numbers.get_mut(NUMBER).unwrap().key = key;
        },
        "key-match",
        "fail",
        "not in the secret",
    ),
    (
        "foreign key, pinged",
        |w| {
            let key = Some((KeyPair::generate().public_pem, true));
            w.graph.state().numbers.get_mut(NUMBER).unwrap().key = key;
        },
        "ping",
        "fail",
        "421",
    ),
    (
        "rotation half done",
        |w| w.write_secret(&secret_of(&[&KeyPair::generate(), &w.pair], APP_SECRET), 0o600),
        "key-match",
        "warning",
        "older key",
    ),
    (
        "no such function",
        |w| w.refuse(404, "ResourceNotFoundException:http://internal.amazonaws.com/"),
        "function",
        "warning",
        "no function flows-dev:live",
    ),
    (
        "function cannot start",
        |w| w.lambda.lock().unwrap().configuration["State"] = json!("Failed"),
        "function",
        "fail",
        "state is Failed",
    ),
    (
        "update failed",
        |w| w.lambda.lock().unwrap().configuration["LastUpdateStatus"] = json!("Failed"),
        "function",
        "warning",
        "an earlier program answers",
    ),
    (
        "template without a number",
        |w| w.variable("FLOWS_TEMPLATE", Value::Null),
        "template",
        "warning",
        "older than this flowctl: it sets no number",
    ),
    (
        "older template",
        |w| w.variable("FLOWS_TEMPLATE", json!("0")),
        "template",
        "warning",
        "older than this flowctl: it has number 0",
    ),
    (
        "newer template",
        |w| w.variable("FLOWS_TEMPLATE", json!("999")),
        "template",
        "warning",
        "this flowctl is older",
    ),
    (
        "template with a wrong number",
        |w| w.variable("FLOWS_TEMPLATE", json!(FOREIGN)),
        "template",
        "warning",
        "not a number",
    ),
    (
        "strict where users are served",
        |w| w.variable("FLOWS_STRICT", json!(FOREIGN)),
        "strict",
        "fail",
        "on a deployed function",
    ),
    (
        "another address at Meta",
        |w| w.flow(|flow| flow.endpoint_uri = Some("https://old.example/basic".into())),
        "endpoint-address",
        "fail",
        "Meta calls https://old.example",
    ),
    (
        "no address",
        |w| w.flow(|flow| flow.endpoint_uri = None),
        "endpoint-address",
        "fail",
        "no address",
    ),
    (
        "not https",
        |w| {
            w.configure("http://name.invalid");
            w.flow(|flow| flow.endpoint_uri = Some("http://name.invalid/basic".into()));
        },
        "endpoint-address",
        "fail",
        "not https",
    ),
    (
        "no such name",
        |w| {
            w.configure("https://name.invalid");
            w.flow(|flow| flow.endpoint_uri = Some("https://name.invalid/basic".into()));
        },
        "dns",
        "fail",
        "does not resolve",
    ),
    (
        "a private address",
        |w| {
            w.configure("https://10.1.2.3");
            w.flow(|flow| flow.endpoint_uri = Some("https://10.1.2.3/basic".into()));
        },
        "dns",
        "fail",
        "your own network",
    ),
    (
        "nobody listens",
        |w| {
            w.configure("http://127.0.0.1:1");
            w.flow(|flow| flow.endpoint_uri = Some("http://127.0.0.1:1/basic".into()));
        },
        "ping",
        "fail",
        "safe to repeat",
    ),
    (
        "another path",
        |w| {
            let url = format!("{}/other", w.endpoint);
            w.flow(|flow| flow.endpoint_uri = Some(url));
        },
        "ping",
        "fail",
        "no flow is served",
    ),
    (
        "the function has another app secret",
        |w| w.write_secret(&secret_of(&[&w.pair], &"e".repeat(32)), 0o600),
        "ping",
        "fail",
        "432",
    ),
    ("gateway refuses", |w| *w.front.lock().unwrap() = Front::Refuses, "ping", "fail", "gateway"),
    ("slow", |w| *w.front.lock().unwrap() = Front::Slow, "ping-time", "warning", "took 1."),
    (
        "signature not verified",
        |w| *w.front.lock().unwrap() = Front::Signs,
        "signature",
        "fail",
        "did not sign",
    ),
    ("wrong clock", |w| *w.front.lock().unwrap() = Front::Late, "clock", "fail", "clock"),
    (
        "frozen version",
        |w| {
            let old = std::fs::read_to_string("src/basic/flow.json")
                .unwrap()
                .replace("\"7.3\"", "\"3.1\"");
            std::fs::write(w.folder.join("flow.json"), &old).unwrap();
            w.flow(|flow| flow.json = Some(old.into()));
        },
        "flow-version",
        "warning",
        "no longer be published",
    ),
    (
        "validation errors",
        |w| {
            w.flow(|flow| {
                flow.errors = vec![json!({ "error": "X", "message": "Value 'Txt' is not known." })]
            })
        },
        "flow-errors",
        "fail",
        "'Txt'",
    ),
    (
        "another Flow JSON",
        |w| w.flow(|flow| flow.json = Some(br#"{"version":"7.3","screens":[]}"#.to_vec())),
        "flow-json",
        "fail",
        "another Flow JSON",
    ),
    (
        "business not verified",
        |w| w.graph.state().wabas.get_mut(WABA).unwrap().business_verified = false,
        "health",
        "warning",
        "not verified",
    ),
    ("blocked", |w| w.flow(|flow| flow.status = "BLOCKED"), "health", "fail", "FLOW BLOCKED"),
    (
        "not subscribed",
        |w| w.graph.state().wabas.get_mut(WABA).unwrap().subscribed.clear(),
        "webhook",
        "fail",
        "not subscribed",
    ),
    (
        "no alerts",
        |w| {
            w.graph.state().apps.get_mut(APP).unwrap().subscriptions[0]["fields"] =
                json!([{ "name": "messages" }]);
        },
        "webhook",
        "fail",
        "does not listen to flows",
    ),
    (
        "webhook at the endpoint",
        |w| {
            let url = format!("{}/basic", w.endpoint);
            w.graph.state().apps.get_mut(APP).unwrap().subscriptions[0]["callback_url"] =
                json!(url);
        },
        "webhook",
        "fail",
        "address of the endpoint",
    ),
];

#[test]
fn doctor_finds_every_planted_fault_and_nothing_on_a_sound_set_up() {
    let world = World::start();
    let (code, sound) = world.doctor();
    let all = sound["findings"].as_array().unwrap();
    let unsound: Vec<_> = all.iter().filter(|found| found["status"] != "ok").collect();
    // An address on this machine has no name and no certificate.
    let unseen: Vec<_> = unsound.iter().map(|found| found["code"].as_str().unwrap()).collect();
    assert_eq!(unseen, ["endpoint-address", "dns", "certificate"], "{sound:#}");
    assert!(unsound.iter().all(|found| found["status"] == "cannot see"), "{sound:#}");
    assert_eq!((code, &sound["ok"]), (0, &json!(true)));

    let mut missed = Vec::new();
    for (name, plant, wanted, status, words) in FAULTS {
        plant(&world);
        let (code, report) = world.doctor();
        let found = findings(&report, wanted);
        let bad = |found: &&Value| found["status"] == "fail" || found["status"] == "warning";
        let all = report["findings"].as_array().unwrap();
        let is_found = found.iter().any(|(own, text)| own == status && text.contains(words));
        let says_why = all
            .iter()
            .filter(bad)
            .all(|found| found["why"].is_string() && found["fix"].is_string());
        let fails = all.iter().any(|found| found["status"] == "fail");
        if !is_found || !says_why || (code == 1) != fails {
            missed.push(format!("{name}: exit code {code}, {found:?}"));
        }
        world.reset();
    }
    assert!(missed.is_empty(), "{missed:#?}");
    println!("{} faults, {} findings on a sound set-up", FAULTS.len(), all.len());
    assert_eq!(world.doctor().0, 0);
    says_why_it_cannot_see_the_function(&world);
    drop(world.graph);
    drop(world.runtime);
}

/// A function that cannot be looked at is not a fault.
fn says_why_it_cannot_see_the_function(world: &World) {
    let cause = |(code, report): (i32, Value)| {
        assert_eq!(code, 0, "{report:#}");
        for unseen in ["function", "template", "strict"] {
            assert_eq!(findings(&report, unseen)[0].0, "cannot see", "{report:#}");
        }
        findings(&report, "function")[0].1.clone()
    };
    let none = cause(world.doctor_as(None));
    assert!(none.contains("no credentials are configured"), "{none}");
    let foreign = cause(world.doctor_as(Some("AKIDANOTHERANOTHER00")));
    assert!(foreign.contains("does not accept the credentials"), "{foreign}");
    world.refuse(403, "AccessDeniedException");
    let denied = cause(world.doctor());
    assert!(denied.contains("allow these credentials lambda:GetFunctionConfiguration"), "{denied}");
    world.refuse(502, "");
    let proxy = cause(world.doctor());
    assert!(proxy.contains("status 502"), "{proxy}");
    *world.lambda_url.lock().unwrap() = "http://127.0.0.1:1".into();
    let silent = cause(world.doctor());
    assert!(silent.contains("GetFunctionConfiguration of flows-dev:live: no response"), "{silent}");
    let toml = std::fs::read_to_string(world.folder.join("flows.toml")).unwrap();
    let without: Vec<_> = toml.lines().filter(|line| !line.starts_with("function")).collect();
    std::fs::write(world.folder.join("flows.toml"), without.join("\n")).unwrap();
    let unnamed = cause(world.doctor());
    assert!(unnamed.contains("set `function` in flows.toml, or pass --function"), "{unnamed}");
}
