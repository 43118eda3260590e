//! The Flow JSON, the contract with the phone: what of it a reply must agree with.

pub mod agreement;
#[cfg(feature = "cli")]
pub mod check;
#[cfg(feature = "cli")]
pub mod json;
#[cfg(feature = "cli")]
pub mod model;
mod options;
#[cfg(feature = "cli")]
pub mod place;
#[cfg(feature = "cli")]
pub mod report;
mod schema;
#[cfg(feature = "cli")]
pub mod types;
