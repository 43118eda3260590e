//! Shared by all tests: the program, the emulators, and faults between them.

pub mod aws;
pub mod faults;
pub mod program;
pub mod user;
