//! The HTTP interface of the page, and its files.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::middleware;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde_json::{Map, Value, json};
use whatsapp_flows::testing::client::{Event, Opening};

use super::misbehave::Misbehaviour;
use super::{Player, copy, guard, page};
use crate::Error;
use crate::gallery::gallery;

/// The time that a page waits for a change.
const LONGEST_WAIT: Duration = Duration::from_secs(25);

/// The page under `/_player/`. A GET of `/` leads there; every other path goes to `rest`, the gateway of the program.
pub fn router(player: Player, rest: Router) -> Router {
    let guarded = middleware::from_fn_with_state(player.clone(), guard::guard);
    let api = Router::new()
        .route("/_player/", get(async |State(player): State<Player>| player.index()))
        .route("/_player", get(async || Redirect::to("/_player/")))
        .route("/_player/api/state", get(state))
        .route("/_player/api/exchange", get(exchange))
        .route("/_player/api/gallery", get(gallery_of))
        .route("/_player/api/open", post(open))
        .route("/_player/api/event", post(event))
        .route("/_player/api/token", post(token))
        .route("/_player/api/misbehave", post(misbehave))
        .route("/_player/api/copy", post(copy_as))
        .route("/_player/{*path}", get(page::file))
        .layer(guarded.clone())
        .with_state(player);
    let to_player = get(async || Redirect::to("/_player/")).layer(guarded);
    Router::new()
        .merge(api)
        .route("/", to_player.fallback_service(rest.clone()))
        .fallback_service(rest)
}

/// The state, as soon as its revision is over `after`.
async fn state(State(player): State<Player>, uri: Uri) -> Response {
    let after = query(&uri, "after").and_then(|after| after.parse().ok()).unwrap_or(0);
    let mut revision = player.0.revision.subscribe();
    let changed = revision.wait_for(|revision| *revision > after);
    let _ = tokio::time::timeout(LONGEST_WAIT, changed).await;
    player.state()
}

async fn exchange(State(player): State<Player>, uri: Uri) -> Response {
    let id = query(&uri, "id").and_then(|id| id.parse().ok());
    let stage = player.stage();
    let Some(exchange) = id.and_then(|id| stage.exchange(id)) else {
        return problem(StatusCode::NOT_FOUND, "there is no such exchange");
    };
    let next = stage.exchanges.iter().map(|next| next.started);
    let next = next.filter(|started| *started > exchange.started).min();
    let log = match &exchange.outcome {
        Some(outcome) => {
            let request_id = outcome.request_id.as_deref();
            player.0.log.between(exchange.started, outcome.ended, next, request_id)
        }
        None => Vec::new(),
    };
    reply(&exchange.detail(&log))
}

async fn gallery_of(State(player): State<Player>, uri: Uri) -> Response {
    let name = query(&uri, "flow");
    let (bytes, revision) = {
        let stage = player.stage();
        let at = match &name {
            Some(name) => stage.flows.iter().position(|flow| flow.name == *name),
            None => Some(stage.flow),
        };
        let Some(flow) = at.and_then(|at| stage.flows.get(at)) else {
            return problem(StatusCode::NOT_FOUND, "there is no such flow");
        };
        (flow.bytes.clone(), *player.0.revision.borrow())
    };
    let drawn = tokio::task::spawn_blocking(move || gallery(&bytes)).await;
    let mut drawn = drawn.unwrap_or_default();
    drawn["revision"] = revision.into();
    reply(&drawn)
}

async fn open(State(player): State<Player>, body: Bytes) -> Response {
    player.post(&body, |player, body| {
        let (name, token) = (body["flow"].as_str(), body["token"].as_str());
        let changes = name.is_some_and(|name| !player.stage().is_playing(name));
        if changes || token.is_some() {
            player.start_over(name, token)?;
        }
        let offset = body["utc_offset"].as_i64().and_then(|offset| i32::try_from(offset).ok());
        player.open(opening(player, &body["opening"])?, offset.unwrap_or(0))
    })
}

/// The way in which the message opens the flow: by default that of its Flow JSON.
fn opening(player: &Player, body: &Value) -> Result<Opening, Error> {
    let stage = player.stage();
    let file = stage.flows.get(stage.flow).ok_or("there is no flow to open")?;
    let flow = file.flow.as_ref().map_err(|mistake| mistake.text.clone())?;
    let navigates = match body["action"].as_str() {
        None => !flow.has_endpoint(),
        Some("data_exchange") => false,
        Some("navigate") => true,
        Some(_) => return Err("`action` is `data_exchange` or `navigate`".into()),
    };
    if !navigates {
        return Ok(Opening::DataExchange);
    }
    let first = || flow.screens().next().unwrap_or_default().to_owned();
    let screen = body["screen"].as_str().map_or_else(first, str::to_owned);
    let data = match body.get("data") {
        None | Some(Value::Null) => flow.examples(&screen).cloned().unwrap_or_default(),
        Some(Value::Object(data)) => data.clone(),
        Some(_) => return Err("the data of a screen are a JSON object".into()),
    };
    Ok(Opening::Navigate { screen, data })
}

async fn event(State(player): State<Player>, body: Bytes) -> Response {
    player.post(&body, |player, body| {
        let event: Event = serde_json::from_value(body.clone())
            .map_err(|error| format!("not an event: {error}"))?;
        player.act(event);
        Ok(())
    })
}

async fn token(State(player): State<Player>, body: Bytes) -> Response {
    player.post(&body, |player, body| {
        player.start_over(body["flow"].as_str(), body["token"].as_str())
    })
}

async fn misbehave(State(player): State<Player>, body: Bytes) -> Response {
    player.post(&body, |player, body| {
        let kind = body["kind"].as_str().and_then(Misbehaviour::from_name);
        player.misbehave(kind.ok_or("there is no such misbehaviour")?, body["exchange"].as_u64())
    })
}

async fn copy_as(State(player): State<Player>, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let stage = player.stage();
    let text = match body["as"].as_str() {
        Some("rust") => copy::test(&stage.steps),
        Some("script") => {
            let name = stage.flows.get(stage.flow).map_or("", |flow| &flow.name);
            copy::script(name, &stage.steps)
        }
        _ => return problem(StatusCode::BAD_REQUEST, "`as` is `rust` or `script`"),
    };
    reply(&json!({ "text": text }))
}

impl Player {
    fn state(&self) -> Response {
        let stage = self.stage();
        reply(&stage.json(*self.0.revision.borrow()))
    }

    /// Does what a POST asks for, and returns the state.
    fn post(
        &self,
        body: &Bytes,
        action: impl FnOnce(&Self, &Value) -> Result<(), Error>,
    ) -> Response {
        let parsed = match body.is_empty() {
            true => Ok(Value::Object(Map::new())),
            false => serde_json::from_slice(body),
        };
        let Ok(body) = parsed else {
            return problem(StatusCode::BAD_REQUEST, "the body is not JSON");
        };
        match action(self, &body) {
            Ok(()) => self.state(),
            Err(error) => problem(StatusCode::BAD_REQUEST, &error.to_string()),
        }
    }

    /// Starts a conversation, with another flow if it is named.
    fn start_over(&self, name: Option<&str>, token: Option<&str>) -> Result<(), Error> {
        self.change(|stage| {
            let flow = match name {
                None => stage.flow,
                Some(name) => {
                    let found = stage.flows.iter().position(|flow| flow.name == name);
                    found.ok_or_else(|| format!("there is no flow {name}"))?
                }
            };
            stage.start_over(flow, token.map(str::to_owned));
            Ok(())
        })
    }
}

fn reply(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

fn problem(status: StatusCode, text: &str) -> Response {
    (status, reply(&json!({ "error": text }))).into_response()
}

/// A parameter of the address.
fn query(uri: &Uri, name: &str) -> Option<String> {
    let pairs = uri.query()?.split('&');
    let mut values = pairs.filter_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    values.next().map(decode)
}

/// Decodes `%20` and the like. A sequence that is not one stays as it is.
fn decode(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend_from_slice(&part.as_bytes()[2..]);
            }
            None => bytes.extend_from_slice(format!("%{part}").as_bytes()),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded() {
        let uri: Uri = "/x?after=7&flow=caf%C3%A9%20%25&b=1%2".parse().unwrap();
        assert_eq!(query(&uri, "flow").as_deref(), Some("café %"));
        assert_eq!(query(&uri, "b").as_deref(), Some("1%2"));
        assert_eq!((query(&uri, "after").as_deref(), query(&uri, "c")), (Some("7"), None));
    }
}
