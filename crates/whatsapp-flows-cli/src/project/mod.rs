//! A project around a flow: its files, and how they are written.

pub mod files;
pub mod flow;
pub mod names;
pub mod rust_text;
pub mod samples;
mod tests;
mod walk;
pub mod writing;

pub use files::{Dependency, Project};
pub use flow::NewFlow;
