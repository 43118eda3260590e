//! The values of fields in a payload: untouched, filled, and emptied again.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{DatePart, Event, Settings};

use super::parts::{ask, choice, options, with};
use super::play::{Play, screen};

/// A screen with this field, `f`, and a link that sends its value.
fn with_field(version: &str, field: Value) -> Play {
    let settings = Settings { utc_offset: 60, ..Settings::default() };
    Play::with(&screen(version, json!([field, ask(json!({ "f": "${form.f}" }))])), settings)
}

/// The payload of the link.
#[track_caller]
fn sent(play: &mut Play) -> Value {
    play.tap("Ask").reply("ONLY", json!({}));
    Value::Object(play.sent().data.clone())
}

#[track_caller]
fn clear(play: &mut Play, part: DatePart) {
    let component = play.component("f").id;
    play.act(|user| Ok(user.client.handle(Event::Clear { component, part }).unwrap()));
}

#[track_caller]
fn set_date(play: &mut Play, part: DatePart, day: &str) {
    let (component, day) = (play.component("f").id, day.to_owned());
    play.act(|user| Ok(user.client.handle(Event::SetDate { component, part, day }).unwrap()));
}

#[test]
fn a_text_is_sent_as_typed() {
    for (input_type, typed) in [
        ("text", "  Ada\tLovelace "),
        ("email", " ada@example.org "),
        ("phone", "+44 (20) 7946"),
        ("password", " p w "),
        ("passcode", "0123 "),
        ("number", " 1,234.50 "),
    ] {
        let field =
            json!({ "type": "TextInput", "name": "f", "label": "f", "input-type": input_type });
        let mut play = with_field("7.3", field);
        assert_eq!(sent(&mut play), json!({}), "{input_type}, untouched");
        play.fill("f", typed);
        assert_eq!(sent(&mut play), json!({ "f": typed }), "{input_type}, filled");
        play.act(|user| user.clear("f"));
        assert_eq!(sent(&mut play), json!({ "f": "" }), "{input_type}, emptied");
    }
}

#[test]
fn a_text_of_several_lines_is_sent_as_typed() {
    let mut play = with_field("7.3", json!({ "type": "TextArea", "name": "f", "label": "f" }));
    assert_eq!(sent(&mut play), json!({}));
    play.fill("f", " one\ntwo ");
    assert_eq!(sent(&mut play), json!({ "f": " one\ntwo " }));
    play.fill("f", "");
    assert_eq!(sent(&mut play), json!({ "f": "" }));
}

#[test]
fn a_dropdown_is_an_id() {
    let options = options(["one", "two"]);
    let mut play = with_field("7.3", choice("Dropdown", "f", json!({ "data-source": options })));
    assert_eq!(sent(&mut play), json!({}));
    play.choose("f", "two");
    assert_eq!(sent(&mut play), json!({ "f": "two" }));
    play.act(|user| user.clear("f"));
    assert_eq!(sent(&mut play), json!({ "f": "" }));
}

#[test]
fn a_radio_button_is_an_id_and_absent_when_it_is_unselected() {
    let options = options(["one", "two"]);
    let mut play =
        with_field("7.3", choice("RadioButtonsGroup", "f", json!({ "data-source": options })));
    assert_eq!(sent(&mut play), json!({}));
    play.choose("f", "two");
    assert_eq!(sent(&mut play), json!({ "f": "two" }));
    play.act(|user| user.unchoose("f", "two"));
    assert_eq!(sent(&mut play), json!({}));
}

#[test]
fn several_choices_are_ids_in_the_order_of_selection() {
    for kind in ["CheckboxGroup", "ChipsSelector"] {
        let options = options(["one", "two", "three"]);
        let mut play = with_field("7.3", choice(kind, "f", json!({ "data-source": options })));
        assert_eq!(sent(&mut play), json!({}), "{kind}, untouched");
        play.choose("f", "three").choose("f", "one").choose("f", "two");
        assert_eq!(sent(&mut play), json!({ "f": ["three", "one", "two"] }), "{kind}, filled");
        play.act(|user| user.unchoose("f", "three")).choose("f", "three");
        assert_eq!(sent(&mut play), json!({ "f": ["one", "two", "three"] }), "{kind}, again");
        for option in ["one", "two", "three"] {
            play.act(|user| user.unchoose("f", option));
        }
        assert_eq!(sent(&mut play), json!({ "f": [] }), "{kind}, emptied");
    }
}

#[test]
fn a_date_is_text_of_a_day_or_of_milliseconds() {
    // Midnight in Berlin is 23:00 UTC of the day before.
    for (version, day) in [
        ("3.1", "1767308400000"),
        ("4.0", "1767308400000"),
        ("5.0", "2026-01-02"),
        ("7.3", "2026-01-02"),
    ] {
        let field = json!({ "type": "DatePicker", "name": "f", "label": "f" });
        let mut play = with_field(version, field);
        assert_eq!(sent(&mut play), json!({}), "{version}, untouched");
        play.act(|user| user.pick_date("f", "2026-01-02"));
        assert_eq!(sent(&mut play), json!({ "f": day }), "{version}, filled");
        clear(&mut play, DatePart::Day);
        assert_eq!(sent(&mut play), json!({ "f": "" }), "{version}, emptied");
    }
}

#[test]
fn a_day_of_a_calendar_is_text() {
    let mut play =
        with_field("7.3", json!({ "type": "CalendarPicker", "name": "f", "label": "f" }));
    assert_eq!(sent(&mut play), json!({}));
    play.act(|user| user.pick_date("f", "2026-01-02"));
    assert_eq!(sent(&mut play), json!({ "f": "2026-01-02" }));
    clear(&mut play, DatePart::Day);
    assert_eq!(sent(&mut play), json!({ "f": "" }));
}

#[test]
fn a_range_has_two_ends_and_is_null_without_them() {
    let range = |start: &str, end: &str| json!({ "f": { "start-date": start, "end-date": end } });
    let labels = json!({ "start-date": "from", "end-date": "to" });
    let field = json!({ "type": "CalendarPicker", "name": "f", "mode": "range", "title": "f", "label": labels });
    let mut play = with_field("7.3", field);
    assert_eq!(sent(&mut play), json!({}));
    set_date(&mut play, DatePart::Start, "2026-01-02");
    assert_eq!(sent(&mut play), range("2026-01-02", ""));
    set_date(&mut play, DatePart::End, "2026-01-05");
    assert_eq!(sent(&mut play), range("2026-01-02", "2026-01-05"));
    clear(&mut play, DatePart::Start);
    assert_eq!(sent(&mut play), range("", "2026-01-05"));
    clear(&mut play, DatePart::End);
    assert_eq!(sent(&mut play), json!({ "f": null }));
}

#[test]
fn an_opt_in_is_true_or_null_and_never_false() {
    let mut play = with_field("7.3", json!({ "type": "OptIn", "name": "f", "label": "f" }));
    assert_eq!(sent(&mut play), json!({}));
    play.act(|user| user.tick("f"));
    assert_eq!(sent(&mut play), json!({ "f": true }));
    play.act(|user| user.untick("f"));
    assert_eq!(sent(&mut play), json!({ "f": null }));
}

#[test]
fn an_item_of_a_list_is_set_before_its_action() {
    let payload = json!({ "f": "${form.f}", "other": "${form.other}" });
    let action = json!({ "name": "data_exchange", "payload": payload });
    let list = |name: &str, ids: [&str; 2]| {
        let items: Value = ids
            .map(|id| json!({ "id": id, "main-content": { "title": id } }))
            .into_iter()
            .collect();
        json!({ "type": "NavigationList", "name": name, "list-items": items, "on-click-action": action })
    };
    let lists = json!([list("f", ["one", "two"]), list("other", ["three", "four"])]);
    let mut play = Play::new(&screen("7.3", lists));
    play.tap("two").reply("ONLY", json!({}));
    assert_eq!(Value::Object(play.sent().data.clone()), json!({ "f": "two" }));
    play.tap("three").reply("ONLY", json!({}));
    assert_eq!(Value::Object(play.sent().data.clone()), json!({ "f": "two", "other": "three" }));
}

#[test]
fn picked_files_are_a_list() {
    use whatsapp_flow_json::client::PickedFile;
    for kind in ["PhotoPicker", "DocumentPicker"] {
        let field = with(json!({ "type": kind, "name": "f" }), json!({ "label": "f" }));
        let mut play = with_field("7.3", field);
        assert_eq!(sent(&mut play), json!({}), "{kind}, untouched");
        let files = ["a.png", "b.png"].map(|name| PickedFile::uploaded(name, "image/png", 9));
        play.act(|user| user.pick_files("f", files.to_vec()));
        let list = sent(&mut play)["f"].clone();
        let names: Vec<_> =
            list.as_array().unwrap().iter().map(|file| &file["file_name"]).collect();
        assert_eq!(names, ["a.png", "b.png"], "{kind}, filled");
        for file_name in ["a.png", "b.png"] {
            let (component, file_name) = (play.component("f").id, file_name.to_owned());
            let remove = Event::RemoveFile { component, file_name };
            play.act(|user| Ok(user.client.handle(remove).unwrap()));
        }
        assert_eq!(sent(&mut play), json!({ "f": [] }), "{kind}, emptied");
    }
}
