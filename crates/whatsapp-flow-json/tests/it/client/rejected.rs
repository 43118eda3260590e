//! Values in the data that a component rejects: an error screen in a published flow, a banner in a draft.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Frame, Mode, Settings};

use super::parts::{action, choice, options, submit_nothing, with};
use super::play::{Play, document};

const CHOICES: [&str; 4] = ["Dropdown", "RadioButtonsGroup", "CheckboxGroup", "ChipsSelector"];

fn open(document: &Value, mode: Mode) -> Play {
    Play::with(document, Settings { mode, ..Settings::default() })
}

/// A field `f` of each kind with these options, in a document that opens with them.
fn fields(list: &Value) -> Vec<(&'static str, Value)> {
    let fields = CHOICES.map(|kind| {
        let field = choice(kind, "f", json!({ "data-source": "${data.list}" }));
        (kind, document("7.3", json!({ "list": list }), json!([field, submit_nothing()])))
    });
    fields.into()
}

/// An option with other members than an id and a title.
fn changed(changes: Value) -> Value {
    let mut list = options(["one", "two"]);
    list[1] = with(list[1].take(), changes);
    list
}

/// Lists that every field with options rejects, and where.
fn rejected() -> Vec<(Value, &'static str)> {
    let mut untitled = options(["one", "two"]);
    untitled[1].as_object_mut().unwrap().remove("title");
    let mut without_id = options(["one", "two"]);
    without_id[1].as_object_mut().unwrap().remove("id");
    vec![
        (options(["one", "one"]), "list[1].id"),
        (changed(json!({ "id": "" })), "list[1].id"),
        (without_id, "list[1].id"),
        (untitled, "list[1].title"),
        (changed(json!({ "title": 1 })), "list[1].title"),
        (json!(["one", "two"]), "list[0]"),
    ]
}

#[test]
fn a_published_flow_shows_an_error_screen() {
    for (list, place) in rejected() {
        for (kind, document) in fields(&list) {
            let play = open(&document, Mode::Published);
            let failure = play.failure();
            assert!(failure.starts_with(&format!("{place} of ONLY:")), "{kind}: {failure}");
            assert_eq!(play.notified().as_deref(), Some("components-validation-error"), "{kind}");
        }
    }
}

#[test]
fn a_draft_shows_a_banner_under_the_component() {
    for (list, place) in rejected() {
        for (kind, document) in fields(&list) {
            let play = open(&document, Mode::Draft);
            assert_eq!((play.view().frame, play.notified()), (Frame::Ready, None), "{kind}");
            let banner = play.component("f").banner.unwrap_or_else(|| panic!("{kind}, {place}"));
            assert!(banner.starts_with(&format!("{place} of ONLY:")), "{kind}: {banner}");
            assert_eq!(play.component("Send").banner, None, "{kind}");
        }
    }
}

#[test]
fn a_list_of_items_is_rejected_alike() {
    let items = ["one", "one"].map(|id| json!({ "id": id, "main-content": { "title": id } }));
    let list = json!({
        "type": "NavigationList", "name": "f", "label": "f", "list-items": "${data.list}",
        "on-click-action": action("data_exchange", json!({})),
    });
    let document = document("7.3", json!({ "list": items }), json!([list]));
    let play = open(&document, Mode::Published);
    assert_eq!(play.notified().as_deref(), Some("components-validation-error"));
    let play = open(&document, Mode::Draft);
    let banner = play.component("f").banner.unwrap();
    assert!(banner.starts_with("list[1].id of ONLY:"), "{banner}");
}

#[test]
fn a_property_that_is_required_and_missing_is_rejected() {
    let field = with(choice("Dropdown", "f", json!({})), json!({ "label": "${data.label}" }));
    let missing_list = with(field.clone(), json!({ "data-source": "${data.list}" }));
    let missing_label = with(field, json!({ "data-source": options(["one"]) }));
    for (field, given, missing) in [
        (missing_list, json!({ "label": "f" }), "list"),
        (missing_label, json!({ "list": [] }), "label"),
    ] {
        let data = json!({ "label": "f", "list": [] });
        let document = document("7.3", data, json!([field, submit_nothing()]));
        let mut play = Play::exchange(&document);
        play.reply("ONLY", given);
        assert!(play.failure().starts_with(&format!("{missing} of ONLY:")), "{}", play.failure());
        assert_eq!(play.notified().as_deref(), Some("components-validation-error"));
    }
}

#[test]
fn a_property_of_a_wrong_type_is_rejected() {
    for (property, value, expected) in [
        ("label", json!(1), "a string"),
        ("enabled", json!("yes"), "a boolean"),
        ("required", json!(1), "a boolean"),
        ("data-source", json!("one"), "an array"),
        ("data-source", json!({ "id": "one", "title": "one" }), "an array"),
    ] {
        let field = choice("Dropdown", "f", json!({ "data-source": options(["one"]) }));
        let field = with(field, json!({ property: "${data.value}" }));
        let document = document("7.3", json!({ "value": value }), json!([field]));
        let reason = format!("value of ONLY: expected {expected}");
        let play = open(&document, Mode::Published);
        assert!(play.failure().starts_with(&reason), "{property}: {}", play.failure());
        assert_eq!(play.notified().as_deref(), Some("components-validation-error"));
        let play = open(&document, Mode::Draft);
        assert_eq!(play.component("f").banner, Some(reason), "{property}");
    }
}

#[test]
fn a_message_of_a_wrong_type_is_rejected_in_a_form_too() {
    let field = choice("Dropdown", "f", json!({ "data-source": options(["one"]) }));
    let form = |messages: Value| json!({ "type": "Form", "name": "form", "children": [field], "error-messages": messages });
    let own = with(field.clone(), json!({ "error-message": "${data.errors.f}" }));
    for field in [own, form(json!("${data.errors}")), form(json!({ "f": "${data.errors.f}" }))] {
        let document = document("7.3", json!({ "errors": { "f": 1 } }), json!([field]));
        let play = open(&document, Mode::Published);
        let reason = "errors.f of ONLY: expected a string";
        assert!(play.failure().starts_with(reason), "{field}: {}", play.failure());
        let banner = open(&document, Mode::Draft).component("f").banner;
        assert_eq!(banner.as_deref(), Some(reason), "{field}");
    }
}

#[test]
fn too_many_options_are_tolerated_when_published_and_a_banner_in_a_draft() {
    for (kind, max) in
        [("Dropdown", 200), ("RadioButtonsGroup", 20), ("CheckboxGroup", 20), ("ChipsSelector", 20)]
    {
        let list = |length: usize| -> Value {
            (0..length).map(|n| json!({ "id": n.to_string(), "title": n.to_string() })).collect()
        };
        let field = |length: usize| {
            let field = choice(kind, "f", json!({ "data-source": "${data.list}" }));
            document("7.3", json!({ "list": list(length) }), json!([field]))
        };
        let play = open(&field(max + 1), Mode::Published);
        assert_eq!(play.view().frame, Frame::Ready, "{kind}");
        assert_eq!(play.component("f").options.len(), max + 1, "{kind}");
        assert!(open(&field(max + 1), Mode::Draft).component("f").banner.is_some(), "{kind}");
        assert_eq!(open(&field(max), Mode::Draft).component("f").banner, None, "{kind}");
    }
}

#[test]
fn an_initial_value_that_names_a_disabled_option_is_a_banner_in_a_draft_only() {
    let mut list = options(["one", "two"]);
    list[0]["enabled"] = json!(false);
    for (kind, value) in [
        ("Dropdown", json!("one")),
        ("RadioButtonsGroup", json!("one")),
        ("CheckboxGroup", json!(["two", "one"])),
        ("ChipsSelector", json!(["one"])),
    ] {
        for (source, initial) in
            [(list.clone(), value.clone()), (json!("${data.list}"), json!("${data.value}"))]
        {
            let field = choice(kind, "f", json!({ "data-source": source, "init-value": initial }));
            let data = json!({ "list": list, "value": value });
            let document = document("7.3", data, json!([field]));
            let play = open(&document, Mode::Published);
            assert_eq!(play.component("f").value, value, "{kind}");
            assert_eq!((play.view().frame, play.component("f").banner), (Frame::Ready, None));
            let play = open(&document, Mode::Draft);
            assert_eq!(play.component("f").value, value, "{kind}");
            let banner = play.component("f").banner.unwrap_or_else(|| panic!("{kind}"));
            assert!(banner.contains("the option `one` is disabled"), "{kind}: {banner}");
        }
    }
}
