//! The HTTP request in an event, whichever front wrote it.
//!
//! AWS, *Working with AWS Lambda proxy integrations for HTTP APIs* (payload 2.0 and 1.0), *Lambda proxy
//! integrations in API Gateway* (REST APIs), *Lambda functions as targets for Application Load Balancers*.
//! The fronts differ in a few names, so one reader serves them all. It reads what a request consists of
//! and nothing else, and never fails on an event that has a method.

use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use serde_json::{Map, Value};

use super::answer::Front;
use super::members::Members;
use super::other::Other;

/// What an event turns out to be.
pub(super) enum Event {
    /// An HTTP request, and when its front received it: milliseconds since the epoch. A load balancer does
    /// not say it.
    Request(Front, Box<Request<Bytes>>, Option<i64>),
    /// A load balancer asks whether the function is well.
    HealthCheck(Front),
    /// Not an HTTP request.
    Other(Other),
}

impl Event {
    pub fn read(json: &str) -> Self {
        let Some(event) = Members::read(json) else { return Self::Other(Other::of_text()) };
        let context = event.object("requestContext");
        let Some((front, method)) = front(&event, &context) else {
            return Self::Other(Other::of(&event, &context));
        };
        // Parsed by a mapping template: the bytes that Meta signed are gone.
        if event.has("body") && event.text("body").is_none() {
            return Self::Other(Other::with_parsed_body(front));
        }
        let headers = headers(&event);
        if is_health_check(front, &method, &headers) {
            return Self::HealthCheck(front);
        }
        let mut request = Request::new(body(&event));
        *request.method_mut() = method;
        *request.uri_mut() = uri(front, &event, &context);
        *request.headers_mut() = headers;
        let received = context.get("timeEpoch").or_else(|| context.get("requestTimeEpoch"));
        Self::Request(front, Box::new(request), received)
    }
}

/// `requestContext.http` first: cargo lambda's emulator writes `httpMethod` too, and `GET` into it.
fn front(event: &Members<'_>, context: &Members<'_>) -> Option<(Front, Method)> {
    if let Some(method) = method(&context.object("http"), "method") {
        return Some((Front::HttpApi, method));
    }
    let method = method(event, "httpMethod")?;
    let multi_value_headers = event.has("multiValueHeaders");
    let front = match context.has("elb") {
        true => Front::LoadBalancer { multi_value_headers },
        false => Front::RestApi,
    };
    Some((front, method))
}

fn method(members: &Members<'_>, name: &str) -> Option<Method> {
    members.text(name)?.parse().ok()
}

/// The path as the URL has it below the stage, and of the query only whether Meta's webhook verification
/// is in it: nothing else here reads one.
fn uri(front: Front, event: &Members<'_>, context: &Members<'_>) -> Uri {
    let path = match front {
        Front::HttpApi => event.text("rawPath"),
        Front::RestApi | Front::LoadBalancer { .. } => event.text("path"),
    };
    let path = path.unwrap_or_default();
    let stage = context.text("stage").filter(|stage| stage != "$default");
    let path = match stage.and_then(|stage| path.strip_prefix('/')?.strip_prefix(&*stage)) {
        Some(below) if below.is_empty() || below.starts_with('/') => below,
        _ => &path,
    };
    let path = if path.is_empty() { "/" } else { path };
    let query = match is_verification(event) {
        true => "?hub.challenge",
        false => "",
    };
    let uri = Some(path).filter(|path| path.starts_with('/'));
    // No flow is served on `*`, so a path that cannot be read ends as any unknown one.
    let uri =
        uri.and_then(|path| Uri::builder().path_and_query(format!("{path}{query}")).build().ok());
    uri.unwrap_or_else(|| Uri::from_static("*"))
}

fn is_verification(event: &Members<'_>) -> bool {
    let raw = event.text("rawQueryString").unwrap_or_default();
    raw.split('&').any(|pair| pair.split('=').next() == Some("hub.challenge"))
        || event.object("queryStringParameters").has("hub.challenge")
        || event.object("multiValueQueryStringParameters").has("hub.challenge")
}

/// Every value of every header. REST APIs send each header in both members, the last value alone in
/// `headers`; load balancers send one of the members, HTTP APIs send `headers`.
fn headers(event: &Members<'_>) -> HeaderMap {
    let read = |name: &str| -> Map<String, Value> { event.get(name).unwrap_or_default() };
    let mut headers = HeaderMap::new();
    add(&mut headers, read("multiValueHeaders"), |_| true);
    let known: Vec<HeaderName> = headers.keys().cloned().collect();
    add(&mut headers, read("headers"), |name| !known.contains(name));
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
                    headers.append(&name, one(&value));
                }
            }
            value => drop(headers.append(name, one(&value))),
        }
    }
}

/// What cannot be a header's value still counts as one, so that a doubled signature stays two.
fn one(value: &Value) -> HeaderValue {
    let value = match value {
        Value::String(text) => HeaderValue::from_bytes(text.as_bytes()),
        other => HeaderValue::from_bytes(other.to_string().as_bytes()),
    };
    value.unwrap_or_else(|_| HeaderValue::from_static("?"))
}

/// A body that claims to be base64 and is not is taken as it stands: no signature fits it.
fn body(event: &Members<'_>) -> Bytes {
    let body = event.text("body").unwrap_or_default();
    if event.get("isBase64Encoded") == Some(true)
        && let Ok(decoded) = BASE64_STANDARD.decode(&body)
    {
        return decoded.into();
    }
    body.into()
}

/// A load balancer's own request has no headers but its user agent, and its path is that of the target
/// group's setting, which is `/` when nobody changed it.
fn is_health_check(front: Front, method: &Method, headers: &HeaderMap) -> bool {
    let asks = matches!(front, Front::LoadBalancer { .. })
        && matches!(*method, Method::GET | Method::HEAD);
    let agent = headers.get(http::header::USER_AGENT).map(HeaderValue::as_bytes);
    asks && (headers.is_empty()
        || agent.is_some_and(|agent| agent.starts_with(b"ELB-HealthChecker/")))
}
