//! Dates: format, order, and the properties of a calendar of one day or of a range.
//!
//! Before 5.0, dates were milliseconds as text, and are not checked.

use super::collector::Diagnostics;
use super::rules::{self, Rule};
use super::site::{name_span, value_span};
use super::suggest::has_misspelling;
use crate::catalog;
use crate::catalog::Version;
use crate::json::{Kind, Name, Value};
use crate::model::expression::is_dynamic;
use crate::model::{Component, Screen};
use crate::value::is_day;

const RULE: &Rule = &rules::DAYS;
/// The ends of a range.
const RANGE_ENDS: [&str; 2] = ["start-date", "end-date"];
const FORMAT_HELP: &str = "write the date as YYYY-MM-DD";

pub fn check(screen: &Screen<'_>, version: Version, out: &mut Diagnostics) {
    if version < (5, 0) {
        return;
    }
    for component in screen.components() {
        let calendar = component.kind() == "CalendarPicker";
        if !calendar && component.kind() != "DatePicker" {
            continue;
        }
        let (first, last) = read_limits(component, out);
        let range = if calendar { is_range(component) } else { None };
        if let Some(range) = range {
            check_mode_members(component, range, out);
        }
        // For a calendar, an initial value that is not a date has its own error name.
        let wrong = if calendar { &rules::FIRST_DAY } else { RULE };
        let limits = DateLimits { first, last, wrong };
        let listed = DateLimits { wrong: RULE, ..limits.clone() };
        for value in component.property("unavailable-dates").into_iter().flat_map(Value::items) {
            listed.check_day(value, out);
        }
        limits.check_value(component.property("init-value"), out);
        let given = component.form().and_then(|form| {
            screen.components()[form].property("init-values")?.member(&component.name()?)
        });
        if calendar {
            limits.check_value(given, out);
        }
        if let Some(range) = range {
            check_mode_value("init-values", given, (range, false), out);
        }
    }
}

/// Reads the first and the last day, and checks their order.
fn read_limits(
    component: &Component<'_>,
    out: &mut Diagnostics,
) -> (Option<String>, Option<String>) {
    let mut day = |name| {
        let value = component.property(name)?;
        parse(value, RULE, out)
    };
    let (first, last) = (day("min-date"), day("max-date"));
    if let (Some(low), Some(high), Some(value)) = (&first, &last, component.property("min-date"))
        && low > high
    {
        let message = "`min-date` is after `max-date`".to_owned();
        out.add(RULE, value_span(value), message, "swap the two");
    }
    (first, last)
}

/// Parses a literal date, or reports it.
fn parse(value: Value<'_>, wrong: &'static Rule, out: &mut Diagnostics) -> Option<String> {
    let text = value.as_str().filter(|_| !is_dynamic(value))?;
    if is_day(&text) {
        return Some(text.into_owned());
    }
    let message = format!("{} is not a date", super::site::describe(value));
    out.add(wrong, value_span(value), message, FORMAT_HELP);
    None
}

#[derive(Clone)]
struct DateLimits {
    first: Option<String>,
    last: Option<String>,
    wrong: &'static Rule,
}

impl DateLimits {
    /// Checks a date, or the two dates of a range and their order.
    fn check_value(&self, value: Option<Value<'_>>, out: &mut Diagnostics) {
        let Some(value) = value else { return };
        if value.kind() != Kind::Object {
            return self.check_day(value, out);
        }
        let [start, end] = ["start-date", "end-date"].map(|name| value.member(name));
        let [from, to] = [start, end].map(|day| day.and_then(Value::as_str));
        for day in [start, end].into_iter().flatten() {
            self.check_day(day, out);
        }
        if let (Some(from), Some(to), Some(start)) = (from, to, start)
            && is_day(&from)
            && is_day(&to)
            && from > to
        {
            let message = "the range ends before it starts".to_owned();
            out.add(RULE, value_span(start), message, "swap the two");
        }
    }

    fn check_day(&self, value: Value<'_>, out: &mut Diagnostics) {
        let Some(day) = parse(value, self.wrong, out) else { return };
        let early = self.first.as_ref().is_some_and(|first| day < *first);
        let late = self.last.as_ref().is_some_and(|last| day > *last);
        if early || late {
            let limit = if early { "before `min-date`" } else { "after `max-date`" };
            let message = format!("{day} is {limit}");
            out.add(RULE, value_span(value), message, "choose a day that can be selected");
        }
    }
}

/// Properties of a calendar of a range only.
const RANGE_MEMBERS: [&str; 4] = ["min-days", "max-days", "title", "description"];

/// Properties that have a value for each end of a range, and whether both ends are required.
const VALUE_PER_END: [(&str, bool); 5] = [
    ("label", true),
    ("helper-text", false),
    ("required", false),
    ("init-value", false),
    ("error-message", false),
];

/// Returns whether a calendar is one of a range; `None` if that is decided by the client, or is
/// reported elsewhere.
fn is_range(component: &Component<'_>) -> Option<bool> {
    let Some(mode) = component.property("mode") else {
        let properties = catalog::component("CalendarPicker")?.properties;
        let known: Vec<_> = properties.iter().map(|property| property.name).collect();
        return (!has_misspelling(component.value(), "mode", &known)).then_some(false);
    };
    match mode.as_str().as_deref() {
        Some("range") => Some(true),
        Some("single") => Some(false),
        _ => None,
    }
}

/// Checks the properties of a calendar against its mode (6.1).
fn check_mode_members(component: &Component<'_>, range: bool, out: &mut Diagnostics) {
    let object = |name: &str| component.property(name).is_some_and(|v| v.kind() == Kind::Object);
    let members = RANGE_MEMBERS.iter().filter(|name| component.property(name).is_some()).count()
        + VALUE_PER_END.iter().filter(|(name, _)| object(name)).count();
    if let (Some(kind), None, true) =
        (component.property("type"), component.property("mode"), members > 1)
    {
        let message = "the calendar has properties of a range, but no `mode`".to_owned();
        return out.add(&rules::RANGE_TYPE, value_span(kind), message, "write \"mode\": \"range\"");
    }
    for name in RANGE_MEMBERS {
        if let Some(value) = component.property(name).filter(|_| !range) {
            let message = format!("`{name}` requires a calendar of a range");
            let help = "remove it, or write \"mode\": \"range\"";
            out.add(&rules::RANGE_ONLY, name_span(value), message, help);
        }
    }
    let days = |name| component.property(name).and_then(Value::as_f64);
    if let (Some(least), Some(most), Some(value)) =
        (days("min-days"), days("max-days"), component.property("min-days"))
        && range
        && least > most
    {
        let message = "`min-days` is more than `max-days`".to_owned();
        out.add(&rules::RANGE_LENGTH, value_span(value), message, "swap the two");
    }
    for (name, both) in VALUE_PER_END {
        check_mode_value(name, component.property(name), (range, both), out);
    }
}

/// Checks that there is one value for a day, or two for a range.
fn check_mode_value(
    name: &str,
    value: Option<Value<'_>>,
    (range, both): (bool, bool),
    out: &mut Diagnostics,
) {
    let Some(value) = value.filter(|value| !is_dynamic(*value)) else { return };
    let help = "write { \"start-date\": …, \"end-date\": … }";
    match (range, value.kind() == Kind::Object) {
        (false, true) => {
            let message = format!("`{name}` of a calendar of one day must be one value");
            let help = "write one value, or \"mode\": \"range\"";
            out.add(&rules::RANGE_TYPE, value_span(value), message, help);
        }
        (true, false) => {
            let message = format!("`{name}` of a calendar of a range must have two values");
            out.add(&rules::RANGE_TYPE, value_span(value), message, help);
        }
        (true, true) => {
            for (part, _) in value.members() {
                if !RANGE_ENDS.contains(&&*part.text) {
                    let message = format!("a range has no `{}`", part.text);
                    let name = &rules::RANGE_UNKNOWN;
                    out.add(name, part.span, message, help);
                }
            }
            let unknown = |(part, _): (Name<'_>, _)| !RANGE_ENDS.contains(&&*part.text);
            if value.members().any(unknown) {
                return;
            }
            let needed: &[&str] = if both { &["start-date", "end-date"] } else { &["start-date"] };
            for part in needed.iter().filter(|part| value.member(part).is_none()) {
                let message = format!("`{name}` has no `{part}`");
                let name = &rules::RANGE_MISSING;
                out.add(name, value_span(value), message, help);
            }
        }
        (false, false) => {}
    }
}
