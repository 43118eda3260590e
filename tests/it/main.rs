//! The application as a program, with emulators of AWS around it.

mod cost;
mod deployed;
mod doctor;
mod events;
mod faults;
/// The stand-in for the Graph API, which belongs to the tests of `flowctl`.
#[path = "../../crates/whatsapp-flows-cli/tests/it/graph/mod.rs"]
#[allow(dead_code, unused_imports, reason = "those tests use all of it")]
mod graph;
mod incidents;
mod key_rotation;
mod kill;
mod manifest;
mod once;
mod phones;
mod player;
mod process;
mod program;
mod public_names;
mod release;
mod rotation;
mod samples;
mod secrets_manager;
mod session_item;
mod sessions;
mod support;
mod unreachable;
