//! The screens of own_words.json, printed by `flowctl types`.
//! Edit own_words.json, not this file.
#![allow(dead_code, clippy::all)] // names and shapes are the document's, used or not
#![cfg_attr(rustfmt, rustfmt_skip)] // the text is the same whatever your rustfmt.toml says

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use whatsapp_flows::flow::{Number, Payload, number};
use whatsapp_flows::{Init, Reaches, Screen};

/// SELF, "Rust's own words" (line 6).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SelfScreen {
    #[serde(rename = "self")]
    pub self_: String,
    #[serde(rename = "Self")]
    pub self_2: SelfSelf,
    #[serde(rename = "crate", default, skip_serializing_if = "Option::is_none", with = "number")]
    pub crate_: Option<f64>,
    #[serde(rename = "extern", skip_serializing_if = "Option::is_none")]
    pub extern_: Option<Vec<String>>,
}

/// `Self` of SELF.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SelfSelf {
    #[serde(rename = "super")]
    pub super_: String,
}

/// What SELF sends: one of these.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "trigger")]
pub enum SelfScreenInput {
    /// EmbeddedLink (line 17).
    #[serde(rename = "self")]
    Self2,
    /// EmbeddedLink (line 18).
    #[serde(rename = "crate")]
    Crate {
        #[serde(rename = "self")]
        self_: String,
        #[serde(rename = "crate")]
        crate_: Option<Number>,
    },
}

impl<'de> Deserialize<'de> for SelfScreenInput {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let sent = Payload::deserialize(from)?;
        match &*sent.text("trigger") {
            "self" => Ok(Self::Self2),
            "crate" => Ok(Self::Crate {
                self_: sent.read_or_default("self")?,
                crate_: sent.read("crate")?,
            }),
            _ => Err(sent.unfit("trigger")),
        }
    }
}

impl Screen for SelfScreen {
    const ID: &'static str = "SELF";
    type Input = SelfScreenInput;
}

/// ITEMS, "Items with actions in the data" (line 21).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Items {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<ItemsItem>>,
}

/// One of `items` of ITEMS.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ItemsItem {
    pub id: String,
    #[serde(rename = "on-click-action")]
    pub on_click_action: ItemsItemsOnClickAction,
}

/// `on-click-action` of ITEMS.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ItemsItemsOnClickAction {
    pub name: String,
    pub payload: ItemsItemsOnClickActionPayload,
}

/// `payload` of ITEMS.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ItemsItemsOnClickActionPayload {
    pub sel: String,
    #[serde(with = "number")]
    pub count: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<bool>,
}

/// What ITEMS sends (lines 30 and 31).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ItemsInput {
    #[serde(default)]
    pub sel: String,
    pub count: Number,
    pub first: Option<bool>,
}

impl Screen for Items {
    const ID: &'static str = "ITEMS";
    type Input = ItemsInput;
}

/// ANY_ITEMS, "Nothing tells what they send" (line 39).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnyItems {
    pub items: Vec<Map<String, Value>>,
}

impl Screen for AnyItems {
    const ID: &'static str = "ANY_ITEMS";
    type Input = Map<String, Value>;
}

/// OTHER_ITEMS, "Told apart by members, one of them called self" (line 47).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OtherItems {
    #[serde(rename = "in")]
    pub in_: In,
}

/// `in` of OTHER_ITEMS.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct In {
    pub items: Vec<InItem>,
}

/// One of `items` of OTHER_ITEMS.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct InItem {
    pub id: String,
    #[serde(rename = "on-click-action")]
    pub on_click_action: InItemsOnClickAction,
}

/// `on-click-action` of OTHER_ITEMS.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct InItemsOnClickAction {
    pub name: String,
    pub payload: InItemsOnClickActionPayload,
}

/// `payload` of OTHER_ITEMS.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct InItemsOnClickActionPayload {
    #[serde(with = "number")]
    pub count: f64,
}

/// What OTHER_ITEMS sends: one of these.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum OtherItemsInput {
    /// Dropdown `self` (line 61).
    Self2 {
        #[serde(rename = "self")]
        self_: Option<String>,
    },
    /// NavigationList `list` (line 55).
    List { count: Number },
}

impl<'de> Deserialize<'de> for OtherItemsInput {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let sent = Payload::deserialize(from)?;
        if sent.has("self") {
            return Ok(Self::Self2 { self_: sent.read("self")? });
        }
        Ok(Self::List { count: sent.read("count")? })
    }
}

impl Screen for OtherItems {
    const ID: &'static str = "OTHER_ITEMS";
    type Input = OtherItemsInput;
}

impl Reaches<SelfScreen> for Init {}
impl Reaches<Items> for SelfScreen {}
impl Reaches<SelfScreen> for Items {}
impl Reaches<AnyItems> for Items {}
impl Reaches<Items> for AnyItems {}
impl Reaches<OtherItems> for AnyItems {}
impl Reaches<AnyItems> for OtherItems {}
