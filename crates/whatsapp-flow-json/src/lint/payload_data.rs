//! The types of a payload's values against the data model of a screen.

use std::collections::HashSet;

use super::collector::Diagnostics;
use super::data_types::types_of;
use super::expression::type_of;
use super::rules::{self, Rule};
use super::site::{join_names, value_span};
use crate::json::{Kind, Value};
use crate::model::expression::{is_dynamic, whole_reference};
use crate::model::screen::ReferenceTarget;
use crate::model::{DataType, Document, Schema, Screen};

/// Checks a value against a schema, without recursion.
pub fn check_value_types(
    document: &Document<'_>,
    screen: &Screen<'_>,
    value: Value<'_>,
    schema: Schema<'_>,
    bound: &'static Rule,
    constant: &'static Rule,
    out: &mut Diagnostics,
) {
    // update_data may pass on options with their own actions, which no data model declares.
    let exact = bound != &rules::UPDATE;
    let mut stack = vec![(value, schema)];
    while let Some((value, schema)) = stack.pop() {
        let Some(expected) = schema.data_type() else { continue };
        if is_dynamic(value) {
            check_reference_type(document, screen, value, (schema, expected), bound, out);
            continue;
        }
        if !expected.matches(value) {
            let found = value.kind().name();
            let message =
                format!("the screen expects type {}, but this is of type {found}", expected.name());
            let help = format!("write a value of type {}", expected.name());
            out.add(constant, value_span(value), message, help);
            continue;
        }
        if expected == DataType::Array {
            let items = schema.items().filter(|items| items.value().kind() == Kind::Object);
            stack
                .extend(items.into_iter().flat_map(|items| value.items().map(move |v| (v, items))));
        }
        if expected == DataType::Object && exact {
            check_object_members(value, schema, constant, &mut stack, out);
        }
    }
}

/// Checks that the members of a literal object are exactly those of the schema.
fn check_object_members<'j>(
    value: Value<'j>,
    schema: Schema<'j>,
    named: &'static Rule,
    stack: &mut Vec<(Value<'j>, Schema<'j>)>,
    out: &mut Diagnostics,
) {
    for (name, inner) in value.members() {
        match schema.property(&name.text) {
            Some(part) => stack.push((inner, part)),
            None => {
                let message = format!("the screen's data model has no `{}` here", name.text);
                out.add(named, name.span, message, "add it to `properties` there");
            }
        }
    }
    let missing: Vec<_> = schema
        .properties()
        .filter(|(name, _)| value.member(&name.text).is_none())
        .map(|(name, _)| name.text)
        .collect();
    if !missing.is_empty() {
        let message = format!("{} is missing here", join_names(&missing));
        out.add(named, value_span(value), message, "add it, or remove it from the data model");
    }
}

/// Checks that the type of a reference is the expected one.
fn check_reference_type(
    document: &Document<'_>,
    screen: &Screen<'_>,
    value: Value<'_>,
    (schema, expected): (Schema<'_>, DataType),
    named: &'static Rule,
    out: &mut Diagnostics,
) {
    let Some(reference) = whole_reference(value) else {
        let found = type_of(document, screen, value).filter(|found| {
            let number = [DataType::Number, DataType::Integer];
            *found != expected && !(number.contains(found) && number.contains(&expected))
        });
        if let Some(found) = found {
            let (expected, found) = (expected.name(), found.name());
            let message =
                format!("the screen expects type {expected}, but this is of type {found}");
            let help = format!("change the type to {found} in the data model");
            out.add(named, value_span(value), message, help);
        }
        return;
    };
    let Some(on) = document.referred_screen(screen, &reference) else { return };
    let Some(found) = on.find(&reference) else { return };
    let part = matches!(found, ReferenceTarget::Field(_)) && reference.path.len() > 1;
    let types = types_of(&found);
    if types.is_empty() || part {
        return;
    }
    if !types.contains(&expected) {
        let message = format!(
            "the screen expects type {}, but this is of type {}",
            expected.name(),
            types[0].name()
        );
        let help = format!("change the type to {} in the data model", types[0].name());
        return out.add(named, reference.span, message, help);
    }
    if let ReferenceTarget::Data(from) = found
        && let Some((name, lacking)) = differing_property(from, schema)
    {
        let (has, lacks) = if lacking { ("there", "here") } else { ("here", "there") };
        let message = format!("`{name}` is in the data model {has}, but not {lacks}");
        let help = "an object that is passed on must have the same `properties` on both screens";
        out.add(named, reference.span, message, help);
    }
}

/// A property that only one of two schemas has, and whether the first schema lacks it.
fn differing_property<'j>(from: Schema<'j>, to: Schema<'j>) -> Option<(String, bool)> {
    let mut stack = vec![(from, to)];
    let mut seen = HashSet::new();
    while let Some((from, to)) = stack.pop() {
        if !seen.insert((from.value().id(), to.value().id())) {
            continue;
        }
        if let (Some(from), Some(to)) = (from.items(), to.items()) {
            stack.push((from, to));
        }
        for (name, inner) in from.properties() {
            match to.property(&name.text) {
                Some(other) => stack.push((inner, other)),
                None => return Some((name.text.into_owned(), false)),
            }
        }
        if let Some((name, _)) =
            to.properties().find(|(name, _)| from.property(&name.text).is_none())
        {
            return Some((name.text.into_owned(), true));
        }
    }
    None
}
