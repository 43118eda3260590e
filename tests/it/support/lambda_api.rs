//! A stand-in for the one call of the Lambda API that `flowctl doctor` makes.

use std::sync::{Arc, Mutex};

use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

pub const FUNCTION: &str = "arn:aws:lambda:eu-west-1:123456789012:function:flows-dev:live";
pub const ACCESS_KEY: &str = "AKIDEXAMPLEEXAMPLE00";
pub const SECRET_KEY: &str = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00";
pub const SESSION_TOKEN: &str = "SESSIONTOKENEXAMPLE0";
/// A value of the environment, which is nobody's business.
pub const FOREIGN: &str = "valueOfAnotherVariable";

/// The answer of Lambda: a status, the code of an error, and the configuration of the function.
#[derive(Clone)]
pub struct Lambda {
    pub status: u16,
    pub error: &'static str,
    pub configuration: Value,
}

/// Serves the one call of Lambda that the command makes, and returns the address.
pub async fn serve(lambda: Arc<Mutex<Lambda>>) -> String {
    let answer = move |uri: Uri, headers: HeaderMap| async move {
        let lambda = lambda.lock().unwrap().clone();
        lambda.answer(&uri, &headers)
    };
    let router = axum::Router::new().fallback(axum::routing::get(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

impl Lambda {
    /// A function on which all is well.
    pub fn sound() -> Self {
        let variables = json!({
            "FLOWS_SECRET_ID": FOREIGN, "FLOWS_COMMIT": "4f1c9a0", "FLOWS_TEMPLATE": template_number(),
        });
        let configuration = json!({
            "FunctionName": "flows-dev", "FunctionArn": FUNCTION, "State": "Active",
            "LastUpdateStatus": "Successful", "Environment": { "Variables": variables },
        });
        Self { status: 200, error: "", configuration }
    }

    fn answer(&self, uri: &Uri, headers: &HeaderMap) -> Response {
        let path = format!("/2015-03-31/functions/{}/configuration", FUNCTION.replace(':', "%3A"));
        let (status, error) = match (uri.path() == path, is_signed(headers)) {
            (_, false) => (403, "InvalidSignatureException"),
            (false, true) => (404, "ResourceNotFoundException"),
            (true, true) => (self.status, self.error),
        };
        let body = match status {
            200 => self.configuration.to_string(),
            _ => json!({ "Message": format!("{FUNCTION} {FOREIGN}") }).to_string(),
        };
        let status = StatusCode::from_u16(status).unwrap();
        (status, [("content-type", "application/json"), ("x-amzn-errortype", error)], body)
            .into_response()
    }
}

/// The number of this project's template.
fn template_number() -> String {
    let template = std::fs::read_to_string("template.yaml").unwrap();
    let mut lines = template.lines().map(str::trim);
    let number = lines.find_map(|line| line.strip_prefix("FLOWS_TEMPLATE: ")).unwrap();
    number.trim_matches('"').to_owned()
}

/// Returns whether a request has the parts of a Signature Version 4 for Lambda in the function's region.
fn is_signed(headers: &HeaderMap) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
    let now = header("x-amz-date");
    let day = now.split('T').next().unwrap();
    let scope = format!("Credential={ACCESS_KEY}/{day}/eu-west-1/lambda/aws4_request, ");
    let signed = "SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=";
    let parts = header("authorization").strip_prefix("AWS4-HMAC-SHA256 ");
    let signature =
        parts.and_then(|it| it.strip_prefix(&*scope)).and_then(|it| it.strip_prefix(signed));
    now.len() == "20261127T100000Z".len()
        && header("x-amz-security-token") == SESSION_TOKEN
        && signature.is_some_and(|it| it.len() == 64 && it.chars().all(|c| c.is_ascii_hexdigit()))
}
