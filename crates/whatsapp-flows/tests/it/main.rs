//! The library through its front door: a sealed and signed request in, status and opened reply out.

mod agreement;
mod bound_values;
mod cached_keyring;
mod codegen;
mod differential;
mod fields;
mod flow_client;
mod guarantees;
mod log;
mod own_keyring;
mod panic_strategy;
mod paths;
mod reply_mismatch;
mod request_log;
mod restore_state;
mod saving;
mod sessions;
mod status;
mod strict_log;
mod support;
mod tampering;
mod typed_phone;
mod vectors;
mod waiting;
mod wycheproof;
