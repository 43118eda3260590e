//! The servers of the stand-in: the API, and the host of downloads on a port of its own.

use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State as Shared;
use axum::http::{HeaderMap, Method, Response, Uri};
use serde_json::json;

use super::calls;
use super::errors::refuse;
use super::fault::FaultKind;
use super::request::Request;
use super::state::{State, last_part};

/// A running stand-in. It ends with the value.
pub struct StandIn {
    /// The address of the API, without the version.
    pub url: String,
    inner: Arc<Inner>,
    _runtime: tokio::runtime::Runtime,
}

pub struct Inner {
    pub state: Mutex<State>,
    /// The address of the host of downloads.
    pub downloads: String,
}

impl StandIn {
    pub fn start() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let listen = || runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let (api, downloads) = (listen(), listen());
        let url = format!("http://{}", api.local_addr().unwrap());
        let state = Mutex::new(State::new());
        let host = format!("http://{}", downloads.local_addr().unwrap());
        let inner = Arc::new(Inner { state, downloads: host });
        let router = Router::new().fallback(serve).with_state(Arc::clone(&inner));
        runtime.spawn(async move { axum::serve(api, router).await });
        let router = Router::new().fallback(download).with_state(Arc::clone(&inner));
        runtime.spawn(async move { axum::serve(downloads, router).await });
        Self { url, inner, _runtime: runtime }
    }

    /// The state, to look at and to change. Calls wait for the guard to go.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap()
    }

    /// The number of calls so far, as [`State::count`].
    pub fn count(&self, call: &str) -> usize {
        self.state().count(call)
    }
}

async fn serve(
    Shared(inner): Shared<Arc<Inner>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let Some(request) = Request::read(method, &uri, &headers, &body) else {
        return respond(404, &json!({ "error": { "code": 2500, "message": "Unknown path" } }), &[]);
    };
    let fault = {
        let mut state = inner.state.lock().unwrap();
        let path = format!("/{}", request.parts.join("/"));
        state.calls.push(format!("{} {path}", request.method));
        let this = format!("{} {}", request.method, last_part(&path));
        let position = state.faults.iter().position(|fault| fault.on == this);
        position.map(|position| state.faults.remove(position).kind)
    };
    match &fault {
        Some(FaultKind::Refuse { status, error, headers }) => {
            return respond(*status, &json!({ "error": error }), headers);
        }
        Some(FaultKind::Html(status)) => {
            let page = Response::builder().status(*status).header("content-type", "text/html");
            return page.body("<html>Bad gateway</html>".into()).unwrap();
        }
        Some(FaultKind::CutAfter) | None => {}
    }
    // Publishing calls the endpoint, which blocks.
    let answer =
        tokio::task::spawn_blocking(move || calls::answer(&inner, &request)).await.unwrap();
    if fault.is_some() {
        // Ends the task of the connection, which closes it.
        std::panic::resume_unwind(Box::new("cut"));
    }
    match answer {
        Ok(answer) => respond(200, &answer, &[]),
        Err(refusal) => respond(refusal.status, &json!({ "error": refusal.error }), &[]),
    }
}

/// The host of downloads, which refuses the token.
async fn download(
    Shared(inner): Shared<Arc<Inner>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    let state = inner.state.lock().unwrap();
    let flow = state.flows.get(uri.path().trim_start_matches('/'));
    let json = flow.and_then(|flow| flow.json.clone());
    match json {
        _ if headers.contains_key("authorization") => {
            respond(400, &json!({ "error": refuse(100, "token").error }), &[])
        }
        Some(json) if uri.query() == Some("signature=1") => Response::new(json.into()),
        Some(_) | None => respond(403, &json!({}), &[]),
    }
}

fn respond(
    status: u16,
    json: &serde_json::Value,
    headers: &[(&'static str, String)],
) -> Response<Body> {
    let mut response =
        Response::builder().status(status).header("content-type", "application/json");
    for (name, value) in headers {
        response = response.header(*name, value);
    }
    response.body(json.to_string().into()).unwrap()
}
