//! Switch: which case is drawn.

use serde_json::{Value, json};

use super::parts::{input, text};
use super::play::{Play, document};

/// A screen with a field `f`, and this component.
fn play(component: Value) -> Play {
    let data = json!({ "n": 1.9, "seven": 7, "word": "cat", "yes": true });
    Play::new(&document("7.3", data, json!([input("f", json!({})), component])))
}

/// The texts that a Switch draws for a value.
fn switched(value: Value, cases: Value) -> Vec<String> {
    let switch = json!({ "type": "Switch", "value": value, "cases": cases });
    let components = play(switch).view().components;
    components.into_iter().skip(1).map(|component| component.label).collect()
}

#[test]
fn a_switch_compares_texts() {
    let cases = json!({
        "cat": [text("a cat")], "true": [text("yes")], "7": [text("seven")], "1.9": [text("one and more")],
        "CAT": [text("another")],
    });
    for (value, drawn) in [
        ("${data.word}", "a cat"),
        ("${data.yes}", "yes"),
        ("${data.seven}", "seven"),
        ("${data.n}", "one and more"),
        ("`${data.seven} + 0`", "seven"),
        ("cat", "a cat"),
    ] {
        assert_eq!(switched(json!(value), cases.clone()), [drawn], "{value}");
    }
}

#[test]
fn a_number_is_compared_as_javascript_writes_it() {
    let switch = json!({ "type": "Switch", "value": "${data.n}", "cases": { "2": [text("two")] } });
    let document = document("7.3", json!({ "n": 2.0 }), json!([switch]));
    assert!(document.to_string().contains("2.0"));
    assert_eq!(Play::new(&document).view().find("two").len(), 1);
}

#[test]
fn without_a_match_the_default_is_drawn_or_nothing() {
    for value in ["${data.word}", "${data.gone}", "${form.f}"] {
        let cases = json!({ "dog": [text("a dog")], "default": [text("other")] });
        assert_eq!(switched(json!(value), cases), ["other"], "{value}");
        assert_eq!(switched(json!(value), json!({ "dog": [text("a dog")] })), [""; 0], "{value}");
    }
}

#[test]
fn the_case_follows_what_the_user_enters() {
    let cases = json!({ "a": [text("is a")], "b": [text("is b")], "": [text("is empty")] });
    let mut play = play(json!({ "type": "Switch", "value": "${form.f}", "cases": cases }));
    for typed in ["a", "b", "c", ""] {
        play.fill("f", typed);
        let drawn: Vec<_> =
            play.view().components[1..].iter().map(|text| text.label.clone()).collect();
        let expected = match typed {
            "" => vec!["is empty".to_owned()],
            "c" => vec![],
            typed => vec![format!("is {typed}")],
        };
        assert_eq!(drawn, expected, "{typed}");
    }
}
