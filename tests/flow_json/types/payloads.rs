//! The screens of payloads.json, printed by `flowctl types`.
//! Edit payloads.json, not this file.
#![allow(dead_code, clippy::all)] // names and shapes are the document's, used or not

use serde::{Deserialize, Serialize};
use whatsapp_flows::flow::number;
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "trigger", rename_all = "snake_case")]
pub enum TriggersInput {
    /// Dropdown `place` (line 18).
    PlaceSelected { kind: String, place: String },
    /// CheckboxGroup `toppings` (line 20).
    ToppingsSelected { kind: String, place: Option<String>, toppings: Vec<String> },
    /// EmbeddedLink (line 21).
    Reset { kind: String },
    /// Footer (line 23).
    Send {
        kind: String,
        place: String,
        #[serde(default)]
        toppings: Vec<String>,
        #[serde(default, with = "number")]
        amount: Option<f64>,
    },
}

impl Screen for Triggers {
    const ID: &'static str = "TRIGGERS";
    type Input = TriggersInput;
}

/// NAMED_TRIGGERS, "Texts that are no names" (line 26).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NamedTriggers;

/// What NAMED_TRIGGERS sends: one of these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    Item2 {
        #[serde(default, with = "number")]
        more: Option<f64>,
    },
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MembersInput {
    /// Footer (line 47).
    Footer {
        place: String,
        day: String,
        sure: bool,
        #[serde(with = "number")]
        count: f64,
    },
    /// DatePicker `day` (line 44).
    Day { place: Option<String>, day: String },
    /// Dropdown `place` (line 42).
    Place { place: String },
    /// EmbeddedLink (line 46).
    EmbeddedLink {},
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
    #[serde(with = "number")]
    pub step: f64,
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
