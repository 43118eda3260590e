//! The screens of basic/flow.json.

use serde::{Deserialize, Serialize};
use whatsapp_flows::{Init, Reaches, Screen};

/// MY_SCREEN, "Welcome".
#[derive(Serialize)]
pub struct MyScreen {
    pub greeting: String,
}

/// What MY_SCREEN sends.
#[derive(Deserialize)]
pub struct MyScreenInput {
    pub name: String,
}

impl Screen for MyScreen {
    const ID: &'static str = "MY_SCREEN";
    type Input = MyScreenInput;
}

impl Reaches<MyScreen> for Init {}
