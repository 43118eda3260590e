//! Fields and their Form: names, initial values, messages, and properties that depend on each
//! other.

use std::collections::HashMap;

use super::collector::Diagnostics;
use super::data_types::types_of;
use super::pattern;
use super::rules;
use super::site::{join_names, name_span, value_span};
use super::suggest::has_misspelling;
use crate::catalog;
use crate::catalog::Version;
use crate::json::{Kind, Value};
use crate::model::expression::is_dynamic;
use crate::model::screen::ReferenceTarget;
use crate::model::{Component, FieldKind, Screen};

/// Properties that are a minimum and its maximum.
const MIN_MAX_PAIRS: [(&str, &str, &str); 5] = [
    ("TextInput", "min-chars", "max-chars"),
    ("CheckboxGroup", "min-selected-items", "max-selected-items"),
    ("ChipsSelector", "min-selected-items", "max-selected-items"),
    ("PhotoPicker", "min-uploaded-photos", "max-uploaded-photos"),
    ("DocumentPicker", "min-uploaded-documents", "max-uploaded-documents"),
];

pub fn check(screen: &Screen<'_>, version: Version, out: &mut Diagnostics) {
    check_names(screen, out);
    check_outside_form(screen, version, out);
    for component in screen.components() {
        match &*component.kind() {
            "Form" => check_initial_values(screen, component, out),
            "TextInput" => pattern::check(component, version, out),
            "Footer" => check_captions(component, out),
            _ => {}
        }
        for (kind, min, max) in MIN_MAX_PAIRS {
            let number = |name| component.property(name).and_then(Value::as_f64);
            if component.kind() == kind
                && let (Some(low), Some(high)) = (number(min), number(max))
                && low > high
                && let Some(value) = component.property(min)
            {
                let message = format!("`{min}` is more than `{max}`");
                let help = format!("write {high} or less");
                out.add(&rules::MINIMUM_OVER_MAXIMUM, value_span(value), message, help);
            }
        }
    }
}

/// Checks that no two components of a screen have the same name, including those in different
/// branches.
fn check_names(screen: &Screen<'_>, out: &mut Diagnostics) {
    let mut lines = HashMap::new();
    for component in screen.components().iter().filter(|component| component.kind() != "Form") {
        let Some((name, value)) = component.name().zip(component.property("name")) else {
            continue;
        };
        let line = value.position().line;
        if let Some(first) = lines.insert(name.clone(), line) {
            let message = format!("the name `{name}` is already used on line {first}");
            let help = "give each component of the screen a unique name";
            out.add(&rules::FIELD_TWICE, value_span(value), message, help);
        }
    }
}

/// Checks that all fields are in the Form, if there is one. Before 4.0 a Form was required.
fn check_outside_form(screen: &Screen<'_>, version: Version, out: &mut Diagnostics) {
    let form = screen.components().iter().any(|component| component.kind() == "Form");
    if !form && version >= (4, 0) {
        return;
    }
    let outside = |component: &&Component<'_>| {
        // The client's list does not contain these.
        let exempt = ["CalendarPicker", "ChipsSelector", "NavigationList"];
        component.field_kind().is_some()
            && component.form().is_none()
            && !exempt.contains(&&*component.kind())
    };
    for component in screen.components().iter().filter(outside) {
        let place =
            component.property("type").map_or_else(|| value_span(component.value()), value_span);
        let kind = component.kind();
        let message = match form {
            true => format!("{kind} is outside the screen's Form"),
            false => format!("before 4.0, {kind} must be in a Form"),
        };
        let named = if version < (4, 0) { &rules::FORM_MISSING } else { &rules::OUTSIDE_FORM };
        out.add(named, place, message, "move it into the Form");
    }
}

/// Checks that `init-values` name fields of the screen and match their types (7.0), and never
/// files.
fn check_initial_values(screen: &Screen<'_>, form: &Component<'_>, out: &mut Diagnostics) {
    if let Some(values) = form.property("init-values").filter(|v| v.kind() == Kind::Object) {
        for (name, value) in values.members() {
            let field = screen.field(&name.text);
            if field.and_then(Component::field_kind) == Some(FieldKind::Media) {
                let message = format!(
                    "`{}` is a field for files, which cannot have an initial value",
                    name.text
                );
                let named = &rules::FIRST_FILES;
                out.add(named, name.span, message, "remove it");
            } else {
                check_initial_value(screen, &name.text, value, out);
            }
        }
    }
    let messages = form.property("error-messages").filter(|v| v.kind() == Kind::Object);
    for (name, value) in messages.into_iter().flat_map(Value::members) {
        let range =
            screen.field(&name.text).and_then(Component::field_kind) == Some(FieldKind::DateRange);
        let expected = if range { Kind::Object } else { Kind::String };
        if value.kind() != expected && !is_dynamic(value) {
            let message =
                format!("the message for `{}` must be of type {}", name.text, expected.name());
            let help = format!("write a value of type {}", expected.name());
            out.add(&rules::MESSAGES, value_span(value), message, help);
        }
    }
}

fn check_initial_value(screen: &Screen<'_>, name: &str, value: Value<'_>, out: &mut Diagnostics) {
    let Some(field) = screen.field(name) else {
        // A component with an unknown type, or without a name, is reported elsewhere.
        let unknown = |component: &Component<'_>| catalog::component(&component.kind()).is_none();
        if screen.named(name).is_some_and(unknown)
            || screen.has_nameless_field()
            || !screen.has_layout()
        {
            return;
        }
        let message = format!("the screen has no field `{name}`");
        let help = format!("the fields are {}", join_names(screen.field_names()));
        return out.add(&rules::FIRST_VALUES, name_span(value), message, help);
    };
    let expected = types_of(&ReferenceTarget::Field(field));
    if !is_dynamic(value)
        && !expected.is_empty()
        && !expected.iter().any(|kind| kind.matches(value))
    {
        let message = format!("`{name}` must be of type {}", expected[0].name());
        let help = format!("write a value of type {}", expected[0].name());
        out.add(&rules::FIRST_VALUES, value_span(value), message, help);
    }
}

/// Checks that a Footer has two captions at the sides, or one in the middle.
fn check_captions(footer: &Component<'_>, out: &mut Diagnostics) {
    let [left, center, right] =
        ["left-caption", "center-caption", "right-caption"].map(|name| footer.property(name));
    if let Some(center) = center.filter(|_| left.is_some() || right.is_some()) {
        let message = "a center caption cannot be combined with others".to_owned();
        let help = "remove it, or remove those at the sides";
        out.add(&rules::EXCLUDED, name_span(center), message, help);
    } else if let (Some(one), None) | (None, Some(one)) = (left, right)
        && !["left-caption", "right-caption"].iter().any(|name| {
            let entry = catalog::component("Footer").map(|entry| entry.properties);
            let known: Vec<_> = entry.into_iter().flatten().map(|property| property.name).collect();
            has_misspelling(footer.value(), name, &known)
        })
    {
        let message = "a caption at one side requires one at the other".to_owned();
        out.add(
            &rules::DEPENDENCY,
            name_span(one),
            message,
            "write both, or `center-caption` alone",
        );
    }
}
