//! The screens of flow.json, printed by `flowctl types`.
//! Edit flow.json, not this file.
#![allow(dead_code, clippy::all)] // names and shapes are the document's, used or not
#![cfg_attr(rustfmt, rustfmt_skip)] // the text is the same whatever your rustfmt.toml says

use serde::{Deserialize, Serialize};
use whatsapp_flows::flow::Number;
use whatsapp_flows::{Init, Reaches, Screen};

/// ASK, "Dinner" (line 6).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    pub today: String,
}

/// What ASK sends (line 19).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AskInput {
    pub people: Number,
    pub wishes: Option<String>,
}

impl Screen for Ask {
    const ID: &'static str = "ASK";
    type Input = AskInput;
}

/// OFFER, "Our offer" (line 27).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    pub price: String,
}

impl Screen for Offer {
    const ID: &'static str = "OFFER";
    type Input = ();
}

impl Reaches<Ask> for Init {}
impl Reaches<Offer> for Ask {}
impl Reaches<Ask> for Offer {}
