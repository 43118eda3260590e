//! The Flow JSON, the contract with the phone: what of it a reply must agree with.

pub mod agreement;
mod schema;
