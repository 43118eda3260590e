//! The types of references that are bound to properties.

use std::collections::HashMap;

use super::collector::Diagnostics;
use super::data_types::{bindable_types, types_of};
use super::rules::{self, Rule};
use crate::catalog::{Property, ValueType};
use crate::json::{Kind, Value};
use crate::model::expression::whole_reference;
use crate::model::screen::ReferenceTarget;
use crate::model::{DataType, Document, Schema, Screen};
use crate::span::Span;

const RULE: &Rule = &rules::REFERENCE;

/// Checks that the type of a reference's target is that of the property.
pub fn check_bound_type(
    document: &Document<'_>,
    screen: &Screen<'_>,
    value: Value<'_>,
    property: &Property,
    out: &mut Diagnostics,
) {
    let expected = bindable_types(property.value_type);
    let Some(reference) = whole_reference(value).filter(|_| !expected.is_empty()) else { return };
    let Some(on) = document.referred_screen(screen, &reference) else { return };
    let Some(found) = on.find(&reference) else { return };
    let types = types_of(&found);
    // Parts of a field's value, such as the start of a range, are not checked.
    let part = matches!(found, ReferenceTarget::Field(_)) && reference.path.len() > 1;
    if types.is_empty() || part {
        return;
    }
    let names: Vec<_> = expected.iter().map(|expected| expected.name()).collect();
    if !types.iter().any(|found| expected.contains(found)) {
        let message = format!(
            "`{}` requires type {}, but this is of type {}",
            property.name,
            names[0],
            types[0].name()
        );
        let help = format!("bind it to data of type {}", names.join(" or "));
        return out.add(RULE, reference.span, message, help);
    }
    if let (ValueType::Items(members, ..), ReferenceTarget::Data(schema)) =
        (property.value_type, found)
    {
        check_item_schema(schema, members, reference.span, out);
    }
}

/// Checks that the data model of an array declares what the component's items require.
fn check_item_schema(schema: Schema<'_>, members: &[Property], at: Span, out: &mut Diagnostics) {
    let Some(items) = schema.items().filter(|items| items.value().kind() == Kind::Object) else {
        return;
    };
    if let Some(kind) = items.data_type().filter(|kind| *kind != DataType::Object) {
        let message = format!(
            "an item must be an object, but the items of the data are of type {}",
            kind.name()
        );
        return out.add(RULE, at, message, "declare each item as an object in the data model");
    }
    let described: HashMap<_, _> =
        items.properties().map(|(name, schema)| (name.text, schema)).collect();
    for member in members {
        match described.get(member.name) {
            None if member.required.is_some() => {
                let message = format!(
                    "an item requires `{}`, but the data model does not have it",
                    member.name
                );
                let help = format!("add \"{}\" to the `properties` of its items", member.name);
                return out.add(RULE, at, message, help);
            }
            None => {}
            Some(schema) => {
                let expected = bindable_types(member.value_type);
                let fits = schema.data_type().is_none_or(|found| expected.contains(&found));
                if !expected.is_empty() && !fits {
                    let message = format!(
                        "`{}` of an item must be of type {}",
                        member.name,
                        expected[0].name()
                    );
                    return out.add(RULE, at, message, "change its type in the data model");
                }
            }
        }
    }
}
