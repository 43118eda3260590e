//! Checks of single values: type, words, limits.

use super::collector::{Diagnostics, at, list, short};
use super::rules;
use super::{near_reference, token};
use crate::catalog::{Property, Shape, Version};
use crate::json::{Kind, Value};
use crate::model::expression::{braces, is_dynamic, is_nested, whole_reference};
use crate::value::is_blank;

/// Where a property stands.
#[derive(Clone, Copy)]
pub struct Site {
    pub version: Version,
    pub in_form: bool,
}

/// Whether the phone works the value out in this version.
pub fn is_evaluated(value: Value<'_>, version: Version) -> bool {
    whole_reference(value).is_some() || (version >= (6, 0) && is_nested(value))
}

pub fn text(value: Value<'_>, property: &Property, filled: bool, out: &mut Diagnostics) {
    let name = property.name;
    let Some(text) = value.as_str() else {
        return typed(value, name, Kind::String, false, out);
    };
    if filled && is_blank(&text) {
        let message = format!("`{name}` is blank");
        out.add(&rules::PATTERN, at(value), message, "write something, or take it away");
    }
    too_long(value, property, out);
}

pub fn too_long(value: Value<'_>, property: &Property, out: &mut Diagnostics) {
    let length = value.as_str().map_or(0, |text| text.chars().count());
    if property.most > 0 && length > property.most && !is_dynamic(value) {
        let (name, most) = (property.name, property.most);
        let message = format!("`{name}` has {length} characters, and {most} are shown");
        out.once(&rules::SHOWN_LENGTH, at(value), message, "say it in fewer words");
    }
}

/// A line of text that is given as an array.
pub fn markdown_line(
    item: Value<'_>,
    property: &Property,
    version: Version,
    out: &mut Diagnostics,
) {
    if whole_reference(item).is_some() {
        let message = "a line in an array is written out".to_owned();
        let help = if version >= (6, 0) {
            "bind all of the text to the data, or put the line into backticks: `${data.line}`"
        } else {
            "bind all of the text to the data, or none of it"
        };
        return out.add(&rules::LINE_BOUND, at(item), message, help);
    }
    text(item, property, true, out);
}

pub fn typed(value: Value<'_>, name: &str, kind: Kind, dynamic: bool, out: &mut Diagnostics) {
    if value.kind() == kind || dynamic && value.kind() == Kind::String {
        return;
    }
    let found = value.kind();
    if let Some((message, help)) = expression(value, name) {
        return out.add(&rules::TYPE, at(value), message, help);
    }
    let help = match kind {
        Kind::Boolean => "write true or false, without quotes".to_owned(),
        Kind::Number => "write a number, without quotes".to_owned(),
        _ => format!("write a value of type {}", kind.name()),
    };
    let message = format!("`{name}` is of type {}, not {}", kind.name(), found.name());
    // Meta's client gives both names to text that is no expression; ERR shows this one for a boolean,
    // the other for a number.
    let name = match (found, kind) {
        (Kind::String, Kind::Number | Kind::Array | Kind::Object) => &rules::PATTERN,
        _ => &rules::TYPE,
    };
    out.add(name, at(value), message, help);
}

/// What is said of a text that is meant to be worked out, and is not.
fn expression(value: Value<'_>, name: &str) -> Option<(String, String)> {
    let decoded = value.decoded()?;
    let text = decoded.text();
    if let Some(meant) = near_reference::whole(text) {
        let message = format!("`{name}` looks like a reference, but is plain text");
        return Some((message, format!("did you mean `{meant}`?")));
    }
    let (inner, at) = braces(text).next()?;
    let mended = token::outside(inner);
    let operator = text[at.end..].contains(['=', '<', '>', '&', '|']) || text.starts_with('!');
    if mended.is_none() && !operator {
        return None;
    }
    let mut meant = text.to_owned();
    if let Some(mended) = mended {
        meant.replace_range(at, &mended);
    }
    let message = format!("`{name}` is an expression without backticks");
    Some((message, format!("put the expression into backticks: \"{name}\": \"`{meant}`\" (6.0)")))
}

pub fn whole(value: Value<'_>, name: &str, out: &mut Diagnostics) {
    if value.as_f64().is_some_and(|number| number.fract() != 0.0) {
        let message = format!("`{name}` is a whole number");
        out.add(&rules::TYPE, at(value), message, "leave out the fraction");
    }
}

pub fn between(value: Value<'_>, name: &str, least: f64, most: f64, out: &mut Diagnostics) {
    let Some(number) = value.as_f64() else { return };
    if number < least {
        let message = format!("`{name}` is at least {least}");
        out.add(&rules::MINIMUM, at(value), message, format!("write {least} or more"));
    } else if number > most {
        let message = format!("`{name}` is at most {most}");
        out.add(&rules::MAXIMUM, at(value), message, format!("write {most} or less"));
    }
}

pub fn one_of(value: Value<'_>, name: &str, known: &[&str], dynamic: bool, out: &mut Diagnostics) {
    match value.as_str() {
        None => typed(value, name, Kind::String, false, out),
        Some(text) if dynamic || known.contains(&&*text) => {}
        Some(_) => {
            let message = format!("{} is nothing that `{name}` can be", short(value));
            let help = format!("write one of {}", list(known));
            out.add(&rules::ENUM, at(value), message, help);
        }
    }
}

/// Of a type, and written out.
pub fn plain(value: Value<'_>, name: &str, kind: Kind, out: &mut Diagnostics) {
    if value.kind() != kind {
        let message = format!("`{name}` is of type {}, not {}", kind.name(), value.kind().name());
        let help = format!("write a value of type {}", kind.name());
        out.add(&rules::TYPE, at(value), message, help);
    }
}

pub fn some_of(value: Value<'_>, name: &str, known: &[&str], out: &mut Diagnostics) {
    typed(value, name, Kind::Array, false, out);
    if value.kind() == Kind::Array && value.items().next().is_none() {
        let message = format!("`{name}` lists at least one");
        out.add(&rules::ITEMS_MISSING, at(value), message, "list one, or take it away");
    }
    for item in value.items() {
        one_of(item, name, known, false, out);
    }
}

pub fn tags(value: Value<'_>, name: &str, length: usize, most: usize, out: &mut Diagnostics) {
    typed(value, name, Kind::Array, false, out);
    let count = value.items().count();
    if value.kind() == Kind::Array && count == 0 {
        let message = format!("`{name}` lists at least one");
        out.add(&rules::ITEMS_MISSING, at(value), message, "list one, or take it away");
    }
    if let Some(first) = value.items().nth(most) {
        let message = format!("`{name}` lists {count}, at most {most}");
        out.add(&rules::ITEMS_OVER, at(first), message, "take some away");
    }
    for item in value.items() {
        typed(item, name, Kind::String, false, out);
        too_long(item, &Property { name: "tags", most: length, ..TAG }, out);
    }
}

const TAG: Property = Property {
    name: "tags",
    shape: Shape::Text,
    since: (6, 2),
    required: None,
    most: 0,
    outside_form: false,
};

/// An array of components. What they are is not looked at here.
pub fn components(value: Value<'_>, name: &str, out: &mut Diagnostics) {
    plain(value, name, Kind::Array, out);
    for item in value.items() {
        plain(item, "a component", Kind::Object, out);
    }
}
