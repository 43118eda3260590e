//! Days: their form, their order, and what a calendar of one day or of a range has.
//!
//! Before 5.0 days were milliseconds as text, and are not looked at.

use super::Version;
use super::finding::{Findings, at, name_of};
use super::rules::{self, Rule};
use crate::document::json::{Kind, Value};
use crate::document::model::expression::is_dynamic;
use crate::document::model::{Component, Screen};

const RANGE: &Rule = &rules::DAYS;
const FORMAT: &str = "write the day as YYYY-MM-DD";

pub fn check(screen: &Screen<'_>, version: Version, out: &mut Findings) {
    if version < (5, 0) {
        return;
    }
    for component in screen.components() {
        let calendar = component.kind() == "CalendarPicker";
        if !calendar && component.kind() != "DatePicker" {
            continue;
        }
        let (first, last) = limits(component, out);
        if calendar {
            mode(component, out);
        }
        // A first value that is no day has its own name in a calendar.
        let wrong = if calendar { &rules::FIRST_DAY } else { RANGE };
        let within = Within { first, last, wrong };
        let listed = Within { wrong: RANGE, ..within.clone() };
        for value in component.property("unavailable-dates").into_iter().flat_map(Value::items) {
            listed.day(value, out);
        }
        within.value(component.property("init-value"), out);
        let given = component.form().and_then(|form| {
            screen.components()[form].property("init-values")?.member(&component.name()?)
        });
        if calendar {
            within.value(given, out);
            shape_of_mode(component, "init-values", given, false, out);
        }
    }
}

/// The first and the last day, in order.
fn limits(component: &Component<'_>, out: &mut Findings) -> (Option<String>, Option<String>) {
    let mut day = |name| {
        let value = component.property(name)?;
        parse(value, RANGE, out)
    };
    let (first, last) = (day("min-date"), day("max-date"));
    if let (Some(low), Some(high), Some(value)) = (&first, &last, component.property("min-date"))
        && low > high
    {
        let message = "`min-date` is after `max-date`".to_owned();
        out.add(RANGE, at(value), message, "exchange the two");
    }
    (first, last)
}

/// A day that is written out; a finding if it is none.
fn parse(value: Value<'_>, wrong: &'static Rule, out: &mut Findings) -> Option<String> {
    let text = value.as_str().filter(|_| !is_dynamic(value))?;
    if is_day(&text) {
        return Some(text.into_owned());
    }
    let message = format!("{} is no day", super::document::short(value));
    out.add(wrong, at(value), message, FORMAT);
    None
}

/// `YYYY-MM-DD`, and in the calendar.
fn is_day(text: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<_> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    if [year.len(), month.len(), day.len()] != [4, 2, 2] || !parts.iter().all(|part| digits(part)) {
        return false;
    }
    let number = |part: &str| part.parse::<u32>().unwrap_or(0);
    let leap = number(year).is_multiple_of(4)
        && (!number(year).is_multiple_of(100) || number(year).is_multiple_of(400));
    let days = match number(month) {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&number(day))
}

#[derive(Clone)]
struct Within {
    first: Option<String>,
    last: Option<String>,
    wrong: &'static Rule,
}

impl Within {
    /// A day, or the two of a range in order.
    fn value(&self, value: Option<Value<'_>>, out: &mut Findings) {
        let Some(value) = value else { return };
        if value.kind() != Kind::Object {
            return self.day(value, out);
        }
        let [start, end] = ["start-date", "end-date"].map(|name| value.member(name));
        let [from, to] = [start, end].map(|day| day.and_then(Value::as_str));
        for day in [start, end].into_iter().flatten() {
            self.day(day, out);
        }
        if let (Some(from), Some(to), Some(start)) = (from, to, start)
            && is_day(&from)
            && is_day(&to)
            && from > to
        {
            let message = "the range ends before it starts".to_owned();
            out.add(RANGE, at(start), message, "exchange the two");
        }
    }

    fn day(&self, value: Value<'_>, out: &mut Findings) {
        let Some(day) = parse(value, self.wrong, out) else { return };
        let early = self.first.as_ref().is_some_and(|first| day < *first);
        let late = self.last.as_ref().is_some_and(|last| day > *last);
        if early || late {
            let limit = if early { "before `min-date`" } else { "after `max-date`" };
            let message = format!("{day} is {limit}");
            out.add(RANGE, at(value), message, "take a day that can be chosen");
        }
    }
}

/// What a calendar has in the mode that it is in (6.1).
fn mode(component: &Component<'_>, out: &mut Findings) {
    let mode = component.property("mode");
    if mode.is_some_and(is_dynamic) {
        return;
    }
    let range = mode.and_then(Value::as_str).as_deref() == Some("range");
    for name in ["min-days", "max-days", "title", "description"] {
        if let Some(value) = component.property(name).filter(|_| !range) {
            let message = format!("only a calendar of a range has `{name}`");
            let help = "take it away, or write \"mode\": \"range\"";
            out.add(&rules::RANGE_ONLY, name_of(value), message, help);
        }
    }
    let days = |name| component.property(name).and_then(Value::as_f64);
    if let (Some(least), Some(most), Some(value)) =
        (days("min-days"), days("max-days"), component.property("min-days"))
        && range
        && least > most
    {
        let message = "`min-days` is more than `max-days`".to_owned();
        out.add(&rules::RANGE_LENGTH, at(value), message, "exchange the two");
    }
    for (name, both) in [
        ("label", true),
        ("helper-text", false),
        ("required", false),
        ("init-value", false),
        ("error-message", false),
    ] {
        shape_of_mode(component, name, component.property(name), both, out);
    }
}

/// A value for one day, or for the two of a range.
fn shape_of_mode(
    component: &Component<'_>,
    name: &str,
    value: Option<Value<'_>>,
    both: bool,
    out: &mut Findings,
) {
    let mode = component.property("mode");
    let Some(value) = value.filter(|v| !is_dynamic(*v) && !mode.is_some_and(is_dynamic)) else {
        return;
    };
    let range = mode.and_then(Value::as_str).as_deref() == Some("range");
    let help = "write { \"start-date\": …, \"end-date\": … }";
    match (range, value.kind() == Kind::Object) {
        (false, true) => {
            let message = format!("`{name}` of a calendar of one day is one value");
            let help = "write one value, or \"mode\": \"range\"";
            out.add(&rules::RANGE_TYPE, at(value), message, help);
        }
        (true, false) => {
            let message = format!("`{name}` of a calendar of a range has two values");
            out.add(&rules::RANGE_TYPE, at(value), message, help);
        }
        (true, true) => {
            for (part, _) in value.members() {
                if part.text != "start-date" && part.text != "end-date" {
                    let message = format!("a range has no `{}`", part.text);
                    let name = &rules::RANGE_UNKNOWN;
                    out.add(name, part.span, message, help);
                }
            }
            let needed: &[&str] = if both { &["start-date", "end-date"] } else { &["start-date"] };
            for part in needed.iter().filter(|part| value.member(part).is_none()) {
                let message = format!("`{name}` has no `{part}`");
                let name = &rules::RANGE_MISSING;
                out.add(name, at(value), message, help);
            }
        }
        (false, false) => {}
    }
}
