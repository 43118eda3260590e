//! Only the player's own page can drive it, and no secret reaches that page.

use serde_json::json;

use super::page::Page;

const STATE: &str = "/_player/api/state";

#[tokio::test(flavor = "multi_thread")]
async fn foreign_hosts_are_refused() {
    let page = Page::start("hosts").await;
    let token = ("X-Player-Token", page.token.as_str());
    let (_, port) = page.host.split_once(':').unwrap();
    for host in ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1", "localhost", ""] {
        for path in [STATE, "/_player/", "/_player/player.js", "/"] {
            let answer = page.request("GET", path, &[("Host", host), token], "");
            assert_eq!(answer.status, 403, "{host} {path}");
            assert!(!answer.body.contains(&page.token), "{host} {path}");
        }
    }
    let rebound = format!("evil.example:{port}");
    assert_eq!(page.request("GET", STATE, &[("Host", &rebound), token], "").status, 403);
    for own in ["127.0.0.1", "localhost", "[::1]"] {
        let host = format!("{own}:{port}");
        assert_eq!(page.request("GET", STATE, &[("Host", &host), token], "").status, 200, "{own}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_sites_are_refused() {
    let page = Page::start("origins").await;
    let token = ("X-Player-Token", page.token.as_str());
    let body = json!({ "flow": "basic" }).to_string();
    let post =
        |headers: &[(&str, &str)]| page.request("POST", "/_player/api/open", headers, &body).status;
    let own = format!("http://{}", page.host);
    for origin in
        ["https://evil.example", "null", "http://127.0.0.1:1", "file://", "http://127.0.0.1"]
    {
        assert_eq!(post(&[("Origin", origin), token]), 403, "{origin}");
    }
    let secure = own.replace("http:", "https:");
    assert_eq!(post(&[("Origin", &secure), token]), 403);
    assert_eq!(post(&[("Origin", &own), ("Origin", "https://evil.example"), token]), 403);
    let wrong = "0".repeat(page.token.len());
    for token in ["", &wrong, &page.token[1..], &format!("{}0", page.token)] {
        assert_eq!(post(&[("Origin", &own), ("X-Player-Token", token)]), 403, "{token}");
    }
    assert_eq!(post(&[("Origin", &own)]), 403, "no token");
    assert!(page.get("state")["exchanges"].as_array().unwrap().is_empty(), "nothing was opened");
    assert_eq!(post(&[("Origin", &own), token]), 200);
    assert_ne!(Page::start("origins").await.token, page.token, "each start has its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_a_strict_policy() {
    let page = Page::start("policy").await;
    let foreign = [("Host", "evil.example")];
    for (path, headers) in [
        ("/", &[][..]),
        ("/_player", &[]),
        ("/_player/", &[]),
        ("/_player/player.js", &[]),
        ("/_player/styles.css", &[]),
        ("/_player/gone.js", &[]),
        ("/_player/../Cargo.toml", &[]),
        (STATE, &[]),
        (STATE, &foreign),
    ] {
        let answer = page.request("GET", path, headers, "");
        for header in [
            "content-security-policy: default-src 'none'; script-src 'self';",
            "frame-ancestors 'none'",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "cache-control: no-store",
        ] {
            assert!(answer.head.contains(header), "{path}: {header} in {}", answer.head);
        }
        assert!(!answer.head.contains("access-control-"), "{path}: {}", answer.head);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_never_reach_the_page() {
    let page = Page::start("secrets").await;
    page.book();
    let state = page.post("misbehave", json!({ "kind": "same_bytes" }));
    for exchange in state["exchanges"].as_array().unwrap() {
        page.get(&format!("exchange?id={}", exchange["id"]));
    }
    page.get("gallery");
    page.post("copy", json!({ "as": "rust" }));
    page.post("copy", json!({ "as": "script" }));
    let received = page.received.lock().unwrap().clone();
    assert!(received.contains("Appointment"));
    let read = |name: &str| std::fs::read_to_string(page.folder.join(name)).unwrap();
    let secret: serde_json::Value = serde_json::from_str(&read("secret.json")).unwrap();
    let pem = secret["private_keys"][0]["pem"].as_str().unwrap();
    let lines = pem.lines().filter(|line| !line.is_empty());
    for secret in lines.chain([secret["app_secrets"][0].as_str().unwrap(), "PRIVATE KEY"]) {
        assert!(!received.contains(secret), "a secret is on the page");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_of_the_program_stay_free() {
    let page = Page::start("paths").await;
    for (method, path) in [("GET", "/basic"), ("POST", "/basic"), ("POST", "/"), ("GET", "/_other")]
    {
        let answer = page.request(method, path, &[("Host", "anything.example")], "");
        assert!(!answer.head.contains("content-security-policy"), "{method} {path}");
        assert_ne!(answer.status, 403, "{method} {path}");
    }
    let root = page.request("GET", "/", &[], "");
    assert!(root.status == 303 && root.head.contains("location: /_player/"), "{}", root.head);
}
