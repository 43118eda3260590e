//! References: existing targets of the right type.

use super::bound_types::check_bound_type;
use super::collector::Diagnostics;
use super::data_types;
use super::rules::{self, Rule};
use super::screens::has_misspelled_member;
use super::site::join_names;
use super::suggest::suggest;
use super::unevaluated_text;
use crate::catalog::{self, ValueType, Version};
use crate::json::{Kind, Value};
use crate::model::expression::{is_nested, references};
use crate::model::{
    Component, DataType, Document, FieldKind, Namespace, Reference, Schema, Screen,
};
use crate::span::Span;

/// The name of the error depends on the place of the reference.
const IN_PROPERTY: &Rule = &rules::REFERENCE;
const IN_PAYLOAD: &Rule = &rules::REFERENCE_IN_PAYLOAD;
const IN_EXPRESSION: &Rule = &rules::REFERENCE_IN_EXPRESSION;

pub fn check(
    document: &Document<'_>,
    screen: &Screen<'_>,
    version: Version,
    out: &mut Diagnostics,
) {
    let payloads: Vec<Span> = screen
        .actions()
        .iter()
        .filter_map(|action| action.payload_value())
        .map(|payload| payload.span())
        .collect();
    let in_payload = |value: Value<'_>| {
        let start = value.span().start;
        let before = payloads.partition_point(|payload| payload.start <= start);
        before > 0 && start < payloads[before - 1].end
    };
    if let Some(title) = screen.value().member("title") {
        for reference in references(title) {
            check_target(document, screen, &reference, IN_PROPERTY, version, out);
        }
        unevaluated_text::check(screen, title, false, version, out);
    }
    for component in screen.components() {
        let entry = catalog::component(&component.kind());
        for member in component.own_members() {
            let name = member.name().map(|name| name.text).unwrap_or_default();
            let property = entry.and_then(|entry| entry.properties.iter().find(|p| name == p.name));
            for value in member.descendants().filter(|value| value.kind() == Kind::String) {
                let rule = match in_payload(value) {
                    true if is_nested(value) => IN_EXPRESSION,
                    true => IN_PAYLOAD,
                    false => IN_PROPERTY,
                };
                for reference in references(value) {
                    check_target(document, screen, &reference, rule, version, out);
                }
                // For a property that is not text, an expression that its version does not support
                // has the wrong type already.
                let text = property.is_none_or(|p| !value.is_same(member) || is_text(p.value_type));
                if text && name != "condition" {
                    unevaluated_text::check(screen, value, in_payload(value), version, out);
                }
                if let (Some(property), true) = (property, value.is_same(member)) {
                    check_bound_type(document, screen, value, property, out);
                }
            }
        }
    }
}

fn is_text(value_type: ValueType) -> bool {
    data_types::bindable_types(value_type).first() == Some(&DataType::String)
}

/// Checks that the target of a reference exists.
fn check_target(
    document: &Document<'_>,
    screen: &Screen<'_>,
    reference: &Reference<'_>,
    rule: &'static Rule,
    version: Version,
    out: &mut Diagnostics,
) {
    let at = reference.span.clone();
    if let Some(id) = reference.screen {
        if version < (4, 0) {
            let message = "references to other screens require version 4.0".to_owned();
            return out.add(
                &rules::REFERENCE_TOO_OLD,
                at,
                message,
                "write \"version\": \"4.0\" or later",
            );
        }
        if document.screen(id).is_none() && !document.all_have_ids() {
            return;
        }
        if document.screen(id).is_none() {
            let message = format!("unknown screen `{id}`");
            let ids = document.ids();
            let help = suggest(id, ids, out)
                .unwrap_or_else(|| format!("the screens are {}", join_names(ids)));
            return out.add(rule, at, message, help);
        }
        if screen.id().as_deref() == Some(id) && rule == IN_PROPERTY {
            let message = format!("`{id}` is this screen itself");
            let help = "omit the screen: write ${data.…} or ${form.…}";
            return out.add(rule, at, message, help);
        }
    }
    let Some(on) = document.referred_screen(screen, reference) else { return };
    if on.find(reference).is_some() {
        return check_hyphens(reference, rule, out);
    }
    // A component with an unknown type, or without a name, is reported elsewhere.
    let unknown = |component: &Component<'_>| catalog::component(&component.kind()).is_none();
    let clear = match reference.namespace {
        Namespace::Form => {
            !on.named(reference.path[0]).is_some_and(unknown)
                && !on.has_nameless_field()
                && on.has_layout()
        }
        Namespace::Data => on.has_data() || !has_misspelled_member(on, "data"),
    };
    if !clear {
        return;
    }
    let path = reference.path.join(".");
    let whose = reference.screen.map_or("this screen".to_owned(), |id| format!("screen `{id}`"));
    if let (Namespace::Form, Some(field)) = (reference.namespace, on.field(reference.path[0])) {
        let (first, rest) = (reference.path[0], reference.path[1..].join("."));
        let message = format!("the field `{first}` of {whose} has no part `{rest}`");
        let help = match field.field_kind() {
            Some(FieldKind::DateRange) => {
                "a range of days has `start-date` and `end-date`".to_owned()
            }
            _ => format!("use `form.{first}`: the field's value does not have parts"),
        };
        return out.add(rule, at, message, help);
    }
    if reference.namespace == Namespace::Form {
        let message = format!("{whose} has no field `{path}`");
        let known = on.field_names();
        let help = suggest(&path, known, out)
            .unwrap_or_else(|| format!("the fields are {}", join_names(known)));
        return out.add(rule, at, message, help);
    }
    if out.is_full() {
        return out.add(rule, at, String::new(), "");
    }
    let message = format!("the data model of {whose} has no `{path}`");
    let known: Vec<_> = on.data().iter().map(|(name, _)| &name.text).collect();
    let help = match on.data_member(reference.path[0]).and_then(Schema::data_type) {
        Some(DataType::Array) => "items of an array cannot be referred to".to_owned(),
        Some(_) if reference.path.len() > 1 => "add it to `properties` there".to_owned(),
        _ => suggest(&path, &known, out)
            .unwrap_or_else(|| format!("add it to `data`, which has {}", join_names(&known))),
    };
    out.add(rule, at, message, help);
}

/// Checks for hyphens. The client finds data with a hyphen in its name, and then rejects it.
fn check_hyphens(reference: &Reference<'_>, rule: &'static Rule, out: &mut Diagnostics) {
    let hyphen = reference.path.iter().find(|part| part.contains('-'));
    if let (Some(part), Namespace::Data) = (hyphen, reference.namespace) {
        let message =
            format!("`{part}` contains a hyphen, and clients reject references to such data");
        let help = "use an underscore, also in the data model";
        out.add(rule, reference.span.clone(), message, help);
    }
}
