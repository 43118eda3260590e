//! The registration for a meeting (7.0), with a range of days, and a rented car (4.0), with days in milliseconds.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{FlowJson, Opening, PickedFile, Reply, Settings};

use super::{data, open, success};
use crate::client::documents::document;
use crate::client::play::Play;

const MEETING: &str = "event_registration";
const CAR: &str = "car_rental";

/// Answers a change of the stay: an endpoint sends the stay back, because a bound initial value overwrites.
fn confirm(play: &mut Play, rooms: &str) {
    let proposal = play.sent().data["stay"].clone();
    play.reply("STAY", json!({ "proposal": proposal, "rooms": rooms }));
}

fn at_driver() -> Play {
    let mut play = open(CAR, "DATES", json!({}));
    play.fill("Flight number", "LH 400").tap("Continue");
    play
}

#[test]
fn a_stay_is_sent_after_each_end() {
    let mut play = open(MEETING, "STAY", json!({ "proposal": {} }));
    assert!(play.refused(|user| user.tap("Continue")).contains("`Your stay` is required"));
    play.act(|user| user.pick_date("Arrival", "2026-05-04"));
    assert_eq!(
        Value::Object(play.sent().data.clone()),
        json!({ "changed": "stay", "stay": { "start-date": "2026-05-04", "end-date": "" } })
    );
    confirm(&mut play, "2 rooms left");
    assert_eq!(play.view().find("2 rooms left").len(), 1);
    let stay = play.component("stay");
    assert_eq!(stay.properties["helper-text"]["start-date"], "From 14:00");
    play.act(|user| user.pick_date("Departure", "2026-05-08"));
    confirm(&mut play, "");
    play.tap("Continue");
    assert_eq!(
        Value::Object(play.sent().data.clone()),
        json!({ "step": "stay", "room": "single", "stay": { "start-date": "2026-05-04", "end-date": "2026-05-08" } })
    );
}

#[test]
fn a_stay_has_a_length_and_a_period() {
    let mut play = open(MEETING, "STAY", json!({ "proposal": {} }));
    for (start, end, problem) in [
        ("2026-05-04", "2026-05-04", "has a number of days that is not allowed"),
        ("2026-05-04", "2026-05-10", "has a number of days that is not allowed"),
        ("2026-05-08", "2026-05-04", "has a number of days that is not allowed"),
    ] {
        for (label, day) in [("Arrival", start), ("Departure", end)] {
            play.act(|user| user.pick_date(label, day));
            confirm(&mut play, "");
        }
        let problem_now = play.component("stay").problem.unwrap().to_string();
        assert_eq!(problem_now, problem, "{start} to {end}");
        assert!(play.component("stay").error.is_some());
        assert!(!play.component("Continue").enabled);
    }
    for day in ["2026-05-14", "2026-04-30", "2026-06-01"] {
        assert!(play.refused(|user| user.pick_date("Arrival", day)).contains("this day"), "{day}");
    }
}

#[test]
fn an_end_that_is_cleared_is_an_empty_text() {
    let mut play = open(MEETING, "STAY", json!({}));
    assert_eq!(play.component("stay").value["start-date"], "2026-05-11", "the proposal");
    play.act(|user| user.clear("Departure"));
    assert_eq!(play.sent().data["stay"], json!({ "start-date": "2026-05-11", "end-date": "" }));
    play.reply("STAY", json!({ "proposal": { "start-date": "2026-05-11" } }));
    play.act(|user| user.clear("Arrival"));
    assert_eq!(play.sent().data["stay"], Value::Null, "null is sent when both are empty");
}

#[test]
fn a_message_for_an_end_of_the_stay_is_shown() {
    let mut play =
        open(MEETING, "STAY", json!({ "stay_errors": { "end-date": "The hotel is full" } }));
    assert_eq!(play.component("stay").error.as_deref(), Some("The hotel is full"));
    assert!(!play.component("Continue").enabled);
    play.act(|user| user.pick_date("Departure", "2026-05-12"));
    play.reply("STAY", json!({ "stay_errors": {}, "proposal": { "start-date": "2026-05-11", "end-date": "2026-05-12" } }));
    play.tap("Continue");
}

#[test]
fn a_badge_has_the_stay_of_the_screen_before() {
    let mut play = open(MEETING, "STAY", json!({}));
    assert!(play.refused(|user| user.choose("Room", "Suite")).contains("disabled"));
    assert!(play.refused(|user| user.unchoose("Room", "Single")).contains("is required"));
    play.choose("Room", "Double").tap("Continue");
    play.reply("BADGE", data(MEETING, "BADGE", json!({ "name_error": "Too plain" })));
    assert_eq!(play.component("photos").value, true, "an initial tick");
    play.fill("Name on the badge", "Ada, Countess of Lovelace");
    let error = play.component("Name on the badge").error.unwrap();
    assert_eq!(error, "Name on the badge must be shorter than 21 characters.");
    play.fill("Name on the badge", " Ada ").act(|user| user.untick("photos"));
    play.choose("Days", "Tuesday").act(|user| user.unchoose("Days", "Monday")).tap("Register");
    assert_eq!(
        Value::Object(play.sent().data.clone()),
        json!({
            "step": "badge", "badge_name": " Ada ", "diet": "none", "days": ["tue"], "photos": null,
            "stay": { "start-date": "2026-05-11", "end-date": "2026-05-13" },
        }),
        "texts are sent as typed, and a tick that was removed as null"
    );
    play.reply("SUCCESS", success(json!({ "flow_token": "a token" })));
    assert_eq!(play.params().len(), 1);
}

#[test]
fn days_before_5_0_are_milliseconds_of_the_users_midnight() {
    let berlin = Settings { utc_offset: 60, ..Settings::default() };
    let flow = FlowJson::parse(&document(CAR).to_string()).unwrap();
    let mut play = Play::open(flow, Opening::DataExchange, berlin);
    play.reply("DATES", data(CAR, "DATES", json!({ "proposal": "", "closed": ["1767481200000"] })));
    play.act(|user| user.pick_date("From", "2026-01-03"));
    assert_eq!(play.sent().data["from"], "1767394800000");
    play.reply("DATES", json!({ "proposal": "1767394800000" }));
    play.act(|user| user.pick_date("From", "2026-01-04"));
    assert_eq!(play.sent().data["from"], "1767481200000");
    play.reply("DATES", json!({ "proposal": "1767481200000" }));
    assert_eq!(play.component("From").error.as_deref(), Some("This day is not available."));
}

#[test]
fn a_flight_is_asked_for_at_the_airport() {
    let mut play = open(CAR, "DATES", json!({}));
    assert_eq!(play.component("Place").value, "airport", "an initial value of the Form");
    assert_eq!(play.component("Extras").value, json!(["seat"]));
    assert_eq!(play.view().find("Flight number").len(), 1);
    assert!(play.refused(|user| user.pick_date("Until", "2026-01-09")).contains("disabled"));
    play.choose("Place", "Station");
    assert_eq!(
        Value::Object(play.sent().data.clone()),
        json!({ "changed": "place", "place": "station" })
    );
    play.reply("DATES", json!({ "from_error": "No car is free", "can_return": true }));
    assert!(play.view().find("Flight number").is_empty());
    assert_eq!(play.component("From").error.as_deref(), Some("No car is free"));
    assert!(play.refused(|user| user.tap("Continue")).contains("No car is free"));
}

#[test]
fn a_car_is_reserved_with_both_sides_of_the_licence() {
    let mut play = at_driver();
    assert_eq!((play.view().screen.as_str(), play.requests()), ("DRIVER", 1), "no request");
    let side = |name: &str| PickedFile::uploaded(name, "image/png", 1000);
    play.act(|user| user.pick_files("licence", vec![side("front.png")]));
    assert_eq!(play.component("licence").error.as_deref(), Some("Add at least 2 files."));
    play.act(|user| user.pick_files("licence", vec![side("back.png")])).tap("Reserve");
    let mut sent = play.sent().data.clone();
    assert_eq!(sent.remove("licence").unwrap().as_array().unwrap().len(), 2);
    assert_eq!(
        Value::Object(sent),
        json!({ "age": "30", "place": "airport", "flight": "LH 400", "pickup": "1767312000000" })
    );
    play.receive(Reply::Body { status: 427, body: json!({}) });
    assert!(play.view().to_string().starts_with("error screen: undefined"), "{}", play.view());
}

#[test]
fn the_dates_are_still_there_after_the_way_back() {
    let mut play = at_driver();
    play.fill("Age", "17").back();
    assert_eq!(play.component("Flight number").value, "LH 400");
    play.tap("Continue");
    assert_eq!(play.component("Age").value, "17", "typed input wins over a bound initial value");
}
