//! The Flow JSON, the contract with the phone: what of it a reply must agree with.

pub mod agreement;
mod bindings;
mod catalog;
#[cfg(feature = "cli")]
pub mod check;
pub(crate) mod examples;
mod first_value;
mod items;
#[cfg(feature = "cli")]
pub mod json;
mod layout;
#[cfg(feature = "cli")]
pub mod model;
mod node;
pub(crate) mod payload;
#[cfg(feature = "cli")]
pub mod place;
mod property;
mod reference;
#[cfg(feature = "cli")]
pub mod report;
mod schema;
mod screen_model;
#[cfg(feature = "cli")]
pub mod types;
mod value;
