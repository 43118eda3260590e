//! The wire protocol of the data channel: signatures, encryption, keys, requests and replies.
//!
//! This module does no I/O: nothing in it is async, reads a clock, or depends on HTTP. EP, ERR and FJ refer
//! to Meta's pages *Implementing your Flow endpoint*, *Error codes* and *Flow JSON*, all under
//! <https://developers.facebook.com/docs/whatsapp/flows>.

pub mod app_secret;
pub(crate) mod binding;
pub(crate) mod cipher;
mod der;
pub mod envelope;
mod error_notification;
mod hex;
pub mod key;
pub mod keyring;
mod keyring_json;
mod lenient_list;
mod lone_surrogates;
mod lossy_numbers;
pub mod pem;
mod pem_block;
mod pem_encryption;
mod private_key_error;
pub mod public_key;
pub(crate) mod random;
pub mod reply_key;
pub mod request;
pub(crate) mod response;
pub mod signature;
pub(crate) mod submission;
pub mod text_encoding;
pub mod token;
pub(crate) mod token_signature;
