//! The rules of Dropdown, RadioButtonsGroup, CheckboxGroup, ChipsSelector and OptIn.

use serde_json::{Value, json};
use whatsapp_flow_json::client::Problem;

use super::parts::{options, with};
use super::play::{Play, screen, submit};

const GROUPS: [&str; 2] = ["CheckboxGroup", "ChipsSelector"];

/// A form of this field, with three options.
fn form(kind: &str, properties: Value) -> Play {
    let ids = options(["one", "two", "three"]);
    let field = json!({ "type": kind, "name": "f", "label": "f", "data-source": ids });
    Play::new(&screen("7.3", json!([with(field, properties), submit(json!({}))])))
}

/// The problem of the field, and the text under it.
#[track_caller]
fn outcome(play: &Play) -> (Option<Problem>, Option<String>) {
    let field = play.component("f");
    assert_eq!(play.component("Send").enabled, field.problem.is_none());
    (field.problem, field.error)
}

fn required(label: &str) -> Option<Problem> {
    Some(Problem::Required { label: label.into() })
}

fn too_few(min: usize) -> (Option<Problem>, Option<String>) {
    (Some(Problem::TooFewSelected { min }), None)
}

fn too_many(max: usize) -> (Option<Problem>, Option<String>) {
    (Some(Problem::TooManySelected { max }), None)
}

const VALID: (Option<Problem>, Option<String>) = (None, None);

#[test]
fn a_required_dropdown_has_a_text_with_its_label() {
    let mut play = form("Dropdown", json!({ "required": true }));
    play.choose("f", "one");
    assert_eq!(outcome(&play), VALID);
    play.act(|user| user.clear("f"));
    assert_eq!(outcome(&play), (required("f"), Some("f is required.".into())));
}

#[test]
fn a_dropdown_with_an_unknown_value_is_mute() {
    for required in [false, true] {
        let properties = json!({ "required": required, "init-value": "four" });
        let mut play = form("Dropdown", properties);
        assert_eq!(outcome(&play), (Some(Problem::NotAnOption), None));
        assert_eq!(outcome(play.choose("f", "two")), VALID);
    }
}

#[test]
fn required_radio_buttons_have_a_text_without_their_label() {
    let play = form("RadioButtonsGroup", json!({ "required": true, "init-value": "" }));
    assert_eq!(outcome(&play), (required(""), Some("This is required.".into())));
    let mut play = form("RadioButtonsGroup", json!({ "required": true }));
    assert_eq!(outcome(play.choose("f", "one")), VALID);
}

#[test]
fn radio_buttons_have_no_other_rule() {
    assert_eq!(outcome(&form("RadioButtonsGroup", json!({ "init-value": "four" }))), VALID);
}

#[test]
fn a_required_group_has_a_text_without_its_label() {
    for kind in GROUPS {
        let mut play = form(kind, json!({ "required": true }));
        assert_eq!(outcome(play.choose("f", "one")), VALID, "{kind}");
        play.act(|user| user.unchoose("f", "one"));
        let expected = (required(""), Some("This is required.".into()));
        assert_eq!(outcome(&play), expected, "{kind}");
    }
}

#[test]
fn too_few_options_are_mute_even_if_optional_and_untouched() {
    for kind in GROUPS {
        let mut play = form(kind, json!({ "min-selected-items": 2 }));
        assert_eq!(outcome(&play), too_few(2), "{kind}");
        assert_eq!(outcome(play.choose("f", "one")), too_few(2), "{kind}");
        assert_eq!(outcome(play.choose("f", "two")), VALID, "{kind}");
    }
}

#[test]
fn too_many_options_are_mute() {
    for kind in GROUPS {
        let properties = json!({ "max-selected-items": 2, "init-value": ["one", "two", "three"] });
        let mut play = form(kind, properties);
        assert_eq!(outcome(&play), too_many(2), "{kind}");
        play.act(|user| user.unchoose("f", "two"));
        assert_eq!(outcome(&play), VALID, "{kind}");
    }
}

#[test]
fn the_default_maximum_is_the_number_of_options() {
    for kind in GROUPS {
        let play = form(kind, json!({ "init-value": ["one", "two", "three"] }));
        assert_eq!(outcome(&play), VALID, "{kind}");
        let play = form(kind, json!({ "init-value": ["one", "two", "three", "four"] }));
        assert_eq!(outcome(&play), too_many(3), "{kind}");
    }
}

#[test]
fn required_is_tested_before_the_counts() {
    for kind in GROUPS {
        let mut play = form(kind, json!({ "required": true, "min-selected-items": 2 }));
        assert_eq!(outcome(&play), (required(""), None), "{kind}");
        assert_eq!(outcome(play.choose("f", "one")), too_few(2), "{kind}");
    }
}

#[test]
fn the_minimum_is_tested_before_the_maximum() {
    for kind in GROUPS {
        let properties = json!({ "min-selected-items": 3, "max-selected-items": 1,
            "init-value": ["one", "two"] });
        assert_eq!(outcome(&form(kind, properties)), too_few(3), "{kind}");
    }
}

#[test]
fn an_opt_in_may_only_be_required() {
    let mut play = form("OptIn", json!({ "required": true }));
    assert_eq!(outcome(play.act(|user| user.tick("f"))), VALID);
    play.act(|user| user.untick("f"));
    let (problem, error) = outcome(&play);
    assert_eq!(problem, required(""));
    assert!(error.is_some());
    let mut play = form("OptIn", json!({ "min-selected-items": 1 }));
    assert_eq!(outcome(&play), VALID);
    play.act(|user| user.tick("f")).act(|user| user.untick("f"));
    assert_eq!(outcome(&play), VALID);
}
