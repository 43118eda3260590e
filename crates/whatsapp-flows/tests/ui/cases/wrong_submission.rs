//! Says: expected `&Choice`, found `&Value`
use serde::{Deserialize, Serialize};
use serde_json::json;
use whatsapp_flows::testing::Phone;
use whatsapp_flows::*;

#[derive(Serialize)]
struct Services;
#[derive(Serialize, Deserialize)]
struct Choice {
    service: String,
}
impl Screen for Services {
    const ID: &'static str = "SERVICES";
    type Input = Choice;
}

async fn choose(phone: &Phone) {
    phone.submit_to::<Services>(&json!({ "service": "cut" })).await;
}

fn main() {
    let _ = choose;
}
