//! The linter and the headless client, through their public interfaces.

mod client;
mod lint;
