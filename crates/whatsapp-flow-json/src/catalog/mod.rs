//! The catalog of components: properties, types, versions and limits (CMP).
//!
//! The client truncates a text that is too long and does not reject it, so exceeding a length
//! is a warning.
//!
//! `flowctl check` uses the entire catalog; the reply check uses the part that concerns replies.

mod choices;
mod display;
mod inputs;
mod spec;

pub use spec::*;

/// Returns the component of this type.
pub fn component(kind: &str) -> Option<&'static ComponentSpec> {
    components().find(|component| component.name == kind)
}

/// All components.
pub fn components() -> impl Iterator<Item = &'static ComponentSpec> {
    display::COMPONENTS.iter().chain(inputs::COMPONENTS).chain(choices::COMPONENTS)
}
