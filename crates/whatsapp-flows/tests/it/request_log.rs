//! The log line of a request: its level, the time of its parts, the conversation, and the code of an error.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};
use whatsapp_flows::session::{StoreError, conversation};
use whatsapp_flows::testing::Phone;
use whatsapp_flows::{
    Context, Endpoint, Error, Flow, FlowToken, Init, LogSafe, MemoryStore, Reaches, ReplyTo,
    Result, Screen, complete, show,
};

use crate::support::log_lines::LogLines;
use crate::support::{Misbehaving, business, faulty, sign};

#[derive(Serialize)]
struct Form;

impl Screen for Form {
    const ID: &'static str = "FORM";
    type Input = Value;
}

impl Reaches<Form> for Init {}

/// Does what the payload says.
async fn submit(_: Context<()>, given: Value) -> Result<ReplyTo<Form>> {
    match given["do"].as_str() {
        Some("expire") => Err(Error::token_expired("Over.")),
        Some("decline") => {
            let error = std::io::Error::other("Ada's card");
            Err(Error::from(error).with_code(LogSafe::code("card_declined")))
        }
        Some("sleep") => {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok(show(Form))
        }
        Some("panic") => panic!("Ada"),
        Some("end") => Ok(complete(json!({}))),
        _ => Ok(show(Form)),
    }
}

fn flow() -> Flow<()> {
    Flow::new(()).on_init(async |_| Ok(show(Form))).on::<Form>(submit)
}

fn phone() -> Phone {
    let endpoint = Endpoint::new(business().secret, MemoryStore::new()).serve("/form", flow());
    Phone::for_endpoint(endpoint, "/form", business().keys, sign())
}

#[tokio::test]
async fn level_depends_on_whether_somebody_should_look_at_the_request() {
    let lines = LogLines::collect();
    let phone = phone();
    let seen = |status: u16| {
        let line = lines.last();
        assert_eq!(line["status"], status, "{line}");
        (line["level"].as_str().unwrap().to_owned(), line["failed"] == true)
    };
    phone.init().await;
    assert_eq!(seen(200), ("INFO".into(), false));
    phone.ping().await;
    assert_eq!(seen(200), ("INFO".into(), false));
    phone.submit("FORM", json!({ "do": "decline" })).await;
    assert_eq!(seen(200), ("ERROR".into(), true), "a covered failure");
    phone.submit("FORM", json!({ "do": "panic" })).await;
    assert_eq!(seen(200), ("ERROR".into(), true), "a covered panic");
    phone.submit("NOWHERE", json!({})).await;
    assert_eq!(seen(500), ("ERROR".into(), true));
    phone.send(&json!({ "action": "dance", "flow_token": phone.token() })).await;
    assert_eq!(seen(400), ("WARN".into(), false));
    phone.with_token("x".repeat(2_049)).init().await;
    assert_eq!(seen(427), ("WARN".into(), false), "a message that the business sends wrongly");
    phone.submit("FORM", json!({ "do": "expire" })).await;
    assert_eq!(seen(427), ("INFO".into(), false), "a form that is over");
    let down = Endpoint::new(business().secret, faulty(StoreError("down"))).serve("/form", flow());
    let phone = Phone::for_endpoint(down, "/form", business().keys, sign());
    phone.init().await;
    assert_eq!(seen(500), ("ERROR".into(), true));
}

#[tokio::test]
async fn refused_request_of_a_stranger_is_info_and_of_meta_a_warning() {
    let lines = LogLines::collect();
    let phone = phone();
    let sealed = phone.seal(&json!({ "action": "ping" }));
    let opener = &sealed.opener;
    let post = |path: &str, signature: Option<String>| {
        let request = http::Request::post(path);
        let request = match signature {
            Some(signature) => request.header("x-hub-signature-256", signature),
            None => request,
        };
        request.body(bytes::Bytes::from(sealed.body.clone())).unwrap()
    };
    let ours = sign().sign(sealed.body.as_bytes());
    let other = format!("sha256={}", "ab".repeat(32));
    for (path, signature, status, level, signed) in [
        ("/form", None, 432, "INFO", Value::Null),
        ("/form", Some("sha256=none".into()), 432, "INFO", Value::Null),
        ("/form", Some(other.clone()), 432, "WARN", Value::Null),
        ("/nowhere", None, 404, "INFO", Value::Null),
        ("/nowhere", Some("sha256=none".into()), 404, "INFO", Value::Null),
        ("/nowhere", Some(other), 404, "INFO", Value::Null),
        ("/nowhere", Some(ours), 404, "WARN", Value::Bool(true)),
    ] {
        phone.deliver(post(path, signature), opener).await;
        let line = lines.last();
        assert_eq!((&line["status"], &line["level"]), (&json!(status), &json!(level)), "{line}");
        assert_eq!(line["signed"], signed, "{line}");
    }
    let mut body = phone.seal(&json!({ "action": "ping" }));
    body.body = body.body.replace("encrypted_aes_key", "encrypted_key");
    phone.post(&body).await;
    assert_eq!((&lines.last()["status"], &lines.last()["level"]), (&json!(421), &json!("WARN")));
}

#[tokio::test]
async fn conversation_names_the_token_to_whoever_has_the_app_secret() {
    let lines = LogLines::collect();
    let phone = phone();
    phone.init().await;
    let first = lines.last()["conversation"].clone();
    let token = FlowToken::new(phone.token()).unwrap();
    assert_eq!(first, conversation(&sign(), &token));
    assert_eq!(first.as_str().unwrap().len(), 8);
    assert!(!lines.last().to_string().contains(phone.token()));
    phone.submit("FORM", json!({})).await;
    assert_eq!(lines.last()["conversation"], first, "the same conversation");
    let data = json!({ "error": "payload-schema-error", "error_message": "" });
    phone.send(&phone.request("data_exchange", "FORM", data)).await;
    assert_eq!(lines.last()["notice"], "payload-schema-error");
    assert_eq!(
        lines.last()["conversation"],
        first,
        "an error notification of the same conversation"
    );
    phone.another().init().await;
    assert_ne!(lines.last()["conversation"], first, "another one");
    phone.with_token("unused").init().await;
    assert_eq!(lines.last()["conversation"], Value::Null, "a token that names nobody");
}

#[tokio::test]
async fn line_has_the_code_of_an_error_and_not_its_text() {
    let lines = LogLines::collect();
    phone().submit("FORM", json!({ "do": "decline" })).await;
    // The phone is strict, so the line has the text in `error`, for development.
    assert_eq!(lines.last()["code"], "card_declined");
    let endpoint = Endpoint::new(business().secret, MemoryStore::new()).serve("/form", flow());
    let sealed =
        phone().seal(&phone().request("data_exchange", "FORM", json!({ "do": "decline" })));
    let request = http::Request::post("/form")
        .header("x-hub-signature-256", sign().sign(sealed.body.as_bytes()))
        .body(bytes::Bytes::from(sealed.body))
        .unwrap();
    assert_eq!(endpoint.handle(request).await.status(), 200);
    assert_eq!(lines.last()["code"], "card_declined");
    assert!(!lines.last().to_string().contains("Ada"));
}

#[tokio::test]
async fn first_request_is_marked_and_the_time_of_parts_is_logged() {
    let lines = LogLines::collect();
    let phone = phone();
    phone.init().await;
    assert_eq!(lines.last()["coldStart"], true);
    phone.submit("FORM", json!({ "do": "sleep" })).await;
    let line = lines.last();
    assert_eq!(line["coldStart"], Value::Null);
    let handler = line["handlerMs"].as_f64().unwrap();
    assert!((20.0..=line["ms"].as_f64().unwrap()).contains(&handler), "{line}");
}

#[tokio::test]
async fn time_of_a_part_that_is_stopped_is_logged() {
    let lines = LogLines::collect();
    let endpoint = Endpoint::new(business().secret, Misbehaving::Hanging)
        .serve("/form", flow())
        .time_limit(Duration::from_millis(500));
    Phone::for_endpoint(endpoint, "/form", business().keys, sign()).init().await;
    let line = lines.last();
    assert_eq!(line["cause"], "out of time");
    assert!(line["sessionMs"].as_f64().is_some_and(|time| time >= 100.0), "{line}");
}
