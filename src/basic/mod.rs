//! The smallest flow: one screen greets, takes a name, and the flow is complete.

mod flow;
mod screens;

pub use flow::flow;
