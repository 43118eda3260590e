//! The programs as they are built for Lambda: by `cargo lambda build --release`, with its profile and flags.
//!
//! `make test` builds them before it runs these tests. To run only these: `cargo test --test it -- --ignored
//! release::`.

use std::path::{Path, PathBuf};

use crate::support::program::{LocalEndpoint, event_file, events_secret, ping_event, sealed_event};
use local_lambda::event;
use serde_json::{Value, json};

/// After a panic in a handler, the user stays on the last screen, the log reports "panic", and the same process
/// continues. `tests/panicking` counts the screens that it has shown.
#[tokio::test]
#[ignore = "needs the release build: make test"]
async fn panic_in_the_shipped_build_ends_one_request_only() {
    let running = LocalEndpoint::with_program("panicking", shipped("panicking")).await;
    let secret = events_secret();
    let ask = async |action: &str, data: Value| {
        let request = json!({
            "version": "4.0", "action": action, "screen": "START", "data": data,
            "flow_token": "a token of its own",
        });
        let (event, opener) = sealed_event(&secret, "/panicking", &request);
        let (status, _, body) = running.invoke(&event).await;
        (status, opener.open(body.as_bytes()).unwrap())
    };
    let (status, opened) = ask("INIT", json!({})).await;
    assert_eq!((status, &opened["data"]["shown"]), (200, &json!(1)));
    for _ in 0..3 {
        let (status, recovered) = ask("data_exchange", json!({ "panics": true })).await;
        assert_eq!((status, &recovered["screen"]), (200, &json!("START")), "{recovered}");
        assert_eq!(recovered["data"]["shown"], 1, "the screen that was shown last");
        assert!(recovered["data"]["error_message"].is_string(), "{recovered}");
        // The failure is repeated for two seconds.
        tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    }
    let (status, next) = ask("data_exchange", json!({ "panics": false })).await;
    assert_eq!(
        (status, &next["data"]["shown"]),
        (200, &json!(2)),
        "the same process continues to count"
    );

    let lines = running.log_lines(8).await;
    assert!(!lines.concat().contains("MARK"), "{lines:#?}");
    let lines: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let recovered: Vec<_> = lines.iter().filter(|line| line["covered"] == true).collect();
    assert_eq!(recovered.len(), 3, "{lines:#?}");
    assert!(recovered.iter().all(|line| line["cause"] == "panic"), "{recovered:#?}");
    let places = lines.iter().filter(|line| {
        line["level"] == "ERROR" && line["at"].as_str().is_some_and(|at| at.contains("main.rs"))
    });
    assert_eq!(places.count(), 3, "{lines:#?}");
}

#[tokio::test]
#[ignore = "needs the release build: make test"]
async fn shipped_program_gives_sample_events_their_statuses() {
    let running = LocalEndpoint::with_program("shipped-events", shipped("endpoint")).await;
    for (name, status) in [
        ("ping", 200),
        ("init", 200),
        ("submit", 200),
        ("back", 200),
        ("notice", 200),
        ("bad-signature", 432),
        ("wrong-key", 421),
        ("tampered", 421),
    ] {
        assert_eq!(running.status(&event_file(name)).await, status, "{name}");
    }
}

#[tokio::test]
#[ignore = "needs the release build: make test"]
async fn shipped_program_serves_every_event_source() {
    let running = LocalEndpoint::with_program("shipped-sources", shipped("endpoint")).await;
    let ping = ping_event(&events_secret());
    for (name, event) in event::all_sources(&ping) {
        assert_eq!(running.status(&event).await, 200, "{name}");
    }
    assert_eq!(running.status(&event::load_balancer_health_check(false)).await, 200);
    assert_eq!(running.status(&json!({ "warmer": true })).await, 200);
}

/// Returns the path of `lambda/NAME/bootstrap` in the target folder.
fn shipped(name: &str) -> PathBuf {
    let debug = Path::new(env!("CARGO_BIN_EXE_endpoint")).parent().unwrap();
    let path = debug.parent().unwrap().join("lambda").join(name).join("bootstrap");
    assert!(path.exists(), "{} does not exist; build it with make test", path.display());
    path
}
