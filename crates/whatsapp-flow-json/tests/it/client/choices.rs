//! The actions of a user with choices.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{DatePart, Event, Refused};

use super::parts::{options, with};
use super::play::{Play, screen};

/// A field with three options.
fn choice(kind: &str, properties: Value) -> Play {
    let ids = options(["one", "two", "three"]);
    let field = json!({ "type": kind, "name": "f", "label": "f", "data-source": ids });
    Play::new(&screen("7.3", json!([with(field, properties)])))
}

/// Taps the row of an option.
fn tap(play: &mut Play, option: &str) -> Result<Value, Refused> {
    let event = Event::Choose { component: play.component("f").id, option: option.into() };
    let effects = play.user.client.handle(event)?;
    play.effects.extend(effects);
    Ok(play.component("f").value)
}

fn clear(play: &mut Play) -> Result<Value, Refused> {
    let event = Event::Clear { component: play.component("f").id, part: DatePart::Day };
    play.user.client.handle(event)?;
    Ok(play.component("f").value)
}

#[test]
fn a_tap_on_a_row_of_checkboxes_toggles_it() {
    let mut play = choice("CheckboxGroup", json!({}));
    assert_eq!(tap(&mut play, "two"), Ok(json!(["two"])));
    assert_eq!(tap(&mut play, "one"), Ok(json!(["two", "one"])));
    assert_eq!(tap(&mut play, "two"), Ok(json!(["one"])));
}

#[test]
fn a_second_tap_unselects_a_radio_button_when_optional() {
    let mut play = choice("RadioButtonsGroup", json!({}));
    assert_eq!(tap(&mut play, "one"), Ok(json!("one")));
    assert_eq!(tap(&mut play, "two"), Ok(json!("two")), "one at a time");
    assert_eq!(tap(&mut play, "two"), Ok(json!(null)));
    let mut play = choice("RadioButtonsGroup", json!({ "required": true }));
    tap(&mut play, "one").unwrap();
    assert_eq!(tap(&mut play, "one"), Err(Refused::NotRemovable));
    assert_eq!(play.component("f").value, "one");
}

#[test]
fn several_chips_may_be_selected() {
    let mut play = choice("ChipsSelector", json!({}));
    for option in ["one", "three"] {
        tap(&mut play, option).unwrap();
    }
    let selected = play.component("f").options.into_iter().map(|option| option.selected);
    assert_eq!(selected.collect::<Vec<_>>(), [true, false, true]);
}

#[test]
fn an_option_of_a_dropdown_applies_with_its_action() {
    let action = json!({ "name": "data_exchange", "payload": { "f": "${form.f}" } });
    let mut play = choice("Dropdown", json!({ "on-select-action": action }));
    assert_eq!(tap(&mut play, "one"), Ok(json!("one")));
    assert_eq!(play.sent().data["f"], "one");
    play.reply("ONLY", json!({}));
    assert_eq!(tap(&mut play, "two"), Ok(json!("two")), "one at a time");
    assert_eq!((play.sent().data["f"].clone(), play.requests()), (json!("two"), 2));
}

#[test]
fn a_dropdown_can_be_emptied_when_it_is_filled() {
    for required in [false, true] {
        let mut play = choice("Dropdown", json!({ "required": required }));
        assert_eq!(clear(&mut play), Err(Refused::NothingToClear));
        tap(&mut play, "one").unwrap();
        assert_eq!(clear(&mut play), Ok(json!("")));
        assert_eq!(clear(&mut play), Err(Refused::NothingToClear));
    }
}

#[test]
fn a_dropdown_with_an_error_cannot_be_emptied() {
    let properties = json!({ "init-value": "one", "error-message": "Sold out" });
    let mut play = choice("Dropdown", properties);
    assert_eq!(clear(&mut play), Err(Refused::NotClearable));
    tap(&mut play, "two").unwrap();
    assert_eq!(clear(&mut play), Ok(json!("")));
}

#[test]
fn the_label_of_an_opt_in_is_cut_at_its_limit() {
    let label = |length: usize| {
        let opt_in = json!({ "type": "OptIn", "name": "o", "label": "x".repeat(length) });
        Play::new(&screen("7.3", json!([opt_in]))).component("o").properties["label"].clone()
    };
    assert_eq!(label(120), "x".repeat(120));
    assert_eq!(label(121), "x".repeat(120) + "…");
}
