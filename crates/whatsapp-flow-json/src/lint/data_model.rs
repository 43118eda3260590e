//! Data models: each member has a type and an example of that type.

use std::collections::HashSet;

use super::collector::Diagnostics;
use super::rules;
use super::site::{describe, join_names, value_span};
use crate::json::{Kind, Name, Value};
use crate::model::{DataType, Document, Schema};

const RULE: &rules::Rule = &rules::DATA;

pub fn check(document: &Document<'_>, out: &mut Diagnostics) {
    for screen in document.screens() {
        for (name, schema) in screen.data() {
            if name.text == "required" {
                if schema.value().kind() != Kind::Array {
                    let message = "`required` lists the names of required data";
                    let help = "rename the member, or write an array of names";
                    out.add(&rules::TYPE, value_span(schema.value()), message.to_owned(), help);
                }
                continue;
            }
            check_member(name, *schema, out);
        }
    }
}

fn check_member(name: &Name<'_>, schema: Schema<'_>, out: &mut Diagnostics) {
    let value = schema.value();
    if value.kind() != Kind::Object {
        let found = value.kind().name();
        let message = format!(
            "`{}` must be declared by an object, not by a value of type {found}",
            name.text
        );
        let help = "write { \"type\": \"string\", \"__example__\": … }";
        return out.add(&rules::TYPE, value_span(value), message, help);
    }
    if name.text.contains(['-', ' ', '`', '\'']) {
        // The client rejects it where it is referred to.
        let message = format!("`{}` is not a valid name for a reference", name.text);
        out.add(
            &rules::DATA_NAME,
            name.span.clone(),
            message,
            "use letters, digits and underscores",
        );
    }
    for missing in ["type", "__example__"] {
        if value.member(missing).is_none() {
            let message = format!("`{}` has no `{missing}`", name.text);
            let help = match missing {
                "type" => "write \"type\": \"string\", or another type",
                _ => "write \"__example__\": …, which the Builder and Meta's review show",
            };
            let named = if missing == "type" { RULE } else { &rules::MEMBER_MISSING };
            out.add(named, value_span(value), message, help);
        }
    }
    let valid = check_schemas(schema, out);
    if let Some(example) = schema.example().filter(|_| valid) {
        check_example(example, schema, out);
    }
}

/// Checks the schemas within a schema. Returns whether they are valid enough to check an example.
fn check_schemas(top: Schema<'_>, out: &mut Diagnostics) -> bool {
    let mut valid = true;
    let mut stack = vec![top];
    while let Some(schema) = stack.pop() {
        let value = schema.value();
        let is_top = value.is_same(top.value());
        let mut wrong = |at, message, help: &str| {
            valid = false;
            out.add(RULE, at, message, help);
        };
        match value.member("type") {
            Some(kind) if schema.data_type().is_none() => {
                let message = format!("{} is not a data type", describe(kind));
                let help = "write string, number, boolean, object or array";
                wrong(value_span(kind), message, help);
            }
            None if is_items(value) => {
                let message = "the items have no `type`".to_owned();
                wrong(value_span(value), message, "write \"type\": \"string\", or another type");
            }
            _ => {}
        }
        if let Some(example) = value.member("__example__").filter(|_| !is_top) {
            let message = "only a member of `data` itself has an example".to_owned();
            let at = super::site::name_span(example);
            wrong(at, message, "move it into the example of that member");
        }
        if schema.data_type() == Some(DataType::Array) {
            let message = "an array declares the type of its items".to_owned();
            let help = "write \"items\": { \"type\": \"string\" }";
            match value.member("items") {
                None => wrong(value_span(value), message, help),
                Some(items) if !matches!(items.kind(), Kind::Object | Kind::Boolean) => {
                    wrong(value_span(items), message, help);
                }
                Some(_) => {}
            }
        }
        let part = |schema: &Schema<'_>| schema.value().kind() == Kind::Object;
        stack.extend(schema.items().filter(part));
        for (name, property) in schema.properties() {
            if name.text == "__example__" {
                let message = "the example belongs beside `properties`, not into them".to_owned();
                out.add(RULE, name.span, message, "move it out of `properties`");
                valid = false;
            } else if part(&property) {
                stack.push(property);
            } else {
                let message = format!("`{}` must be declared by an object", name.text);
                out.add(
                    RULE,
                    value_span(property.value()),
                    message,
                    "write { \"type\": \"string\" }",
                );
                valid = false;
            }
        }
    }
    valid
}

fn is_items(value: Value<'_>) -> bool {
    value.name().is_some_and(|name| name.text == "items")
        && value.parent().and_then(Value::name).is_none_or(|name| name.text != "properties")
}

/// Checks an example against its schema, without recursion.
fn check_example(example: Value<'_>, schema: Schema<'_>, out: &mut Diagnostics) {
    /// The maximum number of `enum` values that are compared.
    const MAX_COMPARED: usize = 1000;
    let mut stack = vec![(example, schema)];
    while let Some((value, schema)) = stack.pop() {
        if let Some(wanted) = schema.data_type().filter(|wanted| !wanted.matches(value)) {
            let message =
                format!("the example is of type {}, not {}", value.kind().name(), wanted.name());
            let help = format!("write an example of type {}", wanted.name());
            out.add(RULE, value_span(value), message, help);
            continue;
        }
        if let Some(values) = schema.values().filter(|values| values.len() <= MAX_COMPARED)
            && !values.iter().any(|known| known.source() == value.source())
        {
            let known: Vec<_> = values.iter().map(|value| value.source()).collect();
            let message = format!("the example is not one of {}", join_names(&known));
            out.add(RULE, value_span(value), message, "write one of them");
        }
        let items = schema.items().filter(|items| items.value().kind() == Kind::Object);
        stack.extend(items.into_iter().flat_map(|items| value.items().map(move |v| (v, items))));
        for (name, inner) in value.members() {
            stack.extend(schema.property(&name.text).map(|part| (inner, part)));
        }
        if value.kind() == Kind::Object && !out.is_full() {
            let present: HashSet<_> = value.members().map(|(name, _)| name.text).collect();
            for missing in schema.required().iter().filter(|name| !present.contains(*name)) {
                let message = format!("the example has no `{missing}`, which is required");
                out.add(RULE, value_span(value), message, "add it to the example");
            }
        }
    }
}
