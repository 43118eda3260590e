//! The Footer, and screens without one.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Frame, Mode, Settings};

use super::parts::{flow, link, part, with};
use super::play::{Play, document, screen, submit};

/// The Footer of a screen with these captions.
fn captions(captions: Value) -> Value {
    screen("7.3", json!([with(submit(json!({})), captions)]))
}

#[test]
fn captions_stand_alone_in_the_middle_or_at_both_sides() {
    for fits in [
        json!({}),
        json!({ "center-caption": "1 of 2" }),
        json!({ "left-caption": "Total", "right-caption": "7 €" }),
    ] {
        assert_eq!(Play::new(&captions(fits.clone())).view().frame, Frame::Ready, "{fits}");
    }
}

#[test]
fn a_caption_without_its_partner_is_an_error_of_the_component() {
    for alone in ["left-caption", "right-caption"] {
        let document = captions(json!({ alone: "Total" }));
        let play = Play::new(&document);
        let failure = "a caption at one side of a Footer requires one at the other";
        assert!(play.failure().starts_with(failure), "{}", play.failure());
        assert_eq!(play.notified().as_deref(), Some("components-validation-error"));
        let draft = Settings { mode: Mode::Draft, ..Settings::default() };
        let play = Play::with(&document, draft);
        assert_eq!(play.component("Send").banner.as_deref(), Some(failure));
        assert_eq!(play.notified(), None);
    }
}

#[test]
fn a_caption_that_the_data_do_not_bring_is_missing() {
    let sides = json!({ "left-caption": "${data.left}", "right-caption": "${data.right}" });
    let children = json!([with(submit(json!({})), sides)]);
    let mut play =
        Play::exchange(&document("7.3", json!({ "left": "Total", "right": "7 €" }), children));
    play.reply("ONLY", json!({})).tap("Send").reply("ONLY", json!({ "left": "Total" }));
    assert_eq!(play.notified().as_deref(), Some("components-validation-error"));
}

#[test]
fn a_screen_that_does_not_end_the_flow_needs_no_footer() {
    let mut a = part("A", json!({}), json!([link("More", "B", json!({}))]));
    a["terminal"] = json!(false);
    let b = part("B", json!({}), json!([submit(json!({}))]));
    let mut play = Play::new(&flow(json!({ "A": ["B"] }), [a, b]));
    assert!(!play.view().terminal);
    assert_eq!(play.tap("More").view().screen, "B");
}
