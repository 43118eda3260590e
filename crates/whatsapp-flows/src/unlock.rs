//! What a secret makes of a request: verify, open, parse.

use bytes::Bytes;
use http::Request;

use crate::protocol::envelope::{Envelope, Opened};
use crate::protocol::request::{Message, ParseFault};
use crate::protocol::secret::Secret;
use crate::protocol::signature::{self, SignatureFault};
use crate::status::Refusal;

/// A request that was verified and opened.
pub(crate) struct Unlocked {
    /// The position of the app secret that signed it.
    pub signed_by: usize,
    pub opened: Opened,
    pub message: Result<Message, NoAction>,
}

/// The plaintext is JSON and no message.
pub(crate) struct NoAction;

/// Why a secret does not unlock a request.
pub(crate) struct Locked {
    pub refusal: Refusal,
    /// Another secret might.
    pub by_secret: bool,
}

/// The signature comes before any RSA: strangers get no private operation out of us. Everything from
/// the envelope to the plaintext's JSON fails alike.
pub(crate) fn unlock(request: &Request<Bytes>, secret: &Secret) -> Result<Unlocked, Locked> {
    let undecryptable = |by_secret| Locked { refusal: Refusal::Undecryptable, by_secret };
    let signatures = request.headers().get_all(signature::HEADER).iter();
    let signatures = signatures.map(|value| value.as_bytes());
    let signed_by = signature::verify(signatures, request.body(), secret.app_secrets());
    let signed_by = signed_by.map_err(|fault| Locked {
        refusal: Refusal::Signature(fault),
        by_secret: fault == SignatureFault::Wrong,
    })?;
    let envelope = Envelope::parse(request.body()).map_err(|_| undecryptable(false))?;
    let opened = envelope.open(secret.private_keys()).map_err(|_| undecryptable(true))?;
    let message = match Message::parse(&opened.plaintext) {
        Ok(message) => Ok(message),
        Err(ParseFault::NoAction) => Err(NoAction),
        Err(ParseFault::NotJson) => return Err(undecryptable(false)),
    };
    Ok(Unlocked { signed_by, opened, message })
}
