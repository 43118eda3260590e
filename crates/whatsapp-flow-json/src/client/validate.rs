//! The rules of the fields. The first one that fails counts.

use jiff::civil::Date;
use serde_json::Value;

use super::date::{Calendar, days_between, parse_day};
use super::kind::ComponentKind as Kind;
use super::media;
use super::number::parse_number;
use super::problem::Problem;
use super::resolve::Resolved;
use super::state::is_empty;

/// The default `max-chars` of a TextInput (CMP).
const MAX_CHARS: f64 = 80.0;

/// Checks the value of a field by the rules of its component. A field that is not visible has no rules.
pub(crate) fn check(
    field: &Resolved<'_>,
    value: Option<&Value>,
    calendar: Calendar,
) -> Result<(), Problem> {
    if !field.is_visible() {
        return Ok(());
    }
    match field.component.kind {
        Kind::TextInput => check_text(field, value),
        Kind::TextArea => check_required(field, value, true),
        Kind::Dropdown => {
            check_required(field, value, true)?;
            match value.and_then(Value::as_str).filter(|id| !id.is_empty()) {
                Some(id) if field.option(id).is_none() => Err(Problem::NotAnOption),
                _ => Ok(()),
            }
        }
        Kind::RadioButtonsGroup => check_required(field, value, false),
        Kind::OptIn => check_required(field, value, false),
        Kind::CheckboxGroup | Kind::ChipsSelector => check_selection(field, value),
        Kind::DatePicker => {
            check_required(field, value, true)?;
            check_unavailable(field, calendar.day(value), |value| calendar.day(Some(value)))
        }
        Kind::CalendarPicker => check_calendar(field, value, calendar),
        Kind::PhotoPicker | Kind::DocumentPicker => check_files(field, value),
        _ => Ok(()),
    }
}

fn check_required(
    field: &Resolved<'_>,
    value: Option<&Value>,
    names_label: bool,
) -> Result<(), Problem> {
    if !field.is_required() || !is_empty(value) {
        return Ok(());
    }
    let label = if names_label { field.label() } else { String::new() };
    Err(Problem::Required { label })
}

fn check_text(field: &Resolved<'_>, value: Option<&Value>) -> Result<(), Problem> {
    check_required(field, value, true)?;
    let Some(typed) = value.and_then(Value::as_str) else { return Ok(()) };
    let text = typed.trim();
    // Characters are counted as in JavaScript.
    let length = text.encode_utf16().count();
    let min = field.number("min-chars").unwrap_or(0.0).max(0.0) as usize;
    if length < min && length > 0 {
        return Err(Problem::TooShort { label: field.label(), min });
    }
    let max = field.number("max-chars").unwrap_or(MAX_CHARS).max(0.0) as usize;
    if length > max {
        return Err(Problem::TooLong { label: field.label(), max });
    }
    let input_type = field.component.input_type();
    let problem = match input_type {
        _ if text.is_empty() => None,
        "email" => (!is_email(text)).then_some(Problem::NotAnEmail),
        "passcode" => {
            (!text.bytes().all(|byte| byte.is_ascii_digit())).then_some(Problem::NotDigits)
        }
        "phone" => (!is_phone_number(text)).then_some(Problem::NotAPhoneNumber),
        "number" => parse_number(text).is_none().then_some(Problem::NotANumber),
        _ => None,
    };
    if let Some(problem) = problem {
        return Err(problem);
    }
    if matches!(input_type, "text" | "password" | "passcode" | "number")
        && let Some(pattern) = field.property("pattern").and_then(Value::as_str)
        && !matches_pattern(pattern, text)
    {
        return Err(Problem::Pattern);
    }
    Ok(())
}

/// Searches for the pattern anywhere in the text. A pattern that is not a regular expression is ignored.
fn matches_pattern(pattern: &str, text: &str) -> bool {
    regress::Regex::new(pattern).map_or(true, |pattern| pattern.find(text).is_some())
}

/// `name@host.domain`, without white space.
fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else { return false };
    let plain = |part: &str| !part.is_empty() && !part.contains([' ', '@', ',', '\t', '\n']);
    let domain = host.rsplit_once('.');
    plain(name) && plain(host) && domain.is_some_and(|(host, end)| plain(host) && plain(end))
}

/// An optional plus, then digits, brackets, spaces, dots and hyphens.
fn is_phone_number(text: &str) -> bool {
    let rest = text.strip_prefix('+').unwrap_or(text);
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '(' | ')' | ' ' | '.' | '-');
    rest.chars().all(plain) && rest.contains(|c: char| c.is_ascii_digit())
}

fn check_selection(field: &Resolved<'_>, value: Option<&Value>) -> Result<(), Problem> {
    check_required(field, value, false)?;
    if !field.is_enabled() {
        return Ok(());
    }
    let selected = value.and_then(Value::as_array).map_or(0, Vec::len);
    let min = field.number("min-selected-items").unwrap_or(0.0).max(0.0) as usize;
    if selected < min {
        return Err(Problem::TooFewSelected { min });
    }
    let max = max_selected(field);
    if selected > max {
        return Err(Problem::TooManySelected { max });
    }
    Ok(())
}

/// The number of options that may be selected.
pub(crate) fn max_selected(field: &Resolved<'_>) -> usize {
    let options = field.options().len();
    field.number("max-selected-items").map_or(options, |max| max.max(0.0) as usize)
}

fn check_unavailable(
    field: &Resolved<'_>,
    day: Option<Date>,
    read: impl Fn(&Value) -> Option<Date>,
) -> Result<(), Problem> {
    let unavailable = field.property("unavailable-dates").and_then(Value::as_array);
    let mut unavailable = unavailable.into_iter().flatten().filter_map(read);
    match day {
        Some(day) if unavailable.any(|other| other == day) => Err(Problem::UnavailableDay),
        _ => Ok(()),
    }
}

/// The two ends of a range.
pub(crate) const ENDS: [&str; 2] = ["start-date", "end-date"];

fn check_calendar(
    field: &Resolved<'_>,
    value: Option<&Value>,
    calendar: Calendar,
) -> Result<(), Problem> {
    if !field.component.is_range() {
        check_required(field, value, true)?;
        let day = value.and_then(Value::as_str).and_then(parse_day);
        return day.map_or(Ok(()), |day| check_day(field, day, calendar));
    }
    check_ends(field, value, calendar, &ENDS)
}

/// Checks these ends of a range, and the range if it has both.
pub(crate) fn check_ends(
    field: &Resolved<'_>,
    value: Option<&Value>,
    calendar: Calendar,
    ends: &[&'static str],
) -> Result<(), Problem> {
    let end = |name: &str| value.and_then(|value| value.get(name));
    let day = |name| end(name).and_then(Value::as_str).and_then(parse_day);
    for &name in ends {
        let required = match field.property("required") {
            Some(Value::Object(ends)) => ends.get(name) == Some(&Value::Bool(true)),
            required => required == Some(&Value::Bool(true)),
        };
        if required && is_empty(end(name)) {
            return Err(Problem::Required { label: end_label(field, name) });
        }
    }
    for day in ends.iter().copied().filter_map(day) {
        check_day(field, day, calendar)?;
    }
    let [Some(start), Some(end)] = ENDS.map(day) else { return Ok(()) };
    let days = f64::from(days_between(start, end) + 1);
    let too_short = field.number("min-days").is_some_and(|min| days < min);
    let too_long = field.number("max-days").is_some_and(|max| days > max);
    match () {
        () if ends.is_empty() => Ok(()),
        () if too_short || too_long => Err(Problem::RangeLength),
        () if end < start => Err(Problem::RangeReversed),
        () => Ok(()),
    }
}

/// The label of one end of a range.
pub(crate) fn end_label(field: &Resolved<'_>, end: &str) -> String {
    match field.property("label") {
        Some(Value::Object(labels)) => {
            labels.get(end).and_then(Value::as_str).unwrap_or_default().into()
        }
        _ => field.label(),
    }
}

/// Checks a day of a CalendarPicker.
pub(crate) fn check_day(
    field: &Resolved<'_>,
    day: Date,
    calendar: Calendar,
) -> Result<(), Problem> {
    check_unavailable(field, Some(day), |value| parse_day(value.as_str()?))?;
    if let Some(days) = field.property("include-days").and_then(Value::as_array) {
        let name = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        let name = name[day.weekday().to_monday_zero_offset() as usize];
        if !days.iter().any(|included| included == name) {
            return Err(Problem::UnavailableDay);
        }
    }
    let (first, last) = period(field, calendar);
    if day < first || day > last { Err(Problem::DayOutOfRange) } else { Ok(()) }
}

/// The first and the last day of a date field.
pub(crate) fn period(field: &Resolved<'_>, calendar: Calendar) -> (Date, Date) {
    use jiff::civil::date;
    let year = calendar.today().year();
    let (first, last) = match field.component.kind {
        Kind::CalendarPicker => (
            Date::new(year - 100, 1, 1).unwrap_or(Date::MIN),
            Date::new(year + 5, 12, 31).unwrap_or(Date::MAX),
        ),
        _ => (date(1900, 1, 1), date(2100, 12, 31)),
    };
    let calendar_picker = field.component.kind == Kind::CalendarPicker;
    let day = |name| {
        let value = field.property(name);
        match calendar_picker {
            true => value.and_then(Value::as_str).and_then(parse_day),
            false => calendar.day(value),
        }
    };
    (day("min-date").unwrap_or(first), day("max-date").unwrap_or(last))
}

fn check_files(field: &Resolved<'_>, value: Option<&Value>) -> Result<(), Problem> {
    let files = value.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if let Some(code) = files.iter().find_map(media::failure) {
        return Err(Problem::UploadFailed { code });
    }
    if files.iter().any(media::is_uploading) {
        return Err(Problem::Uploading);
    }
    check_required(field, value, false)?;
    if !field.is_enabled() {
        return Ok(());
    }
    let (min, max) = media::counts(field);
    if files.len() < min {
        return Err(Problem::TooFewFiles { min });
    }
    if files.len() > max {
        return Err(Problem::TooManyFiles { max });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_text() {
        for text in ["ada@example.com", "a.b+c@x.co.uk"] {
            assert!(is_email(text), "{text}");
        }
        for text in ["ada", "ada@example", "@x.org", "a b@x.org", "a@x.", "a@@x.org", "a@.org"] {
            assert!(!is_email(text), "{text}");
        }
        for text in ["+44 (20) 7946-0958", "0049.30.12", "7"] {
            assert!(is_phone_number(text), "{text}");
        }
        for text in ["", "+", "12a", "1+2", "()"] {
            assert!(!is_phone_number(text), "{text}");
        }
        assert!(matches_pattern("^[0-9]{4}$", "1234"));
        assert!(matches_pattern("b", "abc"), "unanchored");
        assert!(!matches_pattern("^b", "abc"));
        assert!(matches_pattern("(", "anything"), "not a regular expression");
    }
}
