//! The state of the stand-in: apps, accounts, numbers, flows, tokens, and the variants where sources disagree.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::fault::Fault;
use super::tokens::TokenRecord;
use super::webhooks::Delivery;

pub const WABA: &str = "100000000000001";
pub const NUMBER: &str = "300000000000003";
pub const APP: &str = "400000000000004";
pub const APP_SECRET: &str = "0123456789abcdef0123456789abcdef";
/// A token with both permissions for everything.
pub const TOKEN: &str = "EAAGstandInToken0123456789ZDZD";
/// A user on the list of the test number, with an open window.
pub const USER: &str = "15550100200";
/// The same user, without a number.
pub const USER_ID: &str = "US.AbC123dEf456";
/// The field of an app's subscription for alerts of flows.
pub const FLOW_FIELD: &str = "flows";

pub struct State {
    pub apps: BTreeMap<String, App>,
    pub wabas: BTreeMap<String, Waba>,
    pub numbers: BTreeMap<String, Number>,
    pub flows: BTreeMap<String, FlowRecord>,
    pub tokens: BTreeMap<String, TokenRecord>,
    /// The accepted messages.
    pub messages: Vec<Value>,
    /// Faults to come, each for one call.
    pub faults: Vec<Fault>,
    /// The calls as `POST /{id}/flows`, with their ids.
    pub calls: Vec<String>,
    /// Errors that Meta finds in every upload, beside those of our linter.
    pub upload_errors: Vec<Value>,
    pub published_upload: PublishedUpload,
    pub create_answer: CreateAnswer,
    pub key_shape: KeyShape,
    pub message_answer: MessageAnswer,
    /// The address that receives webhooks of messages; `None` for none.
    pub webhook: Option<String>,
    pub delivery: Delivery,
    /// The optional fields of a number are known to this version.
    pub knows_optional_fields: bool,
    pub next_id: u64,
}

pub struct App {
    pub name: String,
    pub secret: String,
    /// The answer of `GET /{app}/subscriptions`.
    pub subscriptions: Vec<Value>,
}

pub struct Waba {
    pub name: String,
    /// Apps with an override of the callback.
    pub subscribed: BTreeMap<String, Option<String>>,
    pub business_verified: bool,
}

pub struct Number {
    pub waba: String,
    pub display: String,
    pub status: String,
    pub platform: String,
    /// The registered key and whether it is signed by the present registration.
    pub key: Option<(String, bool)>,
    /// The recipients that a test number accepts.
    pub recipients: BTreeSet<String>,
    /// The users who wrote within 24 hours.
    pub windows: BTreeSet<String>,
    /// The next message to the same user is too early.
    pub pair_limited: bool,
}

#[derive(Clone)]
pub struct FlowRecord {
    pub waba: String,
    pub name: String,
    pub status: &'static str,
    pub categories: Vec<String>,
    pub json: Option<Vec<u8>>,
    pub errors: Vec<Value>,
    pub endpoint_uri: Option<String>,
    pub app: String,
}

/// The answer to an upload for a published flow.
#[derive(Clone, Copy, PartialEq)]
pub enum PublishedUpload {
    ToDraft,
    Refused,
}

#[derive(Clone, Copy, PartialEq)]
pub enum CreateAnswer {
    Full,
    IdOnly,
}

/// The form of the answer with a registered key.
#[derive(Clone, Copy, PartialEq)]
pub enum KeyShape {
    List,
    Flat,
    /// `data` is neither.
    Broken,
}

#[derive(Clone, Copy, PartialEq)]
pub enum MessageAnswer {
    Full,
    /// No `wa_id`, and `Input` in place of `input`.
    Old,
    NoId,
}

impl State {
    pub fn new() -> Self {
        let subscription = serde_json::json!({
            "object": "whatsapp_business_account", "callback_url": "https://hooks.example/meta", "active": true,
            "fields": [{ "name": "messages", "version": "v1" }, { "name": FLOW_FIELD, "version": "v1" }],
        });
        let app = App {
            name: "dentist".into(),
            secret: APP_SECRET.into(),
            subscriptions: vec![subscription],
        };
        let waba = Waba {
            name: "Dr Example".into(),
            subscribed: BTreeMap::from([(APP.to_owned(), None)]),
            business_verified: true,
        };
        let users = BTreeSet::from([USER.to_owned(), USER_ID.to_owned()]);
        let number = Number {
            waba: WABA.into(),
            display: "+1 555-010-9999".into(),
            status: "CONNECTED".into(),
            platform: "CLOUD_API".into(),
            key: None,
            recipients: users.clone(),
            windows: users,
            pair_limited: false,
        };
        Self {
            apps: BTreeMap::from([(APP.to_owned(), app)]),
            wabas: BTreeMap::from([(WABA.to_owned(), waba)]),
            numbers: BTreeMap::from([(NUMBER.to_owned(), number)]),
            flows: BTreeMap::new(),
            tokens: BTreeMap::from([(TOKEN.to_owned(), TokenRecord::full())]),
            messages: Vec::new(),
            faults: Vec::new(),
            calls: Vec::new(),
            upload_errors: Vec::new(),
            published_upload: PublishedUpload::ToDraft,
            create_answer: CreateAnswer::Full,
            key_shape: KeyShape::List,
            message_answer: MessageAnswer::Full,
            webhook: None,
            delivery: Delivery::Read,
            knows_optional_fields: true,
            next_id: 200_000_000_000_002,
        }
    }

    /// The flow with a name.
    pub fn flow(&mut self, name: &str) -> &mut FlowRecord {
        self.flows.values_mut().find(|flow| flow.name == name).expect("the flow exists")
    }

    /// The number of calls whose method and last part of the path are these, such as `POST assets`. An id counts as
    /// `{id}`.
    pub fn count(&self, call: &str) -> usize {
        let (method, last) = call.split_once(' ').expect("method and path");
        let matches = |made: &&String| {
            let (made_method, path) = made.split_once(' ').expect("method and path");
            made_method == method && last_part(path) == last
        };
        self.calls.iter().filter(matches).count()
    }
}

/// The last part of a path, or `{id}`.
pub fn last_part(path: &str) -> &str {
    let last = path.rsplit('/').next().unwrap_or_default();
    if last.bytes().all(|byte| byte.is_ascii_digit()) { "{id}" } else { last }
}
