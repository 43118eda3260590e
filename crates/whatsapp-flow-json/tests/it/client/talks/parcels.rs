//! A parcel that is tracked (3.1): Forms, a refresh on the way back, and errors of the endpoint.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{FailureCause, Frame, Reply};

use super::{data, open, success};
use crate::client::play::Play;

const NAME: &str = "parcel_tracking";

/// A conversation that has reached the parcel.
fn at_parcel(changes: Value) -> Play {
    let mut play = open(NAME, "SEARCH", json!({}));
    play.fill("Parcel number", "7001234").tap("Search");
    play.reply("PARCEL", data(NAME, "PARCEL", changes));
    play
}

#[test]
fn a_parcel_is_found_at_the_second_try() {
    let mut play = open(NAME, "SEARCH", json!({ "last_number": "7001233" }));
    play.tap("Search");
    assert_eq!(Value::Object(play.sent().data.clone()), json!({ "number": "7001233" }));
    play.reply("SEARCH", json!({ "errors": { "number": "We do not know it" } }));
    assert!(play.refused(|user| user.tap("Search")).contains("We do not know it"));
    play.fill("Parcel number", "7001234").tap("Search");
    play.reply("PARCEL", data(NAME, "PARCEL", json!({})));
    assert_eq!(play.view().find("On the way").len(), 1);
}

#[test]
fn a_delivery_is_moved() {
    let mut play = at_parcel(json!({}));
    assert!(play.refused(|user| user.pick_date("Delivery on", "2026-01-01")).contains("this day"));
    play.act(|user| user.pick_date("Delivery on", "2026-01-05")).choose("Hours", "Afternoon");
    play.tap("Move the delivery");
    assert_eq!(
        Value::Object(play.sent().data.clone()),
        json!({ "day": "1767571200000", "hours": "pm" })
    );
    play.reply("MOVED", data(NAME, "MOVED", json!({}))).tap("Done");
    play.reply("SUCCESS", success(json!({ "flow_token": "a token", "moved": true })));
    assert_eq!(play.params()["moved"], true);
}

#[test]
fn a_parcel_that_cannot_be_moved_has_no_fields() {
    let mut play = at_parcel(json!({ "can_move": false, "state": "Delivered" }));
    assert_eq!(play.view().components.len(), 2, "{}", play.view());
    assert!(play.refused(|user| user.tap("Move the delivery")).contains("is disabled;"));
}

#[test]
fn the_search_is_refreshed_on_the_way_back() {
    let mut play = at_parcel(json!({}));
    assert!(play.view().can_go_back);
    play.back();
    assert_eq!((play.sent().action.name(), play.sent().screen.as_str()), ("BACK", "PARCEL"));
    assert_eq!(play.view().frame, Frame::Loading);
    assert!(play.refused(whatsapp_flow_json::client::User::back).contains("waits"));
    play.reply("SEARCH", json!({ "last_number": "", "errors": { "number": "Enter another one" } }));
    assert!(!play.view().can_go_back);
    assert_eq!(play.component("Parcel number").value, "");
    assert!(!play.component("Search").enabled);
}

#[test]
fn a_failed_way_back_stays_on_the_screen() {
    for reply in [Reply::Timeout, Reply::Status(500), Reply::Status(432), Reply::Status(204)] {
        let mut play = at_parcel(json!({}));
        play.choose("Hours", "Morning").back().receive(reply);
        assert_eq!((play.view().screen.as_str(), play.view().frame), ("PARCEL", Frame::Ready));
        assert!(play.view().snackbar.is_some());
        assert_eq!(play.component("Hours").value, "am");
    }
}

#[test]
fn a_way_back_to_an_unknown_screen_is_an_error() {
    let mut play = at_parcel(json!({}));
    play.back().reply("HOME", json!({}));
    let Frame::Error { failure } = play.view().frame else { panic!("{}", play.view()) };
    assert_eq!(failure.cause, FailureCause::ScreenTransition);
    assert!(failure.explanation.contains("it has SEARCH, PARCEL, MOVED"), "{failure}");
    assert_eq!(play.notified().as_deref(), Some("invalid-screen-transition"));
}

#[test]
fn a_link_is_tapped_without_a_number() {
    let mut play = open(NAME, "SEARCH", json!({}));
    assert!(play.refused(|user| user.tap("Search")).contains("`Parcel number` is required"));
    play.tap("I have no number");
    assert_eq!(Value::Object(play.sent().data.clone()), json!({ "lost": true }));
    play.receive(Reply::Timeout);
    assert_eq!(play.view().frame, Frame::Ready, "the link can be tapped again");
    play.tap("I have no number");
    assert_eq!(play.requests(), 3);
}

#[test]
fn the_key_is_fetched_again_for_a_reply_that_the_user_gets() {
    let mut play = open(NAME, "SEARCH", json!({}));
    play.fill("Parcel number", "7001234").tap("Search").receive(Reply::Status(421));
    assert_eq!(play.view().frame, Frame::Loading);
    play.reply("PARCEL", data(NAME, "PARCEL", json!({ "error_message": "Snow: we may be late" })));
    assert_eq!(play.view().screen, "PARCEL");
    assert_eq!(play.view().snackbar.unwrap().milliseconds, 4500);
}
