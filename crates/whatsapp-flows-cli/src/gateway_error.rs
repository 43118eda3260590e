//! Who answered instead of the endpoint: a gateway, a CDN or a tunnel in front of it.
//!
//! The endpoint's own errors have an empty body, or a sealed one; never JSON and never a page. Nor does it
//! answer 403 or 429.

use serde_json::Value;

use super::call::Response;

/// What answered in place of the endpoint, and what to look at; `None` if the endpoint did.
pub fn explain(response: &Response) -> Option<&'static str> {
    if response.reply.is_ok() {
        return None;
    }
    match response.status {
        300..=399 => Some(
            "the address redirects, and WhatsApp does not follow; give the flow the final address",
        ),
        403 if is_cloudfront(response) => Some(
            "CloudFront answered, the endpoint was not asked. An origin access control (OAC) cannot stand in \
             front of a flow: it signs a POST only with the hash of the body in a header, which Meta does not \
             send. Or the distribution does not allow POST",
        ),
        // Cloudflare's own; 530 is a tunnel without a program at its end.
        _ if is_page(response) || (520..=530).contains(&response.status) => Some(
            "a tunnel or a proxy answered with a page, the endpoint was not asked: is the program running, on \
             the port that the tunnel forwards to? The address may belong to a tunnel that has ended",
        ),
        403 if is_function_url(response) => Some(
            "the Function URL refused, the endpoint was not asked. It needs auth type NONE and two permissions \
             for everyone (principal *): lambda:InvokeFunctionUrl and lambda:InvokeFunction",
        ),
        403 => Some(
            "the gateway refused, the endpoint was not asked: look for an authorizer, an API key, a resource \
             policy, a WAF rule, or a path or stage that it does not have",
        ),
        404 if has_message(response) => Some(
            "the gateway has no route for this path and POST, the endpoint was not asked: look at its routes \
             and at the stage in the address",
        ),
        429 => Some(
            "the gateway throttled, the endpoint was not asked: raise the throttling limits of its stage, or \
             the function's concurrency",
        ),
        502 => Some(
            "the function failed, or answered what the gateway cannot use: its log says which, or shows that \
             the program does not start",
        ),
        503 | 504 => Some("the gateway had no answer in time: look into the log of the function"),
        500 if has_message(response) => Some(
            "the gateway could not invoke the function, or the function failed: look into its log, and at the \
             permission of the gateway to invoke it",
        ),
        _ if has_message(response) => Some("the gateway answered, the endpoint was not asked"),
        _ => None,
    }
}

/// An edge-optimised REST API has CloudFront's headers too, and its own.
fn is_cloudfront(response: &Response) -> bool {
    let passed = response.headers.contains_key("x-amz-cf-id")
        || header(response, "via").contains("CloudFront");
    let rest_api = ["x-amz-apigw-id", "apigw-requestid"]
        .iter()
        .any(|name| response.headers.contains_key(*name));
    passed && !rest_api
}

/// A resource policy of API Gateway's has the same type of error, and names `execute-api`.
fn is_function_url(response: &Response) -> bool {
    header(response, "x-amzn-errortype").starts_with("AccessDeniedException")
        && !response.body.contains("execute-api")
}

fn is_page(response: &Response) -> bool {
    let start = response.body.trim_start();
    header(response, "content-type").starts_with("text/html") && start.starts_with('<')
        || start.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"))
        || start.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("<html"))
        || response.headers.contains_key("ngrok-error-code")
}

/// AWS's gateways: `{"message": …}`, Function URLs `{"Message": …}`.
fn has_message(response: &Response) -> bool {
    let body: Option<Value> = serde_json::from_str(&response.body).ok();
    body.is_some_and(|body| body["message"].is_string() || body["Message"].is_string())
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
