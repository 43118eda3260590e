//! Error notifications: a client that could not use a reply is not mistaken for a user who confirms something.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use whatsapp_flows::testing::Phone;
use whatsapp_flows::{
    Context, Flow, Init, Input, Reaches, ReplyTo, Result, Screen, complete, show,
};

use crate::support::log_lines::LogLines;

#[derive(Serialize)]
struct Confirm {}

impl Screen for Confirm {
    const ID: &'static str = "CONFIRM";
    type Input = ();
}

/// A form that has the members of an error notification.
#[derive(Serialize)]
struct Report {}

#[derive(Deserialize)]
struct ReportInput {
    error: String,
    error_message: Option<String>,
}

impl Screen for Report {
    const ID: &'static str = "REPORT";
    type Input = ReportInput;
}

impl Reaches<Confirm> for Init {}
impl Reaches<Report> for Confirm {}

type Cx = Context<Arc<AtomicU32>>;

async fn init(_: Cx) -> Result<ReplyTo<Init>> {
    Ok(show(Confirm {}))
}

async fn book(cx: Cx, (): Input<Confirm>) -> Result<ReplyTo<Confirm>> {
    cx.app().fetch_add(1, Ordering::Relaxed);
    Ok(complete(json!({})))
}

async fn report(_: Cx, given: Input<Report>) -> Result<ReplyTo<Report>> {
    Ok(complete(json!({ "error": given.error, "message": given.error_message })))
}

fn phone(document: Option<&str>) -> (Phone, Arc<AtomicU32>) {
    let booked = Arc::new(AtomicU32::new(0));
    let flow = Flow::<_>::new(Arc::clone(&booked))
        .on_init(init)
        .once::<Confirm>(book)
        .on::<Report>(report);
    (
        Phone::new(match document {
            Some(document) => flow.document(document),
            None => flow,
        }),
        booked,
    )
}

#[tokio::test]
async fn a_listed_error_key_is_always_a_notification() {
    let lines = LogLines::collect();
    let (phone, booked) = phone(None);
    let acknowledged = json!({ "data": { "acknowledged": true } });
    for (data, key) in [
        (json!({ "error": "payload-schema-error" }), "payload-schema-error"),
        (json!({ "error_key": "payload-schema-error" }), "payload-schema-error"),
        (json!({ "error": "payload-schema-error", "error_message": null }), "payload-schema-error"),
        (
            json!({ "error": "INVALID_SCREEN_TRANSITION", "screen": "CONFIRM" }),
            "invalid-screen-transition",
        ),
        (
            json!({ "error": "timeout_error", "agreed": true, "error_message": "x" }),
            "timeout_error",
        ),
        (json!({ "error": 500, "error_key": "timeout_error" }), "timeout_error"),
        (json!({ "error": "", "error_message": "x" }), ""),
        (json!({ "error": "" }), ""),
        (json!({ "error_message": "x" }), ""),
    ] {
        let answer = phone.submit("CONFIRM", data.clone()).await;
        assert_eq!((answer.status, &answer.body), (200, &acknowledged), "{data}");
        let line = lines.last();
        assert_eq!((&line["action"], &line["notice"]), (&json!("notice"), &json!(key)), "{data}");
    }
    // Beside `data`, not in it.
    for (member, key) in [("error", "payload-schema-error"), ("error_key", "one of tomorrow")] {
        let mut request = phone.request("data_exchange", "CONFIRM", json!({}));
        request[member] = key.into();
        assert_eq!(phone.send(&request).await.body, acknowledged);
    }
    assert_eq!(booked.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn an_unlisted_error_key_is_a_submission_if_a_handler_accepts_it() {
    let lines = LogLines::collect();
    let (phone, _) = phone(None);
    for (message, data) in [
        (json!("it is torn"), json!({ "error": "page 3", "error_message": "it is torn" })),
        (Value::Null, json!({ "error": "page 3" })),
    ] {
        let answer = phone.another().submit("REPORT", data).await;
        assert_eq!(
            (&answer.params()["error"], &answer.params()["message"]),
            (&json!("page 3"), &message)
        );
        assert_eq!(lines.last()["action"], "data_exchange");
    }
    let unlisted = json!({ "error": "one of tomorrow", "error_message": "x" });
    let answer = phone.submit("NOWHERE", unlisted.clone()).await;
    assert_eq!(answer.body, json!({ "data": { "acknowledged": true } }));
    assert_eq!(
        (&lines.last()["notice"], &lines.last()["status"]),
        (&json!("unknown"), &json!(200))
    );
    let body = phone.seal(&phone.request("BACK", "CONFIRM", unlisted.clone()));
    assert_eq!(phone.post(&body).await.status, 200);
    for token in ["", "unused"] {
        assert_eq!(phone.with_token(token).submit("NOWHERE", unlisted.clone()).await.status, 200);
    }
}

/// `Input = ()` accepts an empty object, or what the screen sends in its Flow JSON.
#[tokio::test]
async fn the_input_unit_rejects_members_that_the_screen_does_not_send() {
    let with_payload = r#"{ "version": "7.3", "routing_model": { "CONFIRM": ["REPORT"], "REPORT": [] }, "screens": [
        { "id": "CONFIRM", "layout": { "type": "SingleColumnLayout", "children": [ { "type": "Footer", "label": "Book",
            "on-click-action": { "name": "data_exchange", "payload": { "trigger": "confirm" } } } ] } },
        { "id": "REPORT", "layout": { "type": "SingleColumnLayout", "children": [] } } ] }"#;
    for document in [None, Some(with_payload)] {
        let lines = LogLines::collect();
        let (phone, booked) = phone(document);
        for data in [
            json!({ "error": "one of tomorrow" }),
            json!({ "error": null }),
            json!({ "unforeseen": true }),
            json!({ "trigger": "confirm", "unforeseen": true }),
            json!([]),
            json!("text"),
        ] {
            let answer = phone.submit("CONFIRM", data.clone()).await;
            assert_eq!((answer.status, answer.screen()), (200, "CONFIRM"), "{data}");
            assert!(answer.message().starts_with("Something went wrong"), "{data}");
            let line = lines.last();
            assert_eq!(line["cause"], "payload has members that the screen does not send");
            assert!(
                !line.to_string().contains("unforeseen"),
                "names of unknown members are not logged"
            );
        }
        assert_eq!(booked.load(Ordering::Relaxed), 0);
        let trigger = phone.another().submit("CONFIRM", json!({ "trigger": "confirm" })).await;
        let expected = if document.is_some() { "SUCCESS" } else { "CONFIRM" };
        assert_eq!(trigger.screen(), expected);
        assert_eq!(phone.submit("CONFIRM", json!({})).await.screen(), "SUCCESS");
    }
}
