//! Membership of a club (6.1) and feedback for a hotel (5.0): consents with links, and options in colors.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Effect, FailureCause, Frame, PickedFile};

use super::{data, open, success};
use crate::client::play::Play;

const CLUB: &str = "club_membership";
const HOTEL: &str = "hotel_feedback";

/// A conversation whose first screen is drawn. The first day has a value, so its action runs, as up to 6.3.
fn at_consent(changes: Value) -> Play {
    let mut play = open(CLUB, "CONSENT", changes);
    assert_eq!(play.sent().data["changed"], "first");
    play.reply("CONSENT", json!({}));
    play
}

fn privacy(play: &Play) -> usize {
    play.view().find("I have read how you use my data").len()
}

#[test]
fn a_tick_shows_the_next_consent() {
    let mut play = at_consent(json!({ "is_strict": true }));
    assert_eq!(privacy(&play), 0);
    play.act(|user| user.tick("statutes"));
    assert_eq!(privacy(&play), 1);
    assert!(play.refused(|user| user.tap("Join")).contains("how you use my data` is required"));
    play.act(|user| user.untick("statutes"));
    assert_eq!(privacy(&play), 0, "on-unselect-action");
    assert_eq!(play.component("statutes").error.as_deref(), Some("This is required."));
    assert_eq!(play.requests(), 2, "update_data sends nothing");
}

#[test]
fn links_of_consents_open_pages_and_screens() {
    let mut play = at_consent(json!({}));
    play.tap("statutes");
    assert_eq!(play.effects.last(), Some(&Effect::OpenUrl("https://example.com/statutes".into())));
    assert_eq!(play.component("statutes").value, Value::Null, "the link is not the box");
    play.tap("Our calendar");
    assert_eq!(play.effects.last(), Some(&Effect::OpenUrl("https://example.com/calendar".into())));
    play.act(|user| user.tick("statutes")).tap("privacy");
    assert_eq!(play.view().screen, "PRIVACY");
    assert_eq!(play.user.client.data("PRIVACY").unwrap()["member"], 1042, "a declared number");
    play.back().reply("CONSENT", json!({}));
    assert_eq!(play.component("statutes").value, true);
    play.tap("news");
    assert_eq!(Value::Object(play.sent().data.clone()), json!({ "asked": "news" }));
    assert_eq!(play.view().frame, Frame::Loading);
}

#[test]
fn an_address_that_is_not_one_does_nothing() {
    let mut play = at_consent(json!({ "calendar": "ask at the desk" }));
    let before = play.effects.clone();
    play.tap("Our calendar");
    assert_eq!(play.effects, before);
}

#[test]
fn a_member_joins() {
    let mut play = at_consent(json!({ "wants_news": true }));
    assert!(!play.component("Member number").enabled);
    assert_eq!(play.component("First day").value, "2026-01-05");
    play.act(|user| user.tick("statutes")).act(|user| user.untick("news"));
    play.act(|user| user.pick_date("First day", "2026-01-12"));
    assert_eq!(
        Value::Object(play.sent().data.clone()),
        json!({ "changed": "first", "first": "2026-01-12" })
    );
    play.reply("CONSENT", json!({ "wants_news": false })).tap("Join");
    assert_eq!(
        Value::Object(play.sent().data.clone()),
        json!({ "statutes": true, "privacy": false, "news": false, "member_id": "1042", "first": "2026-01-12" }),
        "a disabled and a hidden field have values, too"
    );
    play.reply("WELCOME", data(CLUB, "WELCOME", json!({ "card": "C-7" }))).tap("Done");
    assert_eq!(Value::Object(play.params()), json!({ "card": "C-7", "flow_token": "a token" }));
}

#[test]
fn a_flow_without_network_is_tried_again() {
    let mut play = at_consent(json!({}));
    play.act(|user| user.tick("statutes"));
    play.user.client.set_online(false);
    play.tap("Join");
    assert_eq!(play.requests(), 2, "nothing was sent");
    let Frame::Error { failure } = play.view().frame else { panic!("{}", play.view()) };
    assert_eq!((failure.cause, failure.can_retry), (FailureCause::Offline, true));
    play.user.client.set_online(true);
    play.act(whatsapp_flow_json::client::User::retry);
    assert_eq!((play.sent().data["statutes"].clone(), play.requests()), (json!(true), 3));
    play.reply("WELCOME", data(CLUB, "WELCOME", json!({})));
    assert_eq!(play.view().screen, "WELCOME");
}

#[test]
fn feedback_is_sent_with_pictures() {
    let mut play = open(HOTEL, "STAY", json!({}));
    assert_eq!(play.component("Stars").option("five").unwrap().properties["color"], "#2E7D32");
    assert!(
        play.refused(|user| user.choose("What did you like?", "The food")).contains("disabled")
    );
    play.choose("What did you like?", "The view");
    assert_eq!(Value::Object(play.sent().data.clone()), json!({ "liked": ["view"] }));
    play.reply("STAY", json!({})).choose("Stars", "Five");
    let picture = PickedFile::uploaded("sea.jpg", "image/jpeg", 5000);
    play.act(|user| user.pick_files("Pictures", vec![picture])).act(|user| user.untick("publish"));
    play.tap("Send");
    let mut sent = play.sent().data.clone();
    assert_eq!(sent.remove("pictures").unwrap()[0]["file_name"], "sea.jpg");
    assert_eq!(
        Value::Object(sent),
        json!({ "stars": "five", "liked": ["view"], "day": "2025-12-30", "publish": null })
    );
    play.reply("SUCCESS", success(json!({ "flow_token": "a token" })));
    assert_eq!(play.view().frame, Frame::Closed { params: Some(play.params()) });
}

#[test]
fn a_static_initial_value_is_set_once() {
    let mut play = open(HOTEL, "STAY", json!({}));
    assert_eq!(play.component("publish").value, true);
    play.act(|user| user.untick("publish")).tap("publish");
    assert_eq!(Value::Object(play.sent().data.clone()), json!({ "asked": "rules" }));
    play.reply("STAY", json!({ "day": "2025-12-31" }));
    assert_eq!(play.component("publish").value, Value::Null, "the user's choice stays");
    assert_eq!(play.component("Day of departure").value, "2025-12-31", "a bound one is set again");
}
