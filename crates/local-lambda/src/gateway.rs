//! An HTTP gateway in front of a [`Lambda`]: sends each HTTP request to the program as an API Gateway event, and
//! returns the program's response.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::event;
use crate::runtime_api::{InvokeError, Lambda};

/// The largest payload that API Gateway's HTTP APIs accept.
const MAX_BODY_BYTES: usize = 10 << 20;

/// The header with the request id of the invocation, as function URLs have it: the `requestId` of the log.
const REQUEST_ID: &str = "x-amzn-requestid";

/// A hook that may change the headers of a request before it is sent to the program, given its body. It stands in for a
/// proxy in front of the gateway.
pub type RequestHook = Box<dyn Fn(&mut HeaderMap, &Bytes) + Send + Sync>;

struct Gateway {
    lambda: Lambda,
    hook: RequestHook,
}

/// Serves HTTP on `listener` until the process ends.
pub async fn serve(
    listener: TcpListener,
    lambda: Lambda,
    hook: RequestHook,
) -> std::io::Result<()> {
    axum::serve(listener, router(lambda, hook)).await
}

/// Returns the gateway as a router, to be merged with routes of your own. It takes every path that they leave.
pub fn router(lambda: Lambda, hook: RequestHook) -> Router {
    Router::new()
        .fallback(forward)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(Arc::new(Gateway { lambda, hook }))
}

async fn forward(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MAX_BODY_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    (gateway.hook)(&mut parts.headers, &body);
    let headers = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let event = event::http_api(parts.method.as_str(), parts.uri.path(), headers, &body);
    let id = gateway.lambda.next_id();
    match gateway.lambda.invoke_as(id, &event).await {
        Ok(output) => http_response(id, &output).unwrap_or_else(|| {
            (StatusCode::BAD_GATEWAY, "the program's response is not an API Gateway response")
                .into_response()
        }),
        Err(InvokeError::TimedOut) => StatusCode::GATEWAY_TIMEOUT.into_response(),
        Err(InvokeError::Failed(message)) => (StatusCode::BAD_GATEWAY, message).into_response(),
    }
}

fn http_response(id: u64, output: &Value) -> Option<Response> {
    let status = u16::try_from(output["statusCode"].as_u64()?).ok()?;
    let mut response = Response::builder().status(status).header(REQUEST_ID, id);
    for (name, value) in output["headers"].as_object()? {
        response = response.header(name, value.as_str()?);
    }
    response.body(Body::from(output["body"].as_str().unwrap_or_default().to_owned())).ok()
}
