//! Events of the AWS services that invoke a Lambda function for an HTTP request.
//!
//! The events follow AWS's examples for [HTTP APIs], [REST APIs], [function URLs] and [Application Load Balancers].
//!
//! [HTTP APIs]: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
//! [REST APIs]: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
//! [function URLs]: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
//! [Application Load Balancers]: https://docs.aws.amazon.com/lambda/latest/dg/services-alb.html

use std::time::{SystemTime, UNIX_EPOCH};

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Map, Value, json};

/// Returns the event of an API Gateway HTTP API (payload format 2.0).
///
/// As in API Gateway, header names are lower case, repeated headers are joined with a comma, and a body that is not
/// UTF-8 is base64-encoded.
pub fn http_api<'a>(
    method: &str,
    path: &str,
    headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    body: &[u8],
) -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let text = std::str::from_utf8(body).ok();
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": join_headers(headers),
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "local",
            "domainName": "localhost",
            "domainPrefix": "localhost",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "local-lambda",
            },
            "requestId": "local",
            "routeKey": "$default",
            "stage": "$default",
            "timeEpoch": now.as_millis() as u64,
        },
        "body": text.map_or_else(|| BASE64_STANDARD.encode(body), str::to_owned),
        "isBase64Encoded": text.is_none(),
    })
}

/// Returns the same request as the event of each source, with the name of the source.
///
/// # Panics
///
/// Panics if `http_api` is not an event that [`http_api`] returned. The other conversions do the same.
pub fn all_sources(http_api: &Value) -> [(&'static str, Value); 6] {
    [
        ("HTTP API, payload 2.0", http_api.clone()),
        ("Function URL", function_url(http_api)),
        ("HTTP API, payload 1.0", http_api_v1(http_api)),
        ("REST API", rest_api(http_api)),
        ("load balancer", load_balancer(http_api, false)),
        ("load balancer, multi-value headers", load_balancer(http_api, true)),
    ]
}

/// Converts an HTTP API event to that of a Lambda function URL.
pub fn function_url(http_api: &Value) -> Value {
    let mut event = http_api.clone();
    let domain = "abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-west-1.on.aws";
    event["requestContext"]["apiId"] = "abcdefghijklmnopqrstuvwxyz012345".into();
    event["requestContext"]["domainName"] = domain.into();
    event["requestContext"]["accountId"] = "anonymous".into();
    event["requestContext"]["authentication"] = Value::Null;
    event
}

/// Converts an HTTP API event to that of a REST API.
pub fn rest_api(http_api: &Value) -> Value {
    let (single, multi) = headers(http_api);
    json!({
        "resource": "/{proxy+}", "path": http_api["rawPath"], "httpMethod": method(http_api),
        "headers": single, "multiValueHeaders": multi,
        "queryStringParameters": null, "multiValueQueryStringParameters": null,
        "pathParameters": { "proxy": "basic" }, "stageVariables": null,
        "requestContext": {
            "accountId": "123456789012", "apiId": "local", "httpMethod": method(http_api),
            "path": format!("/prod{}", http_api["rawPath"].as_str().unwrap()), "protocol": "HTTP/1.1",
            "requestId": "r", "resourceId": "x", "resourcePath": "/{proxy+}", "stage": "prod",
            "requestTime": "26/Nov/2026:14:00:00 +0000", "requestTimeEpoch": 1_795_701_600_000_u64,
            "identity": { "sourceIp": "127.0.0.1", "userAgent": "tests", "caller": null, "user": null },
        },
        "body": http_api["body"], "isBase64Encoded": http_api["isBase64Encoded"],
    })
}

/// Converts an HTTP API event to payload format 1.0.
pub fn http_api_v1(http_api: &Value) -> Value {
    let mut event = rest_api(http_api);
    event["version"] = "1.0".into();
    event["resource"] = "$default".into();
    event["pathParameters"] = Value::Null;
    event["requestContext"]["stage"] = "$default".into();
    event["requestContext"]["authorizer"] = Value::Null;
    event
}

/// Converts an HTTP API event to that of an Application Load Balancer, with or without multi-value headers.
pub fn load_balancer(http_api: &Value, multi_value_headers: bool) -> Value {
    let (single, multi) = headers(http_api);
    let group =
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/flows/0123456789abcdef";
    let (headers, query) = match multi_value_headers {
        true => (("multiValueHeaders", multi), "multiValueQueryStringParameters"),
        false => (("headers", single), "queryStringParameters"),
    };
    let mut event = json!({
        "requestContext": { "elb": { "targetGroupArn": group } },
        "httpMethod": method(http_api), "path": http_api["rawPath"],
        "body": http_api["body"], "isBase64Encoded": http_api["isBase64Encoded"],
    });
    event[headers.0] = headers.1;
    event[query] = json!({});
    event
}

/// Returns the health check of an Application Load Balancer.
pub fn load_balancer_health_check(multi_value_headers: bool) -> Value {
    let request = json!({
        "rawPath": "/", "headers": { "user-agent": "ELB-HealthChecker/2.0" },
        "requestContext": { "http": { "method": "GET" } }, "body": "", "isBase64Encoded": false,
    });
    load_balancer(&request, multi_value_headers)
}

fn method(http_api: &Value) -> &Value {
    &http_api["requestContext"]["http"]["method"]
}

fn headers(http_api: &Value) -> (Value, Value) {
    let headers = http_api["headers"].as_object().unwrap();
    let multi: Map<String, Value> =
        headers.iter().map(|(name, value)| (name.clone(), json!([value]))).collect();
    (http_api["headers"].clone(), multi.into())
}

fn join_headers<'a>(headers: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Map<String, Value> {
    let mut joined = Map::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value);
        match joined.get_mut(&name.to_lowercase()) {
            Some(Value::String(before)) => *before += &format!(",{value}"),
            _ => drop(joined.insert(name.to_lowercase(), value.into())),
        }
    }
    joined
}
