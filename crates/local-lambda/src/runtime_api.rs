//! A Lambda service of our own: the Runtime API (`next`, `response`, `error`) for programs that it
//! starts, as AWS documents it in *Using the Lambda runtime API for custom runtimes*.
//!
//! A program that ends is started again, as Lambda does; the invocation it had fails.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::{Mutex as AsyncMutex, mpsc, oneshot};

/// What Lambda allows an invocation: the template's timeout.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait before a program that ended is started again.
const RESTART_AFTER: Duration = Duration::from_millis(200);

/// The program to run, and its environment.
#[derive(Clone)]
pub struct Program {
    /// The executable.
    pub path: PathBuf,
    /// Environment variables, beside those that Lambda sets.
    pub env: Vec<(String, String)>,
    /// Where its log goes.
    pub log: Log,
}

/// Where a program's output goes.
#[derive(Clone)]
pub enum Log {
    /// To ours.
    Inherit,
    /// To this file.
    File(PathBuf),
}

/// Why an invocation has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unanswered {
    /// The program reported an error, or ended.
    Failed(String),
    /// It took longer than the timeout.
    TimedOut,
}

/// Runs programs and hands them events.
#[derive(Clone)]
pub struct Lambda {
    events: mpsc::UnboundedSender<Invocation>,
    shared: Arc<Shared>,
}

struct Invocation {
    id: u64,
    event: Vec<u8>,
    /// Told when a program takes it: Lambda's time runs from then on.
    taken: oneshot::Sender<()>,
}

/// Who waits for the answer to an invocation.
type Asker = oneshot::Sender<Result<Vec<u8>, Unanswered>>;

struct Shared {
    waiting: AsyncMutex<mpsc::UnboundedReceiver<Invocation>>,
    running: Mutex<HashMap<u64, Asker>>,
    next_id: Mutex<u64>,
    api: String,
}

impl Lambda {
    /// Starts the Runtime API without any program: one may be started with the address of
    /// [`runtime_api`](Self::runtime_api).
    pub async fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (events, waiting) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            waiting: AsyncMutex::new(waiting),
            running: Mutex::default(),
            next_id: Mutex::new(0),
            api: listener.local_addr()?.to_string(),
        });
        let invocation = "/2018-06-01/runtime/invocation";
        let router = Router::new()
            .route(&format!("{invocation}/next"), get(next))
            .route(&format!("{invocation}/{{id}}/response"), post(respond))
            .route(&format!("{invocation}/{{id}}/error"), post(fail))
            .route("/2018-06-01/runtime/init/error", post(async || StatusCode::ACCEPTED))
            .with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { events, shared })
    }

    /// Host and port for `AWS_LAMBDA_RUNTIME_API`.
    pub fn runtime_api(&self) -> &str {
        &self.shared.api
    }

    /// Starts one instance of the program and keeps it running as long as the task lives.
    pub fn run(&self, program: Program) -> tokio::task::JoinHandle<()> {
        let lambda = self.clone();
        tokio::spawn(async move {
            loop {
                match program.start(lambda.runtime_api()) {
                    Ok(mut child) => {
                        let ended = child.wait().await;
                        eprintln!("flowctl: {} ended: {ended:?}", program.path.display());
                    }
                    Err(error) => eprintln!("flowctl: {}: {error}", program.path.display()),
                }
                lambda.fail_all("the program ended");
                tokio::time::sleep(RESTART_AFTER).await;
            }
        })
    }

    /// Hands an event to whichever program asks next, and waits for its answer.
    pub async fn invoke(&self, event: &Value) -> Result<Value, Unanswered> {
        let answer = self.invoke_bytes(event.to_string().into_bytes()).await?;
        serde_json::from_slice(&answer).map_err(|_| Unanswered::Failed("no JSON came back".into()))
    }

    async fn invoke_bytes(&self, event: Vec<u8>) -> Result<Vec<u8>, Unanswered> {
        let (answer, mut answered) = oneshot::channel();
        let (taken, was_taken) = oneshot::channel();
        let id = {
            let mut id = lock(&self.shared.next_id);
            *id += 1;
            *id
        };
        lock(&self.shared.running).insert(id, answer);
        let gone = || Unanswered::Failed("the Runtime API has stopped".into());
        self.events.send(Invocation { id, event, taken }).map_err(|_| gone())?;
        let outcome = tokio::select! {
            biased;
            outcome = &mut answered => Ok(outcome),
            _ = was_taken => tokio::time::timeout(TIMEOUT, answered).await,
        };
        lock(&self.shared.running).remove(&id);
        outcome.map_err(|_| Unanswered::TimedOut)?.map_err(|_| gone())?
    }

    /// Fails every invocation that waits, as when the one program that runs has ended.
    pub fn fail_all(&self, words: &str) {
        for (_, answer) in lock(&self.shared.running).drain() {
            let _ = answer.send(Err(Unanswered::Failed(words.into())));
        }
    }
}

impl Program {
    /// Starts it once; it ends with its handle.
    pub fn start(&self, runtime_api: &str) -> std::io::Result<Child> {
        let (stdout, stderr) = match &self.log {
            Log::Inherit => (Stdio::inherit(), Stdio::inherit()),
            Log::File(path) => {
                let file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
                (file.try_clone()?.into(), file.into())
            }
        };
        Command::new(&self.path)
            .env("AWS_LAMBDA_RUNTIME_API", runtime_api)
            .env("AWS_LAMBDA_FUNCTION_NAME", "endpoint")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_ACCESS_KEY_ID", "local")
            .env("AWS_SECRET_ACCESS_KEY", "local")
            .envs(self.env.iter().cloned())
            .stdout(stdout)
            .stderr(stderr)
            .kill_on_drop(true)
            .spawn()
    }
}

async fn next(State(shared): State<Arc<Shared>>) -> Response {
    loop {
        let Some(invocation) = shared.waiting.lock().await.recv().await else {
            return StatusCode::GONE.into_response();
        };
        // Whoever asked may have given up meanwhile.
        if !lock(&shared.running).contains_key(&invocation.id) {
            continue;
        }
        let _ = invocation.taken.send(());
        let deadline = SystemTime::now() + TIMEOUT;
        let deadline = deadline.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("lambda-runtime-aws-request-id", invocation.id.to_string()),
            ("lambda-runtime-deadline-ms", deadline.to_string()),
            (
                "lambda-runtime-invoked-function-arn",
                "arn:aws:lambda:eu-west-1:123456789012:function:endpoint".to_owned(),
            ),
        ] {
            headers.insert(name, value.parse().expect("digits and letters"));
        }
        return (headers, invocation.event).into_response();
    }
}

async fn respond(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<u64>,
    body: Bytes,
) -> StatusCode {
    shared.answered(id, Ok(body.to_vec()))
}

async fn fail(State(shared): State<Arc<Shared>>, Path(id): Path<u64>, body: Bytes) -> StatusCode {
    shared.answered(id, Err(Unanswered::Failed(String::from_utf8_lossy(&body).into_owned())))
}

impl Shared {
    fn answered(&self, id: u64, answer: Result<Vec<u8>, Unanswered>) -> StatusCode {
        match lock(&self.running).remove(&id) {
            Some(waiting) => {
                let _ = waiting.send(answer);
                StatusCode::ACCEPTED
            }
            None => StatusCode::NOT_FOUND,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
