//! The properties of an object: which it has, and what they hold.

use super::action;
use super::collector::{Diagnostics, at, list};
use super::rules;
use super::suggest::{meant_by, misspelt};
use super::value::{
    Site, between, components, is_evaluated, markdown_line, one_of, some_of, tags, text, typed,
    whole,
};
use crate::catalog::{Limits, Property, Shape};
use crate::json::{Kind, Value};
use crate::model::expression::is_dynamic;

/// The members of an object against the properties that it may have.
pub fn check_properties(
    value: Value<'_>,
    properties: &'static [Property],
    of: &str,
    site: Site,
    out: &mut Diagnostics,
) {
    for (name, member) in value.members() {
        let Some(property) = properties.iter().find(|property| name.text == property.name) else {
            if out.full() {
                out.add(&rules::MEMBER_UNKNOWN, name.span, String::new(), "");
                continue;
            }
            let message = format!("{of} has no property `{}`", name.text);
            let known: Vec<_> = properties.iter().map(|property| property.name).collect();
            let help = match meant_by(&name.text, &known) {
                Some("init-value") if site.in_form => {
                    "write it into the Form's `init-values`".to_owned()
                }
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("take it away; it has {}", list(&known)),
            };
            out.add(&rules::MEMBER_UNKNOWN, name.span, message, help);
            continue;
        };
        if site.version < property.since {
            let (major, minor) = property.since;
            let message = format!("{of} has `{}` since {major}.{minor}", name.text);
            let help = format!("write \"version\": \"{major}.{minor}\" or later");
            out.add(&rules::MEMBER_UNKNOWN, name.span, message, help);
        } else if property.outside_form && site.in_form {
            let instead =
                if property.name == "init-value" { "init-values" } else { "error-messages" };
            let message = format!("{of} in a Form has no property `{}`", name.text);
            out.add(
                &rules::MEMBER_UNKNOWN,
                name.span,
                message,
                format!("write it into the Form's `{instead}`"),
            );
        } else {
            check(member, property, of, site, out);
        }
    }
    let known: Vec<_> = properties.iter().map(|property| property.name).collect();
    for property in properties {
        let needed = property.required.is_some_and(|since| site.version >= since);
        let missing = needed && value.member(property.name).is_none();
        if missing && !misspelt(value, property.name, &known) {
            let message = format!("{of} needs `{}`", property.name);
            let help = format!("write \"{}\": …", property.name);
            out.add(&rules::MEMBER_MISSING, at(value), message, help);
        }
    }
}

pub fn check(value: Value<'_>, property: &Property, of: &str, site: Site, out: &mut Diagnostics) {
    let name = property.name;
    let dynamic = is_evaluated(value, site.version);
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
        Shape::SomeOf(known) if !dynamic => some_of(value, name, known, out),
        Shape::PlainSomeOf(known) => some_of(value, name, known, out),
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
            items(value, property, (members, limits), site, out);
        }
        Shape::Object(members) => {
            typed(value, name, Kind::Object, false, out);
            if value.kind() == Kind::Object {
                check_properties(value, members, &format!("`{name}`"), site, out);
            }
        }
        Shape::Tags(length, limits) => tags(value, name, length, limits.most, out),
        Shape::Action(does) => action::check(value, does, of, site, out),
        Shape::Components => components(value, name, out),
        Shape::Cases => {
            typed(value, name, Kind::Object, false, out);
            for (case, list) in value.members() {
                components(list, &case.text, out);
            }
        }
        Shape::Texts | Shape::Days | Shape::SomeOf(_) | Shape::Expression | Shape::Items(..) => {}
    }
}

fn items(
    value: Value<'_>,
    property: &Property,
    (members, limits): (&'static [Property], Limits),
    site: Site,
    out: &mut Diagnostics,
) {
    let name = property.name;
    typed(value, name, Kind::Array, false, out);
    if value.kind() != Kind::Array {
        return;
    }
    let Limits { least, most, .. } = limits;
    let count = value.items().count();
    if count == 0 {
        let message = format!("`{name}` lists at least one");
        out.add(&rules::ITEMS_MISSING, at(value), message, "list one, or bind it to the data");
    } else if count < least {
        let message = format!("`{name}` lists {count}, at least {least}");
        out.add(&rules::OPTIONS_COUNT, at(value), message, "list more");
    }
    if let Some(first) = value.items().nth(most) {
        let message = format!("`{name}` lists {count}, at most {most}");
        // The client has a name for too many images, and none for too many options.
        let help = "take some away";
        match name {
            "images" => out.add(&rules::CAROUSELS_OVER, at(first), message, help),
            _ => out.add(&rules::OPTIONS_COUNT, at(first), message, help),
        }
    }
    if let Some((most, _)) = limits.with_images
        && let Some(extra) = value.items().nth(most)
        && value.items().any(|item| item.member("image").is_some())
    {
        let message = format!("`{name}` lists at most {most} if options have images");
        out.add(&rules::OPTIONS_COUNT, at(extra), message, "take some away, or the images");
    }
    for item in value.items() {
        if item.kind() == Kind::Object {
            check_properties(item, members, &format!("an item of `{name}`"), site, out);
        } else {
            typed(item, name, Kind::Object, false, out);
        }
    }
}
