//! The flows of this endpoint. `main.rs` serves them, and the tests call them.

pub mod appointment;
pub mod basic;
#[cfg(doctest)]
mod guide;
