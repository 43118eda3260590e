//! Every component of Flow JSON with its properties (CMP): what they hold, since which version.
//!
//! Lengths and counts are CMP's. The client does not refuse a text that is too long, it cuts it, so a
//! length gives a warning.
//!
//! `flowctl check` reads all of it; a Lambda reads what it needs to judge replies.

mod choices;
mod display;
mod inputs;
mod spec;

pub use spec::*;

/// The component of this type.
pub fn component(kind: &str) -> Option<&'static ComponentSpec> {
    components().find(|component| component.name == kind)
}

/// All of them.
pub fn components() -> impl Iterator<Item = &'static ComponentSpec> {
    display::COMPONENTS.iter().chain(inputs::COMPONENTS).chain(choices::COMPONENTS)
}
