//! A shop whose `once` handler charges a card, with every outcome that a handler may have.

use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};
use whatsapp_flows::*;

/// The runs of the shop's handler.
#[derive(Clone, Default)]
pub struct Shop {
    charges: Arc<Mutex<Vec<Charge>>>,
}

/// One run of the handler.
#[derive(Debug, Clone, PartialEq)]
pub struct Charge {
    pub attempt: u32,
    pub operation: OperationId,
    pub unresolved: Vec<OperationId>,
}

impl Shop {
    pub fn charges(&self) -> Vec<Charge> {
        self.charges.lock().unwrap().clone()
    }

    pub fn last(&self) -> Charge {
        self.charges().pop().expect("a charge")
    }
}

#[derive(Serialize)]
pub struct Pay {
    pub due: u32,
}

#[derive(Deserialize)]
pub struct PayInput {
    pub card: String,
}

impl Screen for Pay {
    const ID: &'static str = "PAY";
    type Input = PayInput;
}

#[derive(Serialize)]
pub struct Receipt {
    pub number: Value,
}

impl Screen for Receipt {
    const ID: &'static str = "RECEIPT";
    type Input = Note;
}

#[derive(Deserialize)]
pub struct Note {
    #[allow(dead_code)] // read by serde
    pub note: Option<String>,
}

/// Its data is not an object.
#[derive(Serialize)]
struct Flat(u8);

impl Screen for Flat {
    const ID: &'static str = "FLAT";
    type Input = ();
}

impl Reaches<Pay> for Init {}
impl Reaches<Receipt> for Pay {}
impl Reaches<Flat> for Pay {}
impl Reaches<Pay> for Receipt {}

/// A state that does not serialize if its text is `unwritable`.
#[derive(Default, Deserialize)]
pub struct Cart {
    #[serde(default)]
    pub text: String,
}

impl Serialize for Cart {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self.text.as_str() {
            "unwritable" => Err(serde::ser::Error::custom("unwritable")),
            text => json!({ "text": text }).serialize(serializer),
        }
    }
}

type Cx = Context<Shop, Cart>;
type Reply<S> = Result<ReplyTo<S, Cart>>;

async fn init(_: Cx) -> Reply<Init> {
    Ok(show(Pay { due: 7 }))
}

async fn pay(cx: Cx, given: PayInput) -> Reply<Pay> {
    cx.app().charges.lock().unwrap().push(Charge {
        attempt: cx.attempt(),
        operation: cx.operation_id(),
        unresolved: cx.unresolved_operations().to_vec(),
    });
    let receipt = || show(Receipt { number: 1.into() });
    Ok(match given.card.as_str() {
        "declined" => show(Pay { due: 7 }).message("Card declined"),
        "disagrees" => show(Receipt { number: "one".into() }),
        "large reply" => complete(json!({ "text": "x".repeat(1_000_000) })),
        "flat" => show(Flat(1)),
        "list of parameters" => complete([1]),
        "large state" => receipt().saving(Cart { text: "x".repeat(65_536) }),
        "unwritable state" => receipt().saving(Cart { text: "unwritable".into() }),
        "complete" => complete(json!({ "typed": "VERY-PRIVATE" })),
        card if card.starts_with("fails") => "x".parse::<u32>().map(|_| close())?,
        "fails once" if cx.attempt() == 1 => "x".parse::<u32>().map(|_| close())?,
        "panics" => panic!("a handler that panics"),
        "dies" => std::future::pending().await,
        _ => receipt(),
    })
}

async fn note(_: Cx, _: Note) -> Reply<Receipt> {
    Ok(show(Receipt { number: 1.into() }))
}

/// PAY leads to RECEIPT, whose `number` has the type `number`.
pub const FLOW_JSON: &str = r#"{
    "version": "7.3", "data_api_version": "4.0",
    "routing_model": { "PAY": ["RECEIPT", "FLAT"], "RECEIPT": [], "FLAT": [] },
    "screens": [
        { "id": "PAY", "title": "Pay", "data": { "due": { "type": "number", "__example__": 7 } },
          "layout": { "type": "SingleColumnLayout", "children": [ { "type": "Form", "name": "form", "children": [
            { "type": "TextInput", "name": "card", "label": "Card", "required": true },
            { "type": "Footer", "label": "Pay",
              "on-click-action": { "name": "data_exchange", "payload": { "card": "${form.card}" } } } ] } ] } },
        { "id": "RECEIPT", "title": "Receipt", "terminal": true,
          "data": { "number": { "type": "number", "__example__": 1 } },
          "layout": { "type": "SingleColumnLayout", "children": [
            { "type": "Footer", "label": "Note",
              "on-click-action": { "name": "data_exchange", "payload": { "note": "x" } } } ] } },
        { "id": "FLAT", "title": "Flat", "layout": { "type": "SingleColumnLayout", "children": [] } }
    ]
}"#;

pub fn flow(shop: &Shop) -> Flow<Shop, Cart> {
    Flow::new(shop.clone())
        .document(FLOW_JSON)
        .on_init(init)
        .once::<Pay>(pay)
        .on::<Receipt>(note)
        .expired_message("It is over.")
        .failure_message("Please try again.")
}

pub fn card(name: &str) -> Value {
    json!({ "card": name })
}
