//! The status table of docs/errors.md, row by row, through the front door: the request is encrypted and signed, and the
//! test compares the status and the decrypted reply.

mod failures;
mod requests;
mod sessions;
mod tokens;
mod wiring;

use crate::support::{APP_SECRET, business, faulty, sign};
use bytes::Bytes;
use http::Request;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use whatsapp_flows::keyring::{KeyringProvider, KeyringUnavailable};
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::session::{Session, StoreError};
use whatsapp_flows::testing::{KeyPair, Phone, RequestSealer, Response, Sealed};
use whatsapp_flows::*;

#[derive(Serialize)]
struct Form {
    echo: Option<String>,
    seen: u32,
}

#[derive(Deserialize)]
struct FormInput {
    what: String,
    #[serde(default)]
    nested: Option<Nested>,
}

#[derive(Deserialize)]
struct Nested {
    count: u32,
}

impl Screen for Form {
    const ID: &'static str = "FORM";
    type Input = FormInput;
}

#[derive(Serialize)]
struct Other;

impl Screen for Other {
    const ID: &'static str = "OTHER";
    type Input = ();
}

/// Its data is not an object.
#[derive(Serialize)]
struct Flat(u8);

impl Screen for Flat {
    const ID: &'static str = "FLAT";
    type Input = ();
}

impl Reaches<Form> for Init {}

impl Reaches<Other> for Form {}

impl Reaches<Flat> for Form {}

#[derive(Default, Serialize, Deserialize)]
struct Seen {
    times: u32,
    text: String,
}

type Cx = Context<(), Seen>;

async fn init(cx: Cx) -> Result<ReplyTo<Init, Seen>> {
    Ok(show(Form { echo: None, seen: cx.session().times }))
}

async fn submit(cx: Cx, given: FormInput) -> Result<ReplyTo<Form, Seen>> {
    let times = cx.session().times + given.nested.map_or(1, |nested| nested.count);
    let seen = Seen { times, text: given.what.clone() };
    Ok(match given.what.as_str() {
        "fail" => "text of an error".parse::<u32>().map(|_| close())?,
        "boxed" => Err(Box::<dyn std::error::Error + Send + Sync>::from("text"))?,
        "expire" => return Err(Error::token_expired("Closed since noon.")),
        "panic" => panic!("what the user typed"),
        "panic later" => {
            tokio::task::yield_now().await;
            panic!("what the user typed")
        }
        "sleep" => std::future::pending().await,
        "flat" => show(Flat(1)),
        "large" => show(Form { echo: Some("x".repeat(1_000_000)), seen: 0 }),
        "kept large" => show(Form { echo: Some(noise(100_000)), seen: 0 }),
        "large state" => show(Other).saving(Seen { text: "x".repeat(65_536), ..seen }),
        "complete" => complete(json!({ "said": given.what, "flow_token": "of another" })),
        "complete with a list" => complete([1]),
        "close" => close(),
        "other" => show(Other),
        "message" => show(Form { echo: None, seen: times }).message("Look ${data.x}"),
        echo => show(Form { echo: Some(echo.into()), seen: times }).saving(seen),
    })
}

/// Text that compresses badly.
fn noise(length: usize) -> String {
    let mut random = 1_u64;
    let letter = std::iter::repeat_with(|| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(b'0' + (random >> 58) as u8)
    });
    letter.take(length).collect()
}

fn flow() -> Flow<(), Seen> {
    Flow::new(()).on_init(init).on::<Form>(submit).resumes().expired_message("It is over.")
}

fn endpoint(sessions: impl session::SessionStore) -> Endpoint {
    Endpoint::new(business().secret, sessions).serve("/form", flow())
}

fn phone_for(endpoint: Endpoint) -> Phone {
    Phone::for_endpoint(endpoint, "/form", business().keys, sign())
}

fn phone() -> Phone {
    phone_for(endpoint(MemoryStore::new()))
}

/// A correct POST, for tests that change one thing.
fn post(sealed: &Sealed, signature: &[&[u8]]) -> Request<Bytes> {
    let mut request = Request::post("/form").body(Bytes::from(sealed.body.clone())).unwrap();
    for value in signature {
        request.headers_mut().append(
            "X-Hub-Signature-256",
            http::HeaderValue::from_bytes(value).expect("a header value"),
        );
    }
    request
}

fn assert_empty(answer: &Response, status: u16) {
    assert_eq!((answer.status, answer.raw.len()), (status, 0));
}
