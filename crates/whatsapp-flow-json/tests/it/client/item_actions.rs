//! The actions of options, and those that run when a screen is drawn.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Frame, Mode, Settings};

use super::parts::{action, choice, flow, link, log, options, part, submit_nothing, with};
use super::play::{Play, document};

const SINGLE: [&str; 2] = ["Dropdown", "RadioButtonsGroup"];
const SEVERAL: [&str; 2] = ["CheckboxGroup", "ChipsSelector"];

/// Options that log their selection as `+one`, and their removal as `-one`.
fn logging() -> Value {
    let mut list = options(["one", "two"]);
    for (at, id) in ["one", "two"].into_iter().enumerate() {
        list[at]["on-select-action"] = log(&format!("+{id} "));
        list[at]["on-unselect-action"] = log(&format!("-{id} "));
    }
    list
}

fn field(kind: &str, properties: Value) -> Value {
    let mut field = choice(kind, "f", properties);
    field["data-source"] = logging();
    field
}

fn play(kind: &str) -> Play {
    Play::new(&document("7.3", json!({ "log": "" }), json!([field(kind, json!({}))])))
}

#[test]
fn an_option_runs_its_action_for_each_change() {
    for kind in SEVERAL {
        let mut play = play(kind);
        play.choose("f", "two").choose("f", "one").act(|user| user.unchoose("f", "two"));
        assert_eq!(play.logged(), "+two +one -two ", "{kind}");
    }
}

#[test]
fn the_option_that_is_removed_comes_first() {
    for kind in SINGLE {
        let last = |text: &str| action("update_data", json!({ "log": text }));
        let mut field = field(kind, json!({}));
        field["data-source"][0]["on-unselect-action"] = last("removed");
        field["data-source"][1]["on-select-action"] = last("added");
        let mut play = Play::new(&document("7.3", json!({ "log": "" }), json!([field])));
        play.choose("f", "one").choose("f", "two");
        assert_eq!(play.logged(), "added", "{kind}: the last one");
        play.choose("f", "one");
        assert_eq!(play.logged(), "added+one ", "{kind}");
    }
}

#[test]
fn the_removed_option_of_an_emptied_field_runs_its_action() {
    let mut play = play("RadioButtonsGroup");
    play.choose("f", "one").act(|user| user.unchoose("f", "one"));
    assert_eq!(play.logged(), "+one -one ");
    let mut play = self::play("Dropdown");
    play.choose("f", "one").act(|user| user.clear("f"));
    assert_eq!(play.logged(), "+one -one ");
}

#[test]
fn only_a_tap_runs_the_action_of_an_option() {
    for kind in SINGLE.into_iter().chain(SEVERAL) {
        let value = |id: &str| if SINGLE.contains(&kind) { json!(id) } else { json!([id]) };
        let mut field = field(kind, json!({ "init-value": "${data.value}" }));
        field["data-source"] = json!("${data.list}");
        let data = json!({ "log": "", "value": value("one"), "list": logging() });
        let mut play = Play::new(&document("7.3", data, json!([field, submit_nothing()])));
        assert_eq!(play.component("f").value, value("one"), "{kind}");
        let other = with(logging()[1].take(), json!({ "id": "three" }));
        play.tap("Send").reply("ONLY", json!({ "value": value("two"), "list": logging() }));
        play.tap("Send").reply("ONLY", json!({ "value": value("three"), "list": [other] }));
        assert_eq!(play.component("f").value, value("three"), "{kind}");
        assert_eq!(play.logged(), "", "{kind}");
    }
}

#[test]
fn chips_run_the_action_of_the_option_before_that_of_the_component() {
    let actions =
        json!({ "on-select-action": log("select "), "on-unselect-action": log("unselect ") });
    let field = field("ChipsSelector", actions);
    let mut play = Play::new(&document("7.3", json!({ "log": "" }), json!([field])));
    play.choose("f", "one").act(|user| user.unchoose("f", "one"));
    assert_eq!(play.logged(), "+one select -one unselect ");
}

#[test]
fn other_components_reject_actions_of_both_kinds() {
    for kind in ["Dropdown", "RadioButtonsGroup", "CheckboxGroup"] {
        for trigger in ["on-select-action", "on-unselect-action"] {
            let field = field(kind, json!({ trigger: log("") }));
            let document = document("7.3", json!({ "log": "" }), json!([field]));
            let play = Play::new(&document);
            let reason = "either the component or its options have actions, not both";
            assert!(play.failure().starts_with(reason), "{kind}: {}", play.failure());
            assert_eq!(play.notified().as_deref(), Some("components-validation-error"), "{kind}");
            let play = Play::with(&document, Settings { mode: Mode::Draft, ..Settings::default() });
            assert_eq!(play.view().frame, Frame::Ready, "{kind}");
            assert_eq!(play.component("f").banner.as_deref(), Some(reason), "{kind}");
        }
    }
}

/// A document of this version, whose field has an initial value or none.
fn drawn(version: &str, mut field: Value, value: Option<Value>) -> Play {
    if let Some(value) = value {
        field["init-value"] = value;
    }
    Play::new(&document(version, json!({ "log": "" }), json!([field, submit_nothing()])))
}

#[test]
fn the_action_of_a_component_with_a_value_runs_when_a_screen_is_drawn_from_6_0_to_6_3() {
    for (kind, value) in [
        ("Dropdown", json!("one")),
        ("RadioButtonsGroup", json!("one")),
        ("CheckboxGroup", json!(["one"])),
        ("ChipsSelector", json!(["one"])),
    ] {
        let list = json!({ "data-source": options(["one", "two"]), "on-select-action": log("s") });
        let field = choice(kind, "f", list);
        for version in ["6.0", "6.1", "6.2", "6.3"] {
            let play = drawn(version, field.clone(), Some(value.clone()));
            assert_eq!(play.logged(), "s", "{kind}, {version}");
            assert_eq!(drawn(version, field.clone(), None).logged(), "", "{kind}, {version}");
        }
        for version in ["5.1", "7.0", "7.3"] {
            let play = drawn(version, field.clone(), Some(value.clone()));
            assert_eq!(play.logged(), "", "{kind}, {version}");
        }
    }
}

#[test]
fn the_action_of_a_date_or_an_opt_in_runs_alike() {
    for (kind, value) in [
        ("DatePicker", json!("2026-01-02")),
        ("CalendarPicker", json!("2026-01-02")),
        ("OptIn", json!(true)),
    ] {
        let field =
            json!({ "type": kind, "name": "f", "label": "f", "on-select-action": log("s") });
        for (version, logged) in [("6.1", "s"), ("6.3", "s"), ("7.0", "")] {
            let play = drawn(version, field.clone(), Some(value.clone()));
            assert_eq!(play.logged(), logged, "{kind}, {version}");
        }
    }
}

#[test]
fn the_actions_of_options_run_when_a_screen_is_drawn_from_6_0_to_6_3() {
    for (version, logged) in [("5.1", ""), ("6.0", "+one "), ("6.3", "+one "), ("7.0", "")] {
        for (kind, value) in [("Dropdown", json!("one")), ("CheckboxGroup", json!(["one"]))] {
            let play = drawn(version, field(kind, json!({})), Some(value));
            assert_eq!(play.logged(), logged, "{kind}, {version}");
        }
    }
}

#[test]
fn a_screen_that_is_refreshed_is_not_drawn_for_the_first_time() {
    let list = json!({ "data-source": options(["one", "two"]), "on-select-action": log("s") });
    let mut play = drawn("6.3", choice("Dropdown", "f", list), Some(json!("one")));
    play.tap("Send").reply("ONLY", json!({}));
    assert_eq!(play.logged(), "s");
}

#[test]
fn a_screen_is_drawn_again_on_the_way_back() {
    let list = json!({ "data-source": options(["one", "two"]), "on-select-action": log("s") });
    let field = choice("Dropdown", "f", list);
    let a = part("A", json!({ "log": "" }), json!([field, link("Go", "B", json!({}))]));
    let b = part("B", json!({ "log": "" }), json!([link("On", "B", json!({}))]));
    let mut document = flow(json!({ "A": ["B"], "B": [] }), [a, b]);
    for (version, logged) in [("6.3", "ss"), ("7.0", "s")] {
        document["version"] = json!(version);
        let mut play = Play::new(&document);
        play.choose("f", "one").tap("Go").back();
        assert_eq!(play.logged(), logged, "{version}");
    }
}
