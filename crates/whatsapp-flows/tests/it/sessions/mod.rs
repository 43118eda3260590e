//! Sessions and `once`: the guarantees of docs/guarantees.md, through the front door.

mod duplicates;
mod failures;
mod finished;
mod lifetime;
mod store;
mod writes;

use crate::support::{business, sign};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;
use whatsapp_flows::BoxFuture;
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::session::{Precondition, Session, SessionStore, StoreError, WriteOutcome};
use whatsapp_flows::testing::{Phone, Response};
use whatsapp_flows::*;

/// The side effects of the shop, which must not repeat.
#[derive(Clone, Default)]
struct Shop {
    charged: Arc<AtomicU32>,
    attempts: Arc<Mutex<Vec<u32>>>,
}

#[derive(Serialize)]
struct Pay {
    due: u32,
    note: Option<String>,
}

#[derive(Deserialize)]
struct PayInput {
    card: String,
}

impl Screen for Pay {
    const ID: &'static str = "PAY";
    type Input = PayInput;
}

#[derive(Serialize)]
struct Receipt {
    number: u32,
}

#[derive(Deserialize)]
struct Rating {
    stars: Option<u32>,
}

impl Screen for Receipt {
    const ID: &'static str = "RECEIPT";
    type Input = Rating;
}

/// A terminal screen.
#[derive(Serialize)]
struct Thanks {
    stars: u32,
}

impl Screen for Thanks {
    const ID: &'static str = "THANKS";
    type Input = ();
}

impl Reaches<Pay> for Init {}

impl Reaches<Receipt> for Pay {}

impl Reaches<Pay> for Receipt {}

impl Reaches<Thanks> for Receipt {}

#[derive(Default, Serialize, Deserialize)]
struct Order {
    opened: u32,
}

type Cx = Context<Shop, Order>;

type Reply<S> = Result<ReplyTo<S, Order>>;

async fn init(cx: Cx) -> Reply<Init> {
    let opened = cx.session().opened + 1;
    Ok(show(Pay { due: opened, note: None }).saving(Order { opened }))
}

async fn pay(cx: Cx, given: PayInput) -> Reply<Pay> {
    cx.app().attempts.lock().unwrap().push(cx.attempt());
    let charge = || cx.app().charged.fetch_add(1, Ordering::Relaxed) + 1;
    Ok(match given.card.as_str() {
        "declined" => {
            charge();
            show(Pay { due: 1, note: None }).message("Card declined")
        }
        "slow" => {
            tokio::time::sleep(Duration::from_secs(3)).await;
            show(Receipt { number: charge() })
        }
        "dies" => {
            // The attempt dies after the side effect, and its outcome is not recorded.
            charge();
            std::future::pending().await
        }
        "fails" if cx.attempt() == 1 => "no number".parse::<u32>().map(|_| close())?,
        "fails" => show(Receipt { number: charge() }),
        "complete" => complete(json!({ "number": charge() })),
        _ => show(Receipt { number: charge() }),
    })
}

async fn rate(cx: Cx, given: Rating) -> Reply<Receipt> {
    match given.stars {
        Some(0) => panic!("no stars"),
        Some(9) => Ok(show(Thanks { stars: 9 }).terminal()),
        Some(1) => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            Ok(close())
        }
        _ => Ok(show(Receipt { number: cx.session().opened })),
    }
}

fn flow(shop: &Shop) -> Flow<Shop, Order> {
    Flow::new(shop.clone())
        .on_init(init)
        .once::<Pay>(pay)
        .on::<Receipt>(rate)
        .resumes()
        .expired_message("It is over.")
        .failure_message("Please try again.")
}

fn card(name: &str) -> Value {
    json!({ "card": name })
}

fn assert_expired(answer: &Response) {
    assert_eq!((answer.status, answer.error_msg()), (427, "It is over."));
}
