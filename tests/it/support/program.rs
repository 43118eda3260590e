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

/// The program under a local Lambda service.
pub struct LocalEndpoint {
    pub lambda: Lambda,
    pub log: PathBuf,
    task: tokio::task::JoinHandle<()>,
}

/// Returns the path of a file in events/.
pub fn events_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("events").join(name)
}

/// Returns the secret of events/.
pub fn events_secret() -> Keyring {
    Keyring::from_json(&std::fs::read(events_file("secret.json")).unwrap()).unwrap().0
}

/// Reads an event of events/.
pub fn event_file(name: &str) -> Value {
    let text = std::fs::read_to_string(events_file(&format!("{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Creates a folder for one test.
pub fn scratch(name: &str) -> PathBuf {
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Returns the program with the tables at this URL, and with the most verbose log.
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
        keep_aws: false,
    }
}

impl LocalEndpoint {
    /// Starts the program with the secret of events/.
    pub async fn with_events_secret(name: &str) -> Self {
        let secret = events_file("secret.json").display().to_string();
        Self::start(name, &[("FLOWS_SECRET_FILE", &secret)]).await
    }

    /// Starts the program with its own tables and these environment variables.
    pub async fn start(name: &str, env: &[(&str, &str)]) -> Self {
        let dynamodb = tables::in_memory().serve().await.unwrap();
        Self::with_tables(name, &dynamodb, env).await
    }

    /// Starts the program with the tables at this URL.
    pub async fn with_tables(name: &str, dynamodb: &str, env: &[(&str, &str)]) -> Self {
        let log = scratch(name).join("log");
        let _ = std::fs::remove_file(&log);
        let lambda = Lambda::start().await.unwrap();
        let task = lambda.run(program(&log, dynamodb, env), report_exit);
        Self { lambda, log, task }
    }

    /// Starts another program or another build, with the secret of events/.
    pub async fn with_program(name: &str, path: PathBuf) -> Self {
        let secret = events_file("secret.json").display().to_string();
        Self::with_program_and_env(name, path, &[("FLOWS_SECRET_FILE", &secret)]).await
    }

    /// Starts another program or another build, with these environment variables.
    pub async fn with_program_and_env(name: &str, path: PathBuf, env: &[(&str, &str)]) -> Self {
        let dynamodb = tables::in_memory().serve().await.unwrap();
        let log = scratch(name).join("log");
        let _ = std::fs::remove_file(&log);
        let lambda = Lambda::start().await.unwrap();
        let program = program(&log, &dynamodb, env);
        let task = lambda.run(Program { path, ..program }, report_exit);
        Self { lambda, log, task }
    }

    /// Sends an event, and returns the status, headers and body of the response.
    pub async fn invoke(&self, event: &Value) -> (u16, Value, String) {
        let answer = self.lambda.invoke(event).await.unwrap();
        assert_eq!(answer["isBase64Encoded"], false, "or AWS would decode our base64");
        let status = answer["statusCode"].as_u64().unwrap() as u16;
        let body = answer["body"].as_str().unwrap_or_default().to_owned();
        (status, answer["headers"].clone(), body)
    }

    /// Sends an event, and returns the status.
    pub async fn status(&self, event: &Value) -> u16 {
        self.invoke(event).await.0
    }

    /// Sends an event, and returns true if the invocation fails.
    pub async fn fails(&self, event: &Value) -> bool {
        matches!(self.lambda.invoke(event).await, Err(InvokeError::Failed(_)))
    }

    /// Waits for the line that the program logs at its start.
    pub async fn start_line(&self) -> String {
        for _ in 0..100 {
            let text = std::fs::read_to_string(&self.log).unwrap_or_default();
            if let Some(line) = text.lines().find(|line| line.contains(STARTED)) {
                return line.to_owned();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no line of the start in {}", self.log.display());
    }

    /// Waits for this number of log lines after the one of the start, and returns all of them.
    pub async fn log_lines(&self, at_least: usize) -> Vec<String> {
        for _ in 0..100 {
            let text = std::fs::read_to_string(&self.log).unwrap_or_default();
            let lines = text.lines().filter(|line| !line.contains(STARTED));
            let lines: Vec<_> = lines.map(str::to_owned).collect();
            if lines.len() >= at_least {
                return lines;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("fewer than {at_least} lines in {}", self.log.display());
    }
}

/// The member of the line that the program logs at its start.
const STARTED: &str = r#""started":true"#;

/// Prints the exit of a program, which cargo shows if the test fails.
pub fn report_exit(exit: std::io::Result<ExitStatus>) {
    eprintln!("the program ended: {exit:?}");
}

impl Drop for LocalEndpoint {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Returns the event of an encrypted and signed request, and the opener of its reply.
pub fn sealed_event(secret: &Keyring, path: &str, plaintext: &Value) -> (Value, ReplyOpener) {
    let sealing = RequestSealer::new(&secret.private_keys()[0].public_pem()).unwrap();
    let Sealed { body, opener } = sealing.seal(plaintext.to_string().as_bytes());
    let signature = secret.app_secrets()[0].sign(body.as_bytes());
    let headers = [("Content-Type", &b"application/json"[..]), (HEADER, signature.as_bytes())];
    (event::http_api("POST", path, headers, body.as_bytes()), opener)
}

/// Returns the event of a ping.
pub fn ping_event(secret: &Keyring) -> Value {
    sealed_event(secret, "/basic", &json!({ "version": "3.0", "action": "ping" })).0
}
