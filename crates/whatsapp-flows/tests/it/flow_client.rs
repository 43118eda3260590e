//! `FlowClient`: what a test sees when the flow and its Flow JSON agree, and when they do not.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use whatsapp_flows::testing::client::FailureCause;
use whatsapp_flows::testing::{FlowClient, Phone};
use whatsapp_flows::{
    Context, Flow, Init, Input, Reaches, ReplyTo, Result, Screen, assert_agrees, complete, show,
};

/// Two screens: ORDER asks for a dish, CONFIRM repeats it.
const FLOW_JSON: &str = r#"{
  "version": "7.3",
  "data_api_version": "4.0",
  "routing_model": { "ORDER": ["CONFIRM"], "CONFIRM": [] },
  "screens": [
    {
      "id": "ORDER", "title": "Order",
      "data": { "dishes": { "type": "array", "items": { "type": "object", "properties": {
        "id": { "type": "string" }, "title": { "type": "string" } } }, "__example__": [] } },
      "layout": { "type": "SingleColumnLayout", "children": [
        { "type": "RadioButtonsGroup", "name": "dish", "label": "Dish", "required": true,
          "data-source": "${data.dishes}" },
        { "type": "TextInput", "name": "wishes", "label": "Wishes" },
        { "type": "Footer", "label": "Continue", "on-click-action": { "name": "data_exchange",
          "payload": { "dish": "${form.dish}", "wishes": "${form.wishes}" } } }
      ] }
    },
    {
      "id": "CONFIRM", "title": "Confirm", "terminal": true,
      "data": { "summary": { "type": "string", "__example__": "Soup" } },
      "layout": { "type": "SingleColumnLayout", "children": [
        { "type": "TextBody", "text": "${data.summary}" },
        { "type": "Footer", "label": "Confirm", "on-click-action": { "name": "data_exchange", "payload": {} } }
      ] }
    }
  ]
}"#;

#[derive(Serialize)]
struct Order {
    dishes: Value,
}

#[derive(Deserialize)]
struct OrderInput {
    dish: String,
}

impl Screen for Order {
    const ID: &'static str = "ORDER";
    type Input = OrderInput;
}

#[derive(Serialize)]
struct Confirm {
    summary: Value,
}

impl Screen for Confirm {
    const ID: &'static str = "CONFIRM";
    type Input = ();
}

impl Reaches<Order> for Init {}
impl Reaches<Confirm> for Order {}

/// The data that the endpoint sends in CONFIRM.
struct Summary(Value);

type Cx = Context<Summary, u32>;

async fn init(_: Cx) -> Result<ReplyTo<Init, u32>> {
    Ok(show(Order { dishes: json!([{ "id": "soup", "title": "Soup" }]) }))
}

async fn order(cx: Cx, given: Input<Order>) -> Result<ReplyTo<Order, u32>> {
    if given.dish == "fail" {
        return Err("no kitchen".into());
    }
    Ok(show(Confirm { summary: cx.app().0.clone() }).saving(cx.session() + 1))
}

async fn confirm(cx: Cx, _: Input<Confirm>) -> Result<ReplyTo<Confirm, u32>> {
    Ok(complete(json!({ "orders": cx.session() })))
}

fn flow(summary: Value) -> Flow<Summary, u32> {
    Flow::new(Summary(summary))
        .document(FLOW_JSON)
        .on_init(init)
        .on::<Order>(order)
        .once::<Confirm>(confirm)
}

async fn open() -> FlowClient {
    FlowClient::open(flow(json!("One soup")), FLOW_JSON).await
}

/// Runs a test that panics, and returns the message.
fn panic_of(test: impl Future<Output = ()>) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let panic = catch_unwind(AssertUnwindSafe(|| runtime.block_on(test))).expect_err("a panic");
    panic.downcast_ref::<String>().expect("a formatted message").clone()
}

#[tokio::test]
async fn plays_to_the_end() {
    let mut client = open().await;
    assert_eq!((client.screen(), client.status()), ("ORDER", 200));
    assert!(!client.component("Continue").enabled);
    client.choose("Dish", "Soup").await;
    client.fill("Wishes", "Hot");
    client.tap("Continue").await;
    assert_eq!(client.last_request().unwrap()["data"], json!({ "dish": "soup", "wishes": "Hot" }));
    assert!(client.sees("One soup"));
    client.tap("Confirm").await;
    assert_eq!(client.completion()["orders"], 1);
    assert_eq!(client.answers()[0].value, "Soup");
}

#[test]
fn what_a_user_could_not_do_fails_with_the_screen() {
    let message = panic_of(async { open().await.tap("Continue").await });
    let expected = "`Continue` is disabled: `Dish` is required and empty; on screen: ORDER, \"Order\"\n  Dish (required): ( ) Soup";
    assert!(message.starts_with(expected), "{message}");
    let message = panic_of(async { open().await.choose("Dish", "Salad").await });
    assert!(message.starts_with("`Dish` has no option `Salad`; it has Soup;"), "{message}");
}

#[test]
fn a_reply_that_the_client_rejects_fails_with_the_line() {
    let message = panic_of(async {
        let mut client = FlowClient::open(flow(json!(7)), FLOW_JSON).await;
        client.choose("Dish", "Soup").await;
        client.tap("Continue").await;
    });
    let expected = "the client rejects the reply: summary of CONFIRM: expected a string (line 20 of the Flow JSON)";
    assert!(message.contains(expected), "{message}");
    assert!(message.contains("flow_client.rs:"), "the place of the tap: {message}");
}

#[tokio::test]
async fn the_same_bytes_and_the_same_data_are_sent_again() {
    let mut client = open().await;
    client.choose("Dish", "Soup").await;
    client.tap("Continue").await;
    let first = client.last_response().unwrap().clone();
    assert_eq!(client.resend_last().await.raw, first.raw);
    let again = client.retry_last().await;
    assert_ne!(again.raw, first.raw, "fresh encryption");
    assert_eq!(again.body, first.body);
}

#[tokio::test]
async fn a_lost_reply_is_an_error_and_the_next_tap_succeeds() {
    let mut client = open().await;
    client.choose("Dish", "Soup").await;
    client.tap("Continue").await;
    client.lose_next_reply();
    client.tap("Confirm").await;
    assert_eq!(client.screen(), "CONFIRM");
    assert!(!client.message().is_empty());
    client.tap("Confirm").await;
    assert_eq!(client.completion()["orders"], 1, "the reply is repeated");
}

/// Two requests at once: both run an ordinary handler, and one of them a `once` handler. The next request is one again.
#[tokio::test]
async fn a_doubled_request_arrives_twice_at_the_same_time() {
    static RUNS: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2];
    async fn runs(of: usize) -> u32 {
        let runs = RUNS[of].fetch_add(1, Ordering::Relaxed) + 1;
        tokio::task::yield_now().await;
        runs
    }
    async fn order(_: Cx, _: Input<Order>) -> Result<ReplyTo<Order, u32>> {
        runs(0).await;
        Ok(show(Confirm { summary: json!("One soup") }))
    }
    async fn confirm(_: Cx, _: Input<Confirm>) -> Result<ReplyTo<Confirm, u32>> {
        Ok(complete(json!({ "runs": runs(1).await })))
    }
    let flow = Flow::new(Summary(Value::Null)).document(FLOW_JSON).on_init(init);
    let flow = flow.on::<Order>(order).once::<Confirm>(confirm);
    let runs = || RUNS.each_ref().map(|runs| runs.load(Ordering::Relaxed));
    let mut client = FlowClient::open(flow, FLOW_JSON).await;
    client.choose("Dish", "Soup").await;
    client.double_next_request();
    client.tap("Continue").await;
    assert_eq!((client.screen(), runs()), ("CONFIRM", [2, 0]));
    client.double_next_request();
    client.tap("Confirm").await;
    assert_eq!((&client.completion()["runs"], runs()), (&json!(1), [2, 1]));
    let mut another = client.another().await;
    another.choose("Dish", "Soup").await;
    another.tap("Continue").await;
    assert_eq!(runs(), [3, 1]);
}

#[tokio::test]
async fn a_second_device_has_the_same_token_and_another_user_has_not() {
    let mut client = open().await;
    client.choose("Dish", "Soup").await;
    client.tap("Continue").await;
    let mut second = client.second_device().await;
    assert_eq!((second.screen(), second.phone().token()), ("ORDER", client.phone().token()));
    second.choose("Dish", "Soup").await;
    second.tap("Continue").await;
    second.tap("Confirm").await;
    client.tap("Confirm").await;
    assert_eq!(client.completion(), second.completion(), "one submission, one reply");
    assert_eq!(client.reopen().await.failure().unwrap().cause, FailureCause::TokenInvalid);
    assert_ne!(client.another().await.phone().token(), client.phone().token());
}

#[tokio::test]
async fn an_expired_session_is_a_failure_that_can_be_seen() {
    let mut client = open().await;
    client.choose("Dish", "Soup").await;
    client.tap("Continue").await;
    client.tap("Confirm").await;
    client.wait(Duration::from_secs(3600));
    let again = client.reopen().await;
    assert_eq!((again.status(), again.failure().unwrap().cause), (427, FailureCause::TokenInvalid));
}

#[tokio::test]
async fn opens_by_navigate() {
    let data = json!({ "dishes": [{ "id": "fail", "title": "Fish" }] });
    let mut client = FlowClient::open_at(flow(json!("One fish")), FLOW_JSON, "ORDER", data).await;
    assert_eq!((client.screen(), client.status()), ("ORDER", 0), "no request was sent");
    client.choose("Dish", "Fish").await;
    client.tap("Continue").await;
    assert_eq!((client.screen(), client.status()), ("ORDER", 200));
    assert!(!client.message().is_empty(), "the user stays and can try again");
}

/// A payload member was renamed in the Flow JSON, and the generated screens were kept.
#[test]
fn a_renamed_payload_member_is_found_by_the_client_and_not_by_a_phone() {
    let renamed = FLOW_JSON.replace("\"dish\": \"${form.dish}\"", "\"meal\": \"${form.dish}\"");
    assert_ne!(renamed, FLOW_JSON);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let phone = Phone::new(flow(json!("One soup")));
    let response = runtime.block_on(phone.submit("ORDER", json!({ "dish": "soup" })));
    assert_eq!(response.screen(), "CONFIRM", "the developer's payload is not the document's");

    let message = panic_of(async {
        let mut client = FlowClient::open(flow(json!("One soup")), &renamed).await;
        client.choose("Dish", "Soup").await;
        client.tap("Continue").await;
        client.tap("Confirm").await;
    });
    let expected =
        "there is no button, link or item `Confirm`; on screen: ORDER, \"Order\"\n  message: ";
    assert!(message.starts_with(expected), "{message}");

    let message = panic_of(async { assert_agrees(&flow(json!("One soup")), &renamed) });
    assert!(
        message.contains("the screen sends `meal`, which the Input does not read"),
        "{message}"
    );
}
