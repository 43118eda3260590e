//! Lists of options: what the user can tap, and what becomes of a choice when the list changes.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Event, Frame, Refused};

use super::parts::{action, choice, options, submit_nothing};
use super::play::{Play, document};

const SINGLE: [&str; 2] = ["Dropdown", "RadioButtonsGroup"];
const SEVERAL: [&str; 2] = ["CheckboxGroup", "ChipsSelector"];

/// A field `f` whose options are in the data.
fn bound(kind: &str, list: Value) -> Play {
    bound_with(kind, list, json!({}))
}

fn bound_with(kind: &str, list: Value, properties: Value) -> Play {
    let mut field = choice(kind, "f", properties);
    field["data-source"] = json!("${data.list}");
    Play::new(&document("7.3", json!({ "list": list }), json!([field, submit_nothing()])))
}

/// Replaces the options by those of a reply.
fn replace(play: &mut Play, list: Value) {
    play.tap("Send").reply("ONLY", json!({ "list": list }));
}

fn tap(play: &mut Play, option: &str) -> Result<(), Refused> {
    let event = Event::Choose { component: play.component("f").id, option: option.into() };
    play.user.client.handle(event).map(drop)
}

#[test]
fn a_choice_that_other_options_lack_is_emptied() {
    for (kind, empty) in [
        ("Dropdown", json!("")),
        ("RadioButtonsGroup", json!("")),
        ("CheckboxGroup", json!([])),
        ("ChipsSelector", json!([])),
    ] {
        let mut play = bound(kind, options(["one", "two"]));
        play.choose("f", "one");
        replace(&mut play, options(["two", "three"]));
        assert_eq!(play.component("f").value, empty, "{kind}");
    }
}

#[test]
fn several_choices_are_emptied_if_one_of_them_is_lost() {
    for kind in SEVERAL {
        let mut play = bound(kind, options(["one", "two"]));
        play.choose("f", "one").choose("f", "two");
        replace(&mut play, options(["two", "three"]));
        assert_eq!(play.component("f").value, json!([]), "{kind}");
    }
}

#[test]
fn a_choice_that_other_options_have_stays() {
    for kind in SINGLE {
        let mut play = bound(kind, options(["one", "two"]));
        play.choose("f", "two");
        replace(&mut play, options(["two", "three"]));
        assert_eq!(play.component("f").value, "two", "{kind}");
    }
    for kind in SEVERAL {
        let mut play = bound(kind, options(["one", "two"]));
        play.choose("f", "two");
        replace(&mut play, options(["two", "three"]));
        assert_eq!(play.component("f").value, json!(["two"]), "{kind}");
    }
}

#[test]
fn a_list_without_options_leaves_the_choice() {
    // A published flow does not show a list without options, so it is hidden meanwhile.
    for kind in SINGLE.into_iter().chain(SEVERAL) {
        let mut field = choice(kind, "f", json!({ "visible": "${data.shown}" }));
        field["data-source"] = json!("${data.list}");
        let data = json!({ "list": options(["one", "two"]), "shown": true });
        let mut play = Play::new(&document("7.3", data, json!([field, submit_nothing()])));
        play.choose("f", "one");
        let chosen = play.component("f").value;
        play.tap("Send").reply("ONLY", json!({ "list": [], "shown": false }));
        assert_eq!(play.user.client.form("ONLY").unwrap()["f"], chosen, "{kind}");
    }
}

#[test]
fn a_choice_is_emptied_by_update_data_too() {
    let update = action("update_data", json!({ "list": options(["two", "three"]) }));
    let opt_in = json!({ "type": "OptIn", "name": "u", "label": "u", "on-select-action": update });
    let mut field = choice("Dropdown", "f", json!({}));
    field["data-source"] = json!("${data.list}");
    let data = json!({ "list": options(["one", "two"]) });
    let mut play = Play::new(&document("7.3", data, json!([field, opt_in])));
    play.choose("f", "one").act(|user| user.tick("u"));
    assert_eq!(play.component("f").value, "");
}

#[test]
fn a_disabled_option_cannot_be_tapped() {
    for kind in SINGLE.into_iter().chain(SEVERAL) {
        let mut list = options(["one", "two"]);
        list[0]["enabled"] = json!(false);
        let mut play = bound(kind, list);
        assert!(!play.component("f").option("one").unwrap().enabled, "{kind}");
        assert_eq!(tap(&mut play, "one"), Err(Refused::OptionDisabled), "{kind}");
        assert_eq!(tap(&mut play, "two"), Ok(()), "{kind}");
    }
}

#[test]
fn at_the_maximum_the_other_options_are_disabled_until_one_is_removed() {
    for kind in SEVERAL {
        let list = options(["one", "two", "three"]);
        let mut play = bound_with(kind, list, json!({ "max-selected-items": 2 }));
        let enabled = |play: &Play| -> Vec<bool> {
            play.component("f").options.iter().map(|option| option.enabled).collect()
        };
        tap(&mut play, "one").unwrap();
        assert_eq!(enabled(&play), [true, true, true], "{kind}");
        tap(&mut play, "two").unwrap();
        assert_eq!(enabled(&play), [true, true, false], "{kind}");
        assert_eq!(tap(&mut play, "three"), Err(Refused::SelectionFull(2)), "{kind}");
        tap(&mut play, "one").unwrap();
        assert_eq!(enabled(&play), [true, true, true], "{kind}");
        assert_eq!(tap(&mut play, "three"), Ok(()), "{kind}");
    }
}

#[test]
fn long_texts_are_cut_with_an_ellipsis() {
    let properties = json!({ "label": "l".repeat(81), "description": "d".repeat(301) });
    let play = bound_with("ChipsSelector", options(["one", "two"]), properties);
    let chips = play.view().components[0].clone();
    assert_eq!(chips.properties["label"], "l".repeat(80) + "…");
    assert_eq!(chips.properties["description"], "d".repeat(300) + "…");
    let properties = json!({ "label": "l".repeat(80), "description": "d".repeat(300) });
    let play = bound_with("ChipsSelector", options(["one", "two"]), properties);
    let chips = play.view().components[0].clone();
    assert_eq!(chips.properties["label"], "l".repeat(80));
    assert_eq!(chips.properties["description"], "d".repeat(300));
}

#[test]
fn long_texts_of_options_are_tolerated() {
    for kind in SINGLE.into_iter().chain(SEVERAL) {
        let mut list = options(["one", "two"]);
        list[0]["title"] = json!("t".repeat(500));
        list[0]["description"] = json!("d".repeat(500));
        list[0]["metadata"] = json!("m".repeat(500));
        assert_eq!(bound(kind, list).view().frame, Frame::Ready, "{kind}");
    }
}
