//! The members of a screen's data that properties are bound to.

use super::initial_value::FirstValue;
use super::layout::Shown;
use crate::catalog::{Property, Version};
use crate::node::{Data, Node};
use crate::value::{Mode, Setting};

/// What the data of a screen is bound to. `P` is the place of a value in the document.
#[derive(Debug, Clone)]
pub(crate) struct Bindings<P> {
    pub bound: Vec<Bound>,
    pub first_values: Vec<FirstValue<P>>,
}

/// A member of a screen's data, or a value within it, that a property is bound to.
#[derive(Debug, Clone)]
pub(crate) struct Bound {
    pub path: Vec<Box<str>>,
    /// The type of the component, or `screen`.
    #[cfg_attr(not(feature = "lint"), expect(dead_code))] // read by flowctl
    pub of: &'static str,
    pub property: &'static Property,
    /// A Form is bound to an object, and this is the object's member for one of its fields.
    #[cfg_attr(not(feature = "lint"), expect(dead_code))] // read by flowctl
    pub of_form: bool,
    /// The component cannot do without it.
    pub needed: bool,
    pub shown: Shown,
    pub version: Version,
    pub mode: Mode,
}

impl Bound {
    /// How its values are judged on a screen with this data.
    pub fn setting<'j>(&self, data: impl Data<'j>) -> Setting {
        let shown = match &self.shown {
            Shown::Always => true,
            Shown::When(path) => data.find(path).and_then(Node::boolean) == Some(true),
            Shown::Perhaps => false,
        };
        Setting { version: self.version, shown, mode: self.mode }
    }

    /// Whether it is on the screen whatever the data is.
    pub fn always_shown(&self) -> bool {
        self.shown == Shown::Always
    }

    /// Its name as a reply's developer would write it: `person.name`.
    pub fn member(&self) -> String {
        self.path.join(".")
    }
}

impl<P> Bindings<P> {
    /// The same for a document that is not kept.
    pub fn without_places(self) -> Bindings<()> {
        let first_values = self.first_values.into_iter().map(FirstValue::without_place).collect();
        Bindings { bound: self.bound, first_values }
    }
}

impl<P> Default for Bindings<P> {
    fn default() -> Self {
        Self { bound: Vec::new(), first_values: Vec::new() }
    }
}
