//! The Lambda adapter: events in, answers out.
//!
//! HTTP APIs, Function URLs, REST APIs and Application Load Balancers each write a request in a way of
//! their own (`event`) and expect the answer in theirs (`answer`). Whatever else invokes the function
//! is answered too, and described in the log (`other`).

mod answer;
mod event;
mod members;
mod other;

use bytes::Bytes;
use http::{Request, Response};
use lambda_runtime::{Context, Diagnostic, LambdaEvent, service_fn};
use serde_json::value::RawValue;

use super::deadline::remaining_time;
use crate::endpoint::Endpoint;
use crate::endpoint::RequestId;
use answer::Answer;
use event::Event;

/// Serves the endpoint until Lambda stops the process.
///
/// # Errors
///
/// When Lambda's Runtime API (`AWS_LAMBDA_RUNTIME_API`) is not there.
pub async fn run(endpoint: Endpoint) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let endpoint = &endpoint;
    // Raw, because reading it as a type would make every unexpected event a failed invocation.
    lambda_runtime::run(service_fn(|event: LambdaEvent<Box<RawValue>>| async move {
        serve(endpoint, event.payload.get(), event.context).await
    }))
    .await
}

/// The request in an event's JSON; `None` if the event is not an HTTP request.
pub fn request_in(event: &[u8]) -> Option<Request<Bytes>> {
    match Event::read(str::from_utf8(event).ok()?) {
        Event::Request(_, request, _) => Some(*request),
        Event::HealthCheck(_) | Event::Other(_) => None,
    }
}

async fn serve(endpoint: &Endpoint, event: &str, context: Context) -> Result<Answer, Diagnostic> {
    let Context { request_id, deadline, .. } = context;
    match Event::read(event) {
        Event::Request(front, mut request, received) => {
            request.extensions_mut().insert(remaining_time(received, deadline));
            request.extensions_mut().insert(RequestId(request_id));
            Ok(front.answer(endpoint.handle(*request).await))
        }
        Event::HealthCheck(front) => {
            other::log_health_check(&request_id);
            Ok(front.answer(Response::default()))
        }
        Event::Other(other) => {
            other.log(&request_id);
            other.answer()
        }
    }
}
