//! The progress bar: the visited screens, divided by these plus the mean length of the way to the end.

use serde_json::{Map, Value, json};
use whatsapp_flow_json::client::{FlowJson, Opening, Settings};

use super::play::Play;

/// The progress on the first screen of a document with these routes.
fn progress(routes: Value) -> f64 {
    let screens =
        routes.as_object().unwrap().keys().map(|id| json!({ "id": id, "title": "A screen" }));
    let screens: Vec<_> = screens.collect();
    let document = json!({ "version": "7.3", "routing_model": routes, "screens": screens });
    let opening = Opening::Navigate { screen: "A".into(), data: Map::new() };
    let flow = FlowJson::parse(&document.to_string()).unwrap();
    Play::open(flow, opening, Settings::default()).view().progress
}

#[test]
fn branches_count_with_their_mean_length() {
    assert_eq!(progress(json!({ "A": [] })), 1.0);
    assert_eq!(progress(json!({ "A": ["B"], "B": [] })), 0.5);
    assert_eq!(progress(json!({ "A": ["B", "C"], "B": ["C"], "C": [] })), 1.0 / 2.5);
    assert_eq!(progress(json!({ "A": ["C", "B"], "B": ["C"], "C": [] })), 1.0 / 2.5);
}

#[test]
fn ways_in_a_circle_end() {
    assert_eq!(progress(json!({ "A": ["B"], "B": ["C"], "C": ["B"] })), 1.0 / 4.0);
    assert_eq!(progress(json!({ "A": ["B", "GONE"], "B": [] })), 0.5);
}
