//! The initial values of fields: which count, when they are set, and which wins against the user's input.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Frame, Mode, Problem, Settings};

use super::parts::{flow, input, link, options, part, with};
use super::play::{Play, document, screen, submit};

fn form(play: &Play) -> Value {
    Value::Object(play.user.client.form(play.user.client.screen()).unwrap().clone())
}

/// A Form with these initial values and these children.
fn form_with(init_values: Value, children: Value) -> Value {
    json!({ "type": "Form", "name": "form", "init-values": init_values, "children": children })
}

#[test]
fn only_the_values_of_a_form_count() {
    let own = json!({ "init-value": "of the component" });
    let fields = json!([input("a", own.clone()), input("b", own.clone())]);
    let children = json!([form_with(json!({ "a": "of the form" }), fields), input("c", own)]);
    let play = Play::new(&screen("7.3", children));
    assert_eq!(form(&play), json!({ "a": "of the form" }));
}

#[test]
fn without_a_form_each_component_has_its_own_in_all_branches() {
    let branch = |name: &str| json!([input(name, json!({ "init-value": name }))]);
    let children = json!([
        input("a", json!({ "init-value": "a" })),
        { "type": "If", "condition": "${form.a} == 'a'", "then": branch("b"), "else": branch("c") },
        { "type": "Switch", "value": "${form.a}", "cases": { "a": branch("d"), "z": branch("e") } },
    ]);
    let play = Play::new(&screen("7.3", children));
    assert_eq!(form(&play), json!({ "a": "a", "b": "b", "c": "c", "d": "d", "e": "e" }));
    assert_eq!(play.view().components.len(), 3, "two of them are not drawn");
}

#[test]
fn null_is_not_a_value() {
    let children = json!([form_with(json!("${data.init}"), json!([input("a", json!({}))]))]);
    let mut document = document("7.3", json!({ "init": { "a": null } }), children);
    let play = Play::new(&document);
    assert_eq!(form(&play), json!({}));
    let field = input("a", json!({ "init-value": "${data.a}" }));
    document["screens"][0]["data"] = json!({ "a": { "__example__": null } });
    document["screens"][0]["layout"]["children"] = json!([field]);
    let play = Play::new(&document);
    assert_eq!(form(&play), json!({}));
}

#[test]
fn a_number_becomes_text() {
    let field = input("a", json!({ "init-value": "${data.n}" }));
    let play = Play::new(&document("7.3", json!({ "n": 1.5 }), json!([field])));
    assert_eq!(form(&play), json!({ "a": "1.5" }));
    let children = json!([form_with(json!({ "a": 7 }), json!([input("a", json!({}))]))]);
    let play = Play::new(&screen("7.3", children));
    assert_eq!(form(&play), json!({ "a": "7" }));
}

/// Two screens that lead to each other by links and by replies; `text` on B has this initial value.
fn entered(init_value: &str) -> Play {
    let b = json!([
        input("text", json!({ "init-value": init_value })),
        input("other", json!({})),
        submit(json!({})),
    ]);
    let links =
        ["1", "2"].map(|text| link(&format!("To B with {text}"), "B", json!({ "text": text })));
    let a = links.into_iter().chain([submit(json!({}))]).collect();
    let data = json!({ "text": "t" });
    let mut play =
        Play::new(&flow(json!({ "A": ["B"] }), [part("A", json!({}), a), part("B", data, b)]));
    play.tap("To B with 1");
    play
}

#[test]
fn static_values_are_for_the_first_visit() {
    let mut play = entered("static");
    assert_eq!(form(&play), json!({ "text": "static" }));
    play.fill("text", "").back().tap("To B with 2");
    assert_eq!(form(&play), json!({ "text": "" }));
    play.back().tap("Send").reply("B", json!({}));
    assert_eq!(form(&play), json!({ "text": "" }), "not after a reply either");
}

#[test]
fn static_values_are_set_while_the_form_is_empty() {
    for (fills_another_field, expected) in [(false, json!("one")), (true, json!(null))] {
        let ids = options(["one", "two"]);
        let radio = json!({ "type": "RadioButtonsGroup", "name": "r", "label": "r",
            "data-source": ids, "init-value": "one" });
        let b = json!([radio, input("text", json!({}))]);
        let a = json!([link("To B", "B", json!({}))]);
        let screens = [part("A", json!({}), a), part("B", json!({}), b)];
        let mut play = Play::new(&flow(json!({ "A": ["B"] }), screens));
        play.tap("To B").act(|user| user.unchoose("r", "one"));
        if fills_another_field {
            play.fill("text", "typed");
        }
        play.back().tap("To B");
        assert_eq!(play.component("r").value, expected);
    }
}

#[test]
fn what_the_user_typed_wins_over_dynamic_values_of_a_navigate() {
    let mut play = entered("${data.text}");
    assert_eq!(form(&play), json!({ "text": "1" }));
    play.fill("text", "typed").back().tap("To B with 2");
    assert_eq!(play.user.client.data("B").unwrap()["text"], "2");
    assert_eq!(form(&play), json!({ "text": "typed" }));
}

#[test]
fn dynamic_values_of_a_reply_overwrite_what_the_user_typed() {
    let mut play = entered("${data.text}");
    play.fill("text", "typed")
        .fill("other", "typed")
        .tap("Send")
        .reply("B", json!({ "text": "3" }));
    assert_eq!(form(&play), json!({ "text": "3", "other": "typed" }), "on the same screen");
    play.fill("text", "typed").back().tap("Send").reply("B", json!({}));
    assert_eq!(form(&play), json!({ "text": "3", "other": "typed" }), "from another screen");
}

#[test]
fn hidden_fields_have_their_initial_values() {
    let field = input("a", json!({ "init-value": "x", "visible": false }));
    let mut play = Play::new(&screen("7.3", json!([field, submit(json!({ "a": "${form.a}" }))])));
    play.tap("Send");
    assert_eq!(play.sent().data["a"], "x");
}

fn dropdown(properties: Value) -> Value {
    let ids = options(["one", "two"]);
    with(json!({ "type": "Dropdown", "name": "d", "label": "d", "data-source": ids }), properties)
}

#[test]
fn an_unknown_option_makes_a_dropdown_invalid_without_a_text() {
    let field = dropdown(json!({ "init-value": "${data.id}" }));
    let document = document("7.3", json!({ "id": "three" }), json!([field, submit(json!({}))]));
    let play = Play::new(&document);
    assert_eq!(play.view().frame, Frame::Ready);
    let field = play.component("d");
    assert_eq!((field.value, field.error), (json!("three"), None));
    assert_eq!(field.problem, Some(Problem::NotAnOption));
    assert!(!play.component("Send").enabled);
}

#[test]
fn a_value_of_a_wrong_type_is_a_warning_of_a_draft() {
    let field = input("a", json!({ "init-value": "${data.list}" }));
    let document = document("7.3", json!({ "list": ["x"] }), json!([field]));
    assert_eq!(Play::new(&document).view().frame, Frame::Ready, "published");
    let draft = Settings { mode: Mode::Draft, ..Settings::default() };
    let view = Play::with(&document, draft).view();
    assert_eq!(view.frame, Frame::Ready);
    let banner = view.find("a")[0].banner.as_deref();
    assert_eq!(banner, Some("list of ONLY: expected a string"));
}
