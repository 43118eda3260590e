//! Bindings: the properties of components to which the members of a screen's data are bound.

mod bound;
mod initial_value;
mod layout;
mod reader;
mod reference;

pub(crate) use bound::{Bindings, Bound};
pub(crate) use reader::read;
