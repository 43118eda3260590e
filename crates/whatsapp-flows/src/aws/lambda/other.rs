//! Events that are not an HTTP request: what each looks like, what to configure, and how it is answered.
//!
//! An answer is better than a failed invocation, which counts as an error of the function and is retried.
//! The exception are queues and streams: to them an answer means that the records are dealt with, and they
//! delete them. Nothing of an event is logged but what it was recognised as, and member names that are on
//! a list of ours.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};
use lambda_runtime::Diagnostic;
use serde_json::json;

use super::answer::{Answer, Front};
use super::members::Members;
use crate::endpoint::TARGET;

/// An event that is not an HTTP request.
pub(super) struct Other {
    kind: Kind,
    /// In whose words it is answered.
    front: Front,
    /// Of its members' names, those that are no secret.
    members: String,
}

/// What an event was recognised as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    ParsedBody,
    Envelope,
    ClearRequest,
    MessagesWebhook,
    MappingTemplate,
    ConsoleTest,
    Warmer,
    Schedule,
    EventBridge,
    Notification,
    Records,
    Edge,
    Authorizer,
    WebSocket,
    Lattice,
    NoMethod,
    Unknown,
}

/// What becomes of the invocation.
enum Outcome {
    /// Answered with this status.
    RenderedReply(u16),
    /// Failed, so that its source keeps what it delivered.
    Failed,
}

/// Names that AWS or Meta gives to members of events.
const NAMES: [&str; 22] = [
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

impl Other {
    /// JSON that is not an object.
    pub fn of_text() -> Self {
        Self { kind: Kind::Text, front: Front::HttpApi, members: String::new() }
    }

    /// A request without its body as it was sent.
    pub fn with_parsed_body(front: Front) -> Self {
        Self { kind: Kind::ParsedBody, front, members: String::new() }
    }

    /// An object without a method.
    pub fn of(event: &Members<'_>, context: &Members<'_>) -> Self {
        let known: Vec<_> = event.names().filter(|name| NAMES.contains(name)).collect();
        let others = event.names().count() - known.len();
        let members = match others {
            0 => known.join(", "),
            others => format!(
                "{}{}{others} others",
                known.join(", "),
                if known.is_empty() { "" } else { ", " }
            ),
        };
        Self { kind: Kind::of(event, context), front: Front::HttpApi, members }
    }

    /// One line, in place of a request's.
    pub fn log(&self, request_id: &str) {
        let status = match self.kind.outcome() {
            Outcome::RenderedReply(status) => Some(status),
            Outcome::Failed => None,
        };
        tracing::warn!(
            target: TARGET,
            requestId = request_id,
            status,
            cause = "not an HTTP request",
            event = self.kind.looks_like(),
            members = Some(&*self.members).filter(|names| !names.is_empty()),
            hint = self.kind.hint(),
        );
    }

    /// What the caller gets to read.
    pub fn answer(self) -> Result<Answer, Diagnostic> {
        let (event, hint) = (self.kind.looks_like(), self.kind.hint());
        let message = format!("not an HTTP request, but {event}: {hint}");
        match self.kind.outcome() {
            Outcome::Failed => {
                Err(Diagnostic { error_type: "NotAnHttpRequest".into(), error_message: message })
            }
            Outcome::RenderedReply(status) => {
                let mut response =
                    Response::new(Bytes::from(json!({ "message": message }).to_string()));
                *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
                let json = HeaderValue::from_static("application/json");
                response.headers_mut().insert(CONTENT_TYPE, json);
                Ok(self.front.answer(response))
            }
        }
    }
}

impl Kind {
    fn of(event: &Members<'_>, context: &Members<'_>) -> Self {
        let record = event.first("Records");
        let source = event.text("source").unwrap_or_default();
        match () {
            _ if event.has("encrypted_flow_data") => Self::Envelope,
            _ if event.has("entry") && event.has("object") => Self::MessagesWebhook,
            _ if event.has("body-json") && event.has("params") => Self::MappingTemplate,
            _ if record.has("cf") => Self::Edge,
            _ if record.is("EventSource", "aws:sns") || record.is("eventSource", "aws:s3") => {
                Self::Notification
            }
            _ if record.is("eventSource", "aws:ses") => Self::Notification,
            _ if event.has("awslogs") => Self::Notification,
            _ if event.has("Records") || event.has("eventSource") => Self::Records,
            _ if event.is("detail-type", "Scheduled Event") || source == "aws.scheduler" => {
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
            _ if context.has("serviceNetworkArn") || event.has("raw_path") => Self::Lattice,
            _ if event.has("requestContext") || event.has("httpMethod") => Self::NoMethod,
            _ if event.has("body") && (event.has("headers") || event.has("method")) => {
                Self::ParsedBody
            }
            _ if event.has("action") && (event.has("version") || event.has("flow_token")) => {
                Self::ClearRequest
            }
            _ if event.has("key1") || event.names().next().is_none() => Self::ConsoleTest,
            _ => Self::Unknown,
        }
    }

    fn looks_like(self) -> &'static str {
        match self {
            Self::Text => "JSON that is not an object",
            Self::ParsedBody => "an HTTP request whose body was parsed on its way",
            Self::Envelope => "the body of a request, without the request",
            Self::ClearRequest => "a request of a flow, in clear",
            Self::MessagesWebhook => "a webhook of messages, without its HTTP request",
            Self::MappingTemplate => "the output of a mapping template of API Gateway",
            Self::ConsoleTest => "a test event of the Lambda console",
            Self::Warmer => "a call of a warmer",
            Self::Schedule => "a schedule of EventBridge",
            Self::EventBridge => "an event of EventBridge",
            Self::Notification => "a notification of SNS, S3, SES or a log group",
            Self::Records => "records of a queue or a stream",
            Self::Edge => "an event of Lambda@Edge",
            Self::Authorizer => "a request to an authorizer of API Gateway",
            Self::WebSocket => "an event of a WebSocket API",
            Self::Lattice => "a request of VPC Lattice",
            Self::NoMethod => "an event of API Gateway without a method",
            Self::Unknown => "an unknown event",
        }
    }

    /// What to configure.
    fn hint(self) -> &'static str {
        match self {
            Self::ParsedBody | Self::Envelope | Self::MappingTemplate => {
                "the signature covers the body's bytes: use a Lambda proxy integration (AWS_PROXY), which passes \
                 them on, and no mapping template"
            }
            Self::ClearRequest => {
                "a request is sealed and signed; `flowctl seal` makes an event of it for a test, and `flowctl \
                 call` sends one to an address"
            }
            Self::MessagesWebhook => {
                "the webhook of messages is a program of its own at another address; configure that one in the \
                 Meta app"
            }
            Self::ConsoleTest | Self::Text => {
                "for a test take an event of an HTTP API; `flowctl seal` makes one that is sealed and signed"
            }
            Self::Warmer | Self::Schedule => {
                "remove the warmer or the schedule: the program starts in milliseconds and does nothing between \
                 requests"
            }
            Self::EventBridge | Self::Notification | Self::Records => {
                "remove this trigger from the function: it serves HTTP requests only"
            }
            Self::Edge => {
                "remove the function's association with the CloudFront distribution, and make an HTTP API its \
                 origin"
            }
            Self::Authorizer => {
                "remove the authorizer: Meta sends no credentials, the signature stands for them"
            }
            Self::WebSocket | Self::Lattice | Self::NoMethod | Self::Unknown => {
                "invoke the function through an HTTP API, a REST API with a Lambda proxy integration, a Function \
                 URL or an Application Load Balancer"
            }
        }
    }

    fn outcome(self) -> Outcome {
        match self {
            Self::Warmer | Self::Schedule | Self::EventBridge | Self::Notification => {
                Outcome::RenderedReply(200)
            }
            Self::Records => Outcome::Failed,
            Self::Text
            | Self::ParsedBody
            | Self::Envelope
            | Self::ClearRequest
            | Self::MessagesWebhook
            | Self::MappingTemplate
            | Self::ConsoleTest
            | Self::Edge
            | Self::Authorizer
            | Self::WebSocket
            | Self::Lattice
            | Self::NoMethod
            | Self::Unknown => Outcome::RenderedReply(400),
        }
    }
}

/// A load balancer's own request: not one of a client's, and not a fault.
pub(super) fn log_health_check(request_id: &str) {
    tracing::info!(
        target: TARGET,
        requestId = request_id,
        status = 200,
        event = "a health check of a load balancer",
    );
}
