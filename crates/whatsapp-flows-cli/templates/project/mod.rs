//! The flow `{{flow}}`: its screens, and the handlers that answer them.

mod flow;
#[allow(dead_code)] // some of the screens may not be shown yet
mod screens;
#[cfg(test)]
mod tests;

pub use flow::{App, flow};
