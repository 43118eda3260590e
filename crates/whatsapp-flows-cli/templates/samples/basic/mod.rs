//! The smallest flow: one screen with a form, and no session.

mod flow;
mod screens;

pub use flow::flow;
