//! The screens of removed_screen.json, printed by `flowctl types`.
//! Edit removed_screen.json, not this file.
#![allow(dead_code, clippy::all)] // names and shapes are the document's, used or not
#![cfg_attr(rustfmt, rustfmt_skip)] // the text is the same whatever your rustfmt.toml says

use serde::{Deserialize, Serialize};
use whatsapp_flows::{Init, Reaches, Screen};

/// ORDER, "Order" (line 6).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    pub dishes: Vec<Choice>,
}

/// One of `dishes` of ORDER.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    pub id: String,
    pub title: String,
}

/// What ORDER sends (line 12).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct OrderInput {
    pub dish: String,
}

impl Screen for Order {
    const ID: &'static str = "ORDER";
    type Input = OrderInput;
}

/// CONFIRM, "Confirm" (line 15).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Confirm {
    pub order: String,
}

impl Screen for Confirm {
    const ID: &'static str = "CONFIRM";
    type Input = ();
}

impl Reaches<Order> for Init {}
impl Reaches<Confirm> for Order {}
impl Reaches<Order> for Confirm {}
