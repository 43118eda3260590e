//! Data that look like a binding or an expression: the client evaluates them for the children of a Form.

use serde_json::{Value, json};

use super::parts::{input, text};
use super::play::{Play, document, submit};

/// Opens a screen with data that the client may evaluate: in a Form, or without one.
fn with_data(version: &str, t: &str, in_form: bool) -> Play {
    let children = json!([
        input("f", json!({ "helper-text": "${data.t}" })),
        submit(json!({ "t": "${data.t}" }))
    ]);
    let form = json!([{ "type": "Form", "name": "form", "children": children }]);
    let children = if in_form { form } else { children };
    let mut play = Play::exchange(&document(version, json!({ "t": "", "secret": "s" }), children));
    play.reply("ONLY", json!({ "t": t, "secret": "the secret" }));
    play
}

fn helper_text(play: &Play) -> Value {
    play.component("f").properties["helper-text"].clone()
}

#[test]
fn a_binding_in_the_data_is_evaluated_in_a_form_with_a_warning() {
    let play = with_data("7.3", "${data.secret}", true);
    assert_eq!(helper_text(&play), "the secret");
    let warnings = play.view().warnings;
    assert!(
        warnings.iter().any(|warning| warning.contains("looks like a binding")),
        "{warnings:?}"
    );
}

#[test]
fn a_binding_in_the_data_is_shown_as_it_is_without_a_form() {
    let play = with_data("7.3", "${data.secret}", false);
    assert_eq!(helper_text(&play), "${data.secret}");
    assert_eq!(play.view().warnings, [""; 0]);
}

#[test]
fn what_the_user_typed_is_evaluated_too() {
    let echo = json!({ "type": "TextBody", "text": "${form.f}" });
    let form =
        json!([{ "type": "Form", "name": "form", "children": [input("f", json!({})), echo] }]);
    let mut play = Play::new(&document("7.3", json!({ "secret": "s" }), form));
    play.fill("f", "${data.secret}");
    assert_eq!(play.view().components[1].label, "s");
}

#[test]
fn expressions_in_the_data_are_evaluated_from_6_0_on() {
    for (version, expected) in [("5.1", "`1 + 1 'x'`"), ("6.0", "2x"), ("7.3", "2x")] {
        let play = with_data(version, "`1 + 1 'x'`", true);
        assert_eq!(helper_text(&play), expected, "{version}");
        assert_eq!(play.view().warnings.is_empty(), version == "5.1", "{version}");
    }
}

#[test]
fn other_texts_in_the_data_are_shown_as_they_are() {
    for text in ["costs ${data.secret}", "$5", "`quoted", "${unknown.x}"] {
        let play = with_data("7.3", text, true);
        assert_eq!(helper_text(&play), text);
        assert_eq!(play.view().warnings, [""; 0], "{text}");
    }
}

#[test]
fn items_in_the_data_are_evaluated_in_a_form() {
    let field =
        json!({ "type": "Dropdown", "name": "d", "label": "d", "data-source": "${data.list}" });
    let form = json!([{ "type": "Form", "name": "form", "children": [field, text("t")] }]);
    let list = json!([{ "id": "1", "title": "${data.t}" }]);
    let play = Play::new(&document("7.3", json!({ "t": "evaluated", "list": list }), form));
    assert_eq!(play.component("d").options[0].title, "evaluated");
}

#[test]
fn payloads_are_evaluated_once() {
    let mut play = with_data("7.3", "${data.secret}", true);
    assert_eq!(play.tap("Send").payload(), json!({ "t": "${data.secret}" }));
}
