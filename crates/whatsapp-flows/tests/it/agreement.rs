//! `assert_agrees` and `assert_screen_agrees` with screens that do not match their Flow JSON. The handlers of generated
//! screens are compared in `codegen::agreement`.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use whatsapp_flows::flow::Payload;
use whatsapp_flows::testing::{Phone, assert_screen_agrees};
use whatsapp_flows::*;

/// ASK sends `name`, `email`, `guests` and `day` from a Footer, and `day` when it changes.
const DOCUMENT: &str = r#"{
    "version": "7.3", "data_api_version": "4.0", "routing_model": { "ASK": [] },
    "screens": [ { "id": "ASK", "title": "Ask", "terminal": true,
      "data": {
        "greeting": { "type": "string", "__example__": "Hello" },
        "days": { "type": "array", "items": { "type": "object", "properties": { "id": { "type": "string" },
          "title": { "type": "string" } } }, "__example__": [ { "id": "mon", "title": "Monday" } ] } },
      "layout": { "type": "SingleColumnLayout", "children": [ { "type": "Form", "name": "f", "children": [
        { "type": "TextBody", "text": "${data.greeting}" },
        { "type": "TextInput", "name": "name", "label": "Name", "required": true },
        { "type": "TextInput", "name": "mail", "label": "Mail", "input-type": "email" },
        { "type": "TextInput", "name": "guests", "label": "Guests", "input-type": "number" },
        { "type": "Dropdown", "name": "day", "label": "Day", "required": true, "data-source": "${data.days}",
          "on-select-action": { "name": "data_exchange", "payload": { "day": "${form.day}" } } },
        { "type": "Footer", "label": "Go", "on-click-action": { "name": "data_exchange", "payload": {
          "name": "${form.name}",
          "email": "${form.mail}",
          "guests": "${form.guests}",
          "day": "${form.day}" } } } ] } ] } } ]
}"#;

/// Screen ASK with another `Input`, and the difference that `assert_agrees` finds.
fn difference<Sent: serde::de::DeserializeOwned + Send + 'static>() -> String {
    #[derive(Serialize)]
    struct Ask<Sent>(std::marker::PhantomData<Sent>);
    impl<Sent: serde::de::DeserializeOwned + Send + 'static> Screen for Ask<Sent> {
        const ID: &'static str = "ASK";
        type Input = Sent;
    }
    async fn answer<S: Screen>(_: Context<()>, _: Input<S>) -> Result<ReplyTo<S>> {
        Ok(close())
    }
    let flow = Flow::<()>::new(()).on::<Ask<Sent>>(answer::<Ask<Sent>>);
    panic_text(|| assert_agrees(&flow, DOCUMENT))
}

/// The text of the panic; empty without a panic.
fn panic_text(run: impl FnOnce()) -> String {
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).err();
    panicked.map_or_else(String::new, |panic| *panic.downcast().unwrap())
}

#[derive(Serialize)]
struct Ask;

impl Screen for Ask {
    const ID: &'static str = "ASK";
    type Input = StaleInput;
}

/// From the time when `email` was called `mail`.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only deserialized")]
struct StaleInput {
    name: Option<String>,
    mail: Option<String>,
    guests: Option<u32>,
    day: Option<String>,
}

/// The test sends what the developer believes that the client sends, so it cannot find the mistake.
#[tokio::test]
async fn renamed_payload_member_passes_a_phone_test_and_fails_assert_agrees() {
    async fn answer(_: Context<()>, given: Input<Ask>) -> Result<ReplyTo<Ask>> {
        Ok(complete(json!({ "mail": given.mail })))
    }
    let flow = || Flow::<()>::new(()).on::<Ask>(answer);
    let sent = json!({ "name": "Ada", "mail": "ada@example.com", "guests": 2, "day": "mon" });
    let response = Phone::new(flow()).submit("ASK", sent).await;
    assert_eq!(response.params()["mail"], "ada@example.com");

    assert_eq!(
        panic_text(|| assert_agrees(&flow(), DOCUMENT)),
        "flow and Flow JSON differ:\n\
         ASK: line 17: the screen sends `email`, which the Input does not read\n\
         ASK: the Input reads `mail`, which is not sent\n\
         run `flowctl types` to generate the screens again, or correct the Input that you wrote"
    );
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only deserialized")]
struct Fits {
    name: Option<String>,
    email: Option<String>,
    guests: Option<u8>,
    day: Option<Day>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Day {
    Mon,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only deserialized")]
struct WithAlias {
    name: Option<String>,
    #[serde(alias = "mail", alias = "address")]
    email: Option<String>,
    guests: Option<u8>,
    day: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only deserialized")]
struct WithRest {
    day: String,
    #[serde(flatten)]
    rest: HashMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "only deserialized")]
enum Untagged {
    Footer { name: String, day: String },
    Day { day: Option<String> },
}

#[test]
fn inputs_that_accept_the_payloads_agree() {
    assert_eq!(difference::<Fits>(), "");
    assert_eq!(difference::<WithAlias>(), "");
    // They may ignore members.
    assert_eq!(difference::<()>(), "");
    assert_eq!(difference::<Value>(), "");
    assert_eq!(difference::<HashMap<String, Value>>(), "");
    assert_eq!(difference::<WithRest>().lines().count(), 3, "day may be empty");
    assert_eq!(difference::<Untagged>(), "");
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only deserialized")]
struct Required {
    name: Option<String>,
    email: Option<String>,
    guests: u8,
    day: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only deserialized")]
struct OtherType {
    name: Option<bool>,
    email: Option<String>,
    guests: Option<u8>,
    day: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only deserialized")]
struct Strict {
    name: String,
    email: Option<String>,
    guests: Option<u8>,
    day: String,
}

#[test]
fn differences_name_the_member_and_its_line() {
    for (found, expected) in [
        (
            difference::<Required>(),
            "ASK: line 14: the Input requires `guests`, which is not sent\n\
             ASK: line 18: the Input requires `guests`, which may be empty",
        ),
        (difference::<OtherType>(), "ASK: line 16: the Input does not accept \"text\" as `name`"),
        (difference::<Strict>(), "ASK: line 14: the Input requires `name`, which is not sent"),
        (
            difference::<Sent>(),
            "ASK: line 18: the screen sends `guests`, which the Input does not read\n\
             ASK: the Input reads `persons`, which is not sent",
        ),
    ] {
        let lines: Vec<_> = found.lines().collect();
        assert_eq!(lines[1..lines.len() - 1].join("\n"), expected);
    }
}

#[expect(dead_code, reason = "only deserialized")]
enum Sent {
    Footer { name: String, email: Option<String>, persons: Option<u8>, day: String },
    Day { day: Option<String> },
}

impl<'de> Deserialize<'de> for Sent {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        let sent = Payload::deserialize(from)?;
        if sent.has("name") {
            return Ok(Self::Footer {
                name: sent.read("name")?,
                email: sent.read("email")?,
                persons: sent.read("persons")?,
                day: sent.read("day")?,
            });
        }
        Ok(Self::Day { day: sent.read("day")? })
    }
}

#[test]
fn payloads_that_cannot_be_read_are_reported() {
    let broken = DOCUMENT.replace("${form.mail}", "${form.email}");
    let flow = Flow::<()>::new(());
    let text = panic_text(|| assert_agrees(&flow, &broken));
    assert!(text.contains("\n17:20: cannot generate Rust: unknown reference"), "{text}");
    assert!(text.contains("; run `flowctl check`"), "{text}");
}

#[derive(Serialize, Deserialize)]
#[serde(rename = "Ask")]
struct Data {
    greeting: String,
    days: Vec<Value>,
}

impl Screen for Data {
    const ID: &'static str = "ASK";
    type Input = ();
}

#[test]
fn screens_agree_with_the_data_model() {
    let text = |document: &str| panic_text(|| assert_screen_agrees::<Data>(document));
    assert_eq!(text(DOCUMENT), "");
    assert_eq!(
        text(&DOCUMENT.replace("greeting", "welcome")),
        "screen and Flow JSON differ:\n\
         ASK: the screen has `greeting`, which the data model lacks\n\
         ASK: line 5: the data model has `welcome`, which the screen lacks\n\
         run `flowctl types` to generate the screens again"
    );
    let number = DOCUMENT.replace(
        r#""type": "string", "__example__": "Hello""#,
        r#""type": "number", "__example__": 1"#,
    );
    assert!(text(&number).contains("ASK: line 3: the examples do not have the type"), "{number}");
    let other = DOCUMENT.replace("ASK", "QUESTION");
    assert!(text(&other).contains("ASK is not a screen of the Flow JSON"));
    assert!(text("{").contains("run `flowctl check`"));
}
