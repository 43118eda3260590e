//! The Lambda adapter: API Gateway events in, responses out.
//!
//! HTTP API and Function URL send payload 2.0; REST APIs send 1.0 (feature `rest`). The event types
//! are `lambda_http`'s; the step from them to a request is ours, because its own panics on a body
//! that is not base64 and on a strange `x-forwarded-proto`, and folds a doubled header into one.

use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, Uri};
use lambda_http::Body;
#[cfg(feature = "rest")]
use lambda_http::aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayProxyResponse};
use lambda_http::aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use lambda_runtime::{LambdaEvent, service_fn};

use crate::endpoint::Endpoint;
use crate::log_line::RequestId;

/// Serves the endpoint until Lambda stops the process.
///
/// # Errors
///
/// When Lambda's Runtime API (`AWS_LAMBDA_RUNTIME_API`) is not there.
pub async fn run(endpoint: Endpoint) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let endpoint = &endpoint;
    lambda_runtime::run(service_fn(|event: LambdaEvent<Event>| async move {
        let answer = event.payload.dialect();
        let mut request = event.payload.into_request();
        request.extensions_mut().insert(RequestId(event.context.request_id));
        Ok::<_, std::convert::Infallible>(answer(endpoint.handle(request).await))
    }))
    .await
}

/// An event as API Gateway or a Function URL sends it.
#[derive(serde::Deserialize)]
#[serde(untagged)]
pub(crate) enum Event {
    /// Only payload 1.0 has `httpMethod` at the top.
    #[cfg(feature = "rest")]
    Rest(Box<ApiGatewayProxyRequest>),
    Http(Box<ApiGatewayV2httpRequest>),
}

/// The request in an event's JSON, whatever it holds; `None` if it is no event of API Gateway's.
pub fn request_in(event: &[u8]) -> Option<Request<Bytes>> {
    serde_json::from_slice::<Event>(event).ok().map(Event::into_request)
}

/// An answer in the dialect of the event: unknown members make a REST API answer 502.
#[derive(serde::Serialize)]
#[serde(untagged)]
pub(crate) enum Answer {
    #[cfg(feature = "rest")]
    Rest(ApiGatewayProxyResponse),
    Http(ApiGatewayV2httpResponse),
}

impl Event {
    /// What puts a response into the words of whoever sent this event.
    pub(crate) fn dialect(&self) -> fn(Response<Bytes>) -> Answer {
        match self {
            #[cfg(feature = "rest")]
            Self::Rest(_) => |response| {
                let mut answer = ApiGatewayProxyResponse::default();
                answer.status_code = response.status().as_u16().into();
                answer.body = Some(text(response.body()));
                answer.headers = response.into_parts().0.headers;
                Answer::Rest(answer)
            },
            Self::Http(_) => |response| {
                let mut answer = ApiGatewayV2httpResponse::default();
                answer.status_code = response.status().as_u16().into();
                answer.body = Some(text(response.body()));
                answer.headers = response.into_parts().0.headers;
                Answer::Http(answer)
            },
        }
    }

    pub(crate) fn into_request(self) -> Request<Bytes> {
        match self {
            #[cfg(feature = "rest")]
            Self::Rest(event) => {
                let mut headers = event.multi_value_headers;
                for name in event.headers.keys() {
                    // Asked once a name: its own values are in there after the first.
                    if !headers.contains_key(name) {
                        for value in event.headers.get_all(name) {
                            headers.append(name, value.clone());
                        }
                    }
                }
                let body = bytes(event.body, event.is_base64_encoded);
                request(event.http_method, event.path, headers, body)
            }
            Self::Http(event) => {
                let body = bytes(event.body, event.is_base64_encoded);
                request(event.request_context.http.method, event.raw_path, event.headers, body)
            }
        }
    }
}

fn request(
    method: Method,
    path: Option<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Request<Bytes> {
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.headers_mut() = headers;
    // No flow is served on `*`, so a path that is none ends as any unknown one.
    *request.uri_mut() =
        path.and_then(|path| path.parse().ok()).unwrap_or_else(|| Uri::from_static("*"));
    request
}

/// A body that claims to be base64 and is not is taken as it stands: no signature fits it.
fn bytes(body: Option<String>, is_base64_encoded: bool) -> Bytes {
    let body = body.unwrap_or_default();
    if is_base64_encoded && let Ok(decoded) = BASE64_STANDARD.decode(&body) {
        return decoded.into();
    }
    body.into()
}

/// Every body of ours is ASCII, and `isBase64Encoded` stays false: true would make AWS decode our
/// base64 into binary.
fn text(body: &Bytes) -> Body {
    Body::Text(String::from_utf8_lossy(body).into_owned())
}
