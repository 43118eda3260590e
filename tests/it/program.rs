//! The real Lambda program, invoked with API Gateway events over a Runtime API.

use std::process::Command;
use std::time::Duration;

use crate::support::program::{
    LocalEndpoint, event_file, events_file, events_secret, ping_event, scratch, sealed_event,
};
use base64::prelude::{BASE64_STANDARD, Engine};
use local_lambda::event;
use serde_json::{Value, json};
use whatsapp_flows::protocol::signature::HEADER;
use whatsapp_flows::testing::{KeyPair, RequestSealer};

#[tokio::test]
async fn sample_events_get_their_statuses() {
    let running = LocalEndpoint::with_events_secret("events").await;
    let mut files = 0;
    for (name, status) in [
        ("ping", 200),
        ("init", 200),
        ("submit", 200),
        ("back", 200),
        ("notice", 200),
        ("bad-signature", 432),
        ("wrong-key", 421),
        ("tampered", 421),
        ("init", 409),
        ("back", 200),
    ] {
        let (got, headers, body) = running.invoke(&event_file(name)).await;
        assert_eq!(got, status, "{name}");
        assert_eq!(body.is_empty(), status != 200, "{name}");
        if status == 200 {
            assert_eq!(headers["content-type"], "text/plain");
        }
        files += 1;
    }
    let folder = std::fs::read_dir(events_file("")).unwrap();
    let json = folder
        .filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|e| e == "json"));
    assert_eq!(json.count(), files - 2 + 1, "all events, and the secret");
}

#[tokio::test]
async fn http_api_event_variants_are_served() {
    let running = LocalEndpoint::with_events_secret("shapes").await;
    let secret = events_secret();
    let good = ping_event(&secret);
    let body = good["body"].as_str().unwrap().to_owned();
    let change = |change: &dyn Fn(&mut Value)| {
        let mut event = good.clone();
        change(&mut event);
        event
    };
    let signature = good["headers"]["x-hub-signature-256"].as_str().unwrap();

    let encoded = change(&|event| {
        event["body"] = BASE64_STANDARD.encode(&body).into();
        event["isBase64Encoded"] = true.into();
    });
    assert_eq!(running.status(&encoded).await, 200);
    let invalid_base64 = change(&|event| {
        event["body"] = "!!!".into();
        event["isBase64Encoded"] = true.into();
    });
    assert_eq!(running.status(&invalid_base64).await, 432);
    let no_body = change(&|event| event["body"] = Value::Null);
    assert_eq!(running.status(&no_body).await, 432);
    for name in ["X-Hub-Signature-256", "X-HUB-SIGNATURE-256"] {
        let cased = change(&|event| event["headers"] = json!({ name: signature }));
        assert_eq!(running.status(&cased).await, 200, "{name}");
    }
    let doubled = change(&|event| {
        event["headers"]["x-hub-signature-256"] = format!("{signature},{signature}").into();
    });
    assert_eq!(running.status(&doubled).await, 432);
    let not_ascii = change(&|event| event["headers"]["x-hub-signature-256"] = "sha256=é".into());
    assert_eq!(running.status(&not_ascii).await, 432);
    for (path, status) in [
        ("/basic/", 200),
        ("/appointment", 200),
        ("/", 404),
        ("", 404),
        ("/a b", 404),
        ("/<script>", 404),
        ("/{basic}", 404),
        ("/ü", 404),
        ("//basic", 200),
        ("/prod/basic", 200),
        ("/xbasic", 404),
        ("/basic/x", 404),
        ("http://[", 404),
    ] {
        let elsewhere = change(&|event| event["rawPath"] = path.into());
        assert_eq!(running.status(&elsewhere).await, status, "{path}");
    }
    let get = change(&|event| event["requestContext"]["http"]["method"] = "GET".into());
    let (status, headers, _) = running.invoke(&get).await;
    assert_eq!((status, &headers["allow"]), (405, &json!("POST")));
    let forwarded = change(&|event| event["headers"]["x-forwarded-proto"] = ": :".into());
    assert_eq!(running.status(&forwarded).await, 200);

    assert_eq!(
        running.status(&json!({ "hello": "world" })).await,
        400,
        "not an event of a gateway"
    );
    assert_eq!(running.status(&good).await, 200, "the program keeps running");
}

#[tokio::test]
async fn rest_api_events_are_served() {
    let running = LocalEndpoint::with_events_secret("rest").await;
    let http = ping_event(&events_secret());
    let signature = &http["headers"]["x-hub-signature-256"];
    let rest = |headers: Value, multi: Value| {
        json!({
            "resource": "/{proxy+}", "path": "/basic", "httpMethod": "POST",
            "headers": headers, "multiValueHeaders": multi,
            "queryStringParameters": null, "multiValueQueryStringParameters": null,
            "pathParameters": { "proxy": "basic" }, "stageVariables": null,
            "requestContext": {
                "accountId": "123456789012", "apiId": "local", "httpMethod": "POST", "path": "/prod/basic",
                "protocol": "HTTP/1.1", "requestId": "r", "resourceId": "x", "resourcePath": "/{proxy+}",
                "stage": "prod", "identity": { "sourceIp": "127.0.0.1" },
            },
            "body": http["body"], "isBase64Encoded": false,
        })
    };
    let name = "X-Hub-Signature-256";
    for (headers, multi, status) in [
        (json!({ name: signature }), json!({ name: [signature] }), 200),
        (json!({ name: signature }), Value::Null, 200),
        (json!({ name: signature }), json!({ name: [signature, signature] }), 432),
        (json!({}), json!({}), 432),
    ] {
        let answer = running.lambda.invoke(&rest(headers, multi)).await.unwrap();
        assert_eq!(answer["statusCode"], status);
        // A REST API returns 502 for any other member.
        for member in answer.as_object().unwrap().keys() {
            let known = ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];
            assert!(known.contains(&member.as_str()), "{member}");
        }
        assert_eq!(answer["isBase64Encoded"], false);
    }
    assert_eq!(running.status(&http).await, 200, "payload 2.0 is still accepted");
}

/// User input and secrets contain MARK. No line contains it, although the environment sets TRACE.
#[tokio::test]
async fn log_has_one_line_per_request_and_no_user_input() {
    let running = LocalEndpoint::with_events_secret("log").await;
    let secret = events_secret();
    let token = "MARK-token";
    let typed = json!({
        "department": "MARK", "location": "MARK", "date": "MARK", "time": "MARK",
        "name": "MARK", "email": "MARK", "phone": "MARK", "more_details": "MARK",
    });
    let request = |action: &str, screen: &str, data: &Value| {
        json!({
            "action": action, "screen": screen, "data": data,
            "flow_token": token, "version": "MARK",
        })
    };
    let notice = json!({ "error": "payload-schema-error", "error_message": "MARK" });
    let plaintexts = [
        request("INIT", "MARK", &json!({})),
        request("data_exchange", "DETAILS", &typed),
        request("data_exchange", "MARK", &typed),
        request("MARK", "DETAILS", &typed),
        request("data_exchange", "DETAILS", &json!({ "department": { "MARK": ["MARK"] } })),
        request("data_exchange", "DETAILS", &notice),
        request("BACK", "TERMS", &json!({})),
        request("data_exchange", "DETAILS", &json!({ "department": "MARK" })),
    ];
    for plaintext in &plaintexts {
        running.invoke(&sealed_event(&secret, "/appointment", plaintext).0).await;
    }
    let (mut wrong, _) = sealed_event(&secret, "/MARK", &plaintexts[0]);
    running.invoke(&wrong).await;
    wrong["rawPath"] = "/basic".into();
    wrong["headers"]["x-hub-signature-256"] = "MARK".into();
    running.invoke(&wrong).await;
    let requests = plaintexts.len() + 2;

    let lines = running.log_lines(requests).await;
    assert_eq!(lines.len(), requests, "{lines:#?}");
    let mut causes = Vec::new();
    for line in &lines {
        assert!(!line.contains("MARK"), "{line}");
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(line["status"].is_u64() && line["ms"].is_f64() && line["requestId"].is_string());
        causes.push((
            line["status"].as_u64().unwrap(),
            line["cause"].as_str().unwrap_or_default().to_owned(),
        ));
    }
    let expected = [
        (200, ""),
        (200, ""),
        (500, "no handler"),
        (400, "no action"),
        (200, "payload does not fit the screen's Input"),
        (200, ""),
        (500, "no handler"),
        (200, "payload does not fit the screen's Input"),
        (404, "unknown path"),
        (432, "signature malformed"),
    ];
    assert_eq!(causes, expected.map(|(status, cause)| (status, cause.to_owned())));
    let line = |at: usize| serde_json::from_str::<Value>(&lines[at]).unwrap();
    assert_eq!((&line(0)["action"], &line(0)["shown"]), (&json!("INIT"), &json!("APPOINTMENT")));
    assert_eq!((&line(1)["screen"], &line(1)["key"]), (&json!("DETAILS"), &json!("events")));
    assert_eq!((&line(4)["member"], &line(4)["covered"]), (&json!("department"), &json!(true)));
    assert_eq!(line(7)["member"], "name", "missing member");
    assert_eq!(
        (&line(5)["action"], &line(5)["notice"]),
        (&json!("notice"), &json!("payload-schema-error"))
    );
}

/// The app secret, the passphrase, the token, user input, paths, headers and methods contain MARK. The cases cause
/// every status of the table that this program can return.
#[tokio::test]
#[ignore = "needs OpenSSL: make test"]
async fn log_has_no_secret_or_user_input_for_any_status() {
    let folder = scratch("canary");
    let openssl = Command::new("openssl")
        .args(["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-aes-256-cbc"])
        .args(["-pass", "pass:MARK-passphrase"])
        .output()
        .unwrap();
    assert!(openssl.status.success(), "{}", String::from_utf8_lossy(&openssl.stderr));
    let pem = String::from_utf8(openssl.stdout).unwrap();
    let json = json!({
        "private_keys": [
            {
                "id": "broken", "passphrase": "MARK",
                "pem": "-----BEGIN PRIVATE KEY-----\nMARKMARK\n-----END PRIVATE KEY-----",
            },
            { "id": "good", "pem": pem, "passphrase": "MARK-passphrase" },
        ],
        "app_secrets": ["MARK-app-secret", "MARK-older"],
        "MARK": "MARK",
    });
    let file = folder.join("secret.json");
    std::fs::write(&file, json.to_string()).unwrap();
    let (secret, _) =
        whatsapp_flows::protocol::keyring::Keyring::from_json(json.to_string().as_bytes()).unwrap();
    let running =
        LocalEndpoint::start("canary", &[("FLOWS_SECRET_FILE", &file.display().to_string())]).await;

    let request = |action: &str, screen: &str, data: Value| {
        json!({ "action": action, "screen": screen, "data": data, "flow_token": "MARK-token", "version": "MARK",
            "flow_token_signature": null, "MARK": "MARK" })
    };
    let sealed = |path: &str, plaintext: &Value| sealed_event(&secret, path, plaintext).0;
    let init = sealed("/appointment", &request("INIT", "MARK", json!({ "MARK": "MARK" })));
    let name =
        |name: &str| request("data_exchange", "MY_SCREEN", json!({ "name": name, "MARK": "MARK" }));
    let complete = sealed("/basic", &name("MARK"));
    let mut signed = request("INIT", "", json!({}));
    signed["flow_token_signature"] = "MARK.MARK.MARK".into();
    let change = |event: &Value, change: &dyn Fn(&mut Value)| {
        let mut event = event.clone();
        change(&mut event);
        event
    };
    let other = |path: &str, plaintext: &Value, token: &str| {
        let mut plaintext = plaintext.clone();
        plaintext["flow_token"] = token.into();
        sealed(path, &plaintext)
    };
    let cases = [
        (200, sealed("/appointment", &json!({ "action": "ping", "MARK": "MARK" }))),
        (200, init.clone()),
        (200, sealed("/appointment", &request("BACK", "DETAILS", json!({ "MARK": "MARK" })))),
        (409, init.clone()),
        (427, complete),
        (200, other("/basic", &name("MARK"), "MARK-2")),
        (427, other("/basic", &name("MARK again"), "MARK-2")),
        (427, sealed("/appointment", &signed)),
        (427, other("/appointment", &request("INIT", "", json!({})), &"MARK".repeat(600))),
        (427, other("/appointment", &request("INIT", "", json!({})), "")),
        (200, other("/basic", &name(""), "MARK-3")),
        (200, sealed("/appointment", &request("data_exchange", "DETAILS", json!(["MARK"])))),
        (500, sealed("/appointment", &request("data_exchange", "MARK", json!({ "MARK": "MARK" })))),
        (500, sealed("/appointment", &request("BACK", "MARK", json!({})))),
        (400, sealed("/appointment", &request("MARK", "MARK", json!({})))),
        (400, sealed("/appointment", &json!(["MARK"]))),
        (421, change(&init, &|event| event["body"] = "{\"MARK\":\"MARK\"}".into())),
        (432, change(&init, &|event| event["headers"]["x-hub-signature-256"] = "MARK".into())),
        (432, change(&init, &|event| event["headers"] = json!({ "MARK": "MARK" }))),
        (413, change(&init, &|event| event["body"] = "MARK".repeat(300_000).into())),
        (404, change(&init, &|event| event["rawPath"] = "/MARK".into())),
        (405, change(&init, &|event| event["requestContext"]["http"]["method"] = "MARK".into())),
    ];
    for (number, (status, event)) in cases.iter().enumerate() {
        let event = change(event, &|event| {
            event["rawQueryString"] = "MARK=MARK".into();
            // The changed body must be signed again.
            if *status == 421 {
                let signature =
                    secret.app_secrets()[1].sign(event["body"].as_str().unwrap().as_bytes());
                event["headers"]["x-hub-signature-256"] = signature.into();
            }
        });
        assert_eq!(running.status(&event).await, *status, "case {number}");
    }
    assert_eq!(running.status(&json!({ "MARK": "MARK" })).await, 400);
    let lines = running.log_lines(cases.len() + 1).await;
    for line in &lines {
        assert!(!line.contains("MARK"), "{line}");
    }
    println!("{} statuses, {} lines, no user input", cases.len(), lines.len());
}

/// The same for failures of a handler, the store, the secret, and the key and tag of the envelope.
#[tokio::test]
async fn log_has_no_secret_or_user_input_after_a_failure() {
    let secret_file = events_file("secret.json").display().to_string();
    let elsewhere = KeyPair::generate();
    let secret = events_secret();
    let request = |action: &str, screen: &str, data: Value| {
        json!({
            "action": action, "screen": screen, "data": data,
            "flow_token": "MARK-token",
        })
    };
    let sealed = |plaintext: &Value| sealed_event(&secret, "/appointment", plaintext).0;
    let init = request("INIT", "", json!({}));
    let choose = request(
        "data_exchange",
        "APPOINTMENT",
        json!({ "trigger": "department_selected", "department": "MARK" }),
    );
    let confirm = request("data_exchange", "SUMMARY", json!({ "name": "MARK" }));
    let describe = |running: Value| {
        request(
            "data_exchange",
            "DETAILS",
            json!({ "department": "beauty", "location": "1", "date": running,
            "time": "11:30", "name": "MARK", "email": "MARK", "phone": "MARK" }),
        )
    };
    let foreign = |tampered: bool| {
        let key = if tampered {
            secret.private_keys()[0].public_pem()
        } else {
            elsewhere.public_pem.clone()
        };
        let body = RequestSealer::new(&key).unwrap().seal(br#"{"action":"ping","MARK":"MARK"}"#);
        let body = if tampered { body.tampered().body } else { body.body };
        let signature = secret.app_secrets()[0].sign(body.as_bytes());
        event::http_api("POST", "/basic", [(HEADER, signature.as_bytes())], body.as_bytes())
    };
    for (name, env, cases) in [
        // The handler fails, because the bookings table does not exist.
        (
            "canary-handler",
            ("FLOWS_BOOKINGS_TABLE", "nowhere"),
            vec![(200, sealed(&init)), (200, sealed(&choose))],
        ),
        (
            "canary-store",
            ("FLOWS_TABLE", "nowhere"),
            vec![(500, sealed(&init)), (500, sealed(&confirm))],
        ),
        ("canary-secret", ("FLOWS_SECRET_FILE", "/MARK/nowhere"), vec![(500, sealed(&init))]),
        ("canary-envelope", ("MARK", "MARK"), vec![(421, foreign(false)), (421, foreign(true))]),
    ] {
        let running = LocalEndpoint::start(name, &[("FLOWS_SECRET_FILE", &secret_file), env]).await;
        for (status, event) in &cases {
            assert_eq!(running.status(event).await, *status, "{name}");
        }
        if name == "canary-handler" {
            let date = first_offered_date(&running).await;
            assert_eq!(running.status(&sealed(&describe(date))).await, 200);
            assert_eq!(running.status(&sealed(&confirm)).await, 200, "the error is recovered");
        }
        for line in running.log_lines(cases.len()).await {
            assert!(!line.contains("MARK"), "{name}: {line}");
        }
    }
}

#[tokio::test]
async fn missing_table_is_500_and_pings_still_work() {
    let secret_file = events_file("secret.json").display().to_string();
    let running = LocalEndpoint::start(
        "no-table",
        &[("FLOWS_SECRET_FILE", &secret_file), ("FLOWS_TABLE", "nowhere")],
    )
    .await;
    let secret = events_secret();
    let init = json!({ "action": "INIT", "flow_token": "t" });
    assert_eq!(running.status(&sealed_event(&secret, "/appointment", &init).0).await, 500);
    assert_eq!(running.status(&ping_event(&secret)).await, 200);
    let line: Value = serde_json::from_str(&running.log_lines(1).await[0]).unwrap();
    assert_eq!(line["cause"], "DynamoDB: ResourceNotFoundException");
}

#[tokio::test]
async fn start_is_logged_with_the_flows_and_the_keys() {
    let secret_file = events_file("secret.json").display().to_string();
    let env = [("FLOWS_SECRET_FILE", secret_file.as_str()), ("FLOWS_COMMIT", "4f1c9a0")];
    let running = LocalEndpoint::start("start-line", &env).await;
    running.status(&ping_event(&events_secret())).await;
    let line: Value = serde_json::from_str(&running.start_line().await).unwrap();
    let flows: Vec<_> = line["flows"].as_str().unwrap().split(", ").collect();
    let is_digest = |text: &str| text.len() == 8 && text.bytes().all(|b| b.is_ascii_hexdigit());
    for (flow, path) in flows.iter().zip(["/appointment ", "/basic "]) {
        assert!(flow.strip_prefix(path).is_some_and(is_digest), "{flow}");
    }
    assert_eq!((&line["level"], &line["commit"]), (&json!("INFO"), &json!("4f1c9a0")));
    assert_eq!((&line["keys"], &line["library"]), (&json!("events"), &json!("0.1.0")));
}

#[tokio::test]
async fn handler_error_is_logged_with_type_and_location() {
    let secret_file = events_file("secret.json").display().to_string();
    let running = LocalEndpoint::start(
        "no-bookings",
        &[("FLOWS_SECRET_FILE", &secret_file), ("FLOWS_BOOKINGS_TABLE", "nowhere")],
    )
    .await;
    let chosen = json!({ "department": "beauty", "location": "1", "date": first_offered_date(&running).await });
    let choose = json!({ "action": "data_exchange", "screen": "APPOINTMENT", "data": chosen, "flow_token": "t" });
    let (event, _) = sealed_event(&events_secret(), "/appointment", &choose);
    assert_eq!(running.status(&event).await, 200, "the user stays on the screen");
    let lines = running.log_lines(2).await;
    let line: Value = serde_json::from_str(lines.last().unwrap()).unwrap();
    assert_eq!(line["covered"], true);
    assert!(line["cause"].as_str().unwrap().contains("QueryError"), "{line}");
    assert_eq!(
        (&line["code"], &line["level"]),
        (&json!("ResourceNotFoundException"), &json!("ERROR"))
    );
    assert!(line["at"].as_str().unwrap().contains("bookings.rs:"), "{line}");
}

async fn first_offered_date(running: &LocalEndpoint) -> Value {
    let init = json!({ "action": "INIT", "flow_token": "t" });
    let (event, opener) = sealed_event(&events_secret(), "/appointment", &init);
    let (_, _, body) = running.invoke(&event).await;
    opener.open(body.as_bytes()).unwrap()["data"]["date"][0]["id"].clone()
}

#[tokio::test]
async fn missing_secret_is_read_again_at_most_once_a_second() {
    let file = scratch("later").join("secret.json");
    let _ = std::fs::remove_file(&file);
    let running =
        LocalEndpoint::start("later", &[("FLOWS_SECRET_FILE", &file.display().to_string())]).await;
    let ping = ping_event(&events_secret());
    for _ in 0..5 {
        assert_eq!(running.status(&ping).await, 500);
    }
    let lines = running.log_lines(6).await;
    let reads = lines.iter().filter(|line| line.contains("FLOWS_SECRET_FILE")).count();
    assert!((1..=2).contains(&reads), "{reads} reads for five requests: {lines:#?}");
    std::fs::copy(events_file("secret.json"), &file).unwrap();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(running.status(&ping).await, 200);
}

#[test]
fn missing_or_conflicting_configuration_is_named() {
    let error = |env: &[(&str, &str)]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_endpoint"));
        program.env_clear().env("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1");
        let output = program.envs(env.iter().copied()).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let id = ("FLOWS_SECRET_ID", "flows");
    assert!(error(&[]).contains("FLOWS_SECRET_ID"));
    assert!(error(&[id, ("FLOWS_SECRET_FILE", "f")]).contains("both set"));
    assert!(error(&[id]).contains("FLOWS_TABLE is not set; set it"));
    assert!(error(&[id, ("FLOWS_TABLE", "t")]).contains("FLOWS_BOOKINGS_TABLE is not set; set it"));
}
