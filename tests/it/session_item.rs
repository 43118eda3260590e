//! The session item of `appointment`, step by step: its size, and what can be read in it.

use std::collections::BTreeMap;

use crate::support::aws::tables;
use crate::support::program::{self, LocalEndpoint};
use crate::support::user::User;
use serde_json::{Value, json};

/// Bytes of an item that one write unit holds.
const WRITE_UNIT: usize = 1_024;

/// What the user types.
const TYPED: [&str; 4] = ["Ada Lovelace", "ada@example.com", "+44 20 7946 0000", "By the window."];

/// Bytes of an attribute's value, as DynamoDB counts them.
fn bytes(value: &Value) -> usize {
    let (kind, value) = value.as_object().and_then(|typed| typed.iter().next()).expect("a type");
    let nested = |members: &serde_json::Map<String, Value>| -> usize {
        members.iter().map(|(name, value)| name.len() + bytes(value) + 1).sum()
    };
    match (kind.as_str(), value) {
        ("S", Value::String(text)) => text.len(),
        ("N", Value::String(digits)) => digits.len().div_ceil(2) + 1,
        ("B", Value::String(base64)) => base64.trim_end_matches('=').len() * 3 / 4,
        ("BOOL", _) => 1,
        ("M", Value::Object(members)) => 3 + nested(members),
        other => panic!("no attribute of ours: {other:?}"),
    }
}

fn size(item: &Value) -> usize {
    let attributes = item.as_object().expect("an item");
    attributes.iter().map(|(name, value)| name.len() + bytes(value)).sum()
}

/// Everything that can be read in an item, but its state.
fn readable(item: &Value) -> String {
    let mut item = item.clone();
    item.as_object_mut().expect("an item").remove("state");
    let binaries = item.as_object().into_iter().flatten().filter_map(|(_, value)| {
        let base64 = value.get("B")?.as_str()?;
        use base64::prelude::{BASE64_STANDARD, Engine};
        Some(String::from_utf8_lossy(&BASE64_STANDARD.decode(base64).expect("base64")).into_owned())
    });
    let binaries: String = binaries.collect();
    format!("{item}{binaries}")
}

/// The item stays within one write unit at every step, and nothing typed or returned can be read in it beside
/// the state, which goes when the flow ends.
#[tokio::test]
async fn session_item_fits_one_write_unit_and_stores_no_plaintext_reply() {
    let database = tables::in_memory();
    let dynamodb = database.clone().serve().await.unwrap();
    let secret = program::events_file("secret.json").display().to_string();
    let running =
        LocalEndpoint::on("session_item", &dynamodb, &[("FLOWS_SECRET_FILE", &secret)]).await;
    let user = User::open(&running.lambda, 22).await;
    let [name, email, phone, more_details] = TYPED;
    let mut details = user.details(name);
    for (member, text) in [("email", email), ("phone", phone), ("more_details", more_details)] {
        details[member] = text.into();
    }
    let chosen = |members: &[&str]| -> Value {
        members.iter().map(|name| ((*name).to_owned(), details[*name].clone())).collect()
    };
    let submit = "data_exchange";
    let mut steps = vec![
        ("department", submit, "APPOINTMENT", chosen(&["department"])),
        ("location", submit, "APPOINTMENT", chosen(&["department", "location"])),
        ("date", submit, "APPOINTMENT", chosen(&["department", "location", "date"])),
        ("details", submit, "DETAILS", details.clone()),
        ("back to details", "BACK", "SUMMARY", json!({})),
        ("back to choices", "BACK", "DETAILS", json!({})),
    ];
    // Enough exchanges for every digest that an item keeps.
    let many =
        std::iter::repeat_n(("choose again", submit, "APPOINTMENT", chosen(&["department"])), 62);
    steps.extend(many);
    steps.push(("details again", submit, "DETAILS", details.clone()));

    let mut sizes = BTreeMap::new();
    let mut measure = |step: usize, name: &str, screen: &str| {
        let item = user.session(&database);
        let size = size(&item);
        println!("{step:3} {name:16} {screen:12} {size:5} bytes");
        sizes.insert(step, size);
        for text in TYPED.iter().chain(&["King", "department", "SUCCESS", "booking"]) {
            assert!(!readable(&item).contains(text), "{text} can be read after {name}");
        }
        item
    };
    measure(0, "init", "APPOINTMENT");
    for (number, (name, action, screen, data)) in steps.into_iter().enumerate() {
        let answer = user.send(action, screen, data).await.unwrap();
        assert_eq!((answer.status, answer.message()), (200, ""), "{name}");
        measure(number + 1, name, answer.screen());
    }
    let answer = user.post(&user.confirmation()).await.unwrap();
    assert!(user.is_booked(&answer));
    for _ in 0..12 {
        assert!(user.is_booked(&user.post(&user.confirmation()).await.unwrap()));
    }
    let item = measure(100, "confirmed", "SUCCESS");
    assert_eq!(item.get("state"), None, "what was typed is dropped at the end");
    let largest = sizes.values().max().copied().unwrap_or_default();
    println!("    largest                       {largest:5} bytes");
    assert!(largest < WRITE_UNIT, "{largest} bytes are two write units");
}
