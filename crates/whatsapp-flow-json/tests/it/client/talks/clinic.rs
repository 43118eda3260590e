//! An appointment in a clinic (7.3): options from the endpoint, a day, a form with known values, a summary.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{FailureCause, Frame, Reply};

use super::{data, open, success};
use crate::client::play::Play;

const NAME: &str = "clinic_appointment";

/// A conversation that has reached the form for the patient.
fn at_patient(changes: Value) -> Play {
    let mut play = open(NAME, "DEPARTMENT", json!({ "is_doctor_shown": true }));
    play.choose("Department", "Skin").reply("DEPARTMENT", json!({}));
    play.choose("Doctor", "Dr. A. Lind").tap("Continue");
    play.reply("SLOT", data(NAME, "SLOT", json!({ "has_times": true })));
    play.act(|user| user.pick_date("Day", "2026-01-05")).reply("SLOT", json!({}));
    play.choose("Time", "9:00").tap("Continue");
    play.reply("PATIENT", data(NAME, "PATIENT", changes));
    play
}

/// A conversation that has reached the summary.
fn at_summary() -> Play {
    let mut play = at_patient(json!({}));
    play.fill("Phone", "+44 20 7946 0000").tap("Continue");
    play.reply("SUMMARY", data(NAME, "SUMMARY", json!({})));
    play
}

#[test]
fn an_appointment_is_booked() {
    let mut play = open(NAME, "DEPARTMENT", json!({}));
    assert_eq!((play.sent().action.name(), play.sent().screen.as_str()), ("INIT", ""));
    assert!(play.view().find("Doctor").is_empty(), "no department, no doctors");
    assert!(play.refused(|user| user.choose("Department", "Teeth")).contains("disabled"));

    play.choose("Department", "Skin");
    assert_eq!(
        play.sent().data,
        *json!({ "step": "department", "department": "skin" }).as_object().unwrap()
    );
    assert_eq!(play.view().frame, Frame::Loading);
    play.reply("DEPARTMENT", json!({ "is_doctor_shown": true, "greeting": "Good evening" }));
    assert_eq!(play.component("department").value, "skin", "the reply has no value for it");
    assert_eq!(play.view().find("Good evening").len(), 1);
    assert!(play.refused(|user| user.tap("Continue")).contains("`Doctor` is required"));

    play.choose("Doctor", "Dr. N. Okoye").tap("Continue");
    assert_eq!(
        Value::Object(play.sent().data.clone()),
        json!({ "step": "doctor", "department": "skin", "doctor": "okoye" })
    );
    play.reply("SLOT", data(NAME, "SLOT", json!({})));
    assert!(!play.component("Time").enabled);

    play.act(|user| user.pick_date("Day", "2026-01-05"));
    assert_eq!(play.sent().data["day"], "2026-01-05");
    play.reply("SLOT", json!({ "has_times": true }));
    assert!(play.refused(|user| user.choose("Time", "11:40")).contains("disabled"));
    play.choose("Time", "9:00").tap("Continue");

    play.reply("PATIENT", data(NAME, "PATIENT", json!({})));
    assert_eq!(play.component("Full name").value, "Ada Byron");
    play.fill("Email", "ada@example.com").fill("Age", "36").tap("Continue");
    assert_eq!(
        Value::Object(play.sent().data.clone()),
        json!({ "step": "patient", "full_name": "Ada Byron", "email": "ada@example.com", "age": "36" }),
        "fields without a value are left out"
    );

    play.reply("SUMMARY", data(NAME, "SUMMARY", json!({})));
    assert!(play.view().terminal);
    play.act(|user| user.tick("terms")).tap("Book");
    assert_eq!(Value::Object(play.sent().data.clone()), json!({ "step": "book", "terms": true }));
    play.reply("SUCCESS", success(json!({ "flow_token": "a token", "number": "A-7" })));
    assert_eq!(play.params()["number"], "A-7");
    assert_eq!(play.requests(), 7);
}

#[test]
fn days_on_which_the_clinic_is_closed_cannot_be_selected() {
    let mut play = open(NAME, "DEPARTMENT", json!({ "is_doctor_shown": true }));
    play.choose("Department", "Eyes").reply("DEPARTMENT", json!({}));
    play.choose("Doctor", "okoye").tap("Continue");
    play.reply("SLOT", data(NAME, "SLOT", json!({})));
    for (day, reason) in [
        ("2026-01-04", "a Sunday"),
        ("2026-01-06", "a day off"),
        ("2026-01-01", "before the first day"),
        ("2026-03-01", "after the last day"),
        ("2026-02-30", "no such day"),
    ] {
        play.refused(|user| user.pick_date("Day", day));
        assert_eq!(play.component("Day").value, Value::Null, "{reason}");
    }
    play.act(|user| user.pick_date("Day", "2026-02-28"));
}

#[test]
fn a_field_is_required_by_an_expression() {
    let mut play = at_patient(json!({}));
    assert!(play.component("Email").required);
    assert!(play.refused(|user| user.tap("Continue")).contains("`Email` is required"));
    play.fill("Phone", "020 7946");
    assert!(!play.component("Email").required);
    play.fill("Phone", "");
    assert!(play.component("Email").required, "an empty text equals no value");
    assert_eq!(play.component("Email").error, None, "nobody touched it");
    play.fill("Email", "ada");
    assert_eq!(play.component("Email").error.as_deref(), Some("Enter an email address."));
}

#[test]
fn messages_for_fields_disable_the_footer_until_the_fields_are_edited() {
    let mut play = at_patient(json!({}));
    play.fill("Email", "ada@example.com").tap("Continue");
    play.reply(
        "PATIENT",
        json!({ "errors": { "email": "This address bounces" }, "error_message": "Not yet" }),
    );
    assert_eq!(play.view().snackbar.unwrap().text, "Not yet");
    assert_eq!(play.component("Email").value, "ada@example.com", "the input stays");
    assert_eq!(play.component("Email").error.as_deref(), Some("This address bounces"));
    assert!(!play.component("Continue").enabled);
    assert!(play.refused(|user| user.tap("Continue")).contains("This address bounces"));
    play.fill("Email", "ada@example.org");
    assert_eq!(play.component("Email").error, None);
    play.tap("Continue");
    assert_eq!(play.sent().data["email"], "ada@example.org");
}

#[test]
fn the_terms_are_read_without_a_request() {
    let mut play = at_summary();
    play.act(|user| user.tick("terms"));
    let before = play.requests();
    play.tap("terms");
    assert_eq!(play.view().screen, "TERMS");
    play.back();
    assert_eq!((play.view().screen.as_str(), play.requests()), ("SUMMARY", before));
    assert_eq!(play.component("terms").value, true, "what the user entered stays");
}

#[test]
fn the_way_back_from_the_summary_asks_the_endpoint() {
    let mut play = at_summary();
    play.back();
    let sent = play.sent();
    assert_eq!((sent.action.name(), sent.screen.as_str(), sent.data.len()), ("BACK", "SUMMARY", 0));
    play.reply("PATIENT", json!({ "known": { "full_name": "Ada Lovelace" } }));
    assert_eq!(play.component("Full name").value, "Ada Lovelace", "a reply overwrites");
    assert_eq!(play.component("Phone").value, "+44 20 7946 0000", "which it does not mention");
    let requests = play.requests();
    play.back();
    assert_eq!((play.view().screen.as_str(), play.requests()), ("SLOT", requests));
}

#[test]
fn a_first_screen_with_incoming_routes_is_an_error() {
    let play = open(NAME, "SLOT", json!({}));
    assert!(play.failure().contains("SLOT cannot be the first screen"), "{}", play.failure());
    assert_eq!(play.notified().as_deref(), Some("invalid-screen-transition"));
    assert!(!play.view().can_go_back);
}

#[test]
fn the_opening_is_tried_again_after_an_error() {
    let mut play = Play::exchange(&crate::client::documents::document(NAME));
    play.receive(Reply::Status(500));
    let Frame::Error { failure } = play.view().frame else { panic!("{}", play.view()) };
    assert_eq!((failure.cause, failure.can_retry), (FailureCause::Status(500), true));
    play.act(whatsapp_flow_json::client::User::retry);
    assert_eq!((play.sent().action.name(), play.requests()), ("INIT", 2));
    play.reply("DEPARTMENT", data(NAME, "DEPARTMENT", json!({})));
    assert_eq!(play.view().frame, Frame::Ready);
}

#[test]
fn a_timeout_later_keeps_the_input() {
    let mut play = at_summary();
    play.act(|user| user.tick("terms")).tap("Book").receive(Reply::Timeout);
    assert_eq!(play.view().frame, Frame::Ready);
    assert!(play.view().snackbar.is_some());
    assert_eq!(play.component("terms").value, true);
    let before = play.sent().clone();
    play.tap("Book");
    assert_eq!(*play.sent(), before, "the same request");
    assert_eq!(play.view().snackbar, None);
}
