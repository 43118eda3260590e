//! API Gateway's HTTP API event (payload format 2.0), as AWS documents it in *Working with AWS Lambda
//! proxy integrations for HTTP APIs*.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Map, Value, json};

/// Puts an event together. Header names are lower case and doubled headers joined by a comma, as the
/// gateway has them; a body that is not text goes as base64.
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
        "headers": joined(headers),
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
                "userAgent": "flowctl",
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

fn joined<'a>(headers: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Map<String, Value> {
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
