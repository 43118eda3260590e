//! A proxy between the program and DynamoDB that injects faults into chosen calls.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The fault of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The request is delayed. The server then executes it, even if the program has stopped waiting.
    LateRequest(Duration),
    /// The server executes the request at once, and its response is delayed.
    LateResponse(Duration),
    /// The request is dropped, and there is no response.
    Silence,
    /// The connection is reset before the server executes the request.
    ResetBefore,
    /// The server executes the request, and the connection is reset.
    ResetAfter,
    /// 500, and the request is not executed.
    Status500,
    /// 400 with this error, and the request is not executed.
    Error(&'static str),
    /// The server executes the request, and the response is not JSON.
    Garbage,
    /// The server executes the request, and the connection closes ten bytes before the end of the response.
    CutBody,
}

/// A proxy that forwards all calls to a server, except those with an injected fault.
pub struct Proxy {
    pub url: String,
    plan: Arc<Mutex<Plan>>,
    calls: Arc<Mutex<Vec<String>>>,
}

#[derive(Default)]
struct Plan {
    rule: Option<Rule>,
    injected: usize,
}

struct Rule {
    operation: &'static str,
    /// The number of calls that still pass.
    skip: usize,
    /// The number of calls that fail after them.
    count: usize,
    fault: Fault,
}

impl Proxy {
    pub async fn to(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = server.trim_start_matches("http://").to_owned();
        let plan = Arc::new(Mutex::new(Plan::default()));
        let calls = Arc::default();
        let shared = (Arc::clone(&plan), Arc::clone(&calls));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (plan, calls) = shared.clone();
                tokio::spawn(serve(client, server.clone(), plan, calls));
            }
        });
        Self { url, plan, calls }
    }

    /// Removes the requests since the last call of this function, and returns their operations and bodies.
    pub fn take_calls(&self) -> Vec<(String, String)> {
        let calls = std::mem::take(&mut *self.calls.lock().unwrap());
        let parts = |call: String| {
            let body = call.split_once("\r\n\r\n").map_or("", |(_, body)| body).to_owned();
            (operation(call.as_bytes()).to_owned(), body)
        };
        calls.into_iter().map(parts).collect()
    }

    /// Lets `skip` calls of this operation (of all, if it is empty) pass, and injects the fault into the next `count`.
    pub fn inject(&self, operation: &'static str, skip: usize, count: usize, fault: Fault) {
        let rule = Some(Rule { operation, skip, count, fault });
        *self.plan.lock().unwrap() = Plan { rule, injected: 0 };
    }

    /// Returns the number of faults injected so far.
    pub fn injected(&self) -> usize {
        self.plan.lock().unwrap().injected
    }

    /// Stops injecting faults, and returns the number of injected ones.
    pub fn clear(&self) -> usize {
        std::mem::take(&mut *self.plan.lock().unwrap()).injected
    }
}

impl Plan {
    fn fault(&mut self, operation: &str) -> Option<Fault> {
        let rule = self.rule.as_mut();
        let rule = rule.filter(|rule| [operation, ""].contains(&rule.operation))?;
        if rule.skip > 0 {
            rule.skip -= 1;
            return None;
        }
        rule.count = rule.count.checked_sub(1)?;
        self.injected += 1;
        Some(rule.fault)
    }
}

/// Serves one connection of the program.
async fn serve(
    mut client: TcpStream,
    server: String,
    plan: Arc<Mutex<Plan>>,
    calls: Arc<Mutex<Vec<String>>>,
) -> Option<()> {
    client.set_nodelay(true).ok()?;
    loop {
        let request = message(&mut client).await?;
        calls.lock().unwrap().push(String::from_utf8_lossy(&request).into_owned());
        let fault = plan.lock().unwrap().fault(operation(&request));
        match fault {
            None => {
                let response = forward(&server, &request).await?;
                client.write_all(&response).await.ok()?;
            }
            Some(Fault::LateRequest(late)) => {
                tokio::time::sleep(late).await;
                let response = forward(&server, &request).await?;
                client.write_all(&response).await.ok()?;
            }
            Some(Fault::LateResponse(late)) => {
                let response = forward(&server, &request).await?;
                tokio::time::sleep(late).await;
                client.write_all(&response).await.ok()?;
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
                client.write_all(&response("200 OK", b"<html>not JSON</html>")).await.ok()?;
            }
            Some(Fault::CutBody) => {
                forward(&server, &request).await?;
                let cut = response("200 OK", b"{          }");
                client.write_all(&cut[..cut.len() - 10]).await.ok()?;
                return client.shutdown().await.ok();
            }
        }
    }
}

/// Forwards a request to the server, on a new connection.
async fn forward(server: &str, request: &[u8]) -> Option<Vec<u8>> {
    let mut connection = TcpStream::connect(server).await.ok()?;
    connection.set_nodelay(true).ok()?;
    connection.write_all(request).await.ok()?;
    message(&mut connection).await
}

/// Returns the operation of `X-Amz-Target: DynamoDB_20120810.GetItem`: `GetItem`.
fn operation(request: &[u8]) -> &str {
    let (_, target) =
        header(request, "x-amz-target").and_then(|text| text.split_once('.')).unwrap();
    target
}

/// Reads one whole request or response, or `None` if the connection is closed.
async fn message(connection: &mut TcpStream) -> Option<Vec<u8>> {
    let mut message = Vec::new();
    loop {
        if let Some(end) = message.windows(4).position(|four| four == b"\r\n\r\n") {
            let length = header(&message, "content-length").expect("a Content-Length, not chunks");
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
    response(status, body.as_bytes())
}

fn response(status: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}
