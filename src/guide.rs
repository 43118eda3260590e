//! The Rust blocks of the guide, as documentation tests.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

#[cfg(doctest)]
#[doc = include_str!("../docs/handlers.md")]
mod handlers {}

#[cfg(doctest)]
#[doc = include_str!("../docs/sessions.md")]
mod sessions {}

#[cfg(doctest)]
#[doc = include_str!("../docs/testing.md")]
mod testing {}
