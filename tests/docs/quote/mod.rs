//! A price for a dinner.

mod flow;
mod screens;

pub use flow::flow;
