//! What a property holds: its type, its words, its limits.

use super::Version;
use super::catalog::{Property, Shape};
use super::diagnostic::{Diagnostics, at, list};
use super::document::short;
use super::rules;
use super::{action, near, several, structure, token};
use crate::json::{Kind, Value};
use crate::model::DataType;
use crate::model::expression::{braces, is_dynamic, is_nested, whole_reference};
use crate::value::is_blank;

/// Where a property stands.
#[derive(Clone, Copy)]
pub struct Site {
    pub version: Version,
    pub in_form: bool,
}

pub fn check(value: Value<'_>, property: &Property, of: &str, site: Site, out: &mut Diagnostics) {
    let name = property.name;
    let dynamic = dynamic(value, site.version);
    match property.shape {
        Shape::Text | Shape::Day | Shape::Color => {
            text(value, property, site.version >= (6, 0), out);
        }
        Shape::FilledText => text(value, property, true, out),
        Shape::Name => {
            text(value, property, true, out);
            if site.version >= (6, 0) && is_dynamic(value) {
                let message = format!("the name of {of} is written out, not worked out");
                out.add(&rules::PATTERN, at(value), message, "write the name itself");
            }
        }
        Shape::Markdown if value.kind() == Kind::Array => {
            for item in value.items() {
                markdown_line(item, property, site.version, out);
            }
        }
        Shape::Markdown => text(value, property, true, out),
        Shape::Boolean => typed(value, name, Kind::Boolean, dynamic, out),
        Shape::PlainBoolean => typed(value, name, Kind::Boolean, false, out),
        Shape::Number(least) => {
            typed(value, name, Kind::Number, dynamic, out);
            between(value, name, least, f64::INFINITY, out);
        }
        Shape::Integer => {
            typed(value, name, Kind::Number, dynamic, out);
            whole(value, name, out);
        }
        Shape::PlainInteger(least, most) => {
            typed(value, name, Kind::Number, false, out);
            whole(value, name, out);
            between(value, name, least, most, out);
        }
        Shape::OneOf(known) => one_of(value, name, known, false, out),
        Shape::AnyOf(known) => one_of(value, name, known, dynamic, out),
        Shape::Texts | Shape::Days if !dynamic => {
            typed(value, name, Kind::Array, false, out);
            for item in value.items() {
                typed(item, name, Kind::String, true, out);
            }
        }
        Shape::SomeOf(known) if !dynamic => several::some_of(value, name, known, out),
        Shape::PlainSomeOf(known) => several::some_of(value, name, known, out),
        Shape::Image => typed(value, name, Kind::String, true, out),
        Shape::TextPerDate | Shape::DayPerDate | Shape::BooleanPerDate
            if value.kind() == Kind::Object =>
        {
            let inner = match property.shape {
                Shape::BooleanPerDate => Shape::Boolean,
                _ => Shape::Text,
            };
            for (part, value) in value.members() {
                // Other members are the calendar's own rule.
                if part.text == "start-date" || part.text == "end-date" {
                    check(value, &Property { shape: inner, ..*property }, of, site, out);
                }
            }
        }
        Shape::TextPerDate | Shape::DayPerDate => {
            text(value, property, site.version >= (6, 0), out);
        }
        Shape::BooleanPerDate => typed(value, name, Kind::Boolean, dynamic, out),
        Shape::Values => typed(value, name, Kind::Object, dynamic, out),
        Shape::MediaMessage if value.kind() == Kind::Object => {
            for (_, message) in value.members() {
                typed(message, name, Kind::String, true, out);
            }
        }
        Shape::MediaMessage => typed(value, name, Kind::String, true, out),
        Shape::Expression if !dynamic => {
            let message = format!("`{name}` is an expression, such as ${{form.field}}");
            let error = if value.kind() == Kind::String { &rules::PATTERN } else { &rules::TYPE };
            out.add(error, at(value), message, "refer to a field or to the screen's data");
        }
        Shape::Condition if site.version >= (6, 0) && value.kind() == Kind::Boolean => {}
        Shape::Condition => typed(value, name, Kind::String, true, out),
        Shape::Items(members, limits) if !dynamic => {
            several::items(value, property, (members, limits), site, out);
        }
        Shape::Object(members) => {
            typed(value, name, Kind::Object, false, out);
            if value.kind() == Kind::Object {
                structure::members(value, members, &format!("`{name}`"), site, out);
            }
        }
        Shape::Tags(length, limits) => several::tags(value, name, length, limits.most, out),
        Shape::Action(does) => action::check(value, does, of, site, out),
        Shape::Components => several::components(value, name, out),
        Shape::Cases => {
            typed(value, name, Kind::Object, false, out);
            for (case, list) in value.members() {
                several::components(list, &case.text, out);
            }
        }
        Shape::Texts | Shape::Days | Shape::SomeOf(_) | Shape::Expression | Shape::Items(..) => {}
    }
}

/// The types of data to which a property can be bound.
pub(super) fn fits(shape: Shape) -> &'static [DataType] {
    match shape {
        Shape::Text
        | Shape::FilledText
        | Shape::Image
        | Shape::AnyOf(_)
        | Shape::Day
        | Shape::Color => &[DataType::String],
        Shape::Markdown => &[DataType::String, DataType::Array],
        Shape::Boolean => &[DataType::Boolean],
        Shape::Number(_) | Shape::Integer => &[DataType::Number, DataType::Integer],
        Shape::Texts | Shape::Days | Shape::SomeOf(_) | Shape::Items(..) => &[DataType::Array],
        Shape::Values => &[DataType::Object],
        Shape::TextPerDate | Shape::DayPerDate | Shape::MediaMessage => {
            &[DataType::String, DataType::Object]
        }
        Shape::BooleanPerDate => &[DataType::Boolean, DataType::Object],
        _ => &[],
    }
}

/// Whether the phone works the value out in this version.
fn dynamic(value: Value<'_>, version: Version) -> bool {
    whole_reference(value).is_some() || (version >= (6, 0) && is_nested(value))
}

fn text(value: Value<'_>, property: &Property, filled: bool, out: &mut Diagnostics) {
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

pub(super) fn too_long(value: Value<'_>, property: &Property, out: &mut Diagnostics) {
    let length = value.as_str().map_or(0, |text| text.chars().count());
    if property.most > 0 && length > property.most && !is_dynamic(value) {
        let (name, most) = (property.name, property.most);
        let message = format!("`{name}` has {length} characters, and {most} are shown");
        out.once(&rules::SHOWN_LENGTH, at(value), message, "say it in fewer words");
    }
}

/// A line of text that is given as an array.
fn markdown_line(item: Value<'_>, property: &Property, version: Version, out: &mut Diagnostics) {
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

pub(super) fn typed(
    value: Value<'_>,
    name: &str,
    kind: Kind,
    dynamic: bool,
    out: &mut Diagnostics,
) {
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
    if let Some(meant) = near::whole(text) {
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

fn whole(value: Value<'_>, name: &str, out: &mut Diagnostics) {
    if value.as_f64().is_some_and(|number| number.fract() != 0.0) {
        let message = format!("`{name}` is a whole number");
        out.add(&rules::TYPE, at(value), message, "leave out the fraction");
    }
}

fn between(value: Value<'_>, name: &str, least: f64, most: f64, out: &mut Diagnostics) {
    let Some(number) = value.as_f64() else { return };
    if number < least {
        let message = format!("`{name}` is at least {least}");
        out.add(&rules::MINIMUM, at(value), message, format!("write {least} or more"));
    } else if number > most {
        let message = format!("`{name}` is at most {most}");
        out.add(&rules::MAXIMUM, at(value), message, format!("write {most} or less"));
    }
}

pub(super) fn one_of(
    value: Value<'_>,
    name: &str,
    known: &[&str],
    dynamic: bool,
    out: &mut Diagnostics,
) {
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
pub(super) fn plain(value: Value<'_>, name: &str, kind: Kind, out: &mut Diagnostics) {
    if value.kind() != kind {
        let message = format!("`{name}` is of type {}, not {}", kind.name(), value.kind().name());
        let help = format!("write a value of type {}", kind.name());
        out.add(&rules::TYPE, at(value), message, help);
    }
}
