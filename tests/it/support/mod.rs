//! Shared by all tests: the program, the emulators, and faults between them.

pub mod aws;
pub mod faults;
pub mod flowctl;
pub mod kill_switch;
pub mod lambda_api;
pub mod meta_keys;
pub mod program;
pub mod secrets;
pub mod user;
