//! The components whose values are checked, and when: only visible ones, after each change.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Frame, Mode, Settings};

use super::parts::{action, choice, flow, link, options, part, submit_nothing, with};
use super::play::{Play, document};

/// Options with an id that is there twice.
fn twice() -> Value {
    options(["one", "one"])
}

/// Documents in which the field is not drawn.
fn not_drawn(list: Value) -> [Value; 4] {
    let field = choice("Dropdown", "f", json!({ "data-source": "${data.list}" }));
    let data = json!({ "list": list, "no": false });
    let document = |field: Value| document("7.3", data.clone(), json!([field, submit_nothing()]));
    [
        document(with(field.clone(), json!({ "visible": false }))),
        document(with(field.clone(), json!({ "visible": "${data.no}" }))),
        document(json!({ "type": "If", "condition": "${data.no}", "then": [field] })),
        document(json!({ "type": "Switch", "value": "${data.no}", "cases": { "true": [field] } })),
    ]
}

#[test]
fn values_of_components_that_are_not_drawn_are_not_rejected() {
    for document in not_drawn(twice()) {
        let children = &document["screens"][0]["layout"]["children"];
        assert_eq!(Play::new(&document).view().frame, Frame::Ready, "{children}");
    }
}

#[test]
fn values_of_components_in_an_active_branch_are_rejected() {
    let field = choice("Dropdown", "f", json!({ "data-source": "${data.list}" }));
    let data = json!({ "list": twice(), "yes": true });
    for field in [
        with(field.clone(), json!({ "visible": "${data.yes}" })),
        with(field.clone(), json!({ "visible": "`${data.yes} && true`" })),
        json!({ "type": "If", "condition": "${data.yes}", "then": [field] }),
        json!({ "type": "Switch", "value": "${data.yes}", "cases": { "true": [field] } }),
    ] {
        let document = document("7.3", data.clone(), json!([field]));
        let play = Play::new(&document);
        assert_eq!(play.notified().as_deref(), Some("components-validation-error"), "{field}");
        let draft = Settings { mode: Mode::Draft, ..Settings::default() };
        assert!(Play::with(&document, draft).component("f").banner.is_some(), "{field}");
    }
}

#[test]
fn values_are_checked_when_a_component_appears() {
    let field = choice("Dropdown", "f", json!({ "data-source": "${data.list}" }));
    let opt_in = json!({ "type": "OptIn", "name": "o", "label": "o" });
    let branch = json!({ "type": "If", "condition": "${form.o}", "then": [field] });
    let data = json!({ "list": twice() });
    let mut play = Play::new(&document("7.3", data, json!([opt_in, branch])));
    assert_eq!(play.view().frame, Frame::Ready);
    play.act(|user| user.tick("o"));
    assert_eq!(play.notified().as_deref(), Some("components-validation-error"));
}

#[test]
fn values_of_update_data_are_checked() {
    let field = choice("Dropdown", "f", json!({ "data-source": "${data.list}" }));
    let update = action("update_data", json!({ "list": twice() }));
    let opt_in = json!({ "type": "OptIn", "name": "u", "label": "u", "on-select-action": update });
    let data = json!({ "list": options(["one", "two"]) });
    let document = document("7.3", data, json!([field, opt_in]));
    let mut play = Play::new(&document);
    play.act(|user| user.tick("u"));
    assert!(play.failure().starts_with("list[1].id of ONLY:"), "{}", play.failure());
    assert_eq!(play.notified().as_deref(), Some("components-validation-error"));
}

#[test]
fn values_of_a_reply_are_checked() {
    let field = choice("Dropdown", "f", json!({ "data-source": "${data.list}" }));
    let data = json!({ "list": options(["one", "two"]) });
    let mut play = Play::new(&document("7.3", data, json!([field, submit_nothing()])));
    play.tap("Send").reply("ONLY", json!({ "list": twice() }));
    assert_eq!(play.notified().as_deref(), Some("components-validation-error"));
}

#[test]
fn values_of_another_screen_are_checked() {
    let link = link("Go", "B", json!({}));
    let a = part("A", json!({ "list": twice() }), json!([link]));
    let field = choice("Dropdown", "f", json!({ "data-source": "${screen.A.data.list}" }));
    let b = part("B", json!({ "n": 1 }), json!([field]));
    let mut play = Play::new(&flow(json!({ "A": ["B"], "B": [] }), [a, b]));
    play.tap("Go");
    assert_eq!(play.notified().as_deref(), Some("components-validation-error"));
}
