//! Lambda events: the raw body and every value of the signature header reach the endpoint, in both payload formats. A
//! failing case is minimized and printed; add a test for it.

use crate::support::properties;
use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use http::{Method, Request};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};
use whatsapp_flows::aws::lambda::request_from_event;
use whatsapp_flows::protocol::signature::HEADER;

/// No gateway sends a list there. If one did, two signatures must not look like one.
#[test]
fn two_header_values_in_payload_1_0_stay_two() {
    let mut event = rest_api();
    event["multiValueHeaders"] = Value::Null;
    event["headers"] = json!({ HEADER: ["sha256=a", "sha256=b"], "Accept": "*/*" });
    let request = request_from_event(event.to_string().as_bytes()).unwrap();
    assert_eq!(values(&request, HEADER), ["sha256=a", "sha256=b"]);
}

/// A flow at `/` is also served on a named stage. An empty path is the root.
#[test]
fn the_stage_is_removed_from_the_path() {
    for (path, stage, expected) in [
        ("/prod/basic", "prod", "/basic"),
        ("/prod", "prod", "/"),
        ("/prod/", "prod", "/"),
        ("", "prod", "/"),
        ("", "$default", "/"),
        ("/prodigy/basic", "prod", "/prodigy/basic"),
        ("/basic/prod", "prod", "/basic/prod"),
        ("/$default/basic", "$default", "/$default/basic"),
    ] {
        for (mut event, member) in [(http_api(), "rawPath"), (rest_api(), "path")] {
            event[member] = path.into();
            event["requestContext"]["stage"] = stage.into();
            let request = request_from_event(event.to_string().as_bytes()).unwrap();
            assert_eq!(request.uri().path(), expected, "{member} {path:?} of stage {stage}");
        }
    }
}

#[test]
fn deep_json_does_not_panic_the_adapter() {
    let deep =
        |start: &str, end: &str| format!("{}1{}", start.repeat(200_000), end.repeat(200_000));
    let lists = deep("[", "]");
    assert!(request_from_event(lists.as_bytes()).is_none());
    assert!(request_from_event(deep("{\"headers\":", "}").as_bytes()).is_none());
    for member in ["headers", "requestContext", "stageVariables", "Records"] {
        let mut event = rest_api();
        event.as_object_mut().unwrap().remove(member);
        let event = event.to_string().replacen('{', &format!("{{\"{member}\":{lists},"), 1);
        assert!(request_from_event(event.as_bytes()).is_some(), "{member}");
    }
}

properties! { 5000:
    fn no_bytes_panic_the_adapter(event in vec(any::<u8>(), 0..200)) {
        prop_assert!(request_from_event(&event).is_none());
    }
}

properties! { 5000:
    fn no_json_panics_the_adapter(event in any_json(), member in select(&MEMBERS[..])) {
        let _ = request_from_event(event.to_string().as_bytes());
        for whole in [http_api(), rest_api()] {
            let mut changed = whole.clone();
            changed[member] = event.clone();
            // If the event is accepted, the request has its body.
            if let Some(request) = request_from_event(changed.to_string().as_bytes()) {
                let named = changed["body"].as_str().unwrap_or_default();
                let decoded = BASE64_STANDARD.decode(named).unwrap_or(named.into());
                let base64 = changed["isBase64Encoded"] == true;
                let expected = if base64 { decoded } else { named.into() };
                prop_assert_eq!(request.into_body(), expected);
            }
        }
    }
}

properties! { 2000:
    fn payload_2_0_keeps_the_body(
        (method, path) in (a_method(), "/[a-z_/-]{0,20}"),
        headers in btree_map(a_name(), "[!-~]([ -~]{0,30}[!-~])?", 0..6),
        signature in prop::option::of("sha256=[0-9a-f]{0,64}(,sha256=[0-9a-f]{64})?"),
        name in any_case(HEADER),
        (body, base64) in a_body(),
        query in "[a-z=&]{0,9}",
    ) {
        let mut event = http_api();
        event["rawPath"] = path.as_str().into();
        event["rawQueryString"] = query.into();
        event["requestContext"]["http"]["method"] = method.as_str().into();
        let mut all: Map<String, Value> =
            headers.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        all.extend(signature.iter().map(|value| (name.clone(), value.as_str().into())));
        event["headers"] = all.into();
        written(&mut event, &body, base64);
        let request = request_from_event(event.to_string().as_bytes()).unwrap();
        prop_assert_eq!(request.method(), &method);
        prop_assert_eq!(request.uri().path(), path);
        prop_assert_eq!(values(&request, HEADER), Vec::from_iter(signature));
        for (name, value) in headers {
            prop_assert_eq!(values(&request, &name), vec![value]);
        }
        prop_assert_eq!(request.into_body(), body);
    }
}

properties! { 2000:
    fn payload_1_0_and_load_balancers_keep_body_and_header_values(
        (method, path) in (a_method(), "/[a-z_/-]{0,20}"),
        others in btree_map(a_name(), vec("[!-~]([ -~]{0,30}[!-~])?", 1..4), 0..6),
        signatures in vec("sha256=[0-9a-f]{0,64}", 0..4),
        names in vec(any_case(HEADER), 4),
        (body, base64) in a_body(),
        (multi, load_balancer) in any::<(bool, bool)>(),
    ) {
        let mut event = rest_api();
        if load_balancer {
            event["requestContext"] = json!({ "elb": { "targetGroupArn": "arn:aws:elasticloadbalancing" } });
        }
        event["path"] = path.as_str().into();
        event["httpMethod"] = method.as_str().into();
        // The gateway keeps the sender's case, and the last value of each in `headers`.
        let mut headers = Map::new();
        let mut multi_value_headers = Map::new();
        let spelled = names.iter().zip(&signatures).map(|(name, value)| (name, vec![value.clone()]));
        for (name, values) in others.iter().map(|(name, values)| (name, values.clone())).chain(spelled) {
            headers.insert(name.clone(), values[values.len() - 1].clone().into());
            let all = multi_value_headers.entry(name.clone()).or_insert(json!([]));
            all.as_array_mut().unwrap().extend(values.into_iter().map(Value::from));
        }
        // A GET without headers is the health check of a load balancer.
        headers.insert("Content-Length".into(), "0".into());
        multi_value_headers.insert("Content-Length".into(), json!(["0"]));
        // A load balancer sends one of the two.
        event["headers"] = if multi && load_balancer { Value::Null } else { headers.into() };
        event["multiValueHeaders"] = if multi { multi_value_headers.into() } else { Value::Null };
        written(&mut event, &body, base64);
        let request = request_from_event(event.to_string().as_bytes()).unwrap();
        prop_assert_eq!(request.method(), &method);
        prop_assert_eq!(request.uri().path(), path);
        if multi {
            let mut arrived = values(&request, HEADER);
            let mut sent = signatures;
            arrived.sort();
            sent.sort();
            prop_assert_eq!(arrived, sent);
            for (name, sent) in others {
                prop_assert_eq!(values(&request, &name), sent);
            }
        } else if let Some(arrived) = values(&request, HEADER).first() {
            prop_assert!(signatures.contains(arrived));
        } else {
            prop_assert!(signatures.is_empty());
        }
        prop_assert_eq!(request.into_body(), body);
    }
}

properties! { 500:
    fn a_body_wrongly_marked_as_base64_is_used_unchanged(text in any::<String>()) {
        prop_assume!(BASE64_STANDARD.decode(&text).is_err());
        for mut event in [http_api(), rest_api()] {
            event["body"] = text.as_str().into();
            event["isBase64Encoded"] = true.into();
            let request = request_from_event(event.to_string().as_bytes()).unwrap();
            prop_assert_eq!(request.into_body(), text.as_bytes());
        }
    }
}

const MEMBERS: [&str; 13] = [
    "version",
    "rawPath",
    "path",
    "rawQueryString",
    "cookies",
    "headers",
    "multiValueHeaders",
    "httpMethod",
    "queryStringParameters",
    "stageVariables",
    "requestContext",
    "body",
    "isBase64Encoded",
];

fn http_api() -> Value {
    json!({
        "version": "2.0", "routeKey": "$default", "rawPath": "/basic", "rawQueryString": "",
        "headers": { "content-type": "application/json" },
        "requestContext": {
            "accountId": "123456789012", "apiId": "local", "stage": "$default", "requestId": "r",
            "http": {
                "method": "POST", "path": "/basic", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1",
                "userAgent": "tests",
            },
        },
        "body": "{}", "isBase64Encoded": false,
    })
}

fn rest_api() -> Value {
    json!({
        "resource": "/{proxy+}", "path": "/basic", "httpMethod": "POST",
        "headers": { "Content-Type": "application/json" },
        "multiValueHeaders": { "Content-Type": ["application/json"] },
        "queryStringParameters": null, "multiValueQueryStringParameters": null,
        "pathParameters": { "proxy": "basic" }, "stageVariables": null,
        "requestContext": {
            "accountId": "123456789012", "apiId": "local", "httpMethod": "POST",
            "path": "/prod/basic", "protocol": "HTTP/1.1", "requestId": "r", "stage": "prod",
            "identity": { "sourceIp": "127.0.0.1" },
        },
        "body": "{}", "isBase64Encoded": false,
    })
}

fn written(event: &mut Value, body: &[u8], base64: bool) {
    event["isBase64Encoded"] = base64.into();
    event["body"] = match str::from_utf8(body) {
        Ok("") => Value::Null,
        Ok(text) if !base64 => text.into(),
        _ => BASE64_STANDARD.encode(body).into(),
    };
}

fn values(request: &Request<Bytes>, name: &str) -> Vec<String> {
    let values = request.headers().get_all(name).iter();
    values.map(|value| String::from_utf8(value.as_bytes().to_vec()).unwrap()).collect()
}

/// A body, and whether it is sent as base64. Bytes always are.
fn a_body() -> impl Strategy<Value = (Vec<u8>, bool)> {
    prop_oneof![
        vec(any::<u8>(), 0..100).prop_map(|body| (body, true)),
        (any::<String>(), any::<bool>()).prop_map(|(text, base64)| (text.into_bytes(), base64)),
    ]
}

fn a_method() -> impl Strategy<Value = Method> {
    select(&[Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS][..])
}

/// The name of another header, in lower case.
fn a_name() -> impl Strategy<Value = String> {
    "z-[a-z0-9-]{1,12}"
}

fn any_case(name: &'static str) -> impl Strategy<Value = String> {
    any::<u32>().prop_map(move |upper| {
        let cased = name
            .chars()
            .enumerate()
            .map(|(at, c)| if upper >> (at % 32) & 1 == 1 { c.to_ascii_uppercase() } else { c });
        cased.collect()
    })
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        select(&["/basic", "POST", "e30=", "2.0", "http:", "*"][..]).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        let name = prop_oneof![any::<String>(), select(&MEMBERS[..]).prop_map(str::to_owned)];
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((name, inner), 0..6).prop_map(|members| members.into_iter().collect()),
        ]
    })
}
