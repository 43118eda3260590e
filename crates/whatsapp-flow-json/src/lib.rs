//! Flow JSON, the contract between a WhatsApp Flows endpoint and the client.

pub mod agreement;
mod bindings;
mod catalog;
#[cfg(feature = "lint")]
pub mod check;
pub mod examples;
mod first_value;
mod items;
#[cfg(feature = "lint")]
pub mod json;
mod layout;
#[cfg(feature = "lint")]
pub mod model;
mod node;
pub mod payload;
#[cfg(feature = "lint")]
pub mod place;
mod property;
mod reference;
#[cfg(feature = "lint")]
pub mod report;
mod schema;
mod screen_model;
#[cfg(feature = "lint")]
pub mod types;
mod value;
