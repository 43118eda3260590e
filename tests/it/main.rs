//! The application as a program, with emulators of AWS around it.

mod cost;
mod events;
mod faults;
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
