//! The screens of appointment/flow.json.

use serde::{Deserialize, Serialize};
use whatsapp_flows::{Init, Reaches, Screen};

/// APPOINTMENT, "Appointment".
#[derive(Serialize)]
pub struct Appointment {
    pub department: Vec<Choice>,
    pub location: Vec<Choice>,
    pub is_location_enabled: bool,
    pub date: Vec<Choice>,
    pub is_date_enabled: bool,
    pub time: Vec<Choice>,
    pub is_time_enabled: bool,
    pub chosen: Chosen,
    pub typed: Typed,
}

/// An item of a dropdown.
#[derive(Serialize)]
pub struct Choice {
    pub id: String,
    pub title: String,
    /// Present only when it is `false`.
    pub enabled: Option<bool>,
}

/// What APPOINTMENT sends whenever a dropdown changes, and starts with.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    pub department: Option<String>,
    pub location: Option<String>,
    pub date: Option<String>,
    pub time: Option<String>,
}

/// DETAILS, "Details".
#[derive(Serialize)]
pub struct Details {
    pub department: String,
    pub location: String,
    pub date: String,
    pub time: String,
    pub typed: Typed,
}

/// The fields that a person types into DETAILS.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Typed {
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub more_details: Option<String>,
}

/// What DETAILS sends.
#[derive(Deserialize)]
pub struct DetailsInput {
    pub department: String,
    pub location: String,
    pub date: String,
    pub time: String,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub more_details: Option<String>,
}

/// SUMMARY, "Summary".
#[derive(Serialize)]
pub struct Summary {
    pub appointment: String,
    pub details: String,
}

impl Screen for Appointment {
    const ID: &'static str = "APPOINTMENT";
    type Input = Chosen;
}

impl Screen for Details {
    const ID: &'static str = "DETAILS";
    type Input = DetailsInput;
}

impl Screen for Summary {
    const ID: &'static str = "SUMMARY";
    type Input = ();
}

impl Reaches<Appointment> for Init {}
impl Reaches<Details> for Appointment {}
impl Reaches<Appointment> for Details {}
impl Reaches<Summary> for Details {}
impl Reaches<Details> for Summary {}
