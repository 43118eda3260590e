//! The actions of a user with dates.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{DatePart, Event, Problem, Refused, Settings};

use super::parts::with;
use super::play::{Play, screen, submit};

const KINDS: [&str; 2] = ["DatePicker", "CalendarPicker"];

/// A form of this field. Today is 2026-01-01.
fn form(kind: &str, properties: Value) -> Play {
    let field = with(json!({ "type": kind, "name": "f", "label": "f" }), properties);
    Play::new(&screen("7.3", json!([field, submit(json!({ "f": "${form.f}" }))])))
}

fn range(properties: Value) -> Play {
    let range = json!({ "mode": "range", "label": { "start-date": "From", "end-date": "To" } });
    form("CalendarPicker", with(range, properties))
}

fn set(play: &mut Play, part: DatePart, day: &str) -> Result<Value, Refused> {
    let component = play.component("f").id;
    play.user.client.handle(Event::SetDate { component, part, day: day.into() })?;
    Ok(play.component("f").value)
}

fn clear(play: &mut Play, part: DatePart) -> Result<Value, Refused> {
    let component = play.component("f").id;
    play.user.client.handle(Event::Clear { component, part })?;
    Ok(play.component("f").value)
}

/// Asserts that these are the first and the last day that a user can select.
#[track_caller]
fn assert_period(kind: &str, properties: Value, period: [&str; 2], outside: [&str; 2]) {
    let select = |day| set(&mut form(kind, properties.clone()), DatePart::Day, day);
    for day in period {
        assert_eq!(select(day), Ok(json!(day)), "{kind}");
    }
    for day in outside {
        assert_eq!(select(day), Err(Refused::DayNotSelectable), "{kind} {day}");
    }
}

#[test]
fn the_wheels_go_from_1900_to_2100_by_default() {
    let period = ["1900-01-01", "2100-12-31"];
    assert_period("DatePicker", json!({}), period, ["1899-12-31", "2101-01-01"]);
}

#[test]
fn the_calendar_goes_from_100_years_ago_to_5_years_ahead_by_default() {
    let period = ["1926-01-01", "2031-12-31"];
    assert_period("CalendarPicker", json!({}), period, ["1925-12-31", "2032-01-01"]);
}

#[test]
fn a_period_limits_the_days() {
    let limits = json!({ "min-date": "2026-02-02", "max-date": "2026-03-03" });
    for kind in KINDS {
        let period = ["2026-02-02", "2026-03-03"];
        assert_period(kind, limits.clone(), period, ["2026-02-01", "2026-03-04"]);
    }
}

#[test]
fn the_wheels_have_blocked_days() {
    let mut play = form("DatePicker", json!({ "unavailable-dates": ["2026-02-02"] }));
    assert_eq!(set(&mut play, DatePart::Day, "2026-02-02"), Ok(json!("2026-02-02")));
    assert_eq!(play.component("f").error, Problem::UnavailableDay.text());
    assert!(!play.component("Send").enabled);
}

#[test]
fn the_calendar_has_no_blocked_days() {
    let blocked = json!({ "unavailable-dates": ["2026-02-03"], "include-days": ["Mon", "Tue"] });
    let mut play = form("CalendarPicker", blocked.clone());
    assert_eq!(set(&mut play, DatePart::Day, "2026-02-03"), Err(Refused::DayNotSelectable));
    assert_eq!(set(&mut play, DatePart::Day, "2026-02-04"), Err(Refused::DayNotSelectable));
    assert_eq!(set(&mut play, DatePart::Day, "2026-02-02"), Ok(json!("2026-02-02")));
    for part in [DatePart::Start, DatePart::End] {
        let refused = set(&mut range(blocked.clone()), part, "2026-02-03");
        assert_eq!(refused, Err(Refused::DayNotSelectable));
    }
}

#[test]
fn an_initial_value_on_a_blocked_day_is_an_error() {
    for blocked in
        [json!({ "unavailable-dates": ["2026-02-03"] }), json!({ "include-days": ["Mon"] })]
    {
        let play = form("CalendarPicker", with(blocked, json!({ "init-value": "2026-02-03" })));
        assert_eq!(play.component("f").value, "2026-02-03");
        assert_eq!(play.component("f").error, Problem::UnavailableDay.text());
    }
}

#[test]
fn a_date_can_be_cleared_when_it_is_set() {
    for kind in KINDS {
        let mut play = form(kind, json!({}));
        assert_eq!(clear(&mut play, DatePart::Day), Err(Refused::NothingToClear), "{kind}");
        set(&mut play, DatePart::Day, "2026-02-02").unwrap();
        assert_eq!(clear(&mut play, DatePart::Day), Ok(json!("")), "{kind}");
        assert_eq!(clear(&mut play, DatePart::Day), Err(Refused::NothingToClear), "{kind}");
    }
}

#[test]
fn each_end_of_a_range_can_be_cleared() {
    let mut play = range(json!({}));
    set(&mut play, DatePart::Start, "2026-02-02").unwrap();
    assert_eq!(clear(&mut play, DatePart::End), Err(Refused::NothingToClear));
    set(&mut play, DatePart::End, "2026-02-03").unwrap();
    let cleared = clear(&mut play, DatePart::Start);
    assert_eq!(cleared, Ok(json!({ "start-date": "", "end-date": "2026-02-03" })));
    assert_eq!(clear(&mut play, DatePart::Start), Err(Refused::NothingToClear));
    clear(&mut play, DatePart::End).unwrap();
}

/// The value that a DatePicker sends in this version, and in this time zone.
fn sent(version: &str, utc_offset: i32, day: &str) -> Value {
    let field = json!({ "type": "DatePicker", "name": "f", "label": "f" });
    let document = screen(version, json!([field, submit(json!({ "f": "${form.f}" }))]));
    let mut play = Play::with(&document, Settings { utc_offset, ..Settings::default() });
    play.act(|user| user.pick_date("f", day)).tap("Send");
    play.sent().data["f"].clone()
}

#[test]
fn days_are_milliseconds_of_the_users_midnight_before_5_0() {
    for version in ["2.1", "3.1", "4.0"] {
        assert_eq!(sent(version, 0, "2026-02-02"), "1769990400000", "{version}");
        assert_eq!(sent(version, 60, "2026-02-02"), "1769986800000", "{version}, east of UTC");
    }
    for version in ["5.0", "7.3"] {
        assert_eq!(sent(version, 60, "2026-02-02"), "2026-02-02", "{version}");
    }
}

#[test]
fn days_in_properties_are_milliseconds_before_5_0() {
    let field = json!({ "type": "DatePicker", "name": "f", "label": "f",
        "min-date": "1769990400000", "unavailable-dates": ["1770076800000"] });
    let document = screen("4.0", json!([field]));
    let mut play = Play::new(&document);
    assert_eq!(set(&mut play, DatePart::Day, "2026-02-01"), Err(Refused::DayNotSelectable));
    set(&mut play, DatePart::Day, "2026-02-03").unwrap();
    assert_eq!(play.component("f").problem, Some(Problem::UnavailableDay));
    set(&mut play, DatePart::Day, "2026-02-02").unwrap();
    assert_eq!(play.component("f").problem, None);
    let west = Settings { utc_offset: -60, ..Settings::default() };
    let mut play = Play::with(&document, west);
    assert!(set(&mut play, DatePart::Day, "2026-02-01").is_ok(), "the day differs by zone");
}
