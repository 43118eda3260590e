//! The conversation as a script for `flowctl play`, and as a test in Rust.

mod rust;
mod script;

pub use rust::test;
pub use script::script;
