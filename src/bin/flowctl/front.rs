//! Where Meta's proxy and API Gateway stand: HTTP in on this machine, signed events out.
//!
//! Whoever posts here is a phone, and a phone cannot sign. So a request without a signature is signed;
//! one that has its own keeps it.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::net::TcpListener;
use whatsapp_flows::protocol::secret::Secret;
use whatsapp_flows::protocol::signature::HEADER;

use super::event;
use super::lambda::{Lambda, Unanswered};

/// Payload limit of API Gateway's HTTP APIs.
const MAX_BODY_BYTES: usize = 10 << 20;

struct Front {
    lambda: Lambda,
    secret: Secret,
}

/// Serves until the process ends.
pub async fn serve(listener: TcpListener, lambda: Lambda, secret: Secret) -> std::io::Result<()> {
    let front = Arc::new(Front { lambda, secret });
    let router = Router::new()
        .fallback(forward)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(front);
    axum::serve(listener, router).await
}

async fn forward(State(front): State<Arc<Front>>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MAX_BODY_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    sign(&front, &mut parts.headers, &body);
    let headers = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let event = event::http_api(parts.method.as_str(), parts.uri.path(), headers, &body);
    match front.lambda.invoke(&event).await {
        Ok(answer) => response(&answer).unwrap_or_else(|| {
            (StatusCode::BAD_GATEWAY, "the program answered no API Gateway response")
                .into_response()
        }),
        Err(Unanswered::TimedOut) => StatusCode::GATEWAY_TIMEOUT.into_response(),
        Err(Unanswered::Failed(words)) => (StatusCode::BAD_GATEWAY, words).into_response(),
    }
}

fn sign(front: &Front, headers: &mut HeaderMap, body: &Bytes) {
    if !headers.contains_key(HEADER)
        && let Some(app_secret) = front.secret.app_secrets().first()
        && let Ok(value) = app_secret.sign(body).parse()
    {
        headers.insert(HEADER, value);
    }
}

fn response(answer: &Value) -> Option<Response> {
    let status = u16::try_from(answer["statusCode"].as_u64()?).ok()?;
    let mut response = Response::builder().status(status);
    for (name, value) in answer["headers"].as_object()? {
        response = response.header(name, value.as_str()?);
    }
    response.body(Body::from(answer["body"].as_str().unwrap_or_default().to_owned())).ok()
}
