//! The screens of payloads.json, printed by `flowctl types`.
//! Edit payloads.json, not this file.
#![allow(dead_code, clippy::all)] // names and shapes are the document's, used or not
#![cfg_attr(rustfmt, rustfmt_skip)] // the text is the same whatever your rustfmt.toml says

use serde::{Deserialize, Deserializer, Serialize};
use whatsapp_flows::flow::{Number, Payload, number};
use whatsapp_flows::{Init, Reaches, Screen};

/// TRIGGERS, "A constant tells them apart" (line 12).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Triggers {
    pub places: Vec<Choice>,
}

/// One of `places` of TRIGGERS.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    pub id: String,
    pub title: String,
}

/// What TRIGGERS sends: one of these.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "trigger", rename_all = "snake_case")]
pub enum TriggersInput {
    /// Dropdown `place` (line 18).
    PlaceSelected { kind: String, place: Option<String> },
    /// CheckboxGroup `toppings` (line 20).
    ToppingsSelected { kind: String, place: Option<String>, toppings: Vec<String> },
    /// EmbeddedLink (line 21).
    Reset { kind: String },
    /// Footer (line 23).
    Send { kind: String, place: String, toppings: Vec<String>, amount: Option<Number> },
}

impl<'de> Deserialize<'de> for TriggersInput {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let sent = Payload::deserialize(from)?;
        match &*sent.text("trigger") {
            "place_selected" => {
                Ok(Self::PlaceSelected { kind: sent.read("kind")?, place: sent.read("place")? })
            }
            "toppings_selected" => Ok(Self::ToppingsSelected {
                kind: sent.read("kind")?,
                place: sent.read("place")?,
                toppings: sent.read_choices("toppings")?,
            }),
            "reset" => Ok(Self::Reset { kind: sent.read("kind")? }),
            "send" => Ok(Self::Send {
                kind: sent.read("kind")?,
                place: sent.read("place")?,
                toppings: sent.read_choices("toppings")?,
                amount: sent.read("amount")?,
            }),
            _ => Err(sent.unfit("trigger")),
        }
    }
}

impl Screen for Triggers {
    const ID: &'static str = "TRIGGERS";
    type Input = TriggersInput;
}

/// NAMED_TRIGGERS, "Texts that are no names" (line 26).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NamedTriggers;

/// What NAMED_TRIGGERS sends: one of these.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "do")]
pub enum NamedTriggersInput {
    /// EmbeddedLink (line 30).
    #[serde(rename = "go back!")]
    GoBack,
    /// EmbeddedLink (line 31).
    #[serde(rename = "Go Back")]
    GoBack2,
    /// EmbeddedLink (lines 32 and 33).
    #[serde(rename = "2")]
    Item2 { more: Option<Number> },
}

impl<'de> Deserialize<'de> for NamedTriggersInput {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let sent = Payload::deserialize(from)?;
        match &*sent.text("do") {
            "go back!" => Ok(Self::GoBack),
            "Go Back" => Ok(Self::GoBack2),
            "2" => Ok(Self::Item2 { more: sent.read("more")? }),
            _ => Err(sent.unfit("do")),
        }
    }
}

impl Screen for NamedTriggers {
    const ID: &'static str = "NAMED_TRIGGERS";
    type Input = NamedTriggersInput;
}

/// MEMBERS, "Their members tell them apart" (line 36).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Members {
    #[serde(with = "number")]
    pub count: f64,
}

/// What MEMBERS sends: one of these.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum MembersInput {
    /// Footer (line 47).
    Footer { place: String, day: String, sure: bool, count: Number },
    /// DatePicker `day` (line 44).
    Day { place: Option<String>, day: Option<String> },
    /// Dropdown `place` (line 42).
    Place { place: Option<String> },
    /// EmbeddedLink (line 46).
    EmbeddedLink {},
}

impl<'de> Deserialize<'de> for MembersInput {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let sent = Payload::deserialize(from)?;
        if sent.has("sure") || sent.has("count") {
            return Ok(Self::Footer {
                place: sent.read("place")?,
                day: sent.read("day")?,
                sure: sent.read("sure")?,
                count: sent.read("count")?,
            });
        }
        if sent.has("day") {
            return Ok(Self::Day { place: sent.read("place")?, day: sent.read("day")? });
        }
        if sent.has("place") {
            return Ok(Self::Place { place: sent.read("place")? });
        }
        Ok(Self::EmbeddedLink {})
    }
}

impl Screen for Members {
    const ID: &'static str = "MEMBERS";
    type Input = MembersInput;
}

/// ALIKE, "Nothing tells them apart" (line 50).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alike;

/// What ALIKE sends (lines 56, 57 and 58).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AlikeInput {
    pub name: Option<String>,
    pub step: Number,
    pub mail: Option<String>,
}

impl Screen for Alike {
    const ID: &'static str = "ALIKE";
    type Input = AlikeInput;
}

/// NOTHING, "Nothing is sent" (line 61).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Nothing;

impl Screen for Nothing {
    const ID: &'static str = "NOTHING";
    type Input = ();
}

impl Reaches<Triggers> for Init {}
impl Reaches<NamedTriggers> for Triggers {}
impl Reaches<Triggers> for NamedTriggers {}
impl Reaches<Members> for Triggers {}
impl Reaches<Triggers> for Members {}
impl Reaches<Members> for NamedTriggers {}
impl Reaches<NamedTriggers> for Members {}
impl Reaches<Alike> for Members {}
impl Reaches<Members> for Alike {}
impl Reaches<Nothing> for Alike {}
impl Reaches<Alike> for Nothing {}
