//! The rules of DatePicker and CalendarPicker.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{DatePart, Event, Problem};

use super::parts::with;
use super::play::{Play, screen, submit};

/// A form of this field.
fn form(kind: &str, properties: Value) -> Play {
    let field = with(json!({ "type": kind, "name": "f", "label": "f" }), properties);
    Play::new(&screen("7.3", json!([field, submit(json!({ "f": "${form.f}" }))])))
}

/// A form of a range.
fn range(properties: Value) -> Play {
    let range = json!({ "mode": "range", "label": { "start-date": "From", "end-date": "To" } });
    form("CalendarPicker", with(range, properties))
}

/// The properties of a range that starts and ends with these days.
fn days(start: &str, end: &str, properties: Value) -> Value {
    with(json!({ "init-value": { "start-date": start, "end-date": end } }), properties)
}

/// The problem of the field, and whether it has a text.
#[track_caller]
fn outcome(play: &Play) -> (Option<Problem>, bool) {
    let field = play.component("f");
    assert_eq!(play.component("Send").enabled, field.problem.is_none());
    (field.problem, field.error.is_some())
}

/// The outcome for a field that has this value when it is shown.
fn shown(kind: &str, value: &str, properties: Value) -> (Option<Problem>, bool) {
    outcome(&form(kind, with(json!({ "init-value": value }), properties)))
}

fn required(label: &str) -> Option<Problem> {
    Some(Problem::Required { label: label.into() })
}

const VALID: (Option<Problem>, bool) = (None, false);

#[test]
fn a_day_may_be_required() {
    for kind in ["DatePicker", "CalendarPicker"] {
        let mut play = form(kind, json!({ "required": true }));
        assert_eq!(outcome(&play), (required("f"), false), "{kind}");
        assert_eq!(outcome(play.act(|user| user.pick_date("f", "2026-02-02"))), VALID, "{kind}");
        assert_eq!(outcome(play.act(|user| user.clear("f"))), (required("f"), true), "{kind}");
        assert_eq!(outcome(&form(kind, json!({}))), VALID, "{kind}");
    }
}

#[test]
fn each_end_of_a_range_may_be_required() {
    for (rule, start, end) in [
        (json!(true), required("From"), required("To")),
        (json!({ "start-date": true, "end-date": true }), required("From"), required("To")),
        (json!({ "start-date": true }), required("From"), None),
        (json!({ "end-date": true, "start-date": false }), None, required("To")),
        (json!(false), None, None),
    ] {
        let problem = |start: &str, end: &str| {
            outcome(&range(days(start, end, json!({ "required": rule })))).0
        };
        assert_eq!(problem("", "2026-02-02"), start, "{rule}");
        assert_eq!(problem("2026-02-02", ""), end, "{rule}");
        assert_eq!(problem("2026-02-02", "2026-02-02"), None, "{rule}");
    }
}

#[test]
fn unavailable_dates_have_a_text() {
    let unavailable = json!({ "unavailable-dates": ["2026-02-02", "2026-02-04"] });
    for kind in ["DatePicker", "CalendarPicker"] {
        let shown = |day| shown(kind, day, unavailable.clone());
        assert_eq!(shown("2026-02-04"), (Some(Problem::UnavailableDay), true), "{kind}");
        assert_eq!(shown("2026-02-03"), VALID, "{kind}");
    }
    for (start, end, expected) in [
        ("2026-02-02", "2026-02-05", (Some(Problem::UnavailableDay), true)),
        ("2026-02-01", "2026-02-04", (Some(Problem::UnavailableDay), true)),
        ("2026-02-01", "2026-02-05", VALID),
    ] {
        let shown = outcome(&range(days(start, end, unavailable.clone())));
        assert_eq!(shown, expected, "{start} {end}");
    }
}

#[test]
fn a_date_picker_has_no_rule_for_its_period() {
    let period = json!({ "min-date": "2026-02-01", "max-date": "2026-02-28" });
    for day in ["2026-01-31", "2026-03-01"] {
        assert_eq!(shown("DatePicker", day, period.clone()), VALID, "{day}");
    }
}

#[test]
fn a_date_picker_has_no_rule_of_a_calendar() {
    let rules = json!({ "include-days": ["Mon"], "min-days": 2 });
    assert_eq!(shown("DatePicker", "2026-02-03", rules), VALID, "a Tuesday");
}

#[test]
fn a_calendar_may_include_some_days_of_the_week() {
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    for (at, day) in days.into_iter().enumerate() {
        for (value, date) in (2..=8).enumerate() {
            let date = format!("2026-02-0{date}"); // the 2nd is a Monday
            let shown = shown("CalendarPicker", &date, json!({ "include-days": [day] }));
            let expected = if at == value { VALID } else { (Some(Problem::UnavailableDay), true) };
            assert_eq!(shown, expected, "{day} {date}");
        }
    }
}

#[test]
fn a_calendar_has_a_period() {
    let period = json!({ "min-date": "2026-02-02", "max-date": "2026-02-04" });
    for (day, expected) in [
        ("2026-02-01", (Some(Problem::DayOutOfRange), true)),
        ("2026-02-02", VALID),
        ("2026-02-04", VALID),
        ("2026-02-05", (Some(Problem::DayOutOfRange), true)),
    ] {
        assert_eq!(shown("CalendarPicker", day, period.clone()), expected, "{day}");
    }
    let shown = outcome(&range(days("2026-02-02", "2026-02-05", period)));
    assert_eq!(shown, (Some(Problem::DayOutOfRange), true), "each end");
}

#[test]
fn a_range_has_a_number_of_days() {
    let limits = json!({ "min-days": 2, "max-days": 3 });
    for (end, expected) in [
        ("2026-02-01", (Some(Problem::RangeLength), true)),
        ("2026-02-02", VALID),
        ("2026-02-03", VALID),
        ("2026-02-04", (Some(Problem::RangeLength), true)),
        ("", VALID),
    ] {
        assert_eq!(outcome(&range(days("2026-02-01", end, limits.clone()))), expected, "{end}");
    }
}

#[test]
fn a_range_does_not_end_before_it_starts() {
    let shown = outcome(&range(days("2026-02-02", "2026-02-01", json!({}))));
    assert_eq!(shown, (Some(Problem::RangeReversed), true));
    assert_eq!(outcome(&range(days("2026-02-02", "2026-02-02", json!({})))), VALID);
}

#[test]
fn the_first_rule_that_fails_counts() {
    let mut rules = json!({
        "required": true, "unavailable-dates": ["2026-02-03"], "include-days": ["Mon"],
        "min-date": "2026-02-09", "min-days": 2,
    });
    // The days are a Tuesday and the Monday before it.
    let problem =
        |rules: &Value| outcome(&range(days("2026-02-03", "2026-02-02", rules.clone()))).0;
    let start = outcome(&range(days("2026-02-03", "", rules.clone()))).0;
    assert_eq!(start, required("To"), "required first");
    for (rule, expected) in [
        ("unavailable-dates", Problem::UnavailableDay),
        ("include-days", Problem::UnavailableDay),
        ("min-date", Problem::DayOutOfRange),
        ("min-days", Problem::RangeLength),
        ("required", Problem::RangeReversed),
    ] {
        assert_eq!(problem(&rules), Some(expected), "{rules}");
        rules.as_object_mut().unwrap().remove(rule);
    }
    assert_eq!(problem(&rules), Some(Problem::RangeReversed));
}

#[test]
fn an_error_of_an_end_is_shown_after_it_was_set_or_cleared() {
    let mut play = range(json!({ "required": true }));
    play.act(|user| user.pick_date("From", "2026-02-02"));
    assert_eq!(outcome(&play), (required("To"), false), "nobody has touched the end");
    play.act(|user| user.pick_date("To", "2026-02-03"));
    let component = play.component("f").id;
    play.user.client.handle(Event::Clear { component, part: DatePart::End }).unwrap();
    assert_eq!(outcome(&play), (required("To"), true), "cleared");
    let mut play = range(json!({ "min-days": 3 }));
    play.act(|user| user.pick_date("From", "2026-02-02"));
    assert_eq!(outcome(&play), VALID);
    play.act(|user| user.pick_date("To", "2026-02-03"));
    assert_eq!(outcome(&play), (Some(Problem::RangeLength), true), "set");
}

#[test]
fn an_error_of_an_initial_end_is_shown_at_once() {
    let required = json!({ "required": true, "min-date": "2026-02-02" });
    let play = range(days("2026-02-01", "", required.clone()));
    assert_eq!(play.component("f").error, Problem::DayOutOfRange.text());
    let play = range(days("2026-02-02", "", required));
    assert_eq!(play.component("f").error, None, "the other end has no value");
}

#[test]
fn an_end_that_was_set_before_the_screen_was_entered_shows_no_error() {
    let action = json!({ "name": "data_exchange", "payload": {} });
    let mut play = range(json!({ "on-select-action": action }));
    for (end, day) in [("From", "2026-02-03"), ("To", "2026-02-02")] {
        play.act(|user| user.pick_date(end, day)).reply("ONLY", json!({}));
    }
    assert_eq!(outcome(&play), (Some(Problem::RangeReversed), false));
}
