//! When the user sees that a field is invalid, and what an invalid form disables.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Event, Frame, Mode, Problem, Settings};

use super::parts::{flow, input, link, options, part, with};
use super::play::{Play, document, screen, submit};

fn error(play: &Play, field: &str) -> Option<String> {
    play.component(field).error
}

fn required(name: &str) -> Value {
    input(name, json!({ "required": true }))
}

#[test]
fn validity_is_known_before_any_tap() {
    let mut play = Play::new(&screen("7.3", json!([required("a"), submit(json!({}))])));
    for (text, valid) in [("x", true), ("", false), (" ", false), ("y", true)] {
        let component = play.component("a").id;
        play.user.client.handle(Event::Type { component, text: text.into() }).unwrap();
        assert_eq!(play.component("Send").enabled, valid, "{text}");
    }
}

#[test]
fn the_footer_needs_its_own_flag_a_valid_form_and_a_ready_flow() {
    for (enabled, text) in [(true, "x"), (true, ""), (false, "x"), (false, "")] {
        let footer = with(submit(json!({})), json!({ "enabled": enabled }));
        let mut play = Play::new(&screen("7.3", json!([required("a"), footer])));
        play.fill("a", text);
        let expected = enabled && text == "x";
        assert_eq!(play.component("Send").enabled, expected, "{enabled} {text}");
        assert_eq!(play.user.tap("Send").is_ok(), expected, "{enabled} {text}");
    }
    let mut play = Play::new(&screen("7.3", json!([submit(json!({}))])));
    play.tap("Send");
    assert!(!play.component("Send").enabled, "loading");
    assert!(play.refused(|user| user.tap("Send")).contains("while the client waits"));
    play.reply("ONLY", json!({}));
    assert!(play.component("Send").enabled);
}

#[test]
fn a_required_field_that_was_not_touched_has_no_text() {
    let play = Play::new(&screen("7.3", json!([required("a"), submit(json!({}))])));
    assert_eq!(error(&play, "a"), None);
    assert_eq!(play.component("a").problem, Some(Problem::Required { label: "a".into() }));
    assert!(!play.component("Send").enabled);
}

#[test]
fn leaving_a_required_field_empty_shows_nothing() {
    let mut play = Play::new(&screen("7.3", json!([required("a")])));
    let component = play.component("a").id;
    for event in [Event::Focus { component }, Event::Blur] {
        play.user.client.handle(event).unwrap();
        assert_eq!(error(&play, "a"), None);
    }
}

#[test]
fn an_error_is_shown_after_the_change_once_the_cursor_has_left() {
    let mut play = Play::new(&screen("7.3", json!([input("a", json!({ "min-chars": 3 }))])));
    let component = play.component("a").id;
    let mut error_after = |event| {
        play.user.client.handle(event).unwrap();
        error(&play, "a").is_some()
    };
    assert!(!error_after(Event::Focus { component }));
    assert!(!error_after(Event::Type { component, text: "x".into() }));
    assert!(error_after(Event::Blur));
    assert!(!error_after(Event::Focus { component }), "the cursor hides it");
    assert!(!error_after(Event::Type { component, text: "xyz".into() }));
    assert!(!error_after(Event::Blur));
}

#[test]
fn an_initial_value_shows_its_error_at_once() {
    let field = input("a", json!({ "min-chars": 3, "init-value": "x" }));
    let mut play = Play::new(&screen("7.3", json!([field])));
    assert!(error(&play, "a").is_some());
    let component = play.component("a").id;
    play.user.client.handle(Event::Focus { component }).unwrap();
    assert_eq!(error(&play, "a"), None, "not while the field has the cursor");
}

#[test]
fn a_change_before_the_screen_was_entered_does_not_count() {
    let a = json!([input("a", json!({ "min-chars": 3 })), link("To B", "B", json!({}))]);
    let b = json!([submit(json!({}))]);
    let screens = [part("A", json!({}), a), part("B", json!({}), b)];
    let mut play = Play::new(&flow(json!({ "A": ["B"] }), screens));
    play.fill("a", "x");
    assert!(error(&play, "a").is_some());
    play.tap("To B").tap("Send").reply("A", json!({}));
    assert_eq!((error(&play, "a"), play.component("a").value), (None, json!("x")));
    assert!(play.component("a").problem.is_some());
}

#[test]
fn a_choice_shows_its_error_right_after_the_change() {
    for kind in ["CheckboxGroup", "ChipsSelector"] {
        let choice = json!({ "type": kind, "name": "c", "label": "c", "required": true,
            "data-source": options(["one", "two"]) });
        let mut play = Play::new(&screen("7.3", json!([input("a", json!({})), choice])));
        let component = play.component("a").id;
        play.user.client.handle(Event::Focus { component }).unwrap();
        play.choose("c", "one").act(|user| user.unchoose("c", "one"));
        assert!(error(&play, "c").is_some(), "{kind}");
    }
    let opt_in = json!({ "type": "OptIn", "name": "o", "label": "o", "required": true });
    let mut play = Play::new(&screen("7.3", json!([opt_in])));
    play.act(|user| user.tick("o")).act(|user| user.untick("o"));
    assert!(error(&play, "o").is_some());
}

/// An invalid field for each rule that is not about being visible.
fn invalid() -> [Value; 4] {
    let ids = options(["one", "two", "three"]);
    let list = |kind: &str, more: Value| {
        with(json!({ "type": kind, "name": "f", "label": "f", "data-source": ids }), more)
    };
    [
        input("f", json!({ "required": true })),
        input("f", json!({ "init-value": "x", "min-chars": 3 })),
        list("CheckboxGroup", json!({ "min-selected-items": 2 })),
        list("Dropdown", json!({ "init-value": "four" })),
    ]
}

#[test]
fn a_hidden_field_has_no_rules() {
    for field in invalid() {
        let children = |visible| {
            json!([with(field.clone(), json!({ "visible": visible })), submit(json!({}))])
        };
        let play = Play::new(&screen("7.3", children(json!(true))));
        assert!(!play.component("Send").enabled, "{field}");
        let play = Play::new(&screen("7.3", children(json!(false))));
        assert!(play.component("Send").enabled, "{field}");
    }
}

#[test]
fn a_field_in_an_inactive_branch_has_no_rules() {
    for field in invalid() {
        let condition = json!({ "type": "If", "condition": "${data.on}", "then": [field] });
        let switch =
            json!({ "type": "Switch", "value": "${data.case}", "cases": { "on": [field] } });
        for branch in [condition, switch] {
            let enabled = |on: bool| {
                let data = json!({ "on": on, "case": if on { "on" } else { "off" } });
                let children = json!([branch, submit(json!({}))]);
                Play::new(&document("7.3", data, children)).component("Send").enabled
            };
            assert_eq!((enabled(true), enabled(false)), (false, true), "{branch}");
        }
    }
}

#[test]
fn a_disabled_field_keeps_its_rules_except_those_of_counts() {
    let is_valid = |field: &Value| {
        let field = with(field.clone(), json!({ "enabled": false }));
        Play::new(&screen("7.3", json!([field, submit(json!({}))]))).component("Send").enabled
    };
    let [required, short, few, unknown] = invalid();
    assert_eq!(
        [required, short, few.clone(), unknown].each_ref().map(is_valid),
        [false, false, true, false]
    );
    assert!(!is_valid(&with(few.clone(), json!({ "required": true }))));
    assert!(is_valid(&with(few.clone(), json!({ "type": "ChipsSelector" }))));
    assert!(!is_valid(&with(few, json!({ "type": "ChipsSelector", "required": true }))));
    for (kind, min) in
        [("PhotoPicker", "min-uploaded-photos"), ("DocumentPicker", "min-uploaded-documents")]
    {
        let mut picker = json!({ "type": kind, "name": "f", "label": "f" });
        picker[min] = json!(1);
        assert!(is_valid(&picker), "{kind}");
        let document = screen("7.3", json!([picker, submit(json!({}))]));
        assert!(!Play::new(&document).component("Send").enabled, "{kind}, enabled");
    }
}

#[test]
fn required_with_disabled_or_hidden_is_a_warning_of_a_draft() {
    for (properties, warning) in [
        (json!({ "enabled": false }), "f (line 1): the field is required but disabled"),
        (json!({ "visible": false }), "f (line 1): the field is required but hidden"),
    ] {
        let field =
            |required: bool| with(input("f", json!({ "required": required })), properties.clone());
        let draft = Settings { mode: Mode::Draft, ..Settings::default() };
        let warnings = |required| {
            Play::with(&screen("7.3", json!([field(required)])), draft.clone()).view().warnings
        };
        assert_eq!(warnings(true), [warning]);
        assert!(warnings(false).is_empty());
    }
}

#[test]
fn links_are_not_disabled_by_an_invalid_form() {
    let opt_in = json!({ "type": "OptIn", "name": "o", "label": "Terms", "required": true,
        "on-click-action": { "name": "open_url", "url": "https://example.com/" } });
    let a = json!([required("a"), opt_in, link("More", "B", json!({}))]);
    let screens = [part("A", json!({}), a), part("B", json!({}), json!([]))];
    let mut play = Play::new(&flow(json!({ "A": ["B"] }), screens));
    play.tap("Terms");
    assert_eq!(play.effects.len(), 1);
    play.tap("More");
    assert_eq!((play.view().screen.as_str(), play.view().frame), ("B", Frame::Ready));
}
