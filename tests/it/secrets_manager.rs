//! The real program reads its secret from Secrets Manager (moto).

use std::time::Duration;

use crate::support::aws::{Moto, environment, secrets_manager};
use crate::support::program::{LocalEndpoint, events_file, events_secret, ping_event};
use serde_json::json;
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::testing::KeyPair;

struct Manager(aws_sdk_secretsmanager::Client);

impl Manager {
    fn at(url: &str) -> Self {
        Self(secrets_manager(url))
    }

    async fn put(&self, name: &str, value: &str) -> String {
        let created = self.0.create_secret().name(name).secret_string(value).send().await.unwrap();
        created.arn.unwrap()
    }
}

fn own_secret() -> String {
    let keys = KeyPair::generate();
    json!({
        "private_keys": [{ "id": "2026-11", "pem": *keys.private_pem, "note": "unknown members are ignored" }],
        "app_secrets": ["our own"],
        "owner": "unknown members are ignored",
    })
    .to_string()
}

async fn start(name: &str, moto: &Moto, secret_id: &str) -> LocalEndpoint {
    let local = environment(&moto.url);
    let mut env: Vec<_> = local.iter().map(|(name, value)| (*name, value.as_str())).collect();
    env.push(("FLOWS_SECRET_ID", secret_id));
    LocalEndpoint::start(name, &env).await
}

#[tokio::test]
#[ignore = "needs moto: make test"]
async fn secret_is_read_by_name_and_by_arn() {
    let moto = Moto::start();
    let json = own_secret();
    let arn = Manager::at(&moto.url).put("flows", &json).await;
    let (secret, _) = Keyring::from_json(json.as_bytes()).unwrap();
    for id in ["flows", &arn] {
        let running = start("by-name", &moto, id).await;
        assert_eq!(running.status(&ping_event(&secret)).await, 200);
        assert_eq!(running.status(&ping_event(&events_secret())).await, 432);
    }
}

#[tokio::test]
#[ignore = "needs moto: make test"]
async fn arn_of_another_region_is_reported() {
    let moto = Moto::start();
    let arn = Manager::at(&moto.url).put("flows", &own_secret()).await;
    for region in ["us-east-1", ""] {
        let elsewhere = arn.replace(":eu-west-1:", &format!(":{region}:"));
        let running = start("another-region", &moto, &elsewhere).await;
        assert_eq!(running.status(&ping_event(&events_secret())).await, 500);
        let lines = running.log_lines(2).await;
        let message = "the secret's ARN is in another region than AWS_REGION";
        assert!(lines[0].contains(message) && lines[0].contains("ERROR"), "{lines:#?}");
        assert!(!lines.concat().contains("ResourceNotFoundException"), "{lines:#?}");
    }
}

#[tokio::test]
#[ignore = "needs moto: make test"]
async fn secret_created_after_the_cold_start_is_found() {
    let moto = Moto::start();
    let running = start("made-later", &moto, "flows").await;
    let json = own_secret();
    let (secret, _) = Keyring::from_json(json.as_bytes()).unwrap();
    assert_eq!(running.status(&ping_event(&secret)).await, 500);
    let lines = running.log_lines(2).await;
    assert!(lines[0].contains("Secrets Manager: ResourceNotFoundException"), "{lines:#?}");

    Manager::at(&moto.url).put("flows", &json).await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(running.status(&ping_event(&secret)).await, 200);
}

/// The console's form stores every value as a string, PowerShell writes UTF-16, and some stores escape a PEM twice.
#[tokio::test]
#[ignore = "needs moto: make test"]
async fn secret_from_consoles_and_shells_is_read() {
    let moto = Moto::start();
    let manager = Manager::at(&moto.url);
    let pem = KeyPair::generate().private_pem.replace('\n', "\\n");
    let app_secret = "0123456789abcdef0123456789abcdef";
    let texts = json!({ "private_keys": pem, "app_secrets": format!("APP_SECRET={app_secret}\n") });
    let (secret, _) = Keyring::from_json(texts.to_string().as_bytes()).unwrap();
    manager.put("texts", &texts.to_string()).await;
    let utf16 =
        format!("\u{feff}{texts:#}\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let binary = aws_sdk_secretsmanager::primitives::Blob::new::<Vec<u8>>(utf16);
    manager.0.create_secret().name("binary").secret_binary(binary).send().await.unwrap();
    for name in ["texts", "binary"] {
        let running = start(name, &moto, name).await;
        assert_eq!(running.status(&ping_event(&secret)).await, 200, "{name}");
        let lines = running.log_lines(1).await;
        assert!(matches!(&lines[..], [line] if line.contains("\"status\":200")), "{lines:#?}");
    }
}

#[tokio::test]
#[ignore = "needs moto: make test"]
async fn app_secret_of_unusual_form_is_reported_and_used() {
    let moto = Moto::start();
    let mut json: serde_json::Value = serde_json::from_str(&own_secret()).unwrap();
    let app_secrets = ["MARK MARK", "0123456789abcdef0123456789abcdef", "0123456789abcdefMARK"];
    json["app_secrets"] = json!(app_secrets);
    Manager::at(&moto.url).put("flows", &json.to_string()).await;
    let (secret, _) = Keyring::from_json(json.to_string().as_bytes()).unwrap();
    let running = start("not-metas", &moto, "flows").await;
    let lines = running.log_lines(2).await;
    for (line, position) in lines.iter().zip([0, 2]) {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!((&line["level"], &line["appSecret"]), (&json!("WARN"), &json!(position)));
        let message = "an app secret is not 32 hexadecimal digits";
        assert!(line["message"].as_str().unwrap().starts_with(message), "{line}");
    }
    assert!(!lines.concat().contains("MARK"));
    assert_eq!(running.status(&ping_event(&secret)).await, 200);
}

#[tokio::test]
#[ignore = "needs moto: make test"]
async fn invalid_secret_is_500_and_its_fault_is_logged() {
    let moto = Moto::start();
    let manager = Manager::at(&moto.url);
    for (name, value, message) in [
        ("text", "MARK".to_owned(), "private_keys"),
        (
            "no-keys",
            json!({ "private_keys": [], "app_secrets": ["MARK"] }).to_string(),
            "no private key",
        ),
        (
            "bad-key",
            json!({ "private_keys": [{ "id": "a", "pem": "MARK" }], "app_secrets": ["MARK"] })
                .to_string(),
            "no PEM block found",
        ),
        ("events", std::fs::read_to_string(events_file("secret.json")).unwrap(), "which is public"),
    ] {
        manager.put(name, &value).await;
        let running = start(name, &moto, name).await;
        assert_eq!(running.status(&ping_event(&events_secret())).await, 500, "{name}");
        let lines = running.log_lines(2).await;
        assert!(lines[0].contains(message), "{lines:#?}");
        assert!(!lines.concat().contains("MARK"));
    }
}

#[tokio::test]
#[ignore = "needs moto: make test"]
async fn invalid_key_among_valid_ones_is_skipped_and_logged() {
    let moto = Moto::start();
    let mut json: serde_json::Value = serde_json::from_str(&own_secret()).unwrap();
    let bad = json!({ "id": "old", "pem": "-----BEGIN CERTIFICATE-----\nMARK\n-----END CERTIFICATE-----" });
    json["private_keys"].as_array_mut().unwrap().insert(0, bad);
    Manager::at(&moto.url).put("flows", &json.to_string()).await;
    let running = start("skipped", &moto, "flows").await;
    let (secret, skipped) = Keyring::from_json(json.to_string().as_bytes()).unwrap();
    assert_eq!(skipped.len(), 1);
    assert_eq!(running.status(&ping_event(&secret)).await, 200);
    let lines = running.log_lines(2).await;
    assert!(lines[0].contains("old") && lines[0].contains("certificate"), "{lines:#?}");
    assert!(!lines.concat().contains("MARK"));
}
