//! Events that are not HTTP requests: their kinds, hints for the configuration, and responses.
//!
//! A response is better than a failed invocation, which counts as an error of the function and is retried. The
//! exception are queues and streams: they delete records once the invocation succeeds. Of an event, only its kind is
//! logged, and the names of members that are on a fixed list.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};
use lambda_runtime::Diagnostic;
use serde_json::json;

use super::lazy_object::LazyObject;
use super::response::{EventSource, LambdaResponse};
use crate::endpoint::TARGET;

/// An event that is not an HTTP request.
pub(super) struct NonHttpEvent {
    kind: EventKind,
    /// The source whose response format is used.
    source: EventSource,
    /// The names of members that may be logged, and the number of the others.
    members: String,
}

/// The kinds of events that are not HTTP requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EventKind {
    NotAnObject,
    ParsedBody,
    Envelope,
    PlainTextRequest,
    MessagesWebhook,
    MappingTemplate,
    ConsoleTest,
    Warmer,
    Schedule,
    EventBridge,
    Notification,
    Records,
    LambdaEdge,
    Authorizer,
    WebSocket,
    VpcLattice,
    NoMethod,
    Unknown,
}

/// The result of the invocation.
enum Disposition {
    /// The invocation returns a response with this status.
    Respond(u16),
    /// The invocation fails, so that its source keeps the records.
    Fail,
}

/// The member names that may be logged: those that AWS or Meta defines.
const LOGGED_NAMES: [&str; 22] = [
    "Records",
    "action",
    "body",
    "body-json",
    "context",
    "detail",
    "detail-type",
    "eventSource",
    "headers",
    "httpMethod",
    "isBase64Encoded",
    "method",
    "multiValueHeaders",
    "params",
    "path",
    "queryStringParameters",
    "rawPath",
    "requestContext",
    "routeKey",
    "source",
    "type",
    "version",
];

impl NonHttpEvent {
    /// Creates an event for JSON that is not an object.
    pub fn not_an_object() -> Self {
        Self { kind: EventKind::NotAnObject, source: EventSource::HttpApi, members: String::new() }
    }

    /// Creates an event for an HTTP request whose body was parsed before it was delivered.
    pub fn with_parsed_body(source: EventSource) -> Self {
        Self { kind: EventKind::ParsedBody, source, members: String::new() }
    }

    /// Creates an event for an object without an HTTP method.
    pub fn new(event: &LazyObject<'_>, context: &LazyObject<'_>) -> Self {
        let logged: Vec<_> = event.names().filter(|name| LOGGED_NAMES.contains(name)).collect();
        let others = event.names().count() - logged.len();
        let members = match others {
            0 => logged.join(", "),
            others => format!(
                "{}{}{others} others",
                logged.join(", "),
                if logged.is_empty() { "" } else { ", " }
            ),
        };
        Self { kind: EventKind::detect(event, context), source: EventSource::HttpApi, members }
    }

    /// Logs one line, instead of the line of a request.
    pub fn log(&self, request_id: &str) {
        let status = match self.kind.disposition() {
            Disposition::Respond(status) => Some(status),
            Disposition::Fail => None,
        };
        tracing::warn!(
            target: TARGET,
            requestId = request_id,
            status,
            cause = "not an HTTP request",
            event = self.kind.description(),
            members = Some(&*self.members).filter(|names| !names.is_empty()),
            hint = self.kind.hint(),
        );
    }

    /// Returns the response, or the error that makes the invocation fail.
    pub fn response(self) -> Result<LambdaResponse, Diagnostic> {
        let (event, hint) = (self.kind.description(), self.kind.hint());
        let message = format!("not an HTTP request but {event}; {hint}");
        match self.kind.disposition() {
            Disposition::Fail => {
                Err(Diagnostic { error_type: "NotAnHttpRequest".into(), error_message: message })
            }
            Disposition::Respond(status) => {
                let mut response =
                    Response::new(Bytes::from(json!({ "message": message }).to_string()));
                *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
                let json = HeaderValue::from_static("application/json");
                response.headers_mut().insert(CONTENT_TYPE, json);
                Ok(self.source.convert(response))
            }
        }
    }
}

impl EventKind {
    /// Detects the kind from the names of members.
    fn detect(event: &LazyObject<'_>, context: &LazyObject<'_>) -> Self {
        let record = event.first("Records");
        let source = event.text("source").unwrap_or_default();
        match () {
            _ if event.has("encrypted_flow_data") => Self::Envelope,
            _ if event.has("entry") && event.has("object") => Self::MessagesWebhook,
            _ if event.has("body-json") && event.has("params") => Self::MappingTemplate,
            _ if record.has("cf") => Self::LambdaEdge,
            _ if record.equals("EventSource", "aws:sns")
                || record.equals("eventSource", "aws:s3") =>
            {
                Self::Notification
            }
            _ if record.equals("eventSource", "aws:ses") => Self::Notification,
            _ if event.has("awslogs") => Self::Notification,
            _ if event.has("Records") || event.has("eventSource") => Self::Records,
            _ if event.equals("detail-type", "Scheduled Event") || source == "aws.scheduler" => {
                Self::Schedule
            }
            _ if event.has("detail-type") => Self::EventBridge,
            _ if source == "serverless-plugin-warmup"
                || event.has("warmer")
                || event.has("warmup") =>
            {
                Self::Warmer
            }
            _ if event.has("methodArn") || event.has("routeArn") => Self::Authorizer,
            _ if context.has("connectionId") => Self::WebSocket,
            _ if context.has("serviceNetworkArn") || event.has("raw_path") => Self::VpcLattice,
            _ if event.has("requestContext") || event.has("httpMethod") => Self::NoMethod,
            _ if event.has("body") && (event.has("headers") || event.has("method")) => {
                Self::ParsedBody
            }
            _ if event.has("action") && (event.has("version") || event.has("flow_token")) => {
                Self::PlainTextRequest
            }
            _ if event.has("key1") || event.names().next().is_none() => Self::ConsoleTest,
            _ => Self::Unknown,
        }
    }

    /// Returns the description for the log and the response.
    fn description(self) -> &'static str {
        match self {
            Self::NotAnObject => "JSON that is not an object",
            Self::ParsedBody => "an HTTP request whose body was parsed before delivery",
            Self::Envelope => "the body of a request without its HTTP request",
            Self::PlainTextRequest => "an unencrypted flow request",
            Self::MessagesWebhook => "a messages webhook without its HTTP request",
            Self::MappingTemplate => "the output of an API Gateway mapping template",
            Self::ConsoleTest => "a test event from the Lambda console",
            Self::Warmer => "a warm-up event",
            Self::Schedule => "an EventBridge schedule",
            Self::EventBridge => "an EventBridge event",
            Self::Notification => "a notification from SNS, S3, SES or CloudWatch Logs",
            Self::Records => "records from a queue or a stream",
            Self::LambdaEdge => "a Lambda@Edge event",
            Self::Authorizer => "an API Gateway authorizer event",
            Self::WebSocket => "a WebSocket API event",
            Self::VpcLattice => "a VPC Lattice request",
            Self::NoMethod => "an API Gateway event without an HTTP method",
            Self::Unknown => "an unknown event",
        }
    }

    /// Returns the hint on what to configure.
    fn hint(self) -> &'static str {
        match self {
            Self::ParsedBody | Self::Envelope | Self::MappingTemplate => {
                "the signature covers the bytes of the body; use a Lambda proxy integration (AWS_PROXY) without a \
                 mapping template, which passes them on unchanged"
            }
            Self::PlainTextRequest => {
                "requests must be encrypted and signed; create a test event with `flowctl seal`, or send a request \
                 to a URL with `flowctl call`"
            }
            Self::MessagesWebhook => {
                "the messages webhook is a separate program at another address; configure its address in the Meta app"
            }
            Self::ConsoleTest | Self::NotAnObject => {
                "test with an HTTP API event; create one that is encrypted and signed with `flowctl seal`"
            }
            Self::Warmer | Self::Schedule => {
                "remove the warmer or the schedule; the program starts in milliseconds and does nothing between \
                 requests"
            }
            Self::EventBridge | Self::Notification | Self::Records => {
                "remove this trigger from the function, which only serves HTTP requests"
            }
            Self::LambdaEdge => {
                "remove the function's association with the CloudFront distribution, and make an HTTP API its origin"
            }
            Self::Authorizer => {
                "remove the authorizer; requests are authenticated by Meta's signature, not by credentials"
            }
            Self::WebSocket | Self::VpcLattice | Self::NoMethod | Self::Unknown => {
                "invoke the function through an HTTP API, a REST API with a Lambda proxy integration, a Function \
                 URL or an Application Load Balancer"
            }
        }
    }

    /// Returns the result of the invocation.
    fn disposition(self) -> Disposition {
        match self {
            Self::Warmer | Self::Schedule | Self::EventBridge | Self::Notification => {
                Disposition::Respond(200)
            }
            Self::Records => Disposition::Fail,
            Self::NotAnObject
            | Self::ParsedBody
            | Self::Envelope
            | Self::PlainTextRequest
            | Self::MessagesWebhook
            | Self::MappingTemplate
            | Self::ConsoleTest
            | Self::LambdaEdge
            | Self::Authorizer
            | Self::WebSocket
            | Self::VpcLattice
            | Self::NoMethod
            | Self::Unknown => Disposition::Respond(400),
        }
    }
}

/// Logs a health check of a load balancer, which is not a client's request.
pub(super) fn log_health_check(request_id: &str) {
    tracing::info!(
        target: TARGET,
        requestId = request_id,
        status = 200,
        event = "a load balancer health check",
    );
}
