//! The Lambda adapter: converts events to HTTP requests, and HTTP responses to Lambda responses.
//!
//! HTTP APIs, Function URLs, REST APIs and Application Load Balancers each have their own format of requests (`event`)
//! and responses (`response`). Other events get a response as well, and are described in the log (`non_http`).

mod event;
mod lazy_object;
mod non_http;
mod response;

use bytes::Bytes;
use http::{Request, Response};
use lambda_runtime::{Context, Diagnostic, LambdaEvent, service_fn};
use serde_json::value::RawValue;

use super::deadline::remaining_time;
use crate::endpoint::Endpoint;
use crate::endpoint::RequestId;
use event::Event;
use response::LambdaResponse;

/// Serves the endpoint until Lambda stops the process.
///
/// # Errors
///
/// If Lambda's Runtime API (`AWS_LAMBDA_RUNTIME_API`) cannot be reached.
pub async fn run(endpoint: Endpoint) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let endpoint = &endpoint;
    // A `RawValue`, because a typed event would make every unexpected event a failed invocation.
    lambda_runtime::run(service_fn(|event: LambdaEvent<Box<RawValue>>| async move {
        serve(endpoint, event.payload.get(), event.context).await
    }))
    .await
}

/// Returns the HTTP request in the JSON of a Lambda event; `None` if the event is not an HTTP request.
pub fn request_from_event(event: &[u8]) -> Option<Request<Bytes>> {
    match Event::parse(str::from_utf8(event).ok()?) {
        Event::Request(_, request, _) => Some(*request),
        Event::HealthCheck(_) | Event::NonHttp(_) => None,
    }
}

async fn serve(
    endpoint: &Endpoint,
    event: &str,
    context: Context,
) -> Result<LambdaResponse, Diagnostic> {
    let Context { request_id, deadline, .. } = context;
    match Event::parse(event) {
        Event::Request(source, mut request, received) => {
            request.extensions_mut().insert(remaining_time(received, deadline));
            request.extensions_mut().insert(RequestId(request_id));
            Ok(source.convert(endpoint.handle(*request).await))
        }
        Event::HealthCheck(source) => {
            non_http::log_health_check(&request_id);
            Ok(source.convert(Response::default()))
        }
        Event::NonHttp(event) => {
            event.log(&request_id);
            event.response()
        }
    }
}
