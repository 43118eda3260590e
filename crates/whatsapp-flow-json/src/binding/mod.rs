//! The bindings of properties to the members of a screen's data.

mod bound;
mod initial_value;
mod initial_value_reader;
mod layout;
mod reader;
mod reference;

#[cfg(feature = "lint")]
pub(crate) use bound::Binding;
pub(crate) use bound::Bindings;
pub(crate) use reader::read;
#[cfg(feature = "client")]
pub(crate) use reader::requires_value;
