//! A response in the words of whoever sent the event.

use bytes::Bytes;
use http::Response;
use lambda_http::Body;
use lambda_http::aws_lambda_events::alb::AlbTargetGroupResponse;
use lambda_http::aws_lambda_events::apigw::{ApiGatewayProxyResponse, ApiGatewayV2httpResponse};

/// What stands in front of the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Front {
    /// An HTTP API or a Function URL: payload 2.0.
    HttpApi,
    /// A REST API, or an HTTP API with payload 1.0.
    RestApi,
    /// An Application Load Balancer. With multi-value headers it reads only those of the answer.
    LoadBalancer { multi_value_headers: bool },
}

/// An answer as the front expects it: a member too many makes a REST API answer 502.
#[derive(Debug, serde::Serialize)]
#[serde(untagged)]
pub(super) enum Answer {
    HttpApi(ApiGatewayV2httpResponse),
    RestApi(ApiGatewayProxyResponse),
    LoadBalancer(AlbTargetGroupResponse),
}

impl Front {
    pub fn answer(self, response: Response<Bytes>) -> Answer {
        let status = response.status();
        let status_code = status.as_u16().into();
        let (parts, body) = response.into_parts();
        match self {
            Self::HttpApi => {
                let mut answer = ApiGatewayV2httpResponse::default();
                answer.status_code = status_code;
                answer.headers = parts.headers;
                answer.body = Some(text(&body));
                Answer::HttpApi(answer)
            }
            Self::RestApi => {
                let mut answer = ApiGatewayProxyResponse::default();
                answer.status_code = status_code;
                answer.headers = parts.headers;
                answer.body = Some(text(&body));
                Answer::RestApi(answer)
            }
            Self::LoadBalancer { multi_value_headers } => {
                let mut answer = AlbTargetGroupResponse::default();
                answer.status_code = status_code;
                answer.status_description = Some(format!("{} {}", status.as_u16(), reason(status)));
                match multi_value_headers {
                    true => answer.multi_value_headers = parts.headers,
                    false => answer.headers = parts.headers,
                }
                answer.body = Some(text(&body));
                Answer::LoadBalancer(answer)
            }
        }
    }
}

/// Meta's own statuses have no reason phrase of the standard's.
fn reason(status: http::StatusCode) -> &'static str {
    match status.as_u16() {
        427 => "Flow Token Invalid",
        432 => "Signature Invalid",
        _ => status.canonical_reason().unwrap_or("Other"),
    }
}

/// Every body of ours is ASCII, and `isBase64Encoded` stays false: true would make AWS decode our
/// base64 into binary.
fn text(body: &Bytes) -> Body {
    Body::Text(String::from_utf8_lossy(body).into_owned())
}
