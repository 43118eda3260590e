//! The wire protocol of the data channel: bytes, keys and secrets in, bytes out.
//!
//! Nothing here is async, reads a clock, or knows HTTP. Pages referred to as EP, ERR and FJ are
//! Meta's *Implementing your Flow endpoint*, *Error codes* and *Flow JSON*, all under
//! <https://developers.facebook.com/docs/whatsapp/flows>.

pub mod app_secret;
pub(crate) mod binding;
pub(crate) mod cipher;
mod der;
pub mod envelope;
mod hex;
pub mod key;
mod key_error;
pub mod keyring;
mod keyring_json;
mod long_number;
mod one_or_many;
pub mod pem;
mod pem_block;
mod pem_encryption;
pub mod public_key;
pub mod reply_key;
pub mod request;
pub(crate) mod response;
pub mod signature;
pub(crate) mod submission;
pub mod text;
pub mod token;
pub(crate) mod token_signature;
