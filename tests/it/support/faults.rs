//! A proxy between the program and DynamoDB that breaks what a test tells it to break: an operation,
//! the n-th of it, in one of these ways.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How a request of the program's ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It takes this long on its way there; the server acts then, even if the program has given up.
    LateRequest(Duration),
    /// The server acts at once, and its answer takes this long.
    LateAnswer(Duration),
    /// Nothing at all comes back, and the server knows nothing of it.
    Silence,
    /// The connection is reset before the server has acted.
    ResetBefore,
    /// The server acts, and the connection is reset.
    ResetAfter,
    /// 500, and the server has not acted.
    Status500,
    /// 400 with this error, and the server has not acted.
    Error(&'static str),
    /// The server acts, and what comes back is no JSON.
    Garbage,
    /// The server acts, and the connection closes ten bytes before the end of its answer.
    CutBody,
}

/// Stands before a server and passes everything on, until it is told otherwise.
pub struct Proxy {
    pub url: String,
    plan: Arc<Mutex<Plan>>,
}

#[derive(Default)]
struct Plan {
    rule: Option<Rule>,
    injected: usize,
}

struct Rule {
    operation: &'static str,
    /// How many of the operation still pass.
    skip: usize,
    /// How many are broken then.
    count: usize,
    fault: Fault,
}

impl Proxy {
    pub async fn to(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = server.trim_start_matches("http://").to_owned();
        let plan = Arc::new(Mutex::new(Plan::default()));
        let shared = Arc::clone(&plan);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(serve(client, server.clone(), Arc::clone(&shared)));
            }
        });
        Self { url, plan }
    }

    /// From now on, `skip` of this operation pass, and the `count` after them are broken.
    pub fn inject(&self, operation: &'static str, skip: usize, count: usize, fault: Fault) {
        let rule = Some(Rule { operation, skip, count, fault });
        *self.plan.lock().unwrap() = Plan { rule, injected: 0 };
    }

    /// How many requests were broken so far.
    pub fn injected(&self) -> usize {
        self.plan.lock().unwrap().injected
    }

    /// Passes everything on again. Says how many requests were broken.
    pub fn clear(&self) -> usize {
        std::mem::take(&mut *self.plan.lock().unwrap()).injected
    }
}

impl Plan {
    fn fault(&mut self, operation: &str) -> Option<Fault> {
        let rule = self.rule.as_mut().filter(|rule| rule.operation == operation)?;
        if rule.skip > 0 {
            rule.skip -= 1;
            return None;
        }
        rule.count = rule.count.checked_sub(1)?;
        self.injected += 1;
        Some(rule.fault)
    }
}

/// Serves one connection of the program's, request by request.
async fn serve(mut client: TcpStream, server: String, plan: Arc<Mutex<Plan>>) -> Option<()> {
    client.set_nodelay(true).ok()?;
    loop {
        let request = message(&mut client).await?;
        let fault = plan.lock().unwrap().fault(operation(&request));
        match fault {
            None => {
                let answer = forward(&server, &request).await?;
                client.write_all(&answer).await.ok()?;
            }
            Some(Fault::LateRequest(late)) => {
                tokio::time::sleep(late).await;
                let answer = forward(&server, &request).await?;
                client.write_all(&answer).await.ok()?;
            }
            Some(Fault::LateAnswer(late)) => {
                let answer = forward(&server, &request).await?;
                tokio::time::sleep(late).await;
                client.write_all(&answer).await.ok()?;
            }
            Some(Fault::Silence) => tokio::time::sleep(Duration::from_secs(60)).await,
            Some(Fault::ResetBefore) => return client.set_zero_linger().ok(),
            Some(Fault::ResetAfter) => {
                forward(&server, &request).await?;
                return client.set_zero_linger().ok();
            }
            Some(Fault::Status500) => {
                client.write_all(&error("500 Oops", "InternalServerError")).await.ok()?;
            }
            Some(Fault::Error(name)) => {
                client.write_all(&error("400 Bad Request", name)).await.ok()?;
            }
            Some(Fault::Garbage) => {
                forward(&server, &request).await?;
                client.write_all(&answer("200 OK", b"<html>no JSON</html>")).await.ok()?;
            }
            Some(Fault::CutBody) => {
                forward(&server, &request).await?;
                let cut = answer("200 OK", b"{          }");
                client.write_all(&cut[..cut.len() - 10]).await.ok()?;
                return client.shutdown().await.ok();
            }
        }
    }
}

/// Has the server act, on a connection of its own.
async fn forward(server: &str, request: &[u8]) -> Option<Vec<u8>> {
    let mut connection = TcpStream::connect(server).await.ok()?;
    connection.set_nodelay(true).ok()?;
    connection.write_all(request).await.ok()?;
    message(&mut connection).await
}

/// The name behind the point of `X-Amz-Target: DynamoDB_20120810.GetItem`.
fn operation(request: &[u8]) -> &str {
    let (_, target) =
        header(request, "x-amz-target").and_then(|text| text.split_once('.')).unwrap();
    target
}

/// Reads one request or answer whole; `None` when the other side has closed.
async fn message(connection: &mut TcpStream) -> Option<Vec<u8>> {
    let mut message = Vec::new();
    loop {
        if let Some(end) = message.windows(4).position(|four| four == b"\r\n\r\n") {
            let length = header(&message, "content-length").expect("a length, not chunks");
            if message.len() >= end + 4 + length.parse::<usize>().unwrap() {
                return Some(message);
            }
        }
        if connection.read_buf(&mut message).await.ok()? == 0 {
            return None;
        }
    }
}

fn header<'a>(message: &'a [u8], name: &str) -> Option<&'a str> {
    let end = message.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&message[..end]).unwrap();
    let mut headers = head.lines().filter_map(|line| line.split_once(':'));
    headers.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

fn error(status: &str, name: &str) -> Vec<u8> {
    let body = format!(r#"{{"__type":"com.amazonaws.dynamodb.v20120810#{name}","message":"-"}}"#);
    answer(status, body.as_bytes())
}

fn answer(status: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}
