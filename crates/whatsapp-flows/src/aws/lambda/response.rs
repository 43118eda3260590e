//! The conversion of an HTTP response to the format of the event's source.

use bytes::Bytes;
use http::Response;
use lambda_http::Body;
use lambda_http::aws_lambda_events::alb::AlbTargetGroupResponse;
use lambda_http::aws_lambda_events::apigw::{ApiGatewayProxyResponse, ApiGatewayV2httpResponse};

/// The service that sent an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EventSource {
    /// An HTTP API or a Function URL, with payload 2.0.
    HttpApi,
    /// A REST API, or an HTTP API with payload 1.0.
    RestApi,
    /// An Application Load Balancer. If it sends multi-value headers, it ignores single-value headers in the response.
    LoadBalancer { multi_value_headers: bool },
}

/// A response in the format of the event's source. With an unknown member, a REST API would return 502.
#[derive(Debug, serde::Serialize)]
#[serde(untagged)]
pub(super) enum LambdaResponse {
    HttpApi(ApiGatewayV2httpResponse),
    RestApi(ApiGatewayProxyResponse),
    LoadBalancer(AlbTargetGroupResponse),
}

impl EventSource {
    /// Converts a response to the format of this source.
    pub fn convert(self, response: Response<Bytes>) -> LambdaResponse {
        let status = response.status();
        let status_code = status.as_u16().into();
        let (parts, body) = response.into_parts();
        match self {
            Self::HttpApi => {
                let mut output = ApiGatewayV2httpResponse::default();
                output.status_code = status_code;
                output.headers = parts.headers;
                output.body = Some(text(&body));
                LambdaResponse::HttpApi(output)
            }
            Self::RestApi => {
                let mut output = ApiGatewayProxyResponse::default();
                output.status_code = status_code;
                output.headers = parts.headers;
                output.body = Some(text(&body));
                LambdaResponse::RestApi(output)
            }
            Self::LoadBalancer { multi_value_headers } => {
                let mut output = AlbTargetGroupResponse::default();
                output.status_code = status_code;
                output.status_description =
                    Some(format!("{} {}", status.as_u16(), reason_phrase(status)));
                match multi_value_headers {
                    true => output.multi_value_headers = parts.headers,
                    false => output.headers = parts.headers,
                }
                output.body = Some(text(&body));
                LambdaResponse::LoadBalancer(output)
            }
        }
    }
}

/// Returns the reason phrase of a status. Those that Meta defines have no standard phrase.
fn reason_phrase(status: http::StatusCode) -> &'static str {
    match status.as_u16() {
        427 => "Flow Token Invalid",
        432 => "Signature Invalid",
        _ => status.canonical_reason().unwrap_or("Other"),
    }
}

/// Converts a body to text. All bodies are ASCII, and `isBase64Encoded` stays false: otherwise AWS would decode the
/// base64 of the encrypted reply.
fn text(body: &Bytes) -> Body {
    Body::Text(String::from_utf8_lossy(body).into_owned())
}
