//! The differences between versions of a flow that a user notices.

use serde_json::{Value, json};

use super::parts::{ask, choice, input, options, text, with};
use super::play::{Play, document, screen};

const VERSIONS: [&str; 14] = [
    "2.1", "3.0", "3.1", "4.0", "5.0", "5.1", "6.0", "6.1", "6.2", "6.3", "7.0", "7.1", "7.2",
    "7.3",
];

/// The versions for which something holds.
fn versions(holds: impl Fn(&str) -> bool) -> Vec<&'static str> {
    VERSIONS.into_iter().filter(|version| holds(version)).collect()
}

fn from(first: &str) -> Vec<&'static str> {
    VERSIONS.into_iter().skip_while(|version| *version != first).collect()
}

#[test]
fn other_screens_are_referred_to_from_4_0_on() {
    let is_binding = |version: &str| {
        let children = json!([text("${screen.ONLY.data.t}")]);
        let play = Play::new(&document(version, json!({ "t": "evaluated" }), children));
        play.view().components[0].label == "evaluated"
    };
    assert_eq!(versions(is_binding), from("4.0"));
}

#[test]
fn days_are_text_from_5_0_on() {
    let is_day = |version: &str| {
        let field = json!({ "type": "DatePicker", "name": "f", "label": "f" });
        let mut play =
            Play::new(&screen(version, json!([field, ask(json!({ "f": "${form.f}" }))])));
        play.act(|user| user.pick_date("f", "2026-01-02")).tap("Ask");
        play.payload()["f"] == "2026-01-02"
    };
    assert_eq!(versions(is_day), from("5.0"));
}

#[test]
fn initial_days_and_limits_are_those_of_the_version() {
    for (version, [min, day, max]) in [
        ("4.0", ["1767225600000", "1767312000000", "1767398400000"]),
        ("5.0", ["2026-01-01", "2026-01-02", "2026-01-03"]),
    ] {
        let days = json!({ "min-date": min, "max-date": max, "init-value": day, "unavailable-dates": [day] });
        let field = with(json!({ "type": "DatePicker", "name": "f", "label": "f" }), days);
        let mut play = Play::new(&screen(version, json!([field])));
        assert!(play.component("f").problem.is_some(), "{version}: the day is not available");
        play.act(|user| user.pick_date("f", "2026-01-03"));
        assert_eq!(play.component("f").problem, None, "{version}");
        play.refused(|user| user.pick_date("f", "2026-01-04"));
    }
}

#[test]
fn expressions_are_evaluated_from_6_0_on() {
    let in_text = |version: &str| {
        let play = Play::new(&screen(version, json!([text("`1 + 1 'x'`")])));
        play.view().components[0].label == "2x"
    };
    assert_eq!(versions(in_text), from("6.0"));
    let in_payload = |version: &str| {
        let mut play = Play::new(&screen(version, json!([ask(json!({ "v": "`1 + 1`" }))])));
        play.tap("Ask").payload()["v"] == 2
    };
    assert_eq!(versions(in_payload), from("6.0"));
    let in_condition = |version: &str| {
        let branch = json!({ "type": "If", "condition": "`1 + 1 == 2`", "then": [text("then")] });
        Play::new(&screen(version, json!([branch]))).view().find("then").len() == 1
    };
    assert_eq!(versions(in_condition), from("6.0"));
}

#[test]
fn selections_run_their_actions_when_a_screen_is_drawn_from_6_0_to_6_3() {
    let asks = |version: &str| {
        let action = json!({ "name": "data_exchange", "payload": { "f": "${form.f}" } });
        let properties = json!({ "data-source": options(["one", "two"]), "init-value": "one", "on-select-action": action });
        let mut play = Play::new(&screen(version, json!([choice("Dropdown", "f", properties)])));
        if play.requests() == 0 {
            return false;
        }
        assert_eq!(play.payload(), json!({ "f": "one" }));
        play.reply("ONLY", json!({}));
        assert_eq!(play.requests(), 1, "once");
        true
    };
    assert_eq!(versions(asks), ["6.0", "6.1", "6.2", "6.3"]);
}

/// Base64 of a JPEG of about this size.
fn image(kilobytes: usize) -> String {
    format!("/9j/{}", "A".repeat(kilobytes * 1024 / 3 * 4 - 4))
}

/// The warning that images are drawn as placeholders.
fn placeholder(document: &Value) -> Option<String> {
    Play::new(document).view().warnings.into_iter().find(|warning| warning.contains("placeholder"))
}

#[test]
fn images_of_options_have_100_kb_from_6_0_on_and_300_before() {
    for kilobytes in [99, 101, 299, 301] {
        let is_placeholder = |version: &str| {
            let mut list = options(["one", "two"]);
            list[1]["image"] = json!(image(kilobytes));
            let field = choice("Dropdown", "f", json!({ "data-source": list }));
            placeholder(&screen(version, json!([field]))).is_some()
        };
        let expected = match kilobytes {
            99 => vec![],
            101 | 299 => from("6.0"),
            _ => VERSIONS.to_vec(),
        };
        assert_eq!(versions(is_placeholder), expected, "{kilobytes} KB");
    }
}

#[test]
fn other_images_have_300_kb_in_every_version() {
    for (kilobytes, expected) in [(299, false), (301, true)] {
        for version in VERSIONS {
            let image = json!({ "type": "Image", "src": image(kilobytes) });
            assert_eq!(
                placeholder(&screen(version, json!([image]))).is_some(),
                expected,
                "{version}"
            );
        }
    }
}

#[test]
fn fields_in_a_form_and_beside_it_are_alike() {
    for version in VERSIONS {
        let form = json!({ "type": "Form", "name": "form", "children": [input("a", json!({}))] });
        let payload = json!({ "a": "${form.a}", "b": "${form.b}" });
        let mut play =
            Play::new(&screen(version, json!([form, input("b", json!({})), ask(payload)])));
        play.fill("a", "1").fill("b", "2").tap("Ask");
        assert_eq!(play.payload(), json!({ "a": "1", "b": "2" }), "{version}");
    }
}
