//! A document that is replaced while it is played.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{FlowJson, Frame};

use super::parts::{flow, input, link, part};
use super::play::{Play, document, submit};

/// NAME, which leads to END.
fn two_screens(label: &str) -> Value {
    let name = json!([
        { "type": "TextInput", "name": "name", "label": label, "required": true },
        link("Next", "END", json!({})),
        submit(json!({})),
    ]);
    let parts = [
        part("NAME", json!({}), name),
        part("END", json!({}), json!([input("note", json!({})), submit(json!({}))])),
    ];
    flow(json!({ "NAME": ["END"], "END": [] }), parts)
}

fn replace(play: &mut Play, document: &Value) -> bool {
    play.user.client.replace_flow(FlowJson::parse(&document.to_string()).unwrap())
}

#[test]
fn the_conversation_goes_on_in_the_new_document() {
    let mut play = Play::new(&two_screens("Name"));
    play.user.fill("Name", "Ada").unwrap();
    play.tap("Next");
    assert!(replace(&mut play, &two_screens("Your name")));
    assert_eq!(play.view().screen, "END");
    play.back();
    assert_eq!(play.view().find("Your name")[0].value, "Ada");
}

#[test]
fn a_screen_that_is_gone_is_left() {
    let mut play = Play::new(&two_screens("Name"));
    play.tap("Next");
    let only =
        |id: &str| flow(json!({ id: [] }), [part(id, json!({}), json!([submit(json!({}))]))]);
    assert!(replace(&mut play, &only("NAME")));
    assert_eq!((play.view().screen.as_str(), play.view().can_go_back), ("NAME", false));
    assert!(!replace(&mut play, &only("OTHER")), "no screen of the conversation is left");
    assert_eq!(play.view().screen, "NAME");
}

#[test]
fn an_error_of_a_component_is_judged_again_and_not_reported() {
    let twice = json!([{ "id": "a", "title": "A" }, { "id": "a", "title": "B" }]);
    let choice = |source: Value| {
        let list = json!({ "type": "Dropdown", "name": "c", "label": "C", "data-source": source });
        document("7.3", json!({ "list": twice }), json!([list, submit(json!({}))]))
    };
    let right = choice(json!([{ "id": "a", "title": "A" }]));
    let wrong = choice(json!("${data.list}"));
    let mut play = Play::new(&right);
    let effects = play.effects.len();
    assert!(replace(&mut play, &wrong));
    assert!(matches!(play.view().frame, Frame::Error { .. }));
    assert!(replace(&mut play, &right));
    assert_eq!((play.view().frame, play.effects.len()), (Frame::Ready, effects));
}
