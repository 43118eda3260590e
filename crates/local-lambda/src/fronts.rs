//! One request as each service in front of a Lambda function sends it, after AWS's own examples: *Working with AWS
//! Lambda proxy integrations for HTTP APIs*, *Invoking Lambda function URLs*, *Lambda proxy integrations in
//! API Gateway*, *Lambda functions as targets for Application Load Balancers*.

use serde_json::{Map, Value, json};

/// The name of each front, and its event for the request of an event with payload format 2.0.
///
/// # Panics
///
/// If `http_api` is not such an event, as [`http_api`](crate::event::http_api) returns it. So do the other functions.
pub fn all(http_api: &Value) -> [(&'static str, Value); 6] {
    [
        ("HTTP API, payload 2.0", http_api.clone()),
        ("Function URL", function_url(http_api)),
        ("HTTP API, payload 1.0", http_api_1_0(http_api)),
        ("REST API", rest_api(http_api)),
        ("load balancer", load_balancer(http_api, false)),
        ("load balancer, multi-value headers", load_balancer(http_api, true)),
    ]
}

/// The event of a Lambda function URL.
pub fn function_url(http_api: &Value) -> Value {
    let mut event = http_api.clone();
    let domain = "abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-west-1.on.aws";
    event["requestContext"]["apiId"] = "abcdefghijklmnopqrstuvwxyz012345".into();
    event["requestContext"]["domainName"] = domain.into();
    event["requestContext"]["accountId"] = "anonymous".into();
    event["requestContext"]["authentication"] = Value::Null;
    event
}

/// The event of a REST API.
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

/// The event of an HTTP API with payload format 1.0.
pub fn http_api_1_0(http_api: &Value) -> Value {
    let mut event = rest_api(http_api);
    event["version"] = "1.0".into();
    event["resource"] = "$default".into();
    event["pathParameters"] = Value::Null;
    event["requestContext"]["stage"] = "$default".into();
    event["requestContext"]["authorizer"] = Value::Null;
    event
}

/// The event of an Application Load Balancer, with or without multi-value headers.
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

/// The health check of an Application Load Balancer.
pub fn health_check(multi_value_headers: bool) -> Value {
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
