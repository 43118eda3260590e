//! The members of a screen's data that properties are bound to.

use super::initial_value::InitialValue;
use super::layout::Visibility;
use crate::catalog::{Property, Version};
use crate::node::{Node, ScreenData};
use crate::value::{CalendarMode, ComponentState};

/// What the data of a screen is bound to. `P` is the place of a value in the document.
#[derive(Debug, Clone)]
pub(crate) struct Bindings<P> {
    pub bound: Vec<Binding>,
    pub initial_values: Vec<InitialValue<P>>,
}

/// A member of a screen's data, or a value within it, that a property is bound to.
#[derive(Debug, Clone)]
pub(crate) struct Binding {
    pub path: Vec<Box<str>>,
    /// The type of the component, or `screen`.
    #[cfg_attr(not(feature = "lint"), expect(dead_code))] // read by flowctl
    pub component: &'static str,
    pub property: &'static Property,
    /// A Form is bound to an object, and this is the object's member for one of its fields.
    #[cfg_attr(not(feature = "lint"), expect(dead_code))] // read by flowctl
    pub from_form: bool,
    /// The component cannot do without it.
    pub required: bool,
    pub shown: Visibility,
    pub version: Version,
    pub mode: CalendarMode,
}

impl Binding {
    /// How its values are judged on a screen with this data.
    pub fn state<'j>(&self, data: impl ScreenData<'j>) -> ComponentState {
        let shown = match &self.shown {
            Visibility::Always => true,
            Visibility::When(path) => data.find(path).and_then(Node::boolean) == Some(true),
            Visibility::Unknown => false,
        };
        ComponentState { version: self.version, shown, mode: self.mode }
    }

    /// Whether it is on the screen whatever the data is.
    pub fn is_always_shown(&self) -> bool {
        self.shown == Visibility::Always
    }

    /// Its name as a reply's developer would write it: `person.name`.
    pub fn member(&self) -> String {
        self.path.join(".")
    }
}

impl<P> Bindings<P> {
    /// The same for a document that is not kept.
    pub fn without_positions(self) -> Bindings<()> {
        let initial_values =
            self.initial_values.into_iter().map(InitialValue::without_position).collect();
        Bindings { bound: self.bound, initial_values }
    }
}

impl<P> Default for Bindings<P> {
    fn default() -> Self {
        Self { bound: Vec::new(), initial_values: Vec::new() }
    }
}
