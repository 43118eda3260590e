//! The properties of an object: known names, required ones, and values.

use super::action;
use super::collector::Diagnostics;
use super::rules;
use super::site::{join_names, value_span};
use super::suggest::{has_misspelling, suggest_property};
use super::value::{
    Site, check_components, check_integer, check_markdown_line, check_one_of, check_range,
    check_subset, check_tags, check_text, check_type, is_evaluated,
};
use crate::catalog::{Limits, Property, ValueType};
use crate::json::{Kind, Value};
use crate::model::expression::is_dynamic;

/// Checks the members of an object against its properties.
pub fn check_properties(
    value: Value<'_>,
    properties: &'static [Property],
    owner: &str,
    site: Site,
    out: &mut Diagnostics,
) {
    for (name, member) in value.members() {
        let Some(property) = properties.iter().find(|property| name.text == property.name) else {
            if out.is_full() {
                out.add(&rules::MEMBER_UNKNOWN, name.span, String::new(), "");
                continue;
            }
            let message = format!("{owner} has no property `{}`", name.text);
            let known: Vec<_> = properties.iter().map(|property| property.name).collect();
            let help = match suggest_property(&name.text, &known) {
                Some("init-value") if site.in_form => {
                    "add it to the Form's `init-values`".to_owned()
                }
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("remove it; {owner} has {}", join_names(&known)),
            };
            out.add(&rules::MEMBER_UNKNOWN, name.span, message, help);
            continue;
        };
        if site.version < property.since {
            let (major, minor) = property.since;
            let message = format!("{owner} supports `{}` since {major}.{minor}", name.text);
            let help = format!("write \"version\": \"{major}.{minor}\" or later");
            out.add(&rules::MEMBER_UNKNOWN, name.span, message, help);
        } else if property.outside_form && site.in_form {
            let instead =
                if property.name == "init-value" { "init-values" } else { "error-messages" };
            let message = format!("{owner} in a Form has no property `{}`", name.text);
            out.add(
                &rules::MEMBER_UNKNOWN,
                name.span,
                message,
                format!("add it to the Form's `{instead}`"),
            );
        } else {
            check(member, property, owner, site, out);
        }
    }
    let known: Vec<_> = properties.iter().map(|property| property.name).collect();
    for property in properties {
        let needed = property.required.is_some_and(|since| site.version >= since);
        let missing = needed && value.member(property.name).is_none();
        if missing && !has_misspelling(value, property.name, &known) {
            let message = format!("{owner} requires `{}`", property.name);
            let help = format!("write \"{}\": …", property.name);
            out.add(&rules::MEMBER_MISSING, value_span(value), message, help);
        }
    }
}

pub fn check(
    value: Value<'_>,
    property: &Property,
    owner: &str,
    site: Site,
    out: &mut Diagnostics,
) {
    let name = property.name;
    let dynamic = is_evaluated(value, site.version);
    match property.value_type {
        ValueType::Text | ValueType::Day | ValueType::Color => {
            check_text(value, property, site.version >= (6, 0), out);
        }
        ValueType::NonBlankText => check_text(value, property, true, out),
        ValueType::Name => {
            check_text(value, property, true, out);
            if site.version >= (6, 0) && is_dynamic(value) {
                let message = format!("the name of {owner} must be a literal");
                out.add(&rules::PATTERN, value_span(value), message, "write the name itself");
            }
        }
        ValueType::Markdown if value.kind() == Kind::Array => {
            for item in value.items() {
                check_markdown_line(item, property, site.version, out);
            }
        }
        ValueType::Markdown => check_text(value, property, true, out),
        ValueType::Boolean => check_type(value, name, Kind::Boolean, dynamic, out),
        ValueType::LiteralBoolean => check_type(value, name, Kind::Boolean, false, out),
        ValueType::Number(min) => {
            check_type(value, name, Kind::Number, dynamic, out);
            check_range(value, name, min, f64::INFINITY, out);
        }
        ValueType::Integer => {
            check_type(value, name, Kind::Number, dynamic, out);
            check_integer(value, name, out);
        }
        ValueType::LiteralInteger(min, max) => {
            check_type(value, name, Kind::Number, false, out);
            check_integer(value, name, out);
            check_range(value, name, min, max, out);
        }
        ValueType::LiteralOneOf(known) => check_one_of(value, name, known, false, out),
        ValueType::OneOf(known) => check_one_of(value, name, known, dynamic, out),
        ValueType::Texts | ValueType::Days if !dynamic => {
            check_type(value, name, Kind::Array, false, out);
            for item in value.items() {
                check_type(item, name, Kind::String, true, out);
            }
        }
        ValueType::Subset(known) if !dynamic => check_subset(value, name, known, out),
        ValueType::LiteralSubset(known) => check_subset(value, name, known, out),
        ValueType::Image => check_type(value, name, Kind::String, true, out),
        ValueType::DateTexts | ValueType::DateDays | ValueType::DateBooleans
            if value.kind() == Kind::Object =>
        {
            let inner = match property.value_type {
                ValueType::DateBooleans => ValueType::Boolean,
                _ => ValueType::Text,
            };
            for (part, value) in value.members() {
                // Other members are checked in `dates`.
                if part.text == "start-date" || part.text == "end-date" {
                    check(value, &Property { value_type: inner, ..*property }, owner, site, out);
                }
            }
        }
        ValueType::DateTexts | ValueType::DateDays => {
            check_text(value, property, site.version >= (6, 0), out);
        }
        ValueType::DateBooleans => check_type(value, name, Kind::Boolean, dynamic, out),
        ValueType::AnyObject => check_type(value, name, Kind::Object, dynamic, out),
        ValueType::FileMessages if value.kind() == Kind::Object => {
            for (_, message) in value.members() {
                check_type(message, name, Kind::String, true, out);
            }
        }
        ValueType::FileMessages => check_type(value, name, Kind::String, true, out),
        ValueType::Expression if !dynamic => {
            let message = format!("`{name}` must be an expression, such as ${{form.field}}");
            let error = if value.kind() == Kind::String { &rules::PATTERN } else { &rules::TYPE };
            out.add(error, value_span(value), message, "refer to a field or to the screen's data");
        }
        ValueType::Condition if site.version >= (6, 0) && value.kind() == Kind::Boolean => {}
        ValueType::Condition => check_type(value, name, Kind::String, true, out),
        ValueType::Items(members, limits) if !dynamic => {
            check_items(value, property, (members, limits), site, out);
        }
        ValueType::Object(members) => {
            check_type(value, name, Kind::Object, false, out);
            if value.kind() == Kind::Object {
                check_properties(value, members, &format!("`{name}`"), site, out);
            }
        }
        ValueType::Tags(length, limits) => check_tags(value, name, length, limits.max, out),
        ValueType::Action(does) => action::check(value, does, owner, site, out),
        ValueType::Components => check_components(value, name, out),
        ValueType::Cases => {
            check_type(value, name, Kind::Object, false, out);
            for (case, list) in value.members() {
                check_components(list, &case.text, out);
            }
        }
        ValueType::Texts
        | ValueType::Days
        | ValueType::Subset(_)
        | ValueType::Expression
        | ValueType::Items(..) => {}
    }
}

fn check_items(
    value: Value<'_>,
    property: &Property,
    (members, limits): (&'static [Property], Limits),
    site: Site,
    out: &mut Diagnostics,
) {
    let name = property.name;
    check_type(value, name, Kind::Array, false, out);
    if value.kind() != Kind::Array {
        return;
    }
    let Limits { min, max, .. } = limits;
    let count = value.items().count();
    if count == 0 {
        let message = format!("`{name}` is empty");
        out.add(
            &rules::ITEMS_MISSING,
            value_span(value),
            message,
            "add an item, or bind it to the data",
        );
    } else if count < min {
        let message = format!("`{name}` has fewer than {min} items");
        out.add(&rules::OPTIONS_COUNT, value_span(value), message, "add more");
    }
    if let Some(first) = value.items().nth(max) {
        let message = format!("`{name}` has {count} items; the maximum is {max}");
        // The client has an error name for too many images, but not for too many options.
        let help = "remove some";
        match name {
            "images" => out.add(&rules::CAROUSELS_OVER, value_span(first), message, help),
            _ => out.add(&rules::OPTIONS_COUNT, value_span(first), message, help),
        }
    }
    if let Some((max, _)) = limits.with_images
        && let Some(extra) = value.items().nth(max)
        && value.items().any(|item| item.member("image").is_some())
    {
        let message = format!(
            "`{name}` has more than {max} items; this is the maximum for options with images"
        );
        out.add(
            &rules::OPTIONS_COUNT,
            value_span(extra),
            message,
            "remove some, or remove the images",
        );
    }
    for item in value.items() {
        if item.kind() == Kind::Object {
            check_properties(item, members, &format!("an item of `{name}`"), site, out);
        } else {
            check_type(item, name, Kind::Object, false, out);
        }
    }
}
