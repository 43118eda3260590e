//! The screens of appointment.json, printed by `flowctl types`.
//! Edit appointment.json, not this file.
#![allow(dead_code, clippy::all)] // names and shapes are the document's, used or not
#![cfg_attr(rustfmt, rustfmt_skip)] // the text is the same whatever your rustfmt.toml says

use serde::{Deserialize, Serialize};
use whatsapp_flows::{Init, Reaches, Screen};

/// APPOINTMENT, "Appointment" (line 11).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Appointment {
    pub department: Vec<Choice>,
    pub location: Vec<Choice>,
    pub is_location_enabled: bool,
    pub date: Vec<Choice>,
    pub is_date_enabled: bool,
    pub time: Vec<TimeChoice>,
    pub is_time_enabled: bool,
    pub chosen: Chosen,
    pub typed: Typed,
}

/// One of `department`, `location` and `date` of APPOINTMENT.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    pub id: String,
    pub title: String,
}

/// One of `time` of APPOINTMENT.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TimeChoice {
    pub id: String,
    pub title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// `chosen` of APPOINTMENT.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
}

/// `typed` of APPOINTMENT and DETAILS.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Typed {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more_details: Option<String>,
}

/// What APPOINTMENT sends (lines 110, 126 and 142).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AppointmentInput {
    pub department: Option<String>,
    pub location: Option<String>,
    pub date: Option<String>,
}

impl Screen for Appointment {
    const ID: &'static str = "APPOINTMENT";
    type Input = AppointmentInput;
}

/// DETAILS, "Details" (line 179).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Details {
    pub department: String,
    pub location: String,
    pub date: String,
    pub time: String,
    pub typed: Typed,
}

/// What DETAILS sends (line 238).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DetailsInput {
    #[serde(default)]
    pub department: String,
    pub location: Option<String>,
    pub date: Option<String>,
    pub time: Option<String>,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub more_details: Option<String>,
}

impl Screen for Details {
    const ID: &'static str = "DETAILS";
    type Input = DetailsInput;
}

/// SUMMARY, "Summary" (line 257).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub appointment: String,
    pub details: String,
}

impl Screen for Summary {
    const ID: &'static str = "SUMMARY";
    type Input = ();
}

/// TERMS, "Terms and Conditions" (line 307).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Terms;

impl Screen for Terms {
    const ID: &'static str = "TERMS";
    type Input = ();
}

impl Reaches<Appointment> for Init {}
impl Reaches<Details> for Appointment {}
impl Reaches<Appointment> for Details {}
impl Reaches<Summary> for Details {}
impl Reaches<Details> for Summary {}
impl Reaches<Terms> for Summary {}
impl Reaches<Summary> for Terms {}
