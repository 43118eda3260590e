//! The commands of `flowctl`, run as a program.

mod call;
mod check;
mod keys;
mod new;
mod open;
mod play;
mod play_endpoints;
mod screens;
mod secret_forms;
mod session;
mod support;
mod types;
