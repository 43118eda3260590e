//! What is promised about `once`, tokens, bodies that come again, and error notifications: each sentence
//! through the front door.
#![cfg(feature = "phone")]

mod bodies;
#[path = "../support/log_lines.rs"]
mod log_lines;
mod notifications;
mod opened;
mod operations;
mod requests;
mod shop;
#[path = "../support/mod.rs"]
mod support;
mod tokens;
