//! The status table: maps every failure to its HTTP status. Token faults are found in token_rules.rs, in session/ and
//! in flow/dyn_flow.rs.
//!
//! Meta's clients act on three of them (ERR): 421 makes the client fetch the public key again and retry once, 427
//! disables the message for good, 432 says that the signature is wrong. All others are a generic error to the user.

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};

use crate::deadline::Stopped;
use crate::protocol::reply_key::ReplyKey;
use crate::protocol::response;
use crate::protocol::signature::SignatureError;
use crate::session::{Failure, TokenFault};

/// A failure before the request's key is known: the body of the response is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No flow is served on this path.
    UnknownPath,
    /// The method is not POST.
    NotPost,
    /// The body is over 1 MiB.
    BodyTooLarge,
    /// The keyring cannot be read.
    KeyringUnavailable,
    /// Reading the keyring took too long.
    TimedOut,
    /// The source of the keyring panicked.
    Panicked,
    /// `X-Hub-Signature-256` is absent, repeated, malformed or wrong.
    Signature(SignatureError),
    /// Any failure from the envelope to the JSON of the plaintext. Deliberately does not say which.
    Undecryptable,
}

impl Refusal {
    pub fn status(self) -> u16 {
        match self {
            Self::UnknownPath => 404,
            Self::NotPost => 405,
            Self::BodyTooLarge => 413,
            Self::KeyringUnavailable | Self::TimedOut | Self::Panicked => 500,
            Self::Signature(_) => 432,
            Self::Undecryptable => 421,
        }
    }

    /// Reports whether somebody should look at it. The others are what strangers cause who find the address.
    pub fn needs_attention(self) -> bool {
        match self {
            Self::KeyringUnavailable | Self::TimedOut | Self::Panicked => true,
            Self::Signature(SignatureError::Wrong) | Self::Undecryptable => true,
            Self::Signature(
                SignatureError::Absent | SignatureError::Repeated | SignatureError::Malformed,
            ) => false,
            // Unless it is signed: see RequestLog::signed.
            Self::UnknownPath | Self::NotPost | Self::BodyTooLarge => false,
        }
    }

    /// The cause, for the log.
    pub fn cause(self) -> &'static str {
        match self {
            Self::UnknownPath => "unknown path",
            Self::NotPost => "not POST",
            Self::BodyTooLarge => "body too large",
            Self::KeyringUnavailable => "keyring unreadable",
            Self::TimedOut => "out of time before the request was opened",
            Self::Panicked => "panic before the request was opened",
            Self::Signature(SignatureError::Absent) => "signature absent",
            Self::Signature(SignatureError::Repeated) => "signature repeated",
            Self::Signature(SignatureError::Malformed) => "signature malformed",
            Self::Signature(SignatureError::Wrong) => "signature wrong",
            Self::Undecryptable => "undecryptable",
        }
    }

    pub fn response(self) -> Response<Bytes> {
        let mut response = empty(self.status());
        if self == Self::NotPost {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
        }
        response
    }
}

/// The status of a failure after the request's key is known.
fn status(failure: &Failure) -> u16 {
    match failure {
        Failure::UnknownAction => 400,
        Failure::SeenBefore | Failure::ReplyNotStored => 409,
        Failure::Token { .. } => 427,
        Failure::InvalidPayload { .. } | Failure::UnexpectedPayload => 422,
        Failure::NoHandler
        | Failure::NotAnObject { .. }
        | Failure::ReplyMismatch(_)
        | Failure::ReplyTooLarge { .. }
        | Failure::State { .. }
        | Failure::Failed(_)
        | Failure::Panicked
        | Failure::TimedOut
        | Failure::Store(_)
        | Failure::WriteConflict
        | Failure::InProgress
        | Failure::DoneWithoutReply
        | Failure::TooManyUnresolved => 500,
    }
}

/// Reports whether somebody should look at a failure that is answered with 4xx. The others are part of normal operation.
pub(super) fn needs_attention(failure: &Failure) -> bool {
    match failure {
        Failure::Token { fault, .. } => fault.needs_attention(),
        failure => matches!(status(failure), 400 | 422),
    }
}

/// Reports whether a failure that is answered with 4xx is the program's own: a version cannot read the state that another
/// one has stored. A 427 ends the conversation for good, so a rollout that causes it has to be rolled back.
pub(super) fn is_ours(failure: &Failure) -> bool {
    matches!(failure, Failure::Token { fault: TokenFault::StateUnreadable, .. })
}

/// The response to an opened request. The reply key is consumed, so that nothing that must be encrypted leaves in
/// clear.
pub(super) fn respond(reply: Result<Vec<u8>, Failure>, key: ReplyKey) -> Response<Bytes> {
    match reply {
        Ok(plaintext) => sealed(200, key, plaintext),
        Err(failure) => {
            let status = status(&failure);
            match failure {
                Failure::Token { message, .. } => {
                    sealed(status, key, response::token_invalid(&message))
                }
                _ => empty(status),
            }
        }
    }
}

/// A response with an encrypted body: bare base64, as text.
fn sealed(status: u16, key: ReplyKey, plaintext: Vec<u8>) -> Response<Bytes> {
    let mut response = empty(status);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    *response.body_mut() = Bytes::from(key.seal(plaintext));
    response
}

fn empty(status: u16) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::from_u16(status).expect("a constant between 100 and 999");
    response
}

impl From<Stopped> for Refusal {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::TimedOut => Self::TimedOut,
            Stopped::Panicked => Self::Panicked,
        }
    }
}

impl From<Stopped> for Failure {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::TimedOut => Self::TimedOut,
            Stopped::Panicked => Self::Panicked,
        }
    }
}
