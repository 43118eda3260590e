//! The screens of data.json, printed by `flowctl types`.
//! Edit data.json, not this file.
#![allow(dead_code, clippy::all)] // names and shapes are the document's, used or not
#![cfg_attr(rustfmt, rustfmt_skip)] // the text is the same whatever your rustfmt.toml says

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use whatsapp_flows::flow::number;
use whatsapp_flows::{Init, Reaches, Screen};

/// DATA, "Every \[type\] of \*data\*" (line 6).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Data {
    pub text: String,
    #[serde(with = "number")]
    pub number: f64,
    #[serde(with = "number")]
    pub whole: f64,
    pub integer: i64,
    pub boolean: bool,
    pub texts: Vec<String>,
    #[serde(with = "number")]
    pub numbers: Vec<f64>,
    #[serde(with = "number")]
    pub grid: Vec<Vec<f64>>,
    pub free: Map<String, Value>,
    pub unknown: Unknown,
    pub listed_by_example: Vec<ListedByExample>,
    pub person: DataPerson,
    pub addresses: Vec<Address>,
    pub error_messages: ErrorMessages,
    pub rooms: Vec<Room>,
    #[serde(rename = "type")]
    pub type_: String,
    #[serde(rename = "Self")]
    pub self_: String,
    #[serde(rename = "2nd")]
    pub member_2nd: String,
    #[serde(rename = "first-name")]
    pub first_name: String,
    #[serde(rename = "first_name")]
    pub first_name2: String,
    #[serde(rename = "lastName")]
    pub last_name: String,
    #[serde(rename = "größe")]
    pub grosse: String,
    #[serde(rename = "名前")]
    pub member: String,
    #[serde(rename = "")]
    pub member2: String,
    #[serde(
        rename = "a_member_whose_name_is_longer_than_any_name_that_somebody_would_type_twice_in_one_day"
    )]
    pub a_member_whose_name_is_longer_than_any_name_that_somebody_wo: String,
    pub readings_of_the_thermometer_in_the_garden_behind_the_house:
        Vec<ReadingsOfTheThermometerInTheGardenBehindTheHouse>,
}

/// `unknown` of DATA.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Unknown {
    pub a: Vec<Value>,
}

/// One of `listed_by_example` of DATA.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ListedByExample {
    pub key: String,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "number")]
    pub n: Option<f64>,
}

/// `person` of DATA.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DataPerson {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "number")]
    pub weight: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    pub address: Address,
}

/// `address` and `addresses` of DATA and MORE_DATA.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Address {
    pub street: String,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "number")]
    pub number: Option<f64>,
}

/// `error_messages` of DATA.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ErrorMessages {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(rename = "first-name", skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
}

/// One of `rooms` of DATA.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Room {
    pub id: String,
    #[serde(rename = "main-content")]
    pub main_content: MainContent,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
}

/// `main-content` of DATA.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MainContent {
    pub title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// `end` of DATA.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct End {
    pub title: String,
}

/// One of `readings_of_the_thermometer_in_the_garden_behind_the_house` of DATA.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadingsOfTheThermometerInTheGardenBehindTheHouse {
    #[serde(with = "number")]
    pub degrees: f64,
}

impl Screen for Data {
    const ID: &'static str = "DATA";
    type Input = ();
}

/// MORE_DATA (line 98).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MoreData {
    pub person: MoreDataPerson,
    pub address: Address,
    pub departments: Vec<Choice>,
    pub places: Vec<Choice>,
    pub times: Vec<TimeChoice>,
    pub screen: MoreDataScreen,
}

/// `person` of MORE_DATA.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MoreDataPerson {
    pub name: String,
}

/// One of `departments` and `places` of MORE_DATA.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    pub id: String,
    pub title: String,
}

/// One of `times` of MORE_DATA.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TimeChoice {
    pub id: String,
    pub title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// `screen` of MORE_DATA.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MoreDataScreen {
    pub value: String,
}

impl Screen for MoreData {
    const ID: &'static str = "MORE_DATA";
    type Input = ();
}

/// INIT, "A name that is taken" (line 131).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InitScreen {
    pub value: String,
}

impl Screen for InitScreen {
    const ID: &'static str = "INIT";
    type Input = ();
}

impl Reaches<Data> for Init {}
impl Reaches<MoreData> for Data {}
impl Reaches<Data> for MoreData {}
impl Reaches<InitScreen> for MoreData {}
impl Reaches<MoreData> for InitScreen {}
