//! Parsing of Lambda events into HTTP requests.
//!
//! The formats are described by AWS in *Working with AWS Lambda proxy integrations for HTTP APIs* (payload 2.0 and
//! 1.0), *Lambda proxy integrations in API Gateway* (REST APIs), and *Lambda functions as targets for Application Load
//! Balancers*. They differ only in a few names, so there is one parser. It reads only the parts of an HTTP request, and
//! never fails on an event that has a method.

use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use serde_json::{Map, Value};

use super::lazy_object::LazyObject;
use super::non_http::NonHttpEvent;
use super::response::EventSource;

/// A parsed event.
pub(super) enum Event {
    /// An HTTP request, and the time at which its source received it, in milliseconds since the Unix epoch. Load
    /// balancers do not send the time.
    Request(EventSource, Box<Request<Bytes>>, Option<i64>),
    /// A health check of a load balancer.
    HealthCheck(EventSource),
    /// An event that is not an HTTP request.
    NonHttp(NonHttpEvent),
}

impl Event {
    pub fn parse(json: &str) -> Self {
        let Some(event) = LazyObject::parse(json) else {
            return Self::NonHttp(NonHttpEvent::not_an_object());
        };
        let context = event.object("requestContext");
        let Some((source, method)) = source(&event, &context) else {
            return Self::NonHttp(NonHttpEvent::new(&event, &context));
        };
        // A mapping template has parsed the body, so the bytes that Meta signed are lost.
        if event.has("body") && event.text("body").is_none() {
            return Self::NonHttp(NonHttpEvent::with_parsed_body(source));
        }
        let headers = headers(&event);
        if is_health_check(source, &method, &headers) {
            return Self::HealthCheck(source);
        }
        let mut request = Request::new(body(&event));
        *request.method_mut() = method;
        *request.uri_mut() = uri(source, &event, &context);
        *request.headers_mut() = headers;
        let received = context.get("timeEpoch").or_else(|| context.get("requestTimeEpoch"));
        Self::Request(source, Box::new(request), received)
    }
}

/// Detects the source and returns the method. `requestContext.http` comes first, because the emulator of cargo-lambda
/// also sends `httpMethod`, always with `GET`.
fn source(event: &LazyObject<'_>, context: &LazyObject<'_>) -> Option<(EventSource, Method)> {
    if let Some(method) = method(&context.object("http"), "method") {
        return Some((EventSource::HttpApi, method));
    }
    let method = method(event, "httpMethod")?;
    let multi_value_headers = event.has("multiValueHeaders");
    let source = match context.has("elb") {
        true => EventSource::LoadBalancer { multi_value_headers },
        false => EventSource::RestApi,
    };
    Some((source, method))
}

fn method(object: &LazyObject<'_>, name: &str) -> Option<Method> {
    object.text(name)?.parse().ok()
}

/// Returns the path without the stage. The query is replaced with a fixed one if the request is Meta's webhook
/// verification, and omitted otherwise: the endpoint does not use any other query.
fn uri(source: EventSource, event: &LazyObject<'_>, context: &LazyObject<'_>) -> Uri {
    let path = match source {
        EventSource::HttpApi => event.text("rawPath"),
        EventSource::RestApi | EventSource::LoadBalancer { .. } => event.text("path"),
    };
    let path = path.unwrap_or_default();
    let stage = context.text("stage").filter(|stage| stage != "$default");
    let path = match stage.and_then(|stage| path.strip_prefix('/')?.strip_prefix(&*stage)) {
        Some(below) if below.is_empty() || below.starts_with('/') => below,
        _ => &path,
    };
    let path = if path.is_empty() { "/" } else { path };
    let query = match is_webhook_verification(event) {
        true => "?hub.challenge",
        false => "",
    };
    let uri = Some(path).filter(|path| path.starts_with('/'));
    // No flow is served on `*`, so an invalid path is handled as an unknown one.
    let uri =
        uri.and_then(|path| Uri::builder().path_and_query(format!("{path}{query}")).build().ok());
    uri.unwrap_or_else(|| Uri::from_static("*"))
}

fn is_webhook_verification(event: &LazyObject<'_>) -> bool {
    let raw = event.text("rawQueryString").unwrap_or_default();
    raw.split('&').any(|pair| pair.split('=').next() == Some("hub.challenge"))
        || event.object("queryStringParameters").has("hub.challenge")
        || event.object("multiValueQueryStringParameters").has("hub.challenge")
}

/// Returns all values of all headers. REST APIs send each header in both members, with only the last value in
/// `headers`; load balancers send one of the members, and HTTP APIs send `headers`.
fn headers(event: &LazyObject<'_>) -> HeaderMap {
    let read = |name: &str| -> Map<String, Value> { event.get(name).unwrap_or_default() };
    let mut headers = HeaderMap::new();
    add(&mut headers, read("multiValueHeaders"), |_| true);
    let present: Vec<HeaderName> = headers.keys().cloned().collect();
    add(&mut headers, read("headers"), |name| !present.contains(name));
    headers
}

fn add(headers: &mut HeaderMap, members: Map<String, Value>, wanted: impl Fn(&HeaderName) -> bool) {
    for (name, value) in members {
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { continue };
        if !wanted(&name) {
            continue;
        }
        match value {
            Value::Null => {}
            Value::Array(values) => {
                for value in values {
                    headers.append(&name, header_value(&value));
                }
            }
            value => drop(headers.append(name, header_value(&value))),
        }
    }
}

/// Converts a header value. An invalid value is replaced with `?`, not dropped, so that a repeated signature is still
/// detected.
fn header_value(value: &Value) -> HeaderValue {
    let value = match value {
        Value::String(text) => HeaderValue::from_bytes(text.as_bytes()),
        other => HeaderValue::from_bytes(other.to_string().as_bytes()),
    };
    value.unwrap_or_else(|_| HeaderValue::from_static("?"))
}

/// Returns the decoded body. If a body marked as base64 is not, it is returned unchanged, and its signature does not
/// match.
fn body(event: &LazyObject<'_>) -> Bytes {
    let body = event.text("body").unwrap_or_default();
    if event.get("isBase64Encoded") == Some(true)
        && let Ok(decoded) = BASE64_STANDARD.decode(&body)
    {
        return decoded.into();
    }
    body.into()
}

/// Reports whether the request is a health check of a load balancer. Its only header is the user agent, and its path is
/// set in the target group, by default `/`.
fn is_health_check(source: EventSource, method: &Method, headers: &HeaderMap) -> bool {
    let is_probe = matches!(source, EventSource::LoadBalancer { .. })
        && matches!(*method, Method::GET | Method::HEAD);
    let agent = headers.get(http::header::USER_AGENT).map(HeaderValue::as_bytes);
    is_probe
        && (headers.is_empty()
            || agent.is_some_and(|agent| agent.starts_with(b"ELB-HealthChecker/")))
}
