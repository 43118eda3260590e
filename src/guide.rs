//! The Rust blocks of the guide, as documentation tests.

#[doc = include_str!("../README.md")]
mod readme {}

#[doc = include_str!("../docs/handlers.md")]
mod handlers {}

#[doc = include_str!("../docs/sessions.md")]
mod sessions {}

#[doc = include_str!("../docs/testing.md")]
mod testing {}

#[doc = include_str!("../docs/businesses.md")]
mod businesses {}
