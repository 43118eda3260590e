//! The Flow JSON, the contract with the phone: what of it a reply must agree with.

pub mod agreement;
#[cfg(feature = "cli")]
pub mod check;
pub(crate) mod examples;
#[cfg(feature = "cli")]
pub mod json;
#[cfg(feature = "cli")]
pub mod model;
mod options;
pub(crate) mod payload;
#[cfg(feature = "cli")]
pub mod place;
#[cfg(feature = "cli")]
pub mod report;
mod schema;
#[cfg(feature = "cli")]
pub mod types;
