//! The message over a screen.

use serde_json::json;
use whatsapp_flow_json::client::{Event, Frame};

use super::parts::{flow, input, part};
use super::play::{Play, screen, submit};

fn play() -> Play {
    Play::new(&screen("7.3", json!([input("f", json!({})), submit(json!({ "f": "${form.f}" }))])))
}

#[test]
fn the_time_depends_on_the_length_of_the_text() {
    for (length, milliseconds) in [(1, 4_500), (45, 4_500), (46, 7_000), (500, 7_000)] {
        let mut play = play();
        play.tap("Send").reply("ONLY", json!({ "error_message": "x".repeat(length) }));
        assert_eq!(play.view().snackbar.unwrap().milliseconds, milliseconds, "{length}");
    }
}

#[test]
fn the_user_can_hide_it() {
    let mut play = play();
    play.tap("Send").reply("ONLY", json!({ "error_message": "Sold out" }));
    play.event(Event::DismissSnackbar);
    assert_eq!((play.view().snackbar, play.view().frame), (None, Frame::Ready));
}

#[test]
fn a_new_text_replaces_the_old_one() {
    let mut play = play();
    play.tap("Send").reply("ONLY", json!({ "error_message": "Sold out" }));
    play.tap("Send").reply("ONLY", json!({ "error_message": "Closed" }));
    assert_eq!(play.view().snackbar.unwrap().text, "Closed");
}

#[test]
fn the_form_is_kept() {
    let mut play = play();
    play.fill("f", "typed").tap("Send").reply("ONLY", json!({ "error_message": "Sold out" }));
    let field = play.component("f");
    assert_eq!((field.value, field.error, field.enabled), (json!("typed"), None, true));
    play.tap("Send");
    assert_eq!(play.payload(), json!({ "f": "typed" }));
}

#[test]
fn an_empty_text_shows_nothing() {
    let mut play = play();
    play.tap("Send").reply("ONLY", json!({ "error_message": "" }));
    assert_eq!((play.view().snackbar, play.view().frame), (None, Frame::Ready));
}

#[test]
fn it_is_shown_over_the_screen_of_the_reply() {
    let screens = ["A", "B"].map(|id| part(id, json!({ "n": 0 }), json!([submit(json!({}))])));
    let mut play = Play::new(&flow(json!({ "A": ["B"], "B": [] }), screens));
    for screen in ["A", "B"] {
        play.tap("Send").reply(screen, json!({ "error_message": screen }));
        assert_eq!(
            (play.view().screen, play.view().snackbar.unwrap().text),
            (screen.into(), screen.into())
        );
    }
}

#[test]
fn it_needs_no_declaration_in_the_data_model() {
    let mut document = screen("7.3", json!([submit(json!({}))]));
    document["screens"][0].as_object_mut().unwrap().remove("data");
    let mut play = Play::exchange(&document);
    play.reply("ONLY", json!({ "error_message": "Sold out" }));
    assert_eq!(play.view().snackbar.unwrap().text, "Sold out");
}
