//! The session item of `appointment` at each step: its size and its readable content.

use std::collections::BTreeMap;

use crate::support::aws::tables;
use crate::support::program::{self, LocalEndpoint};
use crate::support::user::User;
use serde_json::{Value, json};

/// The bytes of an item in one write unit.
const WRITE_UNIT: usize = 1_024;

/// The input of the user.
const TYPED: [&str; 4] = ["Ada Lovelace", "ada@example.com", "+44 20 7946 0000", "By the window."];

/// Returns the size of an attribute value as DynamoDB counts it.
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
        other => panic!("unexpected attribute: {other:?}"),
    }
}

fn size(item: &Value) -> usize {
    let attributes = item.as_object().expect("an item");
    attributes.iter().map(|(name, value)| name.len() + bytes(value)).sum()
}

/// Returns everything that is readable in an item, except its state.
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

/// The item fits in one write unit at every step. User input and replies are readable only in the state, which is
/// deleted when the flow ends.
#[tokio::test]
async fn session_item_fits_one_write_unit_and_stores_no_plaintext_reply() {
    let database = tables::in_memory();
    let dynamodb = database.clone().serve().await.unwrap();
    let secret = program::events_file("secret.json").display().to_string();
    let running =
        LocalEndpoint::with_tables("session_item", &dynamodb, &[("FLOWS_SECRET_FILE", &secret)])
            .await;
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
    // Enough exchanges to fill the list of digests.
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
            assert!(!readable(&item).contains(text), "{text} is readable after {name}");
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
    assert_eq!(item.get("state"), None, "the state is deleted at the end");
    let largest = sizes.values().max().copied().unwrap_or_default();
    println!("    largest                       {largest:5} bytes");
    assert!(largest < WRITE_UNIT, "{largest} bytes are two write units");
}
