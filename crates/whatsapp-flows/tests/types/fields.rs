//! The screens of fields.json, printed by `flowctl types`.
//! Edit fields.json, not this file.
#![allow(dead_code, clippy::all)] // names and shapes are the document's, used or not
#![cfg_attr(rustfmt, rustfmt_skip)] // the text is the same whatever your rustfmt.toml says

use serde::{Deserialize, Serialize};
use serde_json::Value;
use whatsapp_flows::flow::{DateRange, Media, Number, choices, number};
use whatsapp_flows::{Init, Reaches, Screen};

/// FIELDS, "Every field" (line 6).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fields {
    pub options: Vec<Choice>,
    pub init: FieldsInit,
    pub is_open: bool,
}

/// One of `options` of FIELDS.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    #[serde(default)]
    pub id: String,
    #[serde(default)]
    pub title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    #[serde(rename = "alt-text", skip_serializing_if = "Option::is_none")]
    pub alt_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
}

/// `init` of FIELDS.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FieldsInit {
    #[serde(default)]
    pub text: String,
    #[serde(with = "number")]
    pub amount: Number,
}

/// What FIELDS sends (line 88).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FieldsInput {
    pub text: String,
    pub amount: Number,
    pub age: Option<Number>,
    #[serde(rename = "long-text")]
    pub long_text: Option<String>,
    pub dropdown: String,
    pub radio: Option<String>,
    #[serde(deserialize_with = "choices")]
    pub checks: Vec<String>,
    #[serde(default, deserialize_with = "choices")]
    pub chips: Vec<String>,
    pub date: String,
    pub day: String,
    pub days: DateRange,
    pub open_days: Option<DateRange>,
    pub first_day: String,
    pub agreed: bool,
    pub news: Option<bool>,
    pub then: Option<String>,
    #[serde(rename = "else")]
    pub else_: Option<String>,
    pub case: Option<String>,
    pub is_open: bool,
    pub init: FieldsInit,
    #[serde(default)]
    pub init_text: String,
    pub options: Vec<Choice>,
    pub word: String,
    pub nothing: Option<String>,
    pub count: Number,
    pub flag: bool,
    pub list: Vec<String>,
    pub mixed: Vec<Value>,
    pub adult: bool,
    #[serde(default)]
    pub greeting: String,
    pub both: Option<String>,
    pub sum: Option<Number>,
    pub same: Option<Value>,
    pub place: Place,
    pub pair: Vec<String>,
}

/// `place` of FIELDS.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Place {
    pub text: String,
    pub day: String,
    pub at: At,
}

/// `at` of FIELDS.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct At {
    pub hour: Number,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub named: Option<String>,
}

impl Screen for Fields {
    const ID: &'static str = "FIELDS";
    type Input = FieldsInput;
}

/// UPLOADS, "Files" (line 135).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Uploads;

/// What UPLOADS sends (line 146).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct UploadsInput {
    #[serde(default)]
    pub photos: Vec<Media>,
    pub text: String,
    pub age: Option<Number>,
    pub is_open: bool,
}

impl Screen for Uploads {
    const ID: &'static str = "UPLOADS";
    type Input = UploadsInput;
}

/// DONE, "Documents" (line 154).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Done;

/// What DONE sends (line 165).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DoneInput {
    #[serde(default)]
    pub documents: Vec<Media>,
}

impl Screen for Done {
    const ID: &'static str = "DONE";
    type Input = DoneInput;
}

impl Reaches<Fields> for Init {}
impl Reaches<Uploads> for Fields {}
impl Reaches<Fields> for Uploads {}
impl Reaches<Done> for Uploads {}
impl Reaches<Uploads> for Done {}
