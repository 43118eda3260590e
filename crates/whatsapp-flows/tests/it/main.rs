//! The library through its front door: a sealed and signed request in, status and opened reply out.

mod bound_values;
mod codegen;
mod differential;
mod fields;
mod log;
mod panic_strategy;
mod paths;
mod promises;
mod reply_mismatch;
mod stale_secret;
mod status_table;
mod support;
mod tampering;
mod twice;
mod vectors;
mod wycheproof;
