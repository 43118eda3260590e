//! Numbers that a user typed, under each of the settings: Meta's pages do not say their type.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Numbers, Settings};

use super::parts::{ask, flow, input, link, part};
use super::play::{Play, document, submit};

const ALL: [Numbers; 3] = [Numbers::AsDeclared, Numbers::AsText, Numbers::AsNumber];

/// A screen with fields of each type, whose links lead to a screen that declares numbers, and on from there.
fn play(numbers: Numbers) -> Play {
    let fields = ["number", "passcode", "text"];
    let own: Value = fields.map(|name| (name, format!("${{form.{name}}}"))).into_iter().collect();
    let inputs = fields.map(|name| input(name, json!({ "input-type": name })));
    let links = [link("Go", "B", json!({ "number": "${form.number}" })), ask(own)];
    let links = links.into_iter().chain(["passcode", "text"].map(|name| {
        link(&format!("Go with {name}"), "B", json!({ "number": format!("${{form.{name}}}") }))
    }));
    let a = part("A", json!({}), inputs.into_iter().chain(links).collect());
    let forwards = json!([
        link("Forward", "C", json!({ "number": "${data.number}" })),
        link("From the form", "C", json!({ "number": "${screen.A.form.number}" })),
        link("From the passcode", "C", json!({ "number": "${screen.A.form.passcode}" })),
    ]);
    let b = part("B", json!({ "number": 0 }), forwards);
    let c = part("C", json!({ "number": 0 }), json!([submit(json!({}))]));
    let settings = Settings { numbers, ..Settings::default() };
    Play::with(&flow(json!({ "A": ["B"], "B": ["C"], "C": [] }), [a, b, c]), settings)
}

fn data(play: &Play, screen: &str) -> Value {
    assert_eq!(play.view().screen, screen, "{}", play.view());
    play.user.client.data(screen).unwrap()["number"].clone()
}

#[test]
fn the_field_has_text_in_every_setting() {
    for numbers in ALL {
        let mut play = play(numbers);
        play.fill("number", "1,234.50");
        assert_eq!(play.component("number").value, "1,234.50", "{numbers:?}");
        assert_eq!(play.user.client.form("A").unwrap()["number"], "1,234.50", "{numbers:?}");
    }
}

#[test]
fn an_endpoint_gets_text_or_the_number_of_a_number_field() {
    for (numbers, number) in [
        (Numbers::AsDeclared, json!("1,234.50")),
        (Numbers::AsText, json!("1,234.50")),
        (Numbers::AsNumber, json!(1234.5)),
    ] {
        let mut play = play(numbers);
        play.fill("number", "1,234.50").fill("passcode", "0042").fill("text", "42").tap("Ask");
        let sent = Value::Object(play.sent().data.clone());
        assert_eq!(
            sent,
            json!({ "number": number, "passcode": "0042", "text": "42" }),
            "{numbers:?}"
        );
    }
}

#[test]
fn a_screen_that_declares_a_number_gets_one_unless_numbers_are_text() {
    for numbers in [Numbers::AsDeclared, Numbers::AsNumber] {
        let mut play = play(numbers);
        play.fill("number", "42").tap("Go");
        assert_eq!(data(&play, "B"), 42, "{numbers:?}");
    }
    let mut play = play(Numbers::AsText);
    play.fill("number", "42").tap("Go");
    assert!(play.failure().starts_with("number of B: expected a number"), "{}", play.failure());
    assert_eq!(play.notified().as_deref(), Some("payload-schema-error"));
}

#[test]
fn a_passcode_is_a_number_only_where_one_is_declared() {
    let mut play = play(Numbers::AsDeclared);
    play.fill("passcode", "0042").tap("Go with passcode");
    assert_eq!(data(&play, "B"), 42);
}

#[test]
fn a_text_field_is_never_a_number() {
    for numbers in ALL {
        let mut play = play(numbers);
        play.fill("text", "42").tap("Go with text");
        assert_eq!(play.notified().as_deref(), Some("payload-schema-error"), "{numbers:?}");
    }
}

#[test]
fn a_text_that_is_not_a_number_stays_text() {
    for numbers in ALL {
        let mut play = play(numbers);
        play.fill("number", "many").tap("Ask");
        assert_eq!(play.sent().data["number"], "many", "{numbers:?}");
        play.reply("A", json!({})).fill("number", "").tap("Ask");
        assert_eq!(play.sent().data["number"], "", "{numbers:?}");
    }
}

#[test]
fn a_screen_that_declares_a_text_gets_text() {
    let a = part(
        "A",
        json!({}),
        json!([
            input("n", json!({ "input-type": "number" })),
            link("Go", "B", json!({ "n": "${form.n}" }))
        ]),
    );
    let b = part("B", json!({ "n": "text" }), json!([]));
    let mut play = Play::new(&flow(json!({ "A": ["B"], "B": [] }), [a, b]));
    play.fill("n", "42").tap("Go");
    assert_eq!(play.user.client.data("B").unwrap()["n"], "42");
}

#[test]
fn a_number_is_forwarded_from_the_form_of_its_screen() {
    for field in ["number", "passcode"] {
        let label = if field == "number" { "From the form" } else { "From the passcode" };
        let mut play = play(Numbers::AsDeclared);
        play.fill("number", "7").fill(field, "42").tap("Go").tap(label);
        assert_eq!(data(&play, "C"), 42, "{field}");
    }
}

#[test]
fn a_number_in_the_data_keeps_its_type() {
    let mut play = play(Numbers::AsDeclared);
    play.fill("number", "42").tap("Go").tap("Forward");
    assert_eq!(data(&play, "C"), 42);
}

#[test]
fn text_in_the_data_is_not_converted() {
    // The screen declares text, so the number arrives as text, and the next screen refuses it.
    let a = part(
        "A",
        json!({}),
        json!([
            input("n", json!({ "input-type": "number" })),
            link("Go", "B", json!({ "n": "${form.n}" }))
        ]),
    );
    let b = part(
        "B",
        json!({ "n": "text" }),
        json!([link("Forward", "C", json!({ "n": "${data.n}" }))]),
    );
    let c = part("C", json!({ "n": 0 }), json!([]));
    let mut play = Play::new(&flow(json!({ "A": ["B"], "B": ["C"], "C": [] }), [a, b, c]));
    play.fill("n", "42").tap("Go").tap("Forward");
    assert_eq!(play.notified().as_deref(), Some("payload-schema-error"));
}

#[test]
fn an_initial_value_that_is_a_number_is_text_in_the_form() {
    let field = input("n", json!({ "input-type": "number", "init-value": "${data.n}" }));
    let children = json!([field, ask(json!({ "n": "${form.n}" }))]);
    let mut play = Play::new(&document("7.3", json!({ "n": 1.5 }), children));
    assert_eq!(play.component("n").value, "1.5");
    play.tap("Ask");
    assert_eq!(play.sent().data["n"], "1.5");
}
