//! The values that a component rejects: an error screen in a published flow, a banner in a draft.
//!
//! Only visible components are checked, and only values that come from the data: `flowctl check` reports the others.

use std::borrow::Cow;

use serde_json::Value;

use super::flow_json::Screen;
use super::kind::ComponentKind as Kind;
use super::machine::Client;
use super::path::{Namespace, Path};
use super::resolve::{ComponentError, Resolved};
use super::settings::Mode;
use super::state::Screens;
use super::template::Template;
use crate::binding::requires_value;
use crate::catalog::{self, Limits, Property, ValueType, Version};
use crate::value::{CalendarMode, ComponentState, ValueError, Violation, check_value};

impl Client {
    /// The first value that a component rejects.
    pub(super) fn rejection(
        &self,
        screen: &Screen,
        component: &Resolved<'_>,
    ) -> Option<ComponentError> {
        if !component.is_visible() {
            return None;
        }
        let version = self.flow.compiled().version;
        let spec = catalog::component(&component.component.type_name)?;
        let properties = spec.properties.iter().filter(|property| version >= property.since);
        let reason = match component.conflict().or_else(|| two_kinds_of_actions(component)) {
            Some(reason) => Some(reason.into()),
            None => {
                properties.filter_map(|property| self.check(screen, component, property)).next()
            }
        };
        Some(ComponentError { line: component.component.line, reason: reason? })
    }

    /// The reason for which the component rejects the value of a property.
    fn check(
        &self,
        screen: &Screen,
        component: &Resolved<'_>,
        property: &'static Property,
    ) -> Option<String> {
        let is_initial = property.name == "init-value";
        // A published flow takes any initial value.
        if is_initial && self.settings.mode == Mode::Published {
            return None;
        }
        let version = self.flow.compiled().version;
        let (template, value) = self.given(screen, component, property)?;
        let (member, owner) = place(&template, property, &screen.id);
        if is_from_data(&template) {
            let violation = match value.as_ref().filter(|value| !value.is_null()) {
                Some(value) => self.check_given(component, property, value),
                None => check_absent(screen, property, &template, version),
            };
            if let Err(Violation { member: within, expected }) = violation {
                let path = Violation { member: within, expected }.in_member(&member).member;
                return Some(format!("{path} of {owner}: expected {expected}"));
            }
        }
        let reason = check_initial_option(component, value.as_ref().filter(|_| is_initial)?)?;
        Some(format!("{member} of {owner}: {reason}"))
    }

    /// The value of a property, and its definition: that of a Form for its fields.
    fn given<'f>(
        &self,
        screen: &'f Screen,
        component: &Resolved<'f>,
        property: &Property,
    ) -> Option<(Cow<'f, Template>, Option<Value>)> {
        let own = component.component.properties.get(property.name);
        let form = screen.form.as_ref().filter(|_| property.outside_form);
        // The message of a picker may be in a Form.
        let Some(form) = form.filter(|_| own.is_none() || !component.component.kind.is_media())
        else {
            return Some((Cow::Borrowed(own?), component.property(property.name).cloned()));
        };
        let name = component.component.name.as_ref()?;
        let values = match property.name {
            "init-value" => form.init_values.as_ref()?,
            _ => form.error_messages.as_ref()?,
        };
        let template = match values {
            Template::Path(path) => Template::Path(path.member(name)),
            values => values.members().into_iter().find(|(member, _)| member == name)?.1,
        };
        let scope = Screens { states: &self.screens, current: &screen.id };
        let value = template.evaluate(&scope).ok()?;
        Some((Cow::Owned(template), value))
    }

    fn check_given(
        &self,
        component: &Resolved<'_>,
        property: &'static Property,
        value: &Value,
    ) -> Result<(), Violation> {
        let wrong = |expected| Err(Violation { member: String::new(), expected });
        let mut value = Cow::Borrowed(value);
        let mut value_type = property.value_type;
        match (&mut value_type, &*value) {
            (ValueType::Boolean, value) if !value.is_boolean() => return wrong("a boolean"),
            (ValueType::Items(..) | ValueType::Days | ValueType::Texts, value)
                if !value.is_array() =>
            {
                return wrong("an array");
            }
            // A published flow shows a list that is too long.
            (ValueType::Items(_, limits), _) if self.settings.mode == Mode::Published => {
                *limits = Limits { max: usize::MAX, with_images: None, ..*limits };
            }
            // A message that is null is none.
            (ValueType::FileMessages, Value::Object(_)) => {
                let messages = value.to_mut().as_object_mut();
                messages.into_iter().for_each(|all| all.retain(|_, message| !message.is_null()));
            }
            _ => {}
        }
        if matches!(value_type, ValueType::Image | ValueType::Items(..) | ValueType::Object(_)) {
            replace_images(value.to_mut(), value_type);
        }
        let property = Property { value_type, ..*property };
        let mode = match (component.component.kind, component.component.is_range()) {
            (Kind::CalendarPicker, true) => CalendarMode::Range,
            (Kind::CalendarPicker, false) => CalendarMode::Single,
            _ => CalendarMode::Either,
        };
        let version = self.flow.compiled().version;
        let state = ComponentState { version, shown: true, mode };
        check_value(&property, &*value, state).map_err(|rejection| rejection.violation)
    }
}

/// Replaces images by one that is accepted: a placeholder is drawn for an image that is not one.
fn replace_images(value: &mut Value, value_type: ValueType) {
    const PNG: &str = "iVBORw0KGgo=";
    match (value_type, value) {
        (ValueType::Image, Value::String(image)) if !image.is_empty() => *image = PNG.into(),
        (ValueType::Items(..), Value::Array(items)) => {
            items.iter_mut().for_each(|item| replace_in_members(item, value_type));
        }
        (_, value) => replace_in_members(value, value_type),
    }
}

fn replace_in_members(value: &mut Value, value_type: ValueType) {
    let (ValueType::Items(members, _) | ValueType::Object(members)) = value_type else { return };
    for property in members {
        if let Some(member) = value.get_mut(property.name) {
            replace_images(member, property.value_type);
        }
    }
}

/// Both an option and its component have an action; only the chips of a ChipsSelector may.
fn two_kinds_of_actions(component: &Resolved<'_>) -> Option<&'static str> {
    let definition = component.component;
    let is_choice = definition.kind.is_choice() && definition.kind != Kind::ChipsSelector;
    let has_action = |option: &Value| {
        ["on-select-action", "on-unselect-action"].iter().any(|name| option.get(name).is_some())
    };
    let own = definition.on_select.is_some() || definition.on_unselect.is_some();
    (is_choice && own && component.options().iter().any(has_action))
        .then_some("either the component or its options have actions, not both")
}

/// Checks whether a value that is not in the data may be absent. The data of another screen may always be.
fn check_absent(
    screen: &Screen,
    property: &Property,
    template: &Template,
    version: Version,
) -> Result<(), Violation> {
    let is_here = |path: &Path| path.screen.as_ref().is_none_or(|named| *named == screen.id);
    let is_needed = matches!(template, Template::Path(path)
        if is_here(path) && screen.data_lines.contains_key(path.first_name()));
    if is_needed && property.is_required(version) && requires_value(property.value_type) {
        return Err(Violation { member: String::new(), expected: ValueError::Missing.expected() });
    }
    Ok(())
}

/// The reason for which the user could not have selected an initial value.
fn check_initial_option(component: &Resolved<'_>, value: &Value) -> Option<String> {
    let ids: Vec<&str> = match value {
        Value::Array(ids) => ids.iter().filter_map(Value::as_str).collect(),
        id => id.as_str().filter(|id| !id.is_empty()).into_iter().collect(),
    };
    if !component.component.kind.is_choice() || component.options().is_empty() {
        return None;
    }
    ids.into_iter().find_map(|id| match component.option(id) {
        None => Some(format!("expected {}", ValueError::NotAnOption.expected())),
        Some(option) if option["enabled"] == false => {
            Some(format!("the option `{id}` is disabled, so a user could not select it"))
        }
        Some(_) => None,
    })
}

/// The place of a value: its path in the data of a screen, or the property itself.
fn place(template: &Template, property: &Property, screen: &str) -> (String, String) {
    match template {
        Template::Path(path) => {
            (path.to_string(), path.screen.as_deref().unwrap_or(screen).to_owned())
        }
        _ => (property.name.to_owned(), screen.to_owned()),
    }
}

/// Reports whether the value, or a part of it, comes from the data of a screen.
fn is_from_data(template: &Template) -> bool {
    match template {
        Template::Path(path) => path.namespace == Namespace::Data,
        Template::List(items) => items.iter().any(is_from_data),
        Template::Object(members) => members.iter().any(|(_, member)| is_from_data(member)),
        Template::Literal(_) | Template::Expression(_) | Template::Malformed(_) => false,
    }
}
