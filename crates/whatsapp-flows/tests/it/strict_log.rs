//! The log line of an endpoint as it ships, and of a strict one: only the latter has text that may be the user's.

use std::io::ErrorKind;

use http::Request;
use serde_json::{Value, json};
use whatsapp_flows::protocol::signature::HEADER;
use whatsapp_flows::session::MemoryStore;
use whatsapp_flows::testing::RequestSealer;
use whatsapp_flows::*;

use crate::support::log_lines::LogLines;
use crate::support::{business, sign};

#[derive(serde::Serialize)]
struct Form {}

impl Screen for Form {
    const ID: &'static str = "FORM";
    type Input = Value;
}

impl Reaches<Form> for Init {}

async fn init(_: Context<()>) -> Result<ReplyTo<Init>> {
    Ok(show(Form {}))
}

async fn submit(_: Context<()>, given: Value) -> Result<ReplyTo<Form>> {
    Err(std::io::Error::new(ErrorKind::NotFound, format!("no table for {}", given["name"])).into())
}

fn endpoint() -> Endpoint {
    let flow = Flow::new(()).on_init(init).on::<Form>(submit);
    Endpoint::new(business().secret, MemoryStore::new()).serve("/form", flow)
}

/// Sends a request, and returns its status and its log line.
async fn line(endpoint: &Endpoint, path: &str, screen: &str) -> (u16, Value) {
    let lines = LogLines::collect();
    let plaintext = json!({
        "version": "3.0", "action": "data_exchange", "screen": screen, "flow_token": "a token of the tests",
        "data": { "name": "MARK-typed" },
    });
    let sealer = RequestSealer::new(&business().keys.public_pem).unwrap();
    let body = sealer.seal(plaintext.to_string().as_bytes()).body;
    let request = Request::post(path).header(HEADER, sign().sign(body.as_bytes()));
    let response = endpoint.handle(request.body(body.into()).unwrap()).await;
    (response.status().as_u16(), lines.last())
}

#[tokio::test]
async fn the_log_of_an_endpoint_as_it_ships_has_no_text_of_a_request_or_an_error() {
    let endpoint = endpoint();
    for (path, screen, status, logged) in [
        ("/form", "FORM", 200, json!({ "cause": "std::io::error::Error", "screen": "FORM" })),
        ("/form", "MARK", 500, json!({ "cause": "no handler", "screen": "unknown" })),
        ("/form", "", 500, json!({ "cause": "no handler", "screen": "absent" })),
        ("/MARK", "FORM", 404, json!({ "cause": "unknown path" })),
    ] {
        let (answered, line) = line(&endpoint, path, screen).await;
        assert_eq!(answered, status, "{line}");
        for (name, value) in logged.as_object().unwrap() {
            assert_eq!(&line[name], value, "{line}");
        }
        assert!(!line.to_string().contains("MARK"), "{line}");
    }
}

#[tokio::test]
async fn the_log_of_a_strict_endpoint_names_the_error_the_screen_and_the_path() {
    let endpoint = endpoint().strict();
    let (_, failed) = line(&endpoint, "/form", "FORM").await;
    assert_eq!(failed["error"], "no table for \"MARK-typed\"");
    assert!(failed["at"].as_str().unwrap().contains("strict_log.rs"), "{failed}");
    let (_, mistyped) = line(&endpoint, "/form", "FROM").await;
    assert_eq!(mistyped["screen"], "FROM (unknown)");
    let (status, elsewhere) = line(&endpoint, "/from", "FORM").await;
    assert_eq!((status, &elsewhere["requested"]), (404, &json!("/from")));
    assert!(elsewhere["hint"].as_str().unwrap().contains("one of: /form;"), "{elsewhere}");
    assert_eq!(endpoint.paths(), ["/form"]);
}
