//! The screens of passed_on.json, printed by `flowctl types`.
//! Edit passed_on.json, not this file.
#![allow(dead_code, clippy::all)] // names and shapes are the document's, used or not
#![cfg_attr(rustfmt, rustfmt_skip)] // the text is the same whatever your rustfmt.toml says

use serde::{Deserialize, Serialize};
use whatsapp_flows::flow::{Number, number};
use whatsapp_flows::{Init, Reaches, Screen};

/// FIRST, "Gives" (line 6).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct First;

impl Screen for First {
    const ID: &'static str = "FIRST";
    type Input = ();
}

/// SHORTCUT, "Skips" (line 17).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shortcut;

impl Screen for Shortcut {
    const ID: &'static str = "SHORTCUT";
    type Input = ();
}

/// SECOND, "Passes on" (line 26).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Second {
    pub name: String,
    pub note: String,
    pub always: String,
    pub person: Person,
}

/// `person` of SECOND.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Person {
    #[serde(with = "number")]
    pub age: Number,
}

impl Screen for Second {
    const ID: &'static str = "SECOND";
    type Input = ();
}

/// THIRD, "Sends" (line 40).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Third {
    pub name: String,
    pub note: String,
}

/// What THIRD sends (line 49).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ThirdInput {
    #[serde(default)]
    pub name: String,
    pub note: Option<String>,
    #[serde(default)]
    pub always: String,
    pub person: Option<Person>,
    pub first_name: String,
    pub code: Option<String>,
}

impl Screen for Third {
    const ID: &'static str = "THIRD";
    type Input = ThirdInput;
}

impl Reaches<First> for Init {}
impl Reaches<Second> for First {}
impl Reaches<First> for Second {}
impl Reaches<Shortcut> for First {}
impl Reaches<First> for Shortcut {}
impl Reaches<Second> for Shortcut {}
impl Reaches<Shortcut> for Second {}
impl Reaches<Third> for Second {}
impl Reaches<Second> for Third {}
