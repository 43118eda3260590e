//! The actions that run when a choice changes: on-select-action and on-unselect-action.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{DatePart, Event};

use super::parts::{action, choice, log, options};
use super::play::{Play, document, screen};

const CHOICES: [&str; 4] = ["Dropdown", "RadioButtonsGroup", "CheckboxGroup", "ChipsSelector"];

/// A field `f` with these actions, which log "s" and "u".
fn logging(kind: &str, triggers: &[&str]) -> Play {
    let mut field = match kind {
        "OptIn" => json!({ "type": kind, "name": "f", "label": "f" }),
        kind => choice(kind, "f", json!({ "data-source": options(["one", "two"]) })),
    };
    for trigger in triggers {
        let text = if *trigger == "on-select-action" { "s" } else { "u" };
        field[trigger] = log(text);
    }
    Play::new(&document("7.3", json!({ "log": "" }), json!([field])))
}

const SELECT: &str = "on-select-action";
const UNSELECT: &str = "on-unselect-action";

/// Selects "one" and removes it.
fn select_and_remove(kind: &str, play: &mut Play) {
    match kind {
        "OptIn" => play.act(|user| user.tick("f")).act(|user| user.untick("f")),
        "Dropdown" => play.choose("f", "one").act(|user| user.clear("f")),
        _ => play.choose("f", "one").act(|user| user.unchoose("f", "one")),
    };
}

#[test]
fn an_action_runs_after_the_change() {
    let send = action("data_exchange", json!({ "f": "${form.f}" }));
    for (kind, value) in [
        ("Dropdown", json!("one")),
        ("RadioButtonsGroup", json!("one")),
        ("CheckboxGroup", json!(["one"])),
        ("ChipsSelector", json!(["one"])),
    ] {
        let properties = json!({ "data-source": options(["one", "two"]), SELECT: send });
        let mut play = Play::new(&screen("7.3", json!([choice(kind, "f", properties)])));
        assert_eq!(play.choose("f", "one").payload(), json!({ "f": value }), "{kind}");
    }
    for kind in ["DatePicker", "CalendarPicker"] {
        let field = json!({ "type": kind, "name": "f", "label": "f", SELECT: send });
        let mut play = Play::new(&screen("7.3", json!([field])));
        play.act(|user| user.pick_date("f", "2026-01-02"));
        assert_eq!(play.payload(), json!({ "f": "2026-01-02" }), "{kind}");
    }
    let update = action("update_data", json!({ "o": "${form.f}" }));
    let opt_in = json!({ "type": "OptIn", "name": "f", "label": "f", SELECT: update });
    let mut play = Play::new(&document("7.3", json!({ "o": false }), json!([opt_in])));
    play.act(|user| user.tick("f"));
    assert_eq!(play.user.client.data("ONLY").unwrap()["o"], true);
}

#[test]
fn the_action_for_selections_runs_for_removals_too_if_there_is_no_other() {
    for kind in CHOICES {
        let mut play = logging(kind, &[SELECT]);
        select_and_remove(kind, &mut play);
        assert_eq!(play.logged(), "ss", "{kind}");
    }
}

#[test]
fn the_action_of_an_opt_in_runs_for_ticks_only() {
    let mut play = logging("OptIn", &[SELECT]);
    select_and_remove("OptIn", &mut play);
    assert_eq!(play.logged(), "s");
}

#[test]
fn with_both_actions_each_runs_for_its_own_change() {
    for kind in CHOICES.into_iter().chain(["OptIn"]) {
        let mut play = logging(kind, &[SELECT, UNSELECT]);
        select_and_remove(kind, &mut play);
        assert_eq!(play.logged(), "su", "{kind}");
    }
}

#[test]
fn the_action_for_removals_runs_for_removals_only() {
    for kind in CHOICES.into_iter().chain(["OptIn"]) {
        let mut play = logging(kind, &[UNSELECT]);
        select_and_remove(kind, &mut play);
        assert_eq!(play.logged(), "u", "{kind}");
    }
}

#[test]
fn a_replaced_choice_is_a_removal_and_then_a_selection() {
    for kind in ["Dropdown", "RadioButtonsGroup"] {
        for (triggers, logged) in
            [(&[SELECT, UNSELECT][..], "sus"), (&[SELECT][..], "ss"), (&[UNSELECT][..], "u")]
        {
            let mut play = logging(kind, triggers);
            play.choose("f", "one").choose("f", "two");
            assert_eq!(play.logged(), logged, "{kind}, {triggers:?}");
        }
    }
}

#[test]
fn another_choice_of_several_is_a_selection() {
    for kind in ["CheckboxGroup", "ChipsSelector"] {
        let mut play = logging(kind, &[SELECT, UNSELECT]);
        play.choose("f", "one").choose("f", "two").act(|user| user.unchoose("f", "one"));
        assert_eq!(play.logged(), "ssu", "{kind}");
    }
}

#[test]
fn an_action_that_waits_for_the_endpoint_is_the_last_one() {
    for kind in ["Dropdown", "RadioButtonsGroup"] {
        let send = |by: &str| action("data_exchange", json!({ "by": by }));
        let list = json!({ "data-source": options(["one", "two"]), SELECT: send("s"), UNSELECT: send("u") });
        let mut play = Play::new(&screen("7.3", json!([choice(kind, "f", list)])));
        play.choose("f", "one").reply("ONLY", json!({})).choose("f", "two");
        assert_eq!((play.payload(), play.requests()), (json!({ "by": "u" }), 2), "{kind}");
    }
}

/// A date field that sends its value.
fn sending(kind: &str, properties: Value) -> Play {
    let send = action("data_exchange", json!({ "f": "${form.f}" }));
    let mut field = json!({ "type": kind, "name": "f", "label": "f", SELECT: send });
    for (name, value) in properties.as_object().unwrap() {
        field[name] = value.clone();
    }
    Play::new(&screen("7.3", json!([field])))
}

fn set(play: &mut Play, part: DatePart, day: &str) -> Value {
    play.event(Event::SetDate { component: 0, part, day: day.into() });
    let payload = play.payload();
    play.reply("ONLY", json!({}));
    payload
}

fn clear(play: &mut Play, part: DatePart) -> Value {
    play.event(Event::Clear { component: 0, part });
    let payload = play.payload();
    play.reply("ONLY", json!({}));
    payload
}

#[test]
fn a_date_is_sent_when_it_is_set_and_when_it_is_cleared() {
    for kind in ["DatePicker", "CalendarPicker"] {
        let mut play = sending(kind, json!({}));
        assert_eq!(set(&mut play, DatePart::Day, "2026-01-02"), json!({ "f": "2026-01-02" }));
        assert_eq!(set(&mut play, DatePart::Day, "2026-01-03"), json!({ "f": "2026-01-03" }));
        assert_eq!(clear(&mut play, DatePart::Day), json!({ "f": "" }), "{kind}");
        assert_eq!(play.requests(), 3, "{kind}");
    }
}

#[test]
fn a_range_is_sent_once_per_end() {
    let range = |start: &str, end: &str| json!({ "f": { "start-date": start, "end-date": end } });
    let labels = json!({ "start-date": "from", "end-date": "to" });
    let mut play =
        sending("CalendarPicker", json!({ "mode": "range", "title": "f", "label": labels }));
    assert_eq!(set(&mut play, DatePart::Start, "2026-01-02"), range("2026-01-02", ""));
    assert_eq!(set(&mut play, DatePart::End, "2026-01-05"), range("2026-01-02", "2026-01-05"));
    assert_eq!(clear(&mut play, DatePart::End), range("2026-01-02", ""));
    assert_eq!(clear(&mut play, DatePart::Start), json!({ "f": null }));
    assert_eq!(play.requests(), 4);
}
