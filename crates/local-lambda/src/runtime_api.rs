//! A local Lambda service: starts a program, serves the Runtime API to it, and invokes it.
//!
//! Implements `next`, `response` and `error` as documented in [Using the Lambda runtime API for custom runtimes]. As in
//! Lambda, a program that ends fails its invocation and is started again.
//!
//! [Using the Lambda runtime API for custom runtimes]: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitStatus;
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

/// The time limit of an invocation, and the deadline that the program is given.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The pause before a program that ended is started again.
const RESTART_AFTER: Duration = Duration::from_millis(200);

/// A program to run, and its environment.
#[derive(Clone)]
pub struct Program {
    /// The executable.
    pub path: PathBuf,
    /// Environment variables. They are added to those of this process and to those that Lambda sets.
    pub env: Vec<(String, String)>,
    /// The destination of its output.
    pub log: Log,
    /// Keeps the AWS region and credentials of this process. Otherwise the program gets a region and credentials that
    /// emulators accept, and AWS does not.
    pub keep_aws: bool,
}

/// The AWS region and credentials of a program that does not keep those of this process.
pub const LOCAL_AWS: [(&str, &str); 3] = [
    ("AWS_REGION", "eu-west-1"),
    ("AWS_ACCESS_KEY_ID", "local"),
    ("AWS_SECRET_ACCESS_KEY", "local"),
];

/// The variables that would take precedence over [`LOCAL_AWS`], or sign with a session.
const OTHER_AWS: [&str; 2] = ["AWS_SESSION_TOKEN", "AWS_PROFILE"];

/// The destination of a program's output (stdout and stderr).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Log {
    /// The output of this process.
    Inherit,
    /// A file, to which the output is appended.
    File(PathBuf),
    /// Another destination, and a channel that gets each line.
    Tee(Box<Log>, mpsc::UnboundedSender<String>),
}

/// The error of an invocation without a response.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvokeError {
    /// The program reported an error, ended, or returned something that is not JSON.
    Failed(String),
    /// The program did not respond within 10 s.
    TimedOut,
}

/// A local Lambda service. Clones share it.
#[derive(Clone)]
pub struct Lambda {
    events: mpsc::UnboundedSender<Invocation>,
    shared: Arc<Shared>,
}

struct Invocation {
    id: u64,
    event: Vec<u8>,
    /// Completes when a program receives the event. The time limit starts then.
    received: oneshot::Sender<()>,
}

/// The sender of an invocation's outcome.
type OutcomeSender = oneshot::Sender<Result<Vec<u8>, InvokeError>>;

struct Shared {
    queue: AsyncMutex<mpsc::UnboundedReceiver<Invocation>>,
    pending: Mutex<HashMap<u64, OutcomeSender>>,
    next_id: Mutex<u64>,
    api: String,
}

impl Lambda {
    /// Serves the Runtime API on a free port of 127.0.0.1. Start programs with [`run`](Self::run).
    pub async fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (events, queue) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            queue: AsyncMutex::new(queue),
            pending: Mutex::default(),
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

    /// Returns the host and port for `AWS_LAMBDA_RUNTIME_API`, for a program that is started by other means.
    pub fn runtime_api(&self) -> &str {
        &self.shared.api
    }

    /// Runs one instance of the program until the returned task is aborted. Whenever it ends, or cannot be started,
    /// `on_exit` is called, pending invocations fail, and it is started again after 200 ms.
    pub fn run(
        &self,
        program: Program,
        mut on_exit: impl FnMut(std::io::Result<ExitStatus>) + Send + 'static,
    ) -> tokio::task::JoinHandle<()> {
        let lambda = self.clone();
        tokio::spawn(async move {
            loop {
                on_exit(match program.start(lambda.runtime_api()) {
                    Ok(mut child) => child.wait().await,
                    Err(error) => Err(error),
                });
                lambda.fail_pending("the program ended");
                tokio::time::sleep(RESTART_AFTER).await;
            }
        })
    }

    /// Sends an event to the next instance that asks for one, and returns its response.
    pub async fn invoke(&self, event: &Value) -> Result<Value, InvokeError> {
        self.invoke_as(self.next_id(), event).await
    }

    /// Returns the id of the next invocation.
    pub(crate) fn next_id(&self) -> u64 {
        let mut id = lock(&self.shared.next_id);
        *id += 1;
        *id
    }

    /// Sends an event under this id, which the program gets as the request id.
    pub(crate) async fn invoke_as(&self, id: u64, event: &Value) -> Result<Value, InvokeError> {
        let response = self.invoke_bytes(id, event.to_string().into_bytes()).await?;
        serde_json::from_slice(&response)
            .map_err(|_| InvokeError::Failed("the program's response is not JSON".into()))
    }

    async fn invoke_bytes(&self, id: u64, event: Vec<u8>) -> Result<Vec<u8>, InvokeError> {
        let (sender, mut outcome) = oneshot::channel();
        let (received, was_received) = oneshot::channel();
        lock(&self.shared.pending).insert(id, sender);
        let gone = || InvokeError::Failed("the Runtime API has stopped".into());
        self.events.send(Invocation { id, event, received }).map_err(|_| gone())?;
        let outcome = tokio::select! {
            biased;
            outcome = &mut outcome => Ok(outcome),
            _ = was_received => tokio::time::timeout(TIMEOUT, outcome).await,
        };
        lock(&self.shared.pending).remove(&id);
        outcome.map_err(|_| InvokeError::TimedOut)?.map_err(|_| gone())?
    }

    /// Fails every pending invocation with this message.
    pub fn fail_pending(&self, message: &str) {
        for (_, sender) in lock(&self.shared.pending).drain() {
            let _ = sender.send(Err(InvokeError::Failed(message.into())));
        }
    }
}

impl Program {
    /// Starts one instance, connected to the Runtime API at this address. Dropping the returned handle kills it.
    pub fn start(&self, runtime_api: &str) -> std::io::Result<Child> {
        let (stdout, stderr) = self.log.stdio()?;
        let mut command = Command::new(&self.path);
        if !self.keep_aws {
            for name in OTHER_AWS {
                command.env_remove(name);
            }
            command.envs(LOCAL_AWS);
        }
        let mut child = command
            .env("AWS_LAMBDA_RUNTIME_API", runtime_api)
            .env("AWS_LAMBDA_FUNCTION_NAME", "endpoint")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .envs(self.env.iter().cloned())
            .stdout(stdout)
            .stderr(stderr)
            .kill_on_drop(true)
            .spawn()?;
        if let Log::Tee(log, lines) = &self.log {
            log.tee(&mut child, lines)?;
        }
        Ok(child)
    }
}

impl std::fmt::Display for InvokeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Failed(message) => write!(f, "the invocation failed: {message}"),
            Self::TimedOut => {
                write!(f, "the program did not respond within {} s", TIMEOUT.as_secs())
            }
        }
    }
}

impl std::error::Error for InvokeError {}

async fn next(State(shared): State<Arc<Shared>>) -> Response {
    loop {
        let Some(invocation) = shared.queue.lock().await.recv().await else {
            return StatusCode::GONE.into_response();
        };
        // The caller may have stopped waiting.
        if !lock(&shared.pending).contains_key(&invocation.id) {
            continue;
        }
        let _ = invocation.received.send(());
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
    shared.complete(id, Ok(body.to_vec()))
}

async fn fail(State(shared): State<Arc<Shared>>, Path(id): Path<u64>, body: Bytes) -> StatusCode {
    shared.complete(id, Err(InvokeError::Failed(String::from_utf8_lossy(&body).into_owned())))
}

impl Shared {
    fn complete(&self, id: u64, outcome: Result<Vec<u8>, InvokeError>) -> StatusCode {
        match lock(&self.pending).remove(&id) {
            Some(sender) => {
                let _ = sender.send(outcome);
                StatusCode::ACCEPTED
            }
            None => StatusCode::NOT_FOUND,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
