//! The screens of basic.json, printed by `flowctl types`.
//! Edit basic.json, not this file.
#![allow(dead_code, clippy::all)] // names and shapes are the document's, used or not
#![cfg_attr(rustfmt, rustfmt_skip)] // the text is the same whatever your rustfmt.toml says

use serde::{Deserialize, Serialize};
use whatsapp_flows::flow::Number;
use whatsapp_flows::{Init, Reaches, Screen};

/// MY_SCREEN, "Welcome" (line 8).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MyScreen {
    pub greeting: String,
}

/// What MY_SCREEN sends (line 46).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MyScreenInput {
    pub name: String,
    pub guests: Option<Number>,
}

impl Screen for MyScreen {
    const ID: &'static str = "MY_SCREEN";
    type Input = MyScreenInput;
}

impl Reaches<MyScreen> for Init {}
