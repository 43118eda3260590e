//! Bindings: what `${…}` is, what it refers to, and where it may stand.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{ComponentKind, Event, FailureCause, Frame};

use super::parts::{ask, choice, flow, input, link, part, text, update, with};
use super::play::{Play, document, screen, submit};

/// The value of a text in a payload; `None` if it has none.
fn evaluate(version: &str, data: Value, text: &str) -> Option<Value> {
    let mut play = Play::new(&document(version, data, json!([ask(json!({ "v": text }))])));
    play.tap("Ask").payload().get("v").cloned()
}

#[test]
fn only_a_whole_text_is_a_binding() {
    let data = json!({ "a": "Ada", "b": "Bob" });
    assert_eq!(evaluate("7.3", data.clone(), "${data.a}"), Some(json!("Ada")));
    for text in
        ["Hello ${data.a}", "${data.a}!", " ${data.a}", "${data.a}${data.b}", "$data.a", "{data.a}"]
    {
        assert_eq!(evaluate("7.3", data.clone(), text), Some(json!(text)));
        let play = Play::new(&document("7.3", data.clone(), json!([super::parts::text(text)])));
        assert_eq!(play.view().components[0].label, text, "shown as written");
    }
}

#[test]
fn a_path_has_dots_and_indices() {
    let data = json!({ "o": { "a": { "b": 1 } }, "list": [{ "x": [10, 20] }, "two"] });
    for (path, value) in [
        ("o.a.b", Some(json!(1))),
        ("o.a", Some(json!({ "b": 1 }))),
        ("list[1]", Some(json!("two"))),
        ("list[0].x[1]", Some(json!(20))),
        ("gone", None),
        ("gone.a.b", None),
        ("o.gone.b", None),
        ("o.a.b.c", None),
        ("list[2]", None),
        ("list[2].x", None),
        ("list[1].x", None),
        ("o[0]", None),
    ] {
        assert_eq!(evaluate("7.3", data.clone(), &format!("${{data.{path}}}")), value, "{path}");
    }
}

#[test]
fn a_step_through_null_has_no_value() {
    let mut document =
        document("7.3", json!({ "a": {} }), json!([ask(json!({ "v": "${data.a.b.c}" }))]));
    document["screens"][0]["data"]["a"]["__example__"] = json!({ "b": null });
    let mut play = Play::new(&document);
    assert_eq!(play.tap("Ask").payload(), json!({}));
    assert_eq!(play.requests(), 1, "without an error");
}

#[test]
fn a_binding_keeps_the_type() {
    for value in
        [json!("1"), json!(1), json!(1.5), json!(true), json!([1, "a"]), json!({ "a": [] })]
    {
        assert_eq!(evaluate("7.3", json!({ "v": value }), "${data.v}"), Some(value));
    }
}

#[test]
fn a_list_and_a_boolean_are_values_of_properties() {
    let list = json!([{ "id": "one", "title": "One" }]);
    let mut field =
        choice("Dropdown", "f", json!({ "enabled": "${data.no}", "required": "${data.yes}" }));
    field["data-source"] = json!("${data.list}");
    let data = json!({ "list": list, "no": false, "yes": true });
    let field = Play::new(&document("7.3", data, json!([field]))).component("f");
    assert_eq!(
        (field.options[0].title.as_str(), field.enabled, field.required),
        ("One", false, true)
    );
}

#[test]
fn a_binding_is_evaluated_at_every_key() {
    let shown =
        input("g", json!({ "helper-text": "${form.f}", "enabled": "`${form.f} == 'abc'`" }));
    let mut play = Play::new(&screen("7.3", json!([input("f", json!({})), shown])));
    play.event(Event::Focus { component: 0 });
    for (typed, enabled) in [("a", false), ("ab", false), ("abc", true), ("ab", false)] {
        play.event(Event::Type { component: 0, text: typed.into() });
        let field = play.component("g");
        assert_eq!((&field.properties["helper-text"], field.enabled), (&json!(typed), enabled));
    }
}

/// A, with a field and data, leads to B, which sends what it knows of A.
fn other_screen(version: &str) -> Play {
    let known =
        json!({ "form": "${screen.A.form.f}", "data": "${screen.A.data.n}", "own": "${form.f}" });
    let a = part(
        "A",
        json!({ "n": 1 }),
        json!([input("f", json!({})), link("Go", "B", json!({})), submit(json!({}))]),
    );
    let b = part("B", json!({ "n": 2 }), json!([input("f", json!({})), ask(known)]));
    let document = flow(json!({ "A": ["B"], "B": [] }), [a, b]);
    Play::new(&with(document, json!({ "version": version })))
}

#[test]
fn a_form_is_that_of_the_own_screen_unless_another_one_is_named() {
    let mut play = other_screen("7.3");
    play.fill("f", "on A").tap("Go").fill("f", "on B").tap("Ask");
    assert_eq!(play.payload(), json!({ "form": "on A", "data": 1, "own": "on B" }));
}

#[test]
fn another_screen_has_its_last_state() {
    let mut play = other_screen("7.3");
    play.fill("f", "first").tap("Go").back().fill("f", "second");
    play.tap("Send").reply("A", json!({ "n": 5 })).tap("Go").tap("Ask");
    assert_eq!(play.payload(), json!({ "form": "second", "data": 5 }));
}

#[test]
fn a_screen_that_was_left_by_the_way_back_still_has_its_state() {
    let a = part(
        "A",
        json!({ "n": 1 }),
        json!([link("Go", "B", json!({})), ask(json!({ "f": "${screen.B.form.f}" }))]),
    );
    let b = part("B", json!({ "n": 2 }), json!([input("f", json!({}))]));
    let mut play = Play::new(&flow(json!({ "A": ["B"], "B": [] }), [a, b]));
    play.tap("Ask").reply("A", json!({}));
    assert_eq!(play.payload(), json!({}), "not visited yet");
    play.tap("Go").fill("f", "on B").back().tap("Ask");
    assert_eq!(play.payload(), json!({ "f": "on B" }));
}

#[test]
fn screens_are_named_from_4_0_on_by_letters_and_underscores() {
    for (version, is_binding) in [("3.1", false), ("4.0", true), ("7.3", true)] {
        let mut play = other_screen(version);
        play.fill("f", "x").tap("Go").tap("Ask");
        let expected = if is_binding { "x" } else { "${screen.A.form.f}" };
        assert_eq!(play.payload()["form"], expected, "{version}");
    }
    for text in
        ["${screen.A1.form.f}", "${screen.a-b.form.f}", "${screen..form.f}", "${screen.A.f}"]
    {
        assert_eq!(evaluate("7.3", json!({}), text), Some(json!(text)));
    }
    for text in ["${screen.ONLY.data.n}", "${screen.a_B.data.n}"] {
        let value = evaluate("7.3", json!({ "n": 1 }), text);
        assert_eq!(value, text.contains("ONLY").then_some(json!(1)), "{text}");
    }
}

#[test]
fn names_and_types_are_not_evaluated() {
    let named = json!({ "type": "TextInput", "name": "${data.n}", "label": "f" });
    let typed = json!({ "type": "${data.t}", "name": "t", "label": "t" });
    let data = json!({ "n": "name", "t": "TextInput" });
    let mut play = Play::new(&document("7.3", data, json!([named, typed])));
    assert_eq!(play.component("f").name.as_deref(), Some("${data.n}"));
    assert_eq!(play.component("t").kind, ComponentKind::Unknown);
    play.fill("f", "x");
    assert_eq!(play.user.client.form("ONLY").unwrap()["${data.n}"], "x");
}

#[test]
fn titles_conditions_and_items_are_evaluated() {
    let item = json!({ "id": "${data.id}", "title": "${data.t}", "enabled": "${data.yes}" });
    let mut document = document(
        "7.3",
        json!({ "t": "evaluated", "id": "1", "yes": true }),
        json!([
            choice("Dropdown", "f", json!({ "data-source": [item] })),
            { "type": "If", "condition": "${data.yes}", "then": [text("by If")] },
            { "type": "Switch", "value": "${data.t}", "cases": { "evaluated": [text("by Switch")] } },
        ]),
    );
    document["screens"][0]["title"] = json!("${data.t}");
    let mut play = Play::new(&document);
    assert_eq!(play.view().title, "evaluated");
    assert_eq!((play.view().find("by If").len(), play.view().find("by Switch").len()), (1, 1));
    play.choose("f", "evaluated");
    assert_eq!(play.component("f").value, "1");
}

#[test]
fn without_a_value_a_component_is_visible_and_enabled() {
    let gone = json!({ "visible": "${data.gone}", "enabled": "${data.gone}" });
    let mut play = Play::new(&document("7.3", json!({ "a": 1 }), json!([input("f", gone)])));
    assert!(play.fill("f", "x").component("f").enabled);
}

#[test]
fn a_text_without_a_value_is_empty_or_an_error_if_it_is_required() {
    let play = Play::new(&screen("7.3", json!([text("${form.gone}")])));
    assert_eq!((play.view().frame, play.view().components[0].label.as_str()), (Frame::Ready, ""));
    let mut play =
        Play::exchange(&document("7.3", json!({ "t": "t" }), json!([text("${data.t}")])));
    play.reply("ONLY", json!({}));
    let Frame::Error { failure } = play.view().frame else { panic!("{}", play.view()) };
    assert_eq!(failure.cause, FailureCause::Component);
    let optional = input("f", json!({ "helper-text": "${data.t}" }));
    let mut play = Play::exchange(&document("7.3", json!({ "t": "t" }), json!([optional])));
    play.reply("ONLY", json!({}));
    assert_eq!(play.view().frame, Frame::Ready);
}

#[test]
fn data_that_change_are_seen_at_once() {
    let children = json!([text("${data.t}"), update("u", json!({ "t": "new" }))]);
    let mut play = Play::new(&document("7.3", json!({ "t": "old" }), children));
    assert_eq!(play.view().components[0].label, "old");
    assert_eq!(play.act(|user| user.tick("u")).view().components[0].label, "new");
}
