//! Properties: what holds for any input, tried with random ones.

mod envelope;
mod events;
mod generators;
mod keyring;
mod keys;
mod request;
mod signature;
mod support;
mod token_signature;
