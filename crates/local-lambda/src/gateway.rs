//! An HTTP gateway: each request becomes an API Gateway event for a Lambda program, and the program's response the reply.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::event;
use crate::runtime_api::{Lambda, Unanswered};

/// Payload limit of API Gateway's HTTP APIs.
const MAX_BODY_BYTES: usize = 10 << 20;

/// Adds to the headers of a request what a proxy in front of the gateway adds, given its body.
pub type Prepare = Box<dyn Fn(&mut HeaderMap, &Bytes) + Send + Sync>;

struct Gateway {
    lambda: Lambda,
    prepare: Prepare,
}

/// Serves until the process ends.
pub async fn serve(listener: TcpListener, lambda: Lambda, prepare: Prepare) -> std::io::Result<()> {
    let gateway = Arc::new(Gateway { lambda, prepare });
    let router = Router::new()
        .fallback(forward)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(gateway);
    axum::serve(listener, router).await
}

async fn forward(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MAX_BODY_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    (gateway.prepare)(&mut parts.headers, &body);
    let headers = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let event = event::http_api(parts.method.as_str(), parts.uri.path(), headers, &body);
    match gateway.lambda.invoke(&event).await {
        Ok(answer) => response(&answer).unwrap_or_else(|| {
            (StatusCode::BAD_GATEWAY, "the program answered no API Gateway response")
                .into_response()
        }),
        Err(Unanswered::TimedOut) => StatusCode::GATEWAY_TIMEOUT.into_response(),
        Err(Unanswered::Failed(words)) => (StatusCode::BAD_GATEWAY, words).into_response(),
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
