//! Reads the bindings of a document, without recursion, because documents can be nested to any
//! depth.

use std::collections::{HashMap, HashSet};

use super::bound::{Binding, Bindings};
use super::initial_value_reader::initial_value;
use super::layout::{PlacedComponent, Visibility, layout_components};
use super::reference::DataReference;
use crate::catalog::{self, Property, ValueType, Version};
use crate::node::Node;
use crate::value::{CalendarMode, is_restricted};

/// Reads the bindings of every screen, by the screen's id.
pub(crate) fn read<'j, N: Node<'j>>(document: N, version: Version) -> HashMap<String, Bindings<N>> {
    let screens = document.member("screens").and_then(Node::items);
    let mut reader = BindingReader {
        version,
        screen: String::new(),
        found: HashMap::new(),
        seen: HashSet::new(),
    };
    for screen in screens.into_iter().flatten() {
        if let Some(id) = screen.member("id").and_then(Node::text) {
            reader.screen = id.into_owned();
            reader.read(screen);
        }
    }
    reader.found
}

struct BindingReader<N> {
    version: Version,
    /// The current screen.
    screen: String,
    found: HashMap<String, Bindings<N>>,
    seen: HashSet<BindingKey>,
}

/// The identity of a binding.
#[derive(PartialEq, Eq, Hash)]
struct BindingKey {
    screen: String,
    path: Vec<Box<str>>,
    /// The address of the property in the catalog.
    property: usize,
    shown: Visibility,
    mode: CalendarMode,
}

/// The values that the bindings of one component share.
#[derive(Clone, Copy)]
struct BindingSite<'s> {
    component: &'static str,
    shown: &'s Visibility,
    mode: CalendarMode,
}

/// The title of a screen. It is not known how the client displays a screen without a title.
static TITLE: Property = catalog::optional("title", ValueType::NonBlankText);

impl<'j, N: Node<'j>> BindingReader<N> {
    fn read(&mut self, screen: N) {
        if let Some(title) = screen.member("title").filter(|_| self.version >= (5, 0)) {
            let site = BindingSite {
                component: "screen",
                shown: &Visibility::Always,
                mode: CalendarMode::Either,
            };
            self.bind(title, &TITLE, site);
        }
        let components = screen.member("layout").map(layout_components).unwrap_or_default();
        for (number, component) in components.iter().enumerate() {
            let Some(spec) = component.spec else { continue };
            let shown = component.visibility(&self.screen);
            let site = BindingSite {
                component: spec.name,
                shown: &shown,
                mode: component.calendar_mode(),
            };
            for property in self.properties(spec.properties) {
                let value = component.node.member(property.name);
                match value {
                    Some(value) if component.form.is_none() || !property.outside_form => {
                        self.bind(value, property, site);
                    }
                    _ => {}
                }
            }
            if spec.name == "Form" {
                self.bind_form_values(number, &components);
            }
            if let Some(value) = initial_value(component, &components, &self.screen) {
                let bindings = self.found.entry(self.screen.clone()).or_default();
                bindings.initial_values.push(value);
            }
        }
    }

    /// The properties that exist in the document's version.
    fn properties(
        &self,
        properties: &'static [Property],
    ) -> impl Iterator<Item = &'static Property> + use<N> {
        let version = self.version;
        properties.iter().filter(move |property| version >= property.since)
    }

    /// Adds the bindings of a property, and of the values within it.
    fn bind(&mut self, value: N, property: &'static Property, site: BindingSite<'_>) {
        if let Some(text) = value.text() {
            if let Some(reference) = DataReference::read(&text).filter(|_| is_restricted(property))
            {
                self.add_binding(reference, property, site);
            }
            return;
        }
        match property.value_type {
            ValueType::Items(members, _) => {
                for item in value.items().into_iter().flatten() {
                    self.bind_members(item, members, site);
                }
            }
            ValueType::Object(members) => self.bind_members(value, members, site),
            ValueType::Days => {
                for day in value.items().into_iter().flatten() {
                    self.bind(day, &DAY, site);
                }
            }
            ValueType::DateDays => {
                for name in ["start-date", "end-date"] {
                    if let Some(day) = value.member(name) {
                        self.bind(day, &DAY, site);
                    }
                }
            }
            _ => {}
        }
    }

    fn bind_members(&mut self, value: N, properties: &'static [Property], site: BindingSite<'_>) {
        for property in self.properties(properties) {
            if let Some(member) = value.member(property.name) {
                self.bind(member, property, site);
            }
        }
    }

    fn add_binding(
        &mut self,
        reference: DataReference<'_>,
        property: &'static Property,
        site: BindingSite<'_>,
    ) {
        let here = reference.screen.is_none_or(|screen| screen == self.screen);
        let bound = Binding {
            path: reference.path,
            component: site.component,
            property,
            from_form: reference.in_form,
            required: here
                && property.is_required(self.version)
                && requires_value(property.value_type),
            // The user may leave the other screen before this one is displayed.
            shown: if here { site.shown.clone() } else { Visibility::Unknown },
            version: self.version,
            mode: site.mode,
        };
        let screen = reference.screen.unwrap_or(&self.screen).to_owned();
        let key = BindingKey {
            screen: screen.clone(),
            path: bound.path.clone(),
            property: std::ptr::from_ref(property).addr(),
            shown: bound.shown.clone(),
            mode: bound.mode,
        };
        if self.seen.insert(key) {
            self.found.entry(screen).or_default().bound.push(bound);
        }
    }

    /// Adds the bindings of the initial values and messages that a Form defines for its fields.
    fn bind_form_values(&mut self, form: usize, components: &[PlacedComponent<N>]) {
        for (form_property, field_property) in
            [("init-values", "init-value"), ("error-messages", "error-message")]
        {
            let Some(values) = components[form].node.member(form_property) else { continue };
            let text = values.text();
            let whole = text.as_deref().and_then(DataReference::read);
            for field in components.iter().filter(|field| field.form == Some(form)) {
                let Some((spec, name)) = field.spec.zip(field.name()) else { continue };
                let property = self
                    .properties(spec.properties)
                    .find(|property| property.name == field_property);
                let Some(property) = property else { continue };
                let shown = field.visibility(&self.screen);
                let site = BindingSite {
                    component: spec.name,
                    shown: &shown,
                    mode: field.calendar_mode(),
                };
                match (&whole, values.member(&name)) {
                    (Some(_), _) if !is_restricted(property) => {}
                    (Some(whole), _) => self.add_binding(whole.member(&name), property, site),
                    (None, Some(value)) => self.bind(value, property, site),
                    (None, None) => {}
                }
            }
        }
    }
}

/// An item of a list of days.
static DAY: Property = catalog::optional("init-value", ValueType::Day);

/// Returns whether a component displays or offers the value. Other properties have defaults.
pub(crate) fn requires_value(value_type: ValueType) -> bool {
    matches!(
        value_type,
        ValueType::Text
            | ValueType::NonBlankText
            | ValueType::Markdown
            | ValueType::Image
            | ValueType::DateTexts
            | ValueType::Items(..)
    )
}
