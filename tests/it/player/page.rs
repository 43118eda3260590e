//! A page of the player, without a browser.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use flowctl::dev::{self, ServerArgs};
use local_lambda::runtime_api::Log;
use serde_json::{Value, json};

/// A page, and everything that it got.
pub struct Page {
    /// `127.0.0.1:PORT`
    pub host: String,
    pub folder: PathBuf,
    pub token: String,
    pub received: Mutex<String>,
}

/// An HTTP response.
pub struct Answer {
    pub status: u16,
    /// In lower case.
    pub head: String,
    pub body: String,
}

impl Page {
    /// Starts `flowctl dev`, and opens the player.
    pub async fn start(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("player-{name}"));
        let program = Some(env!("CARGO_BIN_EXE_endpoint").into());
        let args = ServerArgs { port: 0, program, folder: folder.clone() };
        let endpoint = dev::start_samples(args, Log::Inherit).await.unwrap();
        let host = endpoint.url.strip_prefix("http://").unwrap().to_owned();
        Self::open(host, folder)
    }

    /// Opens the player at an address.
    pub fn open(host: String, folder: PathBuf) -> Self {
        let mut page = Self { host, folder, token: String::new(), received: Mutex::default() };
        let html = page.request("GET", "/_player/", &[], "").body;
        let mark = "name=\"player-token\" content=\"";
        let start = html.find(mark).expect("a token") + mark.len();
        page.token = html[start..].split('"').next().unwrap().to_owned();
        page
    }

    /// Sends a request with these headers, and `Host` and `Connection` unless they are among them.
    pub fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "Host") {
            request += &format!("Host: {}\r\n", self.host);
        }
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        self.received.lock().unwrap_or_else(PoisonError::into_inner).push_str(&text);
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_lowercase(), body: body.to_owned() }
    }

    /// Calls the interface with the token of the page.
    pub fn call(&self, path: &str, body: Option<Value>) -> (u16, Value) {
        let headers =
            [("X-Player-Token", self.token.as_str()), ("Content-Type", "application/json")];
        let method = if body.is_some() { "POST" } else { "GET" };
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let answer = self.request(method, &format!("/_player/api/{path}"), &headers, &body);
        (answer.status, serde_json::from_str(&answer.body).unwrap_or_default())
    }

    pub fn get(&self, path: &str) -> Value {
        let (status, answer) = self.call(path, None);
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    pub fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(path, Some(body));
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// The state when nothing is under way any more.
    pub fn settled(&self) -> Value {
        let mut state = self.get("state");
        loop {
            let exchanges = state["exchanges"].as_array().unwrap();
            let waits = exchanges.iter().any(|exchange| exchange["status"].is_null());
            if !waits && state["view"]["frame"]["state"] != "loading" {
                return state;
            }
            state = self.get(&format!("state?after={}", state["revision"]));
        }
    }

    /// Sends another message of this flow, and opens it.
    pub fn start_flow(&self, flow: &str) -> Value {
        self.post("token", json!({ "flow": flow }));
        self.post("open", json!({}));
        self.settled()
    }

    /// Does something with the component of this label.
    pub fn act(&self, kind: &str, label: &str, more: Value) -> Value {
        let state = self.get("state");
        let components = state["view"]["components"].as_array().unwrap();
        let found = components.iter().find(|component| component["label"] == label);
        let found = found.unwrap_or_else(|| panic!("no {label} in {}", state["view"]));
        let mut event = json!({ "type": kind, "component": found["id"] });
        for (name, value) in more.as_object().unwrap() {
            event[name] = value.clone();
        }
        self.post("event", event);
        self.settled()
    }

    /// Types into a field.
    pub fn fill(&self, label: &str, text: &str) {
        self.act("type", label, json!({ "text": text }));
    }

    pub fn tap(&self, label: &str) -> Value {
        self.act("tap", label, json!({}))
    }

    /// Chooses the first option.
    pub fn choose_first(&self, label: &str) -> Value {
        let state = self.get("state");
        let components = state["view"]["components"].as_array().unwrap();
        let found = components.iter().find(|component| component["label"] == label).unwrap();
        let option =
            found["options"].as_array().unwrap().iter().find(|option| option["enabled"] == true);
        self.act("choose", label, json!({ "option": option.unwrap()["id"] }))
    }

    /// Fills in the sample `basic` and sends it.
    pub fn greet(&self, name: &str) -> Value {
        self.fill("Your name", name);
        self.tap("Send")
    }

    /// Books an appointment with the sample `appointment`.
    pub fn book(&self) -> Value {
        self.start_flow("appointment");
        for list in ["Department", "Location", "Date", "Time"] {
            self.choose_first(list);
        }
        self.tap("Continue");
        self.fill("Name", "Ada");
        self.fill("Email", "ada@example.com");
        self.fill("Phone", "+44 20 7946 0000");
        self.tap("Continue");
        self.act("tick", "I agree to the terms", json!({}));
        self.tap("Confirm Appointment")
    }
}

/// The last exchanges: status, and the screen that was shown.
pub fn last(state: &Value, count: usize) -> Vec<(u64, &str)> {
    let exchanges = state["exchanges"].as_array().unwrap();
    exchanges[exchanges.len() - count..]
        .iter()
        .map(|one| (one["status"].as_u64().unwrap(), one["shown"].as_str().unwrap_or_default()))
        .collect()
}

/// The number of the last exchange.
pub fn last_id(state: &Value) -> u64 {
    state["exchanges"].as_array().unwrap().last().unwrap()["id"].as_u64().unwrap()
}

/// The state of the flow: `ready`, `error`, `closed`.
pub fn frame(state: &Value) -> &str {
    state["view"]["frame"]["state"].as_str().unwrap_or("chat")
}
