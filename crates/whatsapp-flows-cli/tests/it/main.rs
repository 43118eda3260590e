//! The commands of `flowctl`, run as a program.

mod call;
mod check;
mod flow;
#[allow(unused_imports, reason = "the tests of the application use the rest")]
mod graph;
mod graph_calls;
mod keys;
mod keys_at_meta;
mod new;
mod open;
mod play;
mod play_endpoints;
mod probe;
mod screens;
mod secret_forms;
mod send;
mod session;
mod support;
mod types;
