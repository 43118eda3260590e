//! The answers that the chat shows after the end.

use serde_json::{Value, json};
use whatsapp_flow_json::client::PickedFile;

use super::parts::{choice, flow, input, link, options, part};
use super::play::{Play, screen};

/// The answers as pairs of label and value.
fn answers(play: &Play) -> Vec<(String, String)> {
    play.user.client.answers().into_iter().map(|answer| (answer.label, answer.value)).collect()
}

fn pair(label: &str, value: &str) -> (String, String) {
    (label.into(), value.into())
}

fn all() -> Value {
    let list = json!({ "data-source": options(["one", "two"]) });
    json!([
        input("text", json!({})),
        { "type": "TextArea", "name": "area", "label": "area" },
        choice("Dropdown", "dropdown", list.clone()),
        choice("CheckboxGroup", "boxes", list),
        { "type": "DatePicker", "name": "day", "label": "day" },
        { "type": "OptIn", "name": "opt_in", "label": "opt_in" },
    ])
}

fn fill(play: &mut Play) {
    play.fill("text", "t").fill("area", "a").choose("dropdown", "two");
    play.choose("boxes", "two").choose("boxes", "one");
    play.act(|user| user.pick_date("day", "2026-01-02")).act(|user| user.tick("opt_in"));
}

#[test]
fn an_answer_has_the_label_and_the_value_of_a_field() {
    let mut play = Play::new(&screen("7.3", all()));
    fill(&mut play);
    let expected = [
        pair("text", "t"),
        pair("area", "a"),
        pair("dropdown", "two"),
        pair("boxes", "two, one"),
        pair("day", "2026-01-02"),
        pair("opt_in", "✓"),
    ];
    assert_eq!(answers(&play), expected);
}

#[test]
fn sensitive_fields_are_twelve_bullets_except_for_an_opt_in() {
    let mut document = screen("7.3", all());
    let names = ["text", "area", "dropdown", "boxes", "day", "opt_in"];
    document["screens"][0]["sensitive"] = json!(names);
    let mut play = Play::new(&document);
    fill(&mut play);
    let bullets = "•".repeat(12);
    let mut expected = names.map(|name| pair(name, &bullets));
    expected[5] = pair("opt_in", "✓");
    assert_eq!(answers(&play), expected);
}

#[test]
fn passwords_and_passcodes_are_left_out() {
    let fields = ["password", "passcode", "number"]
        .map(|input_type| input(input_type, json!({ "input-type": input_type })));
    for sensitive in [json!([]), json!(["password", "passcode"])] {
        let mut document = screen("7.3", json!(fields));
        document["screens"][0]["sensitive"] = sensitive;
        let mut play = Play::new(&document);
        play.fill("password", "secret").fill("passcode", "0042").fill("number", "7");
        assert_eq!(answers(&play), [pair("number", "7")]);
    }
}

#[test]
fn files_are_left_out() {
    let picker = json!({ "type": "PhotoPicker", "name": "p", "label": "p" });
    for sensitive in [json!([]), json!(["p"])] {
        let mut document = screen("7.3", json!([picker]));
        document["screens"][0]["sensitive"] = sensitive;
        let mut play = Play::new(&document);
        let file = PickedFile::uploaded("a.png", "image/png", 9);
        play.act(|user| user.pick_files("p", vec![file]));
        assert_eq!(answers(&play), []);
    }
}

#[test]
fn the_answers_of_all_screens_are_there() {
    let a =
        part("A", json!({ "n": 1 }), json!([input("a", json!({})), link("Go", "B", json!({}))]));
    let b = part("B", json!({ "n": 1 }), json!([input("b", json!({}))]));
    let mut play = Play::new(&flow(json!({ "A": ["B"], "B": [] }), [a, b]));
    play.fill("a", "1").tap("Go").fill("b", "2");
    assert_eq!(answers(&play), [pair("a", "1"), pair("b", "2")]);
}
