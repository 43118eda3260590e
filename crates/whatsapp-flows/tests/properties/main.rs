//! Properties that hold for every input, tested with random ones.

mod envelope;
mod events;
mod generators;
mod keyring;
mod keys;
mod request;
mod signature;
mod support;
mod token_signature;
