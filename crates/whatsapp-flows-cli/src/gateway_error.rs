//! Errors of a gateway, a CDN or a tunnel in front of the endpoint, and of the framework or the language below it.
//!
//! The endpoint's own errors have an empty or an encrypted body, never JSON or HTML. It never returns 403 or 429.

use serde_json::Value;

use super::http_client::Response;

/// Explains a response that does not come from the endpoint, with what to do. Returns `None` if it does.
pub fn explain(response: &Response) -> Option<&'static str> {
    if response.reply.is_ok() || response.is_encrypted() {
        return None;
    }
    match response.status {
        300..=399 => {
            Some("the URL redirects, and WhatsApp does not follow redirects; use the final URL")
        }
        403 if is_cloudfront(response) => Some(
            "CloudFront rejected the request before it reached the endpoint; remove the origin access \
             control (OAC), which requires a hash of the body in a header that Meta does not send, and allow POST \
             in the distribution",
        ),
        _ if is_php_error(response) => Some(PHP_ERROR),
        _ if is_csrf_error(response) => Some(
            "the framework requires a CSRF token, which Meta does not send; exempt this path (Django: @csrf_exempt; \
             Laravel: a route in routes/api.php)",
        ),
        // 520 to 530 are statuses of Cloudflare; 530 is a tunnel without a program.
        _ if is_page(response) || (520..=530).contains(&response.status) => Some(
            "a tunnel or a proxy responded instead of the endpoint; check that the program runs on the port that \
             the tunnel forwards to, and that the tunnel still exists",
        ),
        403 if is_function_url(response) => Some(
            "the function URL rejected the request before it reached the endpoint; set its auth type \
             to NONE, and allow everyone (principal *) lambda:InvokeFunctionUrl and lambda:InvokeFunction",
        ),
        403 => Some(
            "the gateway rejected the request before it reached the endpoint; look for an authorizer, \
             an API key, a resource policy, a WAF rule, or a path or stage that does not exist",
        ),
        404 if has_message(response) => Some(
            "the gateway has no route for POST on this path; check its routes, and the stage in the URL",
        ),
        429 => Some(
            "the gateway throttled the request; raise the throttling limits of the stage, or the concurrency of \
             the function",
        ),
        502 => {
            Some("the function failed, did not start, or returned an invalid response; see its log")
        }
        503 | 504 => Some("the function did not respond in time; see its log"),
        500 if has_message(response) => Some(
            "the gateway could not invoke the function, or the function failed; see its log, and check that the \
             gateway may invoke it",
        ),
        _ if has_message(response) => {
            Some("the gateway responded instead of the endpoint; see the access log of its stage")
        }
        _ => None,
    }
}

/// An edge-optimized REST API sends CloudFront's headers too, in addition to its own.
fn is_cloudfront(response: &Response) -> bool {
    let passed = response.headers.contains_key("x-amz-cf-id")
        || header(response, "via").contains("CloudFront");
    let rest_api = ["x-amz-apigw-id", "apigw-requestid"]
        .iter()
        .any(|name| response.headers.contains_key(*name));
    passed && !rest_api
}

/// A resource policy of API Gateway returns the same error type, with `execute-api` in the message.
fn is_function_url(response: &Response) -> bool {
    header(response, "x-amzn-errortype").starts_with("AccessDeniedException")
        && !response.body.contains("execute-api")
}

/// Returns true if PHP printed why it ended. With `display_errors` it does so with the status 200.
pub fn is_php_error(response: &Response) -> bool {
    ["Fatal error", "Parse error"].iter().any(|kind| {
        response.body.contains(&format!("<b>{kind}</b>:"))
            || response.body.starts_with(&format!("PHP {kind}:"))
            || response.body.trim_start().starts_with(&format!("{kind}: "))
    })
}

/// Django answers 403 with a page, and Laravel 419, which is a status of its own.
fn is_csrf_error(response: &Response) -> bool {
    response.status == 419 || response.status == 403 && response.body.contains("CSRF")
}

fn is_page(response: &Response) -> bool {
    let start = response.body.trim_start();
    header(response, "content-type").starts_with("text/html") && start.starts_with('<')
        || start.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"))
        || start.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("<html"))
        || response.headers.contains_key("ngrok-error-code")
}

/// API Gateway returns `{"message": …}`, and function URLs return `{"Message": …}`.
fn has_message(response: &Response) -> bool {
    let body: Option<Value> = serde_json::from_str(&response.body).ok();
    body.is_some_and(|body| body["message"].is_string() || body["Message"].is_string())
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

const PHP_ERROR: &str = "PHP ended with an error and printed it; see the log of PHP, catch every exception, and set \
    display_errors to 0";
