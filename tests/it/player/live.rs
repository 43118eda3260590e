//! The changes while the player runs: those of the Flow JSON.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use whatsapp_flows::testing::KeyPair;

use super::page::{Page, frame};

const FLOW: &str = r#"{
  "version": "7.3",
  "screens": [
    { "id": "NAME", "title": "Your name", "layout": { "type": "SingleColumnLayout", "children": [
      { "type": "TextInput", "name": "name", "label": "Name", "required": true },
      { "type": "EmbeddedLink", "text": "Rules", "on-click-action": { "name": "open_url", "url": "https://example.com/rules" } },
      { "type": "Footer", "label": "Next", "on-click-action": { "name": "navigate",
        "next": { "type": "screen", "name": "END" }, "payload": {} } } ] } },
    { "id": "END", "title": "End", "terminal": true, "layout": { "type": "SingleColumnLayout", "children": [
      { "type": "Footer", "label": "Done", "on-click-action": { "name": "complete",
        "payload": { "name": "${screen.NAME.form.name}" } } } ] } }
  ]
}"#;

/// The player of this document, without a program.
struct Live {
    page: Page,
    file: PathBuf,
}

impl Live {
    /// Runs a command of flowctl with `--port`, until the tests end.
    fn start(name: &str, arguments: impl FnOnce(&str) -> Vec<String>) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("player-live-{name}"));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("flow.json");
        std::fs::write(&file, FLOW).unwrap();
        std::fs::write(folder.join("public.pem"), KeyPair::generate().public_pem).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let arguments = arguments(folder.to_str().unwrap());
        let all = ["flowctl".to_owned()].into_iter().chain(arguments);
        let all: Vec<_> = all.chain(["--port".into(), port.to_string()]).map(Into::into).collect();
        std::thread::spawn(move || flowctl::run(all));
        let host = format!("127.0.0.1:{port}");
        while TcpStream::connect(&host).is_err() {
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { page: Page::open(host, folder), file }
    }

    fn of_endpoint(name: &str) -> Self {
        Self::start(name, |folder| {
            let flow = format!("{folder}/flow.json");
            let key = format!("{folder}/public.pem");
            ["dev", "--endpoint", "http://127.0.0.1:1/", "--flow", &flow, "--public-key", &key]
                .map(str::to_owned)
                .into()
        })
    }

    /// Saves the document, and returns the state when the player has read it.
    fn save(&self, text: &str) -> Value {
        let before = self.page.get("state");
        std::fs::write(&self.file, text).unwrap();
        let mut state = before.clone();
        while state["document"] == before["document"] {
            state = self.page.get(&format!("state?after={}", state["revision"]));
        }
        state
    }
}

#[test]
fn a_changed_document_keeps_the_conversation() {
    let live = Live::of_endpoint("changed");
    let page = &live.page;
    assert_eq!(page.post("open", json!({}))["view"]["screen"], "NAME");
    page.fill("Name", "Ada");
    let state = live.save(&FLOW.replace("\"label\": \"Name\"", "\"label\": \"First name\""));
    let field = &state["view"]["components"][0];
    assert_eq!((&field["label"], &field["value"]), (&json!("First name"), &json!("Ada")));
    page.tap("Next");
    let state = live.save(&FLOW.replace("\"Done\"", "\"Finish\""));
    assert_eq!(state["view"]["screen"], "END");
    let state = page.tap("Finish");
    assert_eq!(state["view"]["frame"]["params"]["name"], "Ada");
}

#[test]
fn a_broken_document_is_named_with_its_line() {
    let live = Live::of_endpoint("broken");
    live.page.post("open", json!({}));
    let state = live.save(&FLOW.replacen("\"screens\": [", "\"screens\": [,", 1));
    let flow = &state["flows"][0];
    assert_eq!(flow["line"], 3, "{flow}");
    assert!(flow["error"].is_string(), "{flow}");
    assert_eq!(
        state["view"]["screen"], "NAME",
        "the conversation goes on with the document as it was"
    );
    assert_eq!(live.page.call("open", Some(json!({}))).0, 400);
    let state = live.save(FLOW);
    assert_eq!(state["flows"][0]["error"], json!(null));
}

#[test]
fn a_screen_that_is_gone_closes_the_flow() {
    let live = Live::of_endpoint("gone");
    live.page.post("open", json!({}));
    let state = live.save(&FLOW.replace("NAME", "OTHER"));
    assert_eq!((frame(&state), &state["open"]), ("chat", &json!(false)));
}

#[test]
fn addresses_that_a_flow_opens_are_told() {
    let live = Live::of_endpoint("links");
    live.page.post("open", json!({}));
    assert_eq!(live.page.tap("Rules")["links"], json!(["https://example.com/rules"]));
}

#[test]
fn an_endpoint_that_is_not_there_is_named() {
    let with_endpoint = FLOW.replacen(
        "\"screens\"",
        "\"data_api_version\": \"4.0\", \"routing_model\": { \"NAME\": [\"END\"], \"END\": [] }, \"screens\"",
        1,
    );
    let live = Live::of_endpoint("absent");
    live.save(&with_endpoint);
    live.page.post("open", json!({}));
    let state = live.page.settled();
    let exchange = &state["exchanges"][0];
    assert_eq!(exchange["status"], 0);
    assert!(exchange["problem"].as_str().unwrap().contains("cannot connect"), "{exchange}");
    assert_eq!(state["view"]["frame"]["failure"]["can_retry"], true);
    let (status, answer) = live.page.call("misbehave", Some(json!({ "kind": "expire_session" })));
    assert!(
        status == 400 && answer["error"].as_str().unwrap().contains("are not here"),
        "{answer}"
    );
}

#[test]
fn the_preview_shows_every_save_with_its_findings() {
    let live = Live::start("preview", |folder| {
        ["preview", &format!("{folder}/flow.json")].map(str::to_owned).into()
    });
    assert_eq!(live.page.get("state")["mode"], "preview");
    let gallery = live.page.get("gallery");
    let ids: Vec<_> = gallery["screens"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, ["NAME", "END"]);
    assert_eq!(gallery["findings"], json!([]));
    let wrong = FLOW.replace("\"required\": true", "\"required\": \"yes\"");
    live.save(&wrong);
    let finding = &live.page.get("gallery")["findings"][0];
    assert_eq!((&finding["severity"], &finding["line"]), (&json!("error"), &json!(5)), "{finding}");
    assert_eq!((&finding["screen"], &finding["component_line"]), (&json!("NAME"), &json!(5)));
}
