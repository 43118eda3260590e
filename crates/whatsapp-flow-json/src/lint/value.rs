//! Checks of single values: types, texts and limits.

use super::collector::Diagnostics;
use super::rules;
use super::site::{describe, join_names, value_span};
use super::{near_reference, token};
use crate::catalog::{Property, ValueType, Version};
use crate::json::{Kind, Value};
use crate::model::expression::{braces, is_dynamic, is_nested, whole_reference};
use crate::value::is_blank;

/// The context of a property.
#[derive(Clone, Copy)]
pub struct Site {
    pub version: Version,
    pub in_form: bool,
}

/// Returns whether the client evaluates the value in this version.
pub fn is_evaluated(value: Value<'_>, version: Version) -> bool {
    whole_reference(value).is_some() || (version >= (6, 0) && is_nested(value))
}

pub fn check_text(value: Value<'_>, property: &Property, filled: bool, out: &mut Diagnostics) {
    let name = property.name;
    let Some(text) = value.as_str() else {
        return check_type(value, name, Kind::String, false, out);
    };
    if filled && is_blank(&text) {
        let message = format!("`{name}` is blank");
        out.add(&rules::PATTERN, value_span(value), message, "write a text, or remove it");
    }
    check_length(value, property, out);
}

pub fn check_length(value: Value<'_>, property: &Property, out: &mut Diagnostics) {
    let length = value.as_str().map_or(0, |text| text.chars().count());
    if property.max_chars > 0 && length > property.max_chars && !is_dynamic(value) {
        let (name, max) = (property.name, property.max_chars);
        let message = format!("`{name}` has {length} characters, of which clients display {max}");
        out.once(&rules::SHOWN_LENGTH, value_span(value), message, "use fewer words");
    }
}

/// Checks a line of a text that is an array.
pub fn check_markdown_line(
    item: Value<'_>,
    property: &Property,
    version: Version,
    out: &mut Diagnostics,
) {
    if whole_reference(item).is_some() {
        let message = "a line in an array must be a literal".to_owned();
        let help = if version >= (6, 0) {
            "bind the whole text to the data, or put the line into backticks: \
                `${data.line}`"
        } else {
            "bind the whole text to the data, or none of it"
        };
        return out.add(&rules::LINE_BOUND, value_span(item), message, help);
    }
    check_text(item, property, true, out);
}

pub fn check_type(value: Value<'_>, name: &str, kind: Kind, dynamic: bool, out: &mut Diagnostics) {
    if value.kind() == kind || dynamic && value.kind() == Kind::String {
        return;
    }
    let found = value.kind();
    if let Some((message, help)) = explain_unevaluated(value, name) {
        return out.add(&rules::TYPE, value_span(value), message, help);
    }
    let help = match kind {
        Kind::Boolean => "write true or false, without quotes".to_owned(),
        Kind::Number => "write a number, without quotes".to_owned(),
        _ => format!("write a value of type {}", kind.name()),
    };
    let message =
        format!("`{name}` must be of type {}, but is of type {}", kind.name(), found.name());
    // Meta's client uses both names for text that is not an expression; ERR shows this one for a
    // boolean, and the other for a number.
    let name = match (found, kind) {
        (Kind::String, Kind::Number | Kind::Array | Kind::Object) => &rules::PATTERN,
        _ => &rules::TYPE,
    };
    out.add(name, value_span(value), message, help);
}

/// The message and help for a text that was meant to be evaluated, but is not.
fn explain_unevaluated(value: Value<'_>, name: &str) -> Option<(String, String)> {
    let decoded = value.decoded()?;
    let text = decoded.text();
    if let Some(meant) = near_reference::whole_text(text) {
        let message = format!("`{name}` looks like a reference, but is plain text");
        return Some((message, format!("did you mean `{meant}`?")));
    }
    let (inner, at) = braces(text).next()?;
    let fixed = token::operator_outside(inner);
    let operator = text[at.end..].contains(['=', '<', '>', '&', '|']) || text.starts_with('!');
    if fixed.is_none() && !operator {
        return None;
    }
    let mut meant = text.to_owned();
    if let Some(fixed) = fixed {
        meant.replace_range(at, &fixed);
    }
    let message = format!("`{name}` is an expression without backticks");
    Some((message, format!("put the expression into backticks: \"{name}\": \"`{meant}`\" (6.0)")))
}

pub fn check_integer(value: Value<'_>, name: &str, out: &mut Diagnostics) {
    if value.as_f64().is_some_and(|number| number.fract() != 0.0) {
        let message = format!("`{name}` must be an integer");
        out.add(&rules::TYPE, value_span(value), message, "remove the fraction");
    }
}

pub fn check_range(value: Value<'_>, name: &str, min: f64, max: f64, out: &mut Diagnostics) {
    let Some(number) = value.as_f64() else { return };
    if number < min {
        let message = format!("`{name}` must be at least {min}");
        out.add(&rules::MINIMUM, value_span(value), message, format!("write {min} or more"));
    } else if number > max {
        let message = format!("`{name}` must be at most {max}");
        out.add(&rules::MAXIMUM, value_span(value), message, format!("write {max} or less"));
    }
}

pub fn check_one_of(
    value: Value<'_>,
    name: &str,
    known: &[&str],
    dynamic: bool,
    out: &mut Diagnostics,
) {
    match value.as_str() {
        None => check_type(value, name, Kind::String, false, out),
        Some(text) if dynamic || known.contains(&&*text) => {}
        Some(_) => {
            let message = format!("invalid value {} for `{name}`", describe(value));
            let help = format!("write one of {}", join_names(known));
            out.add(&rules::ENUM, value_span(value), message, help);
        }
    }
}

pub fn check_subset(value: Value<'_>, name: &str, known: &[&str], out: &mut Diagnostics) {
    check_type(value, name, Kind::Array, false, out);
    if value.kind() == Kind::Array && value.items().next().is_none() {
        let message = format!("`{name}` is empty");
        out.add(&rules::ITEMS_MISSING, value_span(value), message, "add an item, or remove it");
    }
    for item in value.items() {
        check_one_of(item, name, known, false, out);
    }
}

pub fn check_tags(value: Value<'_>, name: &str, length: usize, max: usize, out: &mut Diagnostics) {
    check_type(value, name, Kind::Array, false, out);
    let count = value.items().count();
    if value.kind() == Kind::Array && count == 0 {
        let message = format!("`{name}` is empty");
        out.add(&rules::ITEMS_MISSING, value_span(value), message, "add an item, or remove it");
    }
    if let Some(first) = value.items().nth(max) {
        let message = format!("`{name}` has {count} items; the maximum is {max}");
        out.add(&rules::ITEMS_OVER, value_span(first), message, "remove some");
    }
    for item in value.items() {
        check_type(item, name, Kind::String, false, out);
        check_length(item, &Property { name: "tags", max_chars: length, ..TAG }, out);
    }
}

const TAG: Property = Property {
    name: "tags",
    value_type: ValueType::Text,
    since: (6, 2),
    required: None,
    max_chars: 0,
    outside_form: false,
};

/// Checks for an array of components. Their types are checked elsewhere.
pub fn check_components(value: Value<'_>, name: &str, out: &mut Diagnostics) {
    if value.kind() != Kind::Array {
        let message = format!("`{name}` must be an array, but is of type {}", value.kind().name());
        out.add(&rules::TYPE, value_span(value), message, "write a value of type array");
    }
    for item in value.items().filter(|item| item.kind() != Kind::Object) {
        let found = item.kind().name();
        let message = format!("a component must be an object, but this is of type {found}");
        out.add(&rules::TYPE, value_span(item), message, "write a value of type object");
    }
}
