//! A component of a layout, and the kind of its field.

use std::borrow::Cow;

use crate::json::{Kind, Value};

/// A component, at any depth of its screen's layout.
pub struct Component<'j> {
    value: Value<'j>,
    parent: Option<usize>,
    form: Option<usize>,
    conditional: bool,
}

/// The kind of a field's value, as it is sent to the endpoint in a payload (CMP).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// Text: TextInput, TextArea.
    Text,
    /// A number: TextInput with `input-type` `number`.
    Number,
    /// The id of one option: Dropdown, RadioButtonsGroup, NavigationList.
    Choice,
    /// The ids of options: CheckboxGroup, ChipsSelector.
    Choices,
    /// A boolean: OptIn.
    Agreement,
    /// A date as text: DatePicker, CalendarPicker.
    Date,
    /// `{"start-date", "end-date"}`: CalendarPicker with `mode` `range`.
    DateRange,
    /// A list of uploaded files: PhotoPicker, DocumentPicker.
    Media,
}

/// Members of components that contain further components.
const CHILD_MEMBERS: [&str; 4] = ["children", "then", "else", "cases"];

impl<'j> Component<'j> {
    /// The components of a layout in document order, without recursion.
    pub(super) fn all(layout: Value<'j>) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        let start = Self { value: layout, parent: None, form: None, conditional: false };
        let mut stack = start.inner(None);
        while let Some(component) = stack.pop() {
            let inner = component.inner(Some(found.len()));
            found.push(component);
            stack.extend(inner);
        }
        found
    }

    /// The components directly within this one, in reverse order.
    fn inner(&self, index: Option<usize>) -> Vec<Self> {
        let kind = self.kind();
        let form = if kind == "Form" { index } else { self.form };
        let conditional = self.conditional || kind == "If" || kind == "Switch";
        let lists = self.value.members().filter(|(name, _)| CHILD_MEMBERS.contains(&&*name.text));
        let lists = lists.flat_map(|(name, value)| match &*name.text {
            "cases" => value.members().map(|(_, case)| case).collect(),
            _ => vec![value],
        });
        let components = lists.flat_map(Value::items).filter(|item| item.kind() == Kind::Object);
        let mut inner: Vec<_> =
            components.map(|value| Self { value, parent: index, form, conditional }).collect();
        inner.reverse();
        inner
    }

    /// The value of the component in the document.
    pub fn value(&self) -> Value<'j> {
        self.value
    }

    /// Its `type`; empty if it is absent.
    pub fn kind(&self) -> Cow<'j, str> {
        self.value.member("type").and_then(Value::as_str).unwrap_or_default()
    }

    /// Its `name`.
    pub fn name(&self) -> Option<Cow<'j, str>> {
        self.value.member("name")?.as_str()
    }

    /// One of its properties.
    pub fn property(&self, name: &str) -> Option<Value<'j>> {
        self.value.member(name)
    }

    /// The number of its parent among the screen's components.
    pub fn parent(&self) -> Option<usize> {
        self.parent
    }

    /// The number of the Form that contains it.
    pub fn form(&self) -> Option<usize> {
        self.form
    }

    /// Returns whether it is in a branch of an If or a case of a Switch, so it is not always
    /// displayed.
    pub fn conditional(&self) -> bool {
        self.conditional
    }

    /// Its `required`: `Some(false)` if it is absent, and `None` if the client decides it (an
    /// expression).
    pub fn required(&self) -> Option<bool> {
        match self.value.member("required") {
            Some(value) => value.as_bool(),
            None => Some(false),
        }
    }

    /// Its `input-type`; `text` if it is absent.
    pub fn input_type(&self) -> Cow<'j, str> {
        self.value.member("input-type").and_then(Value::as_str).unwrap_or("text".into())
    }

    /// The kind of its field; `None` for a component without a field.
    pub fn field_kind(&self) -> Option<FieldKind> {
        Some(match &*self.kind() {
            "TextInput" if self.input_type() == "number" => FieldKind::Number,
            "TextInput" | "TextArea" => FieldKind::Text,
            "Dropdown" | "RadioButtonsGroup" | "NavigationList" => FieldKind::Choice,
            "CheckboxGroup" | "ChipsSelector" => FieldKind::Choices,
            "OptIn" => FieldKind::Agreement,
            "CalendarPicker" if self.text("mode").as_deref() == Some("range") => {
                FieldKind::DateRange
            }
            "DatePicker" | "CalendarPicker" => FieldKind::Date,
            "PhotoPicker" | "DocumentPicker" => FieldKind::Media,
            _ => return None,
        })
    }

    /// The values of its own members, without those that contain further components.
    pub fn own_members(&self) -> impl Iterator<Item = Value<'j>> {
        let own = self.value.members().filter(|(name, _)| !CHILD_MEMBERS.contains(&&*name.text));
        own.map(|(_, value)| value)
    }

    /// Every value in its own members, in document order.
    pub fn own_values(&self) -> impl Iterator<Item = Value<'j>> {
        self.own_members().flat_map(Value::descendants)
    }

    fn text(&self, name: &str) -> Option<Cow<'j, str>> {
        self.value.member(name)?.as_str()
    }
}
