//! The screens of numbers.json, printed by `flowctl types`.
//! Edit numbers.json, not this file.
#![allow(dead_code, clippy::all)] // names and shapes are the document's, used or not
#![cfg_attr(rustfmt, rustfmt_skip)] // the text is the same whatever your rustfmt.toml says

use serde::{Deserialize, Deserializer, Serialize};
use whatsapp_flows::flow::{DateRange, Number, Payload, choices, number};
use whatsapp_flows::{Init, Reaches, Screen};

/// ORDER, "Numbers and codes" (line 6).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    #[serde(with = "number")]
    pub price: f64,
    pub typed: Typed,
    pub errors: Errors,
    pub toppings: Vec<Choice>,
}

/// `typed` of ORDER.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Typed {
    pub amount: String,
    pub code: String,
}

/// `errors` of ORDER.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Errors {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// One of `toppings` of ORDER.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    pub id: String,
    pub title: String,
}

/// What ORDER sends (line 46).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct OrderInput {
    pub amount: Number,
    pub code: Number,
    pub tip: Option<Number>,
    pub pin: String,
    pub size: String,
    #[serde(default, deserialize_with = "choices")]
    pub toppings: Vec<String>,
    pub agreed: Option<bool>,
    pub price: Number,
    pub at: At,
}

/// `at` of ORDER.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct At {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tip: Option<Number>,
    #[serde(default, deserialize_with = "choices")]
    pub toppings: Vec<String>,
}

impl Screen for Order {
    const ID: &'static str = "ORDER";
    type Input = OrderInput;
}

/// PAY, "One of several" (line 66).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pay {
    pub limits: Limits,
    pub days_error: DaysError,
}

/// `limits` of PAY.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    #[serde(with = "number")]
    pub least: Number,
    #[serde(with = "number")]
    pub most: Number,
}

/// `days_error` of PAY.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DaysError {
    #[serde(rename = "start-date")]
    pub start_date: String,
    #[serde(rename = "end-date", skip_serializing_if = "Option::is_none")]
    pub end_date: Option<String>,
}

/// What PAY sends: one of these.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum PayInput {
    /// CheckboxGroup `with` (line 94).
    With { how: Option<String>, with: Vec<String>, limits: Limits },
    /// Footer (line 104).
    Footer { how: String, paid: Number, with: Vec<String>, days: Option<DateRange> },
    /// Dropdown `how` (line 89).
    How { how: Option<String> },
}

impl<'de> Deserialize<'de> for PayInput {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let sent = Payload::deserialize(from)?;
        if sent.has("limits") {
            return Ok(Self::With {
                how: sent.read("how")?,
                with: sent.read_choices("with")?,
                limits: sent.read("limits")?,
            });
        }
        if sent.has("paid") {
            return Ok(Self::Footer {
                how: sent.read("how")?,
                paid: sent.read("paid")?,
                with: sent.read_choices("with")?,
                days: sent.read("days")?,
            });
        }
        Ok(Self::How { how: sent.read("how")? })
    }
}

impl Screen for Pay {
    const ID: &'static str = "PAY";
    type Input = PayInput;
}

impl Reaches<Order> for Init {}
impl Reaches<Pay> for Order {}
impl Reaches<Order> for Pay {}
