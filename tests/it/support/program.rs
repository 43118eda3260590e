//! The real `endpoint` program under a Runtime API, with its tables in dynoxide.

use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use local_lambda::event;
use local_lambda::runtime_api::{InvokeError, Lambda, Log, Program};
use serde_json::{Value, json};
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::signature::HEADER;
use whatsapp_flows::testing::{ReplyOpener, RequestSealer, Sealed};

use super::aws::tables;

/// A running program.
pub struct LocalEndpoint {
    pub lambda: Lambda,
    pub log: PathBuf,
    task: tokio::task::JoinHandle<()>,
}

/// A file of events/.
pub fn events_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("events").join(name)
}

/// The secret of events/.
pub fn events_secret() -> Keyring {
    Keyring::from_json(&std::fs::read(events_file("secret.json")).unwrap()).unwrap().0
}

/// An event of events/.
pub fn event_file(name: &str) -> Value {
    let text = std::fs::read_to_string(events_file(&format!("{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A folder of this test's own.
pub fn scratch(name: &str) -> PathBuf {
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The program with the tables at this address. Asks for the loudest log there is.
pub fn program(log: &Path, dynamodb: &str, env: &[(&str, &str)]) -> Program {
    let fixed = [
        ("FLOWS_TABLE", tables::SESSIONS),
        ("FLOWS_BOOKINGS_TABLE", tables::BOOKINGS),
        ("AWS_ENDPOINT_URL_DYNAMODB", dynamodb),
        ("RUST_LOG", "trace"),
        ("AWS_LAMBDA_LOG_LEVEL", "TRACE"),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
    ];
    let env = fixed.iter().chain(env).map(|(name, value)| ((*name).into(), (*value).into()));
    Program {
        path: env!("CARGO_BIN_EXE_endpoint").into(),
        env: env.collect(),
        log: Log::File(log.into()),
    }
}

impl LocalEndpoint {
    /// Starts it with the events' secret.
    pub async fn with_events_secret(name: &str) -> Self {
        let secret = events_file("secret.json").display().to_string();
        Self::start(name, &[("FLOWS_SECRET_FILE", &secret)]).await
    }

    /// Starts it with tables of its own and more of an environment.
    pub async fn start(name: &str, env: &[(&str, &str)]) -> Self {
        let dynamodb = tables::in_memory().serve().await.unwrap();
        Self::on(name, &dynamodb, env).await
    }

    /// Starts it with the tables at this address.
    pub async fn on(name: &str, dynamodb: &str, env: &[(&str, &str)]) -> Self {
        let log = scratch(name).join("log");
        let _ = std::fs::remove_file(&log);
        let lambda = Lambda::start().await.unwrap();
        let task = lambda.run(program(&log, dynamodb, env), report_exit);
        Self { lambda, log, task }
    }

    /// Starts another build of it, or another program, with the events' secret.
    pub async fn of(name: &str, path: PathBuf) -> Self {
        let secret = events_file("secret.json").display().to_string();
        Self::of_with(name, path, &[("FLOWS_SECRET_FILE", &secret)]).await
    }

    /// The same with an environment of its own.
    pub async fn of_with(name: &str, path: PathBuf, env: &[(&str, &str)]) -> Self {
        let dynamodb = tables::in_memory().serve().await.unwrap();
        let log = scratch(name).join("log");
        let _ = std::fs::remove_file(&log);
        let lambda = Lambda::start().await.unwrap();
        let program = program(&log, &dynamodb, env);
        let task = lambda.run(Program { path, ..program }, report_exit);
        Self { lambda, log, task }
    }

    /// The answer to an event: status, headers, body.
    pub async fn invoke(&self, event: &Value) -> (u16, Value, String) {
        let answer = self.lambda.invoke(event).await.unwrap();
        assert_eq!(answer["isBase64Encoded"], false, "or AWS would decode our base64");
        let status = answer["statusCode"].as_u64().unwrap() as u16;
        let body = answer["body"].as_str().unwrap_or_default().to_owned();
        (status, answer["headers"].clone(), body)
    }

    /// The status of an event.
    pub async fn status(&self, event: &Value) -> u16 {
        self.invoke(event).await.0
    }

    /// The status of an event that the program cannot even read.
    pub async fn fails(&self, event: &Value) -> bool {
        matches!(self.lambda.invoke(event).await, Err(InvokeError::Failed(_)))
    }

    /// The log's lines so far, once there are as many.
    pub async fn log_lines(&self, at_least: usize) -> Vec<String> {
        for _ in 0..100 {
            let text = std::fs::read_to_string(&self.log).unwrap_or_default();
            let lines: Vec<_> = text.lines().map(str::to_owned).collect();
            if lines.len() >= at_least {
                return lines;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("fewer than {at_least} lines in {}", self.log.display());
    }
}

/// Prints the end of a program, which a test that fails shows.
pub fn report_exit(exit: std::io::Result<ExitStatus>) {
    eprintln!("the program ended: {exit:?}");
}

impl Drop for LocalEndpoint {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Seals and signs a request of a phone under a secret.
pub fn sealed_event(secret: &Keyring, path: &str, plaintext: &Value) -> (Value, ReplyOpener) {
    let sealing = RequestSealer::new(&secret.private_keys()[0].public_pem()).unwrap();
    let Sealed { body, opener } = sealing.seal(plaintext.to_string().as_bytes());
    let signature = secret.app_secrets()[0].sign(body.as_bytes());
    let headers = [("Content-Type", &b"application/json"[..]), (HEADER, signature.as_bytes())];
    (event::http_api("POST", path, headers, body.as_bytes()), opener)
}

/// A ping under a secret.
pub fn ping_event(secret: &Keyring) -> Value {
    sealed_event(secret, "/basic", &json!({ "version": "3.0", "action": "ping" })).0
}
