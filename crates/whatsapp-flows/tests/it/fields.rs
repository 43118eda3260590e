//! The values that clients send for form fields, through the front door. The screens are generated from
//! `tests/types/numbers.json`.

use std::sync::Arc;

use crate::support::log_lines::LogLines;
use crate::support::{business, sign};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use whatsapp_flows::testing::{Phone, RequestSealer, Response};
use whatsapp_flows::{
    Context, Endpoint, Flow, Init, Input, MemoryStore, ReplyTo, Result, complete, show,
};

#[allow(clippy::all)]
#[path = "../types/numbers.rs"]
mod numbers;

use numbers::{Choice, DaysError, Errors, Limits, Order, OrderInput, Pay, PayInput, Typed};

const DOCUMENT: &str = include_str!("../types/numbers.json");

/// The code that the user received in a text message.
const CODE: &str = "012345";

#[derive(Default, Serialize, Deserialize)]
struct Draft {
    order: OrderInput,
}

type Cx = Context<(), Draft>;
type Reply<S> = Result<ReplyTo<S, Draft>>;

fn order(typed: Typed, errors: Errors) -> Order {
    let choice = |id: &str| Choice { id: id.into(), title: format!("No. {id}") };
    Order { price: 41.5, typed, errors, toppings: vec![choice("1"), choice("2")] }
}

async fn init(_: Cx) -> Reply<Init> {
    Ok(show(order(Typed::default(), Errors::default())))
}

async fn ordered(_: Cx, given: Input<Order>) -> Reply<Order> {
    if given.code.normalized() != CODE {
        let typed =
            Typed { amount: given.amount.to_string(), code: given.code.normalized().into() };
        let errors = Errors { code: Some("Not this one".into()), ..Errors::default() };
        return Ok(show(order(typed, errors)).saving(Draft { order: given }));
    }
    let limits = Limits { least: 1.into(), most: given.amount.clone() };
    Ok(show(Pay { limits, days_error: DaysError::default() }).saving(Draft { order: given }))
}

async fn paid(cx: Cx, given: Input<Pay>) -> Reply<Pay> {
    let order = &cx.session().order;
    let sent = match given {
        PayInput::Footer { how, paid, with, .. } => {
            json!({ "how": how, "paid": paid.value(), "with": with })
        }
        PayInput::With { with, limits, .. } => json!({ "with": with, "most": limits.most }),
        PayInput::How { how } => json!({ "only": how }),
    };
    let amount = json!({ "text": order.amount.text(), "value": order.amount.value() });
    Ok(complete(json!({ "order": order, "amount": amount, "sent": sent })))
}

fn flow() -> Flow<(), Draft> {
    Flow::new(()).document(DOCUMENT).on_init(init).on::<Order>(ordered).on::<Pay>(paid)
}

fn filled(members: Value) -> Value {
    let mut payload = json!({
        "amount": "41.5", "code": CODE, "pin": "0042", "size": "1", "toppings": ["1"],
        "price": 41.5, "at": { "toppings": [] },
    });
    for (name, value) in members.as_object().unwrap() {
        payload[name] = value.clone();
    }
    payload
}

/// Returns the parameters of a conversation that submits these payloads.
async fn conversation(order: Value, pay: Value) -> Value {
    let phone = Phone::new(flow());
    assert_eq!(phone.init().await.screen(), "ORDER");
    let answer = phone.submit("ORDER", order).await;
    assert_eq!((answer.status, answer.screen()), (200, "PAY"), "{}", answer.body);
    let end = phone.submit("PAY", pay).await;
    assert_eq!(end.screen(), "SUCCESS", "{}", end.body);
    end.params().clone()
}

#[tokio::test]
async fn numbers_are_read_in_local_notation() {
    for (amount, code, paid) in [
        // With a decimal comma.
        (json!("41,5"), json!("012345"), json!("17,5")),
        // In Arabic digits, and in Persian digits with direction marks.
        (json!("٤١٫٥"), json!("٠١٢٣٤٥"), json!("١٧٫٥")),
        (json!("\u{200F}۴۱٫۵\u{200E}"), json!("۰۱۲۳۴۵"), json!("\u{2067}۱۷٫۵\u{2069}")),
        // With surrounding white space.
        (json!(" 41.5 "), json!("\u{a0}012345"), json!("17.50 ")),
        // From a client that sends JSON numbers.
        (json!(41.5), json!("012345"), json!(17.5)),
    ] {
        let order = filled(json!({ "amount": amount, "code": code, "tip": " " }));
        let params = conversation(order, json!({ "how": "2", "paid": paid })).await;
        assert_eq!(params["amount"]["value"], 41.5);
        // The session keeps it as the user typed it.
        assert_eq!(params["amount"]["text"], amount.as_str().unwrap_or("41.5"));
        assert_eq!(params["order"]["code"], code);
        assert_eq!(params["order"]["tip"], Value::Null, "a blank number is absent");
        assert_eq!(params["sent"], json!({ "how": "2", "paid": 17.5, "with": [] }));
    }
}

#[tokio::test]
async fn leading_zeros_of_a_code_are_kept_and_sent_back() {
    let phone = Phone::new(flow());
    for (code, again) in [
        (json!("12345"), "12345"),
        (json!(12345), "12345"),
        (json!("0012345"), "0012345"),
        (json!("٠١"), "01"),
        (json!("012345678901234567890"), "012345678901234567890"),
        (json!(9_007_199_254_740_993_u64), "9007199254740993"),
    ] {
        let answer = phone.submit("ORDER", filled(json!({ "code": code }))).await;
        assert_eq!((answer.status, answer.screen()), (200, "ORDER"));
        assert_eq!(answer.data()["typed"]["code"], again);
        // Only the invalid field has an error.
        assert_eq!(answer.data()["errors"], json!({ "code": "Not this one" }));
    }
    // The prefilled values are sent back.
    let answer = phone.submit("ORDER", filled(json!({ "code": CODE }))).await;
    assert_eq!(answer.screen(), "PAY");
}

#[tokio::test]
async fn a_long_json_number_keeps_all_digits() {
    let business = business();
    let endpoint =
        Endpoint::new(Arc::clone(&business.secret), MemoryStore::new()).serve("/order", flow());
    let phone = Phone::for_endpoint(endpoint, "/order", business.keys, sign());
    let digits = "12345678901234567890123";
    let request = phone.request("data_exchange", "ORDER", filled(json!({ "code": "DIGITS" })));
    let plaintext = request.to_string().replace("\"DIGITS\"", digits);
    let sealed = RequestSealer::new(&business.keys.public_pem).unwrap().seal(plaintext.as_bytes());
    let answer = phone.post(&sealed).await;
    assert_eq!(answer.data()["typed"]["code"], digits);
}

#[tokio::test]
async fn a_scalar_of_another_json_type_is_converted() {
    for (members, name, expected) in [
        (json!({ "pin": 1234 }), "pin", json!("1234")),
        (json!({ "size": 2 }), "size", json!("2")),
        (json!({ "agreed": "true" }), "agreed", json!(true)),
        (json!({ "agreed": "false" }), "agreed", json!(false)),
        (json!({ "toppings": "2" }), "toppings", json!(["2"])),
        (json!({ "toppings": 2 }), "toppings", json!(["2"])),
        (json!({ "toppings": [1, "2"] }), "toppings", json!(["1", "2"])),
        (json!({ "toppings": ["", "2"] }), "toppings", json!(["2"])),
        (json!({ "toppings": [""] }), "toppings", json!([])),
        (json!({ "toppings": "" }), "toppings", json!([])),
        (json!({ "at": { "tip": " ", "toppings": "1" } }), "at", json!({ "toppings": ["1"] })),
        (json!({ "price": "41,5" }), "price", json!("41,5")),
    ] {
        let params = conversation(filled(members.clone()), json!({ "how": 1, "paid": "1" })).await;
        assert_eq!(params["order"][name], expected, "{members}");
        assert_eq!(params["sent"]["how"], "1");
    }
}

#[tokio::test]
async fn an_invalid_number_does_not_turn_a_payload_into_another_action() {
    let phone = Phone::new(flow());
    assert_eq!(phone.submit("ORDER", filled(json!({}))).await.screen(), "PAY");
    for paid in ["17,5 €", "1,234", "many", " "] {
        let (answer, log) = logged(&phone, "PAY", json!({ "how": "1", "paid": paid })).await;
        assert_ne!(answer.screen(), "SUCCESS", "{paid}");
        assert_eq!(log.last().unwrap()["member"], "paid", "{paid}: {log:?}");
        assert!(!format!("{log:?}").contains(paid.trim()) || paid == " ", "{log:?}");
    }
    let emptied = phone.another();
    assert_eq!(emptied.submit("ORDER", filled(json!({}))).await.screen(), "PAY");
    let answer = emptied.submit("PAY", json!({ "how": "" })).await;
    assert_eq!(answer.params()["sent"], json!({}), "an emptied Dropdown");
    let with = json!({ "with": [], "limits": { "least": 1, "most": "41,5" } });
    let answer = phone.submit("PAY", with).await;
    // The session keeps the text; the screen shows a number.
    assert_eq!(answer.params()["sent"], json!({ "with": [], "most": "41,5" }));
}

#[tokio::test]
async fn an_invalid_member_is_logged() {
    let phone = Phone::new(flow());
    for (members, member) in [
        (json!({ "amount": "1,234" }), "amount"),
        (json!({ "amount": " " }), "amount"),
        (json!({ "code": "12-34" }), "code"),
        (json!({ "pin": ["1"] }), "pin"),
        (json!({ "agreed": "yes" }), "agreed"),
        (json!({ "agreed": 1 }), "agreed"),
        (json!({ "toppings": { "1": true } }), "toppings"),
        (json!({ "at": { "tip": "MARK" } }), "at"),
    ] {
        let (answer, log) = logged(&phone, "ORDER", filled(members.clone())).await;
        assert_ne!(answer.screen(), "PAY", "{members}");
        assert_eq!(log.last().unwrap()["member"], member, "{members}: {log:?}");
        assert!(!format!("{log:?}").contains("MARK"), "{log:?}");
    }
}

#[tokio::test]
async fn an_unfilled_binding_is_absent_and_logged() {
    let phone = Phone::new(flow());
    let optional = filled(json!({ "tip": "${form.tip}", "agreed": "${form.agreed}" }));
    let (answer, log) = logged(&phone, "ORDER", optional).await;
    assert_eq!(answer.screen(), "PAY");
    let members: Vec<_> = log.iter().filter_map(|line| line["member"].as_str()).collect();
    assert_eq!(members, ["agreed", "tip"], "{log:?}");
    assert!(log[0]["message"].as_str().unwrap().contains("a binding"), "{log:?}");

    let required = filled(json!({ "size": "${screen.ORDER.form.size}" }));
    let (answer, log) = logged(&phone, "ORDER", required).await;
    assert_ne!(answer.screen(), "PAY", "a required member is absent");
    assert_eq!(log.last().unwrap()["member"], "size", "{log:?}");
    let within = filled(json!({ "pin": "pay ${form.size}" }));
    assert_eq!(phone.submit("ORDER", within).await.screen(), "PAY", "text with a binding in it");

    let typed = filled(json!({ "447946000000": "${form.size}" }));
    let (_, log) = logged(&phone, "ORDER", typed).await;
    assert_eq!(
        (log.len(), log[0]["member"].as_str()),
        (2, Some("")),
        "a name may be a number that was typed"
    );

    let mut many = filled(json!({}));
    (0..1_000).for_each(|number| many[format!("m{number}")] = "${form.m}".into());
    let (_, log) = logged(&phone, "ORDER", many).await;
    assert_eq!(log.len(), 9, "eight members, and the line of the request");
}

/// Submits a screen, and returns the reply and the log lines.
async fn logged(phone: &Phone, screen: &str, data: Value) -> (Response, Vec<Value>) {
    let lines = LogLines::collect();
    let answer = phone.submit(screen, data).await;
    (answer, lines.all())
}
