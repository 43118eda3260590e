//! A screen: its members, its data, and the components of its layout in document order.

use std::borrow::Cow;
use std::collections::HashMap;

use super::action::Action;
use super::component::{Component, FieldKind};
use super::data::Schema;
use super::expression::{Namespace, Reference};
use crate::json::{Kind, Name, Value};

/// A screen of the document.
pub struct Screen<'j> {
    value: Value<'j>,
    data: Vec<(Name<'j>, Schema<'j>)>,
    data_by_name: HashMap<Cow<'j, str>, usize>,
    components: Vec<Component<'j>>,
    /// The first component of each name.
    fields: HashMap<Cow<'j, str>, usize>,
    field_names: Vec<Cow<'j, str>>,
    has_nameless_field: bool,
    has_layout: bool,
    /// The first component of each name, whatever its type.
    named: HashMap<Cow<'j, str>, usize>,
    actions: Vec<Action<'j>>,
}

/// The target of a reference on a screen.
pub enum ReferenceTarget<'d, 'j> {
    /// A component with a field.
    Field(&'d Component<'j>),
    /// A member of the data model, or of an object in it.
    Data(Schema<'j>),
}

impl<'j> Screen<'j> {
    pub(super) fn read(value: Value<'j>) -> Self {
        let data: Vec<_> = value.member("data").into_iter().flat_map(Value::members).collect();
        let data: Vec<_> =
            data.into_iter().map(|(name, value)| (name, Schema::new(value))).collect();
        let components = value.member("layout").map(Component::all).unwrap_or_default();
        let (mut fields, mut named) = (HashMap::new(), HashMap::new());
        let (mut field_names, mut has_nameless_field) = (Vec::new(), false);
        for (index, component) in components.iter().enumerate() {
            let Some(name) = component.name() else {
                has_nameless_field |= component.field_kind().is_some();
                continue;
            };
            if component.field_kind().is_some() {
                fields.entry(name.clone()).or_insert(index);
                field_names.push(name.clone());
            }
            named.entry(name).or_insert(index);
        }
        let children = |value: Value<'j>| {
            value.member("children").is_some_and(|children| children.kind() == Kind::Array)
        };
        let mut forms = components.iter().filter(|component| component.kind() == "Form");
        let has_layout = value.member("layout").is_some_and(children)
            && forms.all(|form| children(form.value()));
        let actions = Action::all(&components);
        // Of duplicates, the last one counts, as everywhere in JSON.
        let names = data.iter().enumerate();
        let data_by_name = names.map(|(index, (name, _))| (name.text.clone(), index)).collect();
        Self {
            value,
            data,
            data_by_name,
            components,
            fields,
            field_names,
            has_nameless_field,
            has_layout,
            named,
            actions,
        }
    }

    /// The value of the screen in the document.
    pub fn value(&self) -> Value<'j> {
        self.value
    }

    /// Its id.
    pub fn id(&self) -> Option<Cow<'j, str>> {
        self.value.member("id")?.as_str()
    }

    /// Its title.
    pub fn title(&self) -> Option<Cow<'j, str>> {
        self.value.member("title")?.as_str()
    }

    /// The line on which it starts, from 1.
    pub fn line(&self) -> usize {
        self.value.position().line
    }

    /// Returns whether the flow can end here.
    pub fn terminal(&self) -> bool {
        self.flag("terminal").unwrap_or(false)
    }

    /// Returns whether ending here is a success. This is the default.
    pub fn success(&self) -> bool {
        self.flag("success").unwrap_or(true)
    }

    /// Returns whether the client asks the endpoint when the user goes back from this screen.
    pub fn refresh_on_back(&self) -> bool {
        self.flag("refresh_on_back").unwrap_or(false)
    }

    /// The names of the fields whose values are hidden in the summary.
    pub fn sensitive(&self) -> Vec<(Cow<'j, str>, Value<'j>)> {
        let names = self.value.member("sensitive");
        let text = |item: Value<'j>| Some((item.as_str()?, item));
        names.into_iter().flat_map(Value::items).filter_map(text).collect()
    }

    /// The data model, in document order.
    pub fn data(&self) -> &[(Name<'j>, Schema<'j>)] {
        &self.data
    }

    /// Returns whether the layout, and each Form in it, has an array of components. It may be
    /// empty.
    pub fn has_layout(&self) -> bool {
        self.has_layout
    }

    /// Returns whether a component with a field has no name.
    pub fn has_nameless_field(&self) -> bool {
        self.has_nameless_field
    }

    /// Returns whether the screen has a `data` member. It may be empty.
    pub fn has_data(&self) -> bool {
        self.value.member("data").is_some()
    }

    /// The schema of one member of the data.
    pub fn data_member(&self, name: &str) -> Option<Schema<'j>> {
        self.data_by_name.get(name).map(|index| self.data[*index].1)
    }

    /// The components, including those in forms, branches and cases, in document order.
    pub fn components(&self) -> &[Component<'j>] {
        &self.components
    }

    /// The component of the field with this name; of duplicates, the first one.
    pub fn field(&self, name: &str) -> Option<&Component<'j>> {
        self.fields.get(name).map(|index| &self.components[*index])
    }

    /// The names of the fields, in document order.
    pub fn field_names(&self) -> &[Cow<'j, str>] {
        &self.field_names
    }

    /// The component with this name, of any type; of duplicates, the first one.
    pub fn named(&self, name: &str) -> Option<&Component<'j>> {
        self.named.get(name).map(|index| &self.components[*index])
    }

    /// Every action on the screen, in document order.
    pub fn actions(&self) -> &[Action<'j>] {
        &self.actions
    }

    /// The component that an action belongs to.
    pub fn component_of(&self, action: &Action<'j>) -> &Component<'j> {
        &self.components[action.component()]
    }

    /// The target of a reference to this screen.
    pub fn find(&self, reference: &Reference<'j>) -> Option<ReferenceTarget<'_, 'j>> {
        let (first, rest) = reference.path.split_first()?;
        if reference.namespace == Namespace::Form {
            // Only the value of a range of days has members; the target is the field.
            let field = self.field(first)?;
            let range = field.field_kind() == Some(FieldKind::DateRange);
            let known = rest.is_empty() || range && matches!(rest, ["start-date" | "end-date"]);
            return known.then_some(ReferenceTarget::Field(field));
        }
        let mut schema = self.data_member(first)?;
        for name in rest {
            schema = schema.property(name)?;
        }
        Some(ReferenceTarget::Data(schema))
    }

    fn flag(&self, name: &str) -> Option<bool> {
        self.value.member(name)?.as_bool()
    }
}
