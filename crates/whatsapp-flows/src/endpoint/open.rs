//! Opens a request: verifies its signature, decrypts it and parses it.

use bytes::Bytes;
use http::Request;

use super::status::Refusal;
use crate::protocol::envelope::{Decrypted, Envelope};
use crate::protocol::keyring::Keyring;
use crate::protocol::request::Message;
use crate::protocol::signature::{self, Signature, SignatureError};

/// A request that was verified, decrypted and parsed.
pub(super) struct Opened {
    /// The position of the app secret that signed it.
    pub signed_by: usize,
    pub decrypted: Decrypted,
    pub message: Message,
}

/// The reason why a keyring does not open a request.
pub(super) struct OpenError {
    pub refusal: Refusal,
    /// Another keyring might open it.
    pub depends_on_keyring: bool,
}

/// Parses the signature header of a request.
pub(super) fn signature(request: &Request<Bytes>) -> Result<Signature, SignatureError> {
    let values = request.headers().get_all(signature::HEADER).iter();
    Signature::parse(values.map(|value| value.as_bytes()))
}

/// Opens a request with a keyring.
///
/// The signature is verified before any RSA operation, so that strangers cannot cause one. Every failure from the
/// envelope to the JSON of the plaintext looks the same.
pub(super) fn open(
    request: &Request<Bytes>,
    signature: Signature,
    keyring: &Keyring,
) -> Result<Opened, OpenError> {
    let undecryptable =
        |depends_on_keyring| OpenError { refusal: Refusal::Undecryptable, depends_on_keyring };
    let signed_by = signature.verify(request.body(), keyring.app_secrets());
    let signed_by = signed_by.map_err(|fault| OpenError {
        refusal: Refusal::Signature(fault),
        depends_on_keyring: true,
    })?;
    let envelope = Envelope::parse(request.body()).map_err(|_| undecryptable(false))?;
    let decrypted = envelope.open(keyring.private_keys()).map_err(|_| undecryptable(true))?;
    let message = Message::parse(&decrypted.plaintext).map_err(|_| undecryptable(false))?;
    Ok(Opened { signed_by, decrypted, message })
}
