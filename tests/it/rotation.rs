//! Rotation of keys and app secrets under load, on the real program and moto. The library's tests cover the rules.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::support::aws::{Moto, environment, secrets_manager};
use crate::support::program::{LocalEndpoint, events_secret, ping_event};
use serde_json::{Value, json};
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::testing::KeyPair;

fn secret(keys: &[(&str, &KeyPair)], app_secrets: &[&str]) -> Value {
    let keys: Vec<_> =
        keys.iter().map(|(id, pair)| json!({ "id": id, "pem": *pair.private_pem })).collect();
    json!({ "private_keys": keys, "app_secrets": app_secrets })
}

fn keyring(json: &Value) -> Keyring {
    Keyring::from_json(json.to_string().as_bytes()).unwrap().0
}

/// Follows docs/rotation.md, while two clients send requests without a pause. The program reads the secret at most
/// every 30 seconds, so that the steps are 30 seconds apart.
#[tokio::test]
#[ignore = "needs moto: make test"]
async fn rotation_of_key_and_app_secret_fails_no_request() {
    let (a, b, elsewhere) = (KeyPair::generate(), KeyPair::generate(), KeyPair::generate());
    let moto = Moto::start();
    let manager = secrets_manager(&moto.url);
    let put = async |json: &Value| {
        let put = manager.put_secret_value().secret_id("flows").secret_string(json.to_string());
        put.send().await.unwrap();
        Instant::now()
    };
    let initial = secret(&[("A", &a)], &["one"]).to_string();
    manager.create_secret().name("flows").secret_string(initial).send().await.unwrap();
    let local = environment(&moto.url);
    let mut env: Vec<_> = local.iter().map(|(name, value)| (*name, value.as_str())).collect();
    env.push(("FLOWS_SECRET_ID", "flows"));
    let running = Arc::new(LocalEndpoint::start("drill", &env).await);

    let with_a = || keyring(&secret(&[("A", &a)], &["one"]));
    let with_b = || keyring(&secret(&[("B", &b)], &["one"]));
    let with_b_two = || keyring(&secret(&[("B", &b)], &["two"]));
    let mut requests = 0;
    // Clients change to the new key one by one, so that both keys are in use.
    let mut load = async |seconds: u64, phones: &[&dyn Fn() -> Keyring]| {
        let until = Instant::now() + Duration::from_secs(seconds);
        let phones: Vec<_> = phones.iter().map(|phone| phone()).collect();
        while Instant::now() < until {
            for phone in &phones {
                assert_eq!(
                    running.status(&ping_event(phone)).await,
                    200,
                    "after {requests} requests"
                );
                requests += 1;
            }
        }
    };
    load(31, &[&with_a]).await;
    let put_at = put(&secret(&[("B", &b), ("A", &a)], &["one"])).await;
    assert_eq!(running.status(&ping_event(&with_b())).await, 200, "sealed for the new key");
    let first_use = put_at.elapsed().as_secs_f64();
    load(1, &[&with_b, &with_a]).await;
    let lines = running.log_lines(2).await;
    assert!(
        lines.iter().any(|line| line.contains("the secret has changed") && line.contains("B, A"))
    );
    assert!(lines.iter().any(|line| line.contains(r#""key":"B""#)));
    load(30, &[&with_a, &with_b]).await;
    put(&secret(&[("B", &b), ("A", &a)], &["two", "one"])).await;
    load(31, &[&with_b_two, &with_b]).await;
    put(&secret(&[("B", &b)], &["two"])).await;
    load(1, &[&with_b_two]).await;
    println!("{requests} requests, 0 failures, {first_use:.3} s to the first use of the new key");

    // An unknown key causes one more read. The old key and app secret are rejected.
    let stranger = keyring(&secret(&[("C", &elsewhere)], &["two"]));
    assert_eq!(running.status(&ping_event(&stranger)).await, 421);
    assert_eq!(running.status(&ping_event(&keyring(&secret(&[("A", &a)], &["two"])))).await, 421);
    assert_eq!(running.status(&ping_event(&with_b())).await, 432);
    assert_eq!(running.status(&ping_event(&events_secret())).await, 432);
    assert_eq!(running.status(&ping_event(&with_b_two())).await, 200);
}
