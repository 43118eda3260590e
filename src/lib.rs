//! The flows of this endpoint and its configuration. `main.rs` serves them, and the tests call them.

pub mod appointment;
pub mod basic;
pub mod config;
#[cfg(doctest)]
mod guide;
