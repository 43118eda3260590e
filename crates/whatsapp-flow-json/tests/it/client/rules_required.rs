//! `required`: what counts as empty.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{DatePart, Event, PickedFile, Problem};

use super::parts::{options, with};
use super::play::{Play, screen, submit};

/// A form of this field, which is required.
fn form(field: Value) -> Play {
    let label = field.get("label").cloned().unwrap_or(json!("f"));
    let field = with(field, json!({ "name": "f", "label": label, "required": true }));
    Play::new(&screen("7.3", json!([field, submit(json!({}))])))
}

#[track_caller]
fn assert_is_empty(play: &Play, value: Value) {
    let field = play.component("f");
    assert_eq!(field.value, value);
    assert!(matches!(field.problem, Some(Problem::Required { .. })), "{:?}", field.problem);
    assert!(!play.component("Send").enabled);
}

#[track_caller]
fn assert_is_filled(play: &Play) {
    assert_eq!(play.component("f").problem, None);
    assert!(play.component("Send").enabled);
}

#[test]
fn an_absent_value_is_empty() {
    let list = |kind: &str| json!({ "type": kind, "data-source": options(["one", "two"]) });
    let range = json!({ "type": "CalendarPicker", "mode": "range",
        "label": { "start-date": "From", "end-date": "To" } });
    let of = |kind: &str| json!({ "type": kind });
    for field in [
        of("TextInput"),
        of("TextArea"),
        list("Dropdown"),
        list("RadioButtonsGroup"),
        list("CheckboxGroup"),
        list("ChipsSelector"),
        of("DatePicker"),
        of("CalendarPicker"),
        range,
        of("OptIn"),
        of("PhotoPicker"),
        of("DocumentPicker"),
    ] {
        assert_is_empty(&form(field), json!(null));
    }
}

#[test]
fn null_is_empty() {
    let mut play = form(json!({ "type": "OptIn" }));
    assert_is_filled(play.act(|user| user.tick("f")));
    play.act(|user| user.untick("f"));
    assert_eq!(play.user.client.form("ONLY").unwrap()["f"], json!(null));
    assert_is_empty(&play, json!(null));
}

#[test]
fn false_is_empty() {
    assert_is_empty(&form(json!({ "type": "OptIn", "init-value": false })), json!(false));
    assert_is_filled(&form(json!({ "type": "OptIn", "init-value": true })));
}

#[test]
fn blank_text_is_empty() {
    for kind in ["TextInput", "TextArea"] {
        for blank in ["", " ", "\n\t "] {
            let mut play = form(json!({ "type": kind }));
            assert_is_filled(play.fill("f", "x"));
            assert_is_empty(play.fill("f", blank), json!(blank));
        }
    }
    let mut play = form(json!({ "type": "Dropdown", "data-source": options(["one"]) }));
    assert_is_filled(play.choose("f", "one"));
    assert_is_empty(play.act(|user| user.clear("f")), json!(""));
}

#[test]
fn an_empty_array_is_empty() {
    for kind in ["CheckboxGroup", "ChipsSelector"] {
        let mut play = form(json!({ "type": kind, "data-source": options(["one", "two"]) }));
        assert_is_filled(play.choose("f", "one"));
        assert_is_empty(play.act(|user| user.unchoose("f", "one")), json!([]));
    }
}

#[test]
fn no_file_is_empty() {
    for kind in ["PhotoPicker", "DocumentPicker"] {
        let mut play = form(json!({ "type": kind }));
        let files = vec![PickedFile::uploaded("a.jpg", "image/jpeg", 1)];
        assert_is_filled(play.act(|user| user.pick_files("f", files)));
        let component = play.component("f").id;
        let removal = Event::RemoveFile { component, file_name: "a.jpg".into() };
        play.user.client.handle(removal).unwrap();
        assert_is_empty(&play, json!([]));
    }
}

#[test]
fn a_cleared_date_is_empty() {
    for kind in ["DatePicker", "CalendarPicker"] {
        let mut play = form(json!({ "type": kind }));
        assert_is_filled(play.act(|user| user.pick_date("f", "2026-02-02")));
        assert_is_empty(play.act(|user| user.clear("f")), json!(""));
    }
    let mut play = form(json!({ "type": "CalendarPicker", "mode": "range",
        "label": { "start-date": "From", "end-date": "To" } }));
    assert_is_filled(play.act(|user| user.pick_range("f", "2026-02-02", "2026-02-03")));
    let component = play.component("f").id;
    for (part, value) in [
        (DatePart::Start, json!({ "start-date": "", "end-date": "2026-02-03" })),
        (DatePart::End, json!(null)),
    ] {
        play.user.client.handle(Event::Clear { component, part }).unwrap();
        assert_is_empty(&play, value);
    }
}
