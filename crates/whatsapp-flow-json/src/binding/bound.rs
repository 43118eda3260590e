//! The members of a screen's data that properties are bound to.

use super::initial_value::InitialValue;
use super::layout::Visibility;
use crate::catalog::{Property, Version};
use crate::node::{Node, ScreenData};
use crate::value::{CalendarMode, ComponentState};

/// The bindings of a screen's data. `P` is the type of a position in the document.
#[derive(Debug, Clone)]
pub(crate) struct Bindings<P> {
    pub bound: Vec<Binding>,
    pub initial_values: Vec<InitialValue<P>>,
}

/// A property that is bound to a member of a screen's data, or to a value within a member.
#[derive(Debug, Clone)]
pub(crate) struct Binding {
    pub path: Vec<Box<str>>,
    /// The type of the component, or `screen`.
    #[cfg_attr(not(feature = "lint"), expect(dead_code))] // read by flowctl
    pub component: &'static str,
    pub property: &'static Property,
    /// A Form is bound to an object, and this is the object's member for one of the fields.
    #[cfg_attr(not(feature = "lint"), expect(dead_code))] // read by flowctl
    pub from_form: bool,
    /// The component cannot be displayed without the value.
    pub required: bool,
    pub shown: Visibility,
    pub version: Version,
    pub mode: CalendarMode,
}

impl Binding {
    /// The state of the component on a screen with this data.
    pub fn state<'j>(&self, data: impl ScreenData<'j>) -> ComponentState {
        let shown = match &self.shown {
            Visibility::Always => true,
            Visibility::When(path) => data.find(path).and_then(Node::boolean) == Some(true),
            Visibility::Unknown => false,
        };
        ComponentState { version: self.version, shown, mode: self.mode }
    }

    /// Returns whether the component is displayed regardless of the data.
    pub fn is_always_shown(&self) -> bool {
        self.shown == Visibility::Always
    }

    /// The path of the member: `person.name`.
    pub fn member(&self) -> String {
        self.path.join(".")
    }
}

impl<P> Bindings<P> {
    /// Removes the positions, for a document that is dropped.
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
