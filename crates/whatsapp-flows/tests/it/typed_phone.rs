//! Typed requests and replies of `Phone`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use whatsapp_flows::testing::{Phone, Response};
use whatsapp_flows::*;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Ask {
    people: u32,
    text: String,
}

#[derive(Serialize, Deserialize)]
struct AskInput {
    people: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Agree;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Any;

impl Screen for Ask {
    const ID: &'static str = "ASK";
    type Input = AskInput;
}

impl Screen for Agree {
    const ID: &'static str = "AGREE";
    type Input = ();
}

impl Screen for Any {
    const ID: &'static str = "ANY";
    type Input = Map<String, Value>;
}

impl Reaches<Agree> for Ask {}
impl Reaches<Ask> for Any {}

async fn ask(_: Context<()>, given: Input<Ask>) -> Result<ReplyTo<Ask>> {
    Ok(match given.text {
        Some(text) => show(Ask { people: given.people, text }).message("Less text, please"),
        None => show(Agree),
    })
}

async fn agree(_: Context<()>, _: Input<Agree>) -> Result<ReplyTo<Agree>> {
    Ok(complete(json!({ "agreed": true })))
}

async fn any(_: Context<()>, given: Input<Any>) -> Result<ReplyTo<Any>> {
    Ok(show(Ask { people: given.len() as u32, text: "any".into() }))
}

fn phone() -> Phone {
    Phone::new(Flow::<()>::new(()).on::<Ask>(ask).on::<Agree>(agree).on::<Any>(any))
}

#[tokio::test]
async fn submit_to_sends_the_input_and_shown_reads_the_screen() {
    let phone = phone();
    let typed = "`${form.x}` for \"two\"";
    let response = phone.submit_to::<Ask>(&AskInput { people: 2, text: Some(typed.into()) }).await;
    assert_eq!(response.shown::<Ask>(), Ask { people: 2, text: typed.into() });
    assert_eq!(response.message(), "Less text, please");

    let response = phone.submit_to::<Ask>(&AskInput { people: 2, text: None }).await;
    assert_eq!(response.shown::<Agree>(), Agree, "a screen without data");
    let response = phone.submit_to::<Agree>(&()).await;
    assert_eq!(response.params()["agreed"], true);

    let given = Map::from_iter([("a".into(), json!(1)), ("b".into(), json!([]))]);
    assert_eq!(phone.another().submit_to::<Any>(&given).await.shown::<Ask>().people, 2);
}

#[tokio::test]
async fn shown_panics_with_what_the_reply_shows() {
    let phone = phone();
    let asked = phone.submit_to::<Ask>(&AskInput { people: 2, text: Some("x".into()) }).await;
    assert_eq!(
        text(|| asked.shown::<Agree>()),
        "expected screen AGREE, but the reply shows screen ASK, with status 200 and the message \
         \"Less text, please\""
    );
    let failed = phone.another().submit("ASK", json!({ "people": "many" })).await;
    assert_eq!(
        text(|| failed.shown::<Ask>()),
        "the data of screen ASK does not have the type of the screen: missing field `people`; the \
         reply shows screen ASK, with status 200 and the message \"Something went wrong. Please try \
         again.\""
    );
    let done = phone.submit_to::<Agree>(&()).await;
    assert_eq!(
        text(|| done.shown::<Ask>()),
        "expected screen ASK, but the reply ends the flow, with status 200 and no message"
    );
    let over = Response {
        status: 427,
        raw: Default::default(),
        body: json!({ "error_msg": "The sale is over." }),
    };
    assert_eq!(
        text(|| over.shown::<Ask>()),
        "expected screen ASK, but the reply shows no screen, with status 427 and the message \"The \
         sale is over.\""
    );
}

/// Returns the text of the panic.
fn text<T>(run: impl FnOnce() -> T) -> String {
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).err();
    *panicked.expect("a panic").downcast().unwrap()
}
