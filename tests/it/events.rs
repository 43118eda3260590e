//! The real program, invoked by every event source: the sources that it serves, and the response and log line for every
//! other event.

use crate::support::program::{LocalEndpoint, events_secret, ping_event, sealed_event};
use local_lambda::event;
use serde_json::{Value, json};
use whatsapp_flows::protocol::signature::HEADER;

#[tokio::test]
async fn every_event_source_gets_a_response_in_its_own_form() {
    let running = LocalEndpoint::with_events_secret("sources").await;
    let init = json!({ "action": "INIT", "flow_token": "sources" });
    let (http_api, opener) = sealed_event(&events_secret(), "/appointment", &init);
    for (name, event) in event::all_sources(&http_api) {
        let answer = running.lambda.invoke(&event).await.unwrap();
        assert_eq!(answer["statusCode"], 200, "{name}: {answer}");
        assert_eq!(answer["isBase64Encoded"], false, "{name}");
        let opened = opener.open(answer["body"].as_str().unwrap().as_bytes()).unwrap();
        assert_eq!(opened["screen"], "APPOINTMENT", "{name}: the same body gets the same reply");
        for member in answer.as_object().unwrap().keys() {
            assert!(allowed_members(name).contains(&member.as_str()), "{name}: {member}");
        }
        match name {
            "load balancer, multi-value headers" => {
                assert_eq!(answer["multiValueHeaders"], json!({ "content-type": ["text/plain"] }));
            }
            _ => assert_eq!(answer["headers"]["content-type"], "text/plain", "{name}"),
        }
        let description = if name.starts_with("load") { json!("200 OK") } else { Value::Null };
        assert_eq!(answer["statusDescription"], description, "{name}");
    }
}

/// The members that a response to this source may have. A REST API returns 502 for any other member.
fn allowed_members(source: &str) -> &'static [&'static str] {
    match source {
        "HTTP API, payload 2.0" | "Function URL" => {
            &["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded", "cookies"]
        }
        "HTTP API, payload 1.0" | "REST API" => {
            &["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"]
        }
        _ => &[
            "statusCode",
            "statusDescription",
            "headers",
            "multiValueHeaders",
            "body",
            "isBase64Encoded",
        ],
    }
}

#[tokio::test]
async fn every_event_source_gets_the_same_error_statuses() {
    let running = LocalEndpoint::with_events_secret("source-errors").await;
    let good = ping_event(&events_secret());
    let change = |change: &dyn Fn(&mut Value)| {
        let mut event = good.clone();
        change(&mut event);
        event
    };
    for (status, description, http_api) in [
        (432, "432 Signature Invalid", change(&|event| event["body"] = "{}".into())),
        (432, "432 Signature Invalid", change(&|event| event["headers"] = json!({}))),
        (404, "404 Not Found", change(&|event| event["rawPath"] = "/nowhere".into())),
        (
            405,
            "405 Method Not Allowed",
            change(&|event| event["requestContext"]["http"]["method"] = "PUT".into()),
        ),
    ] {
        for (name, event) in event::all_sources(&http_api) {
            let answer = running.lambda.invoke(&event).await.unwrap();
            assert_eq!(answer["statusCode"], status, "{name}");
            if name.starts_with("load") {
                assert_eq!(answer["statusDescription"], description, "{name}");
            }
            let multi = name.ends_with("multi-value headers");
            let (headers, post) = if multi {
                ("multiValueHeaders", json!(["POST"]))
            } else {
                ("headers", json!("POST"))
            };
            let allow = if status == 405 { post } else { Value::Null };
            assert_eq!(answer[headers]["allow"], allow, "{name}");
        }
    }
}

#[tokio::test]
async fn load_balancer_health_check_is_200_and_logs_one_line() {
    let running = LocalEndpoint::with_events_secret("health-check").await;
    let mut without_headers = event::load_balancer_health_check(false);
    without_headers["headers"] = Value::Null;
    let checks = [
        event::load_balancer_health_check(false),
        event::load_balancer_health_check(true),
        without_headers,
    ];
    for check in &checks {
        let answer = running.lambda.invoke(check).await.unwrap();
        assert_eq!((&answer["statusCode"], &answer["body"]), (&json!(200), &json!("")), "{check}");
        assert_eq!(answer["statusDescription"], "200 OK");
    }
    for line in lines(&running, checks.len()).await {
        assert_eq!((&line["level"], &line["status"]), (&json!("INFO"), &json!(200)));
        assert_eq!(line["event"], "a load balancer health check");
    }
    // Another GET through the same load balancer is not a health check.
    let mut get = event::load_balancer(&ping_event(&events_secret()), false);
    get["httpMethod"] = "GET".into();
    assert_eq!(running.status(&get).await, 405);
}

/// Each gets a response, and one log line that names the event and the remedy. User input is marked, and not logged.
#[tokio::test]
async fn unsupported_events_are_described_in_one_log_line() {
    let running = LocalEndpoint::with_events_secret("other-events").await;
    let http_api = ping_event(&events_secret());
    let parsed: Value = serde_json::from_str(http_api["body"].as_str().unwrap()).unwrap();
    let with_body = |mut event: Value| {
        event["body"] = parsed.clone();
        event
    };
    let proxy = "use a Lambda proxy integration";
    let trigger = "remove this trigger";
    let cases = [
        (400, "not an object", "flowctl seal", json!("MARK")),
        (400, "not an object", "flowctl seal", json!(null)),
        (400, "not an object", "flowctl seal", json!(["MARK"])),
        (400, "a test event from the Lambda console", "flowctl seal", json!({})),
        (
            400,
            "a test event from the Lambda console",
            "flowctl seal",
            json!({ "key1": "value1", "key2": "value2", "key3": "value3" }),
        ),
        (
            200,
            "a warm-up event",
            "remove the warmer",
            json!({ "source": "serverless-plugin-warmup" }),
        ),
        (200, "a warm-up event", "remove the warmer", json!({ "warmer": true, "concurrency": 3 })),
        (
            200,
            "an EventBridge schedule",
            "remove the warmer or the schedule",
            json!({
                "version": "0", "id": "MARK", "detail-type": "Scheduled Event", "source": "aws.events",
                "account": "123456789012", "time": "2026-11-26T14:00:00Z", "region": "eu-west-1",
                "resources": ["MARK"], "detail": {},
            }),
        ),
        (
            200,
            "an EventBridge event",
            trigger,
            json!({ "version": "0", "detail-type": "MARK", "source": "MARK", "detail": { "MARK": 1 } }),
        ),
        (
            200,
            "a notification from SNS",
            trigger,
            json!({ "Records": [{ "EventSource": "aws:sns", "Sns": { "Message": "MARK" } }] }),
        ),
        (400, "the body of a request", proxy, parsed.clone()),
        (400, "whose body was parsed", proxy, with_body(http_api.clone())),
        (400, "whose body was parsed", proxy, with_body(event::rest_api(&http_api))),
        (
            400,
            "whose body was parsed",
            proxy,
            json!({ "method": "POST", "body": parsed, "headers": {} }),
        ),
        (
            400,
            "the output of an API Gateway mapping template",
            proxy,
            json!({ "body-json": parsed, "params": { "path": {}, "header": {} }, "context": {} }),
        ),
        (
            400,
            "an unencrypted flow request",
            "flowctl seal",
            json!({ "version": "3.0", "action": "INIT", "screen": "MARK", "flow_token": "MARK" }),
        ),
        (
            400,
            "a messages webhook",
            "at another address",
            json!({ "object": "whatsapp_business_account", "entry": [{ "id": "MARK" }] }),
        ),
        (
            400,
            "a WebSocket API",
            "through an HTTP API",
            json!({ "requestContext": { "connectionId": "MARK", "eventType": "MESSAGE" }, "body": "MARK" }),
        ),
        (
            400,
            "an API Gateway authorizer event",
            "remove the authorizer",
            json!({ "type": "REQUEST", "methodArn": "MARK", "headers": { "MARK": "MARK" } }),
        ),
        (
            400,
            "Lambda@Edge",
            "HTTP API its origin",
            json!({ "Records": [{ "cf": { "request": { "uri": "/MARK" } } }] }),
        ),
        (
            400,
            "VPC Lattice",
            "through an HTTP API",
            json!({ "version": "2.0", "path": "/MARK", "method": "POST",
                "requestContext": { "serviceNetworkArn": "MARK" } }),
        ),
        (
            400,
            "without an HTTP method",
            "through an HTTP API",
            json!({ "version": "2.0", "rawPath": "/MARK", "requestContext": { "http": {} } }),
        ),
        (
            400,
            "an unknown event",
            "through an HTTP API",
            json!({ "MARK": "MARK", "source": ["MARK"] }),
        ),
    ];
    for (status, looks_like, _, event) in &cases {
        let answer =
            running.lambda.invoke(event).await.unwrap_or_else(|why| panic!("{why:?}: {event}"));
        assert_eq!(answer["statusCode"], *status, "{looks_like}: {answer}");
        let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        let message = body["message"].as_str().unwrap();
        assert!(message.contains(looks_like), "{looks_like}: {message}");
    }
    let lines = lines(&running, cases.len()).await;
    assert_eq!(lines.len(), cases.len(), "one line each");
    for (line, (status, looks_like, hint, event)) in lines.iter().zip(&cases) {
        assert!(line["event"].as_str().unwrap().contains(looks_like), "{event}: {line}");
        assert!(line["hint"].as_str().unwrap().contains(hint), "{event}: {line}");
        assert_eq!((&line["status"], &line["level"]), (&json!(status), &json!("WARN")));
        assert_eq!(line["cause"], "not an HTTP request");
        assert!(line["requestId"].is_string());
        assert!(!line.to_string().contains("MARK"), "{line}");
    }
    let last = &lines[lines.len() - 1];
    assert_eq!(last["members"], "source, 1 others", "only names that AWS defines");
    assert_eq!(running.status(&http_api).await, 200, "the program keeps running");
}

/// A response would tell the queue or stream that its records are processed, and they would be deleted.
#[tokio::test]
async fn queue_and_stream_records_fail_the_invocation() {
    let running = LocalEndpoint::with_events_secret("records").await;
    let events = [
        json!({ "Records": [{ "eventSource": "aws:sqs", "body": "MARK" }] }),
        json!({ "Records": [{ "eventSource": "aws:kinesis", "kinesis": { "data": "MARK" } }] }),
        json!({ "eventSource": "aws:kafka", "records": {} }),
    ];
    for event in &events {
        assert!(running.fails(event).await, "{event}");
    }
    let lines = lines(&running, events.len()).await;
    assert_eq!(lines.len(), events.len(), "one line each: {lines:#?}");
    for line in lines {
        assert_eq!(line["event"], "records from a queue or a stream");
        assert!(line["hint"].as_str().unwrap().contains("remove this trigger"), "{line}");
        assert!(!line.to_string().contains("MARK"), "{line}");
    }
    assert_eq!(running.status(&ping_event(&events_secret())).await, 200);
}

/// Members that the endpoint does not use may have any type.
#[tokio::test]
async fn unknown_members_of_an_event_are_ignored() {
    let running = LocalEndpoint::with_events_secret("strange").await;
    let http_api = ping_event(&events_secret());
    for (name, event) in event::all_sources(&http_api) {
        for (member, value) in [
            ("stageVariables", json!(7)),
            ("pathParameters", json!(["x"])),
            ("queryStringParameters", json!("x")),
            ("multiValueQueryStringParameters", json!(false)),
            ("cookies", json!({})),
            ("resource", Value::Null),
            ("version", json!(2)),
        ] {
            let mut event = event.clone();
            event[member] = value;
            assert_eq!(running.status(&event).await, 200, "{name}: {member}");
        }
        let mut event = event.clone();
        for part in ["identity", "authorizer", "accountId", "requestTimeEpoch", "timeEpoch"] {
            event["requestContext"][part] = json!({ "x": [1, "2"] });
        }
        assert_eq!(running.status(&event).await, 200, "{name}: context");
    }
}

/// `cargo lambda watch` adds members of other events to payload 2.0.
#[tokio::test]
async fn cargo_lambda_watch_events_are_served() {
    let running = LocalEndpoint::with_events_secret("emulator").await;
    let mut event = ping_event(&events_secret());
    for member in ["authorizationToken", "identitySource", "methodArn", "resource", "type"] {
        event[member] = Value::Null;
    }
    event["httpMethod"] = "GET".into();
    event["stageVariables"] = json!({});
    assert_eq!(running.status(&event).await, 200);
}

/// A stage, a base path mapping or a route prefix may precede the path of a flow.
#[tokio::test]
async fn path_prefixes_and_stages_are_ignored() {
    let running = LocalEndpoint::with_events_secret("prefixes").await;
    let ping = ping_event(&events_secret());
    for (path, stage, status) in [
        ("/default/basic", "default", 200),
        ("/prod/wa/basic/", "prod", 200),
        ("/wa/appointment", "$default", 200),
        ("/basic/appointment", "$default", 200),
        ("/default", "default", 404),
        ("/default/", "default", 404),
        ("", "default", 404),
        ("/default/nowhere", "default", 404),
        ("/notbasic", "$default", 404),
        ("/basic/more", "$default", 404),
    ] {
        let mut http_api = ping.clone();
        http_api["rawPath"] = path.into();
        for (name, mut event) in event::all_sources(&http_api) {
            if !name.starts_with("load") {
                event["requestContext"]["stage"] = stage.into();
            }
            assert_eq!(running.status(&event).await, status, "{name}: {path} of stage {stage}");
        }
    }
}

#[tokio::test]
async fn unknown_path_log_line_lists_the_served_paths() {
    let running = LocalEndpoint::with_events_secret("unknown-path").await;
    let mut http_api = ping_event(&events_secret());
    http_api["rawPath"] = "/MARK/nowhere".into();
    assert_eq!(running.status(&http_api).await, 404);
    let line = &lines(&running, 1).await[0];
    assert_eq!(line["cause"], "unknown path");
    let hint = line["hint"].as_str().unwrap();
    assert!(hint.contains("/appointment, /basic;"), "{hint}");
    assert!(hint.contains("a stage, a base path or another prefix may come before it"), "{hint}");
    assert!(!line.to_string().contains("MARK"), "{line}");
}

/// Meta verifies the webhook of messages with a GET, and then posts messages to it, signed with the same app secret.
/// The statuses are the usual ones, and the log reports that the webhook needs another URL.
#[tokio::test]
async fn messages_webhook_on_a_flow_path_gets_a_log_hint() {
    let running = LocalEndpoint::with_events_secret("webhook").await;
    let http_api = ping_event(&events_secret());
    let mut verification = http_api.clone();
    verification["requestContext"]["http"]["method"] = "GET".into();
    verification["rawQueryString"] =
        "hub.mode=subscribe&hub.challenge=MARK&hub.verify_token=MARK".into();
    verification["queryStringParameters"] = json!({
        "hub.mode": "subscribe", "hub.challenge": "MARK", "hub.verify_token": "MARK",
    });
    let mut asked = 0;
    for (name, mut event) in event::all_sources(&verification) {
        if event.get("httpMethod").is_some() {
            let parameters = json!({ "hub.mode": "subscribe", "hub.challenge": "MARK" });
            event["queryStringParameters"] = parameters;
        }
        assert_eq!(running.status(&event).await, 405, "{name}");
        asked += 1;
    }
    let webhook = json!({
        "object": "whatsapp_business_account",
        "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": { "messages": ["MARK"] } }] }],
    });
    let clear = json!({ "version": "3.0", "action": "ping", "flow_token": "MARK" });
    for (body, hint) in [
        (webhook.to_string(), "give the webhook an address of its own"),
        (clear.to_string(), "an unencrypted request"),
        (json!({ "encrypted_flow_data": "MARK" }).to_string(), "not an envelope"),
        ("MARK".to_owned(), "not a JSON object"),
    ] {
        let signature = events_secret().app_secrets()[0].sign(body.as_bytes());
        let headers = [(HEADER, signature.as_bytes())];
        let event = event::http_api("POST", "/basic", headers, body.as_bytes());
        assert_eq!(running.status(&event).await, 421);
        asked += 1;
        let line = lines(&running, asked).await.pop().unwrap();
        assert_eq!(line["cause"], "undecryptable");
        assert!(line["hint"].as_str().unwrap().contains(hint), "{line}");
    }
    let lines = lines(&running, asked).await;
    for line in &lines {
        assert!(!line.to_string().contains("MARK"), "{line}");
    }
    for line in &lines[..6] {
        assert_eq!(line["cause"], "not POST");
        assert!(
            line["hint"].as_str().unwrap().contains("give the webhook an address of its own"),
            "{line}"
        );
    }
}

/// Payload 2.0 joins the values of a repeated header with a comma. Payload 1.0 and load balancers list them.
#[tokio::test]
async fn repeated_signature_header_is_432_from_every_event_source() {
    let running = LocalEndpoint::with_events_secret("doubled").await;
    let mut http_api = ping_event(&events_secret());
    let signature = http_api["headers"][HEADER].as_str().unwrap().to_owned();
    http_api["headers"][HEADER] = format!("{signature},{signature}").into();
    let mut events: Vec<_> = event::all_sources(&http_api).into();
    for (_, event) in &mut events {
        if event.get("multiValueHeaders").is_some() {
            event["multiValueHeaders"][HEADER] = json!([signature, signature]);
        }
    }
    for (name, event) in &events {
        assert_eq!(running.status(event).await, 432, "{name}");
    }
    for line in lines(&running, events.len()).await {
        assert_eq!(line["cause"], "signature repeated");
    }
}

async fn lines(running: &LocalEndpoint, at_least: usize) -> Vec<Value> {
    let lines = running.log_lines(at_least).await;
    lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}
