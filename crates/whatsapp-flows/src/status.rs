//! Every way a request can end, beside its status.
//!
//! Meta's clients act on three of them (ERR): 421 makes a phone fetch the public key again and retry
//! once, 427 ends the message for good, 432 says that the signature is wrong. All others are a
//! generic error to the person.

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};

use crate::flow::{Cause, Fault, StoreError};
use crate::protocol::reply_key::ReplyKey;
use crate::protocol::response;
use crate::protocol::signature::SignatureFault;
use whatsapp_flow_json::agreement::Disagreement;

/// An end before the request's key is known: the body is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No flow is served on this path.
    UnknownPath,
    /// The method is not POST.
    NotPost,
    /// The body is over 1 MiB.
    BodyTooLarge,
    /// The secret cannot be read.
    SecretUnreadable,
    /// It took too long to read the secret.
    TimedOut,
    /// The source of the secret panicked.
    Panicked,
    /// `X-Hub-Signature-256` is absent, malformed or wrong.
    Signature(SignatureFault),
    /// Anything from the envelope to the plaintext's JSON. Which, is not told.
    Undecryptable,
}

/// An end after the request's key is known. It cannot be answered without that key, so what is to be
/// sealed does not leave in clear.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The plaintext has no action we know.
    NoAction,
    /// This session has seen this body, and it was not the last one.
    SeenBefore,
    /// It was the last one, but its reply was too large to keep.
    ReplyNotKept,
    /// The token is not, or no longer, good for this flow.
    Token { fault: TokenFault, words: String },
    /// The payload does not fit the screen's `Input`.
    Misfit { member: String },
    /// The screen sends an empty payload, or other members than these.
    UnexpectedPayload,
    /// The flow has no handler for this action and screen.
    NoHandler,
    /// What the handler showed or sent is no JSON object.
    NoObject { screen: &'static str },
    /// The reply disagrees with the flow's document.
    Disagrees(Box<Disagreement>),
    /// The reply is over 1 MB.
    ReplyTooLarge { screen: &'static str },
    /// The state does not serialise, or is over 64 KB.
    State { cause: &'static str },
    /// The handler returned an error.
    Failed(Cause),
    /// The handler panicked.
    Panicked,
    /// The handler or the store took too long.
    TimedOut,
    /// The store failed.
    Store(StoreError),
    /// Other requests of the same token were faster, twice.
    Contended,
    /// Another delivery of the same submission is acting on it, and takes too long.
    BeingActedOn,
    /// The last exchange ran a `once` handler, and its reply could not be used.
    DoneWithoutReply,
    /// The outcome of too many operations of a `once` handler is unknown.
    TooManyUnresolved,
}

/// How far a request had come when it failed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Before its handler: the payload does not fit, or the race was lost.
    NotRun,
    /// In its handler, which may have acted.
    Ran,
    /// The handler returned `Ok`, and its reply cannot be used.
    Returned,
    /// Trying again on the same screen does not help.
    Elsewhere,
}

/// What is wrong with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenFault {
    TooLong,
    Missing,
    SignatureMissing,
    SignatureWrong,
    OtherFlow,
    /// Registered without `flow`, on an endpoint with several flows.
    FlowNotNamed,
    Unknown,
    Finished,
    StateUnreadable,
    Expired,
}

impl Refusal {
    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::UnknownPath => 404,
            Self::NotPost => 405,
            Self::BodyTooLarge => 413,
            Self::SecretUnreadable | Self::TimedOut | Self::Panicked => 500,
            Self::Signature(_) => 432,
            Self::Undecryptable => 421,
        }
    }

    pub(crate) fn cause(self) -> &'static str {
        match self {
            Self::UnknownPath => "unknown path",
            Self::NotPost => "not POST",
            Self::BodyTooLarge => "body too large",
            Self::SecretUnreadable => "secret unreadable",
            Self::TimedOut => "out of time before the request was opened",
            Self::Panicked => "panic before the request was opened",
            Self::Signature(SignatureFault::Absent) => "signature absent",
            Self::Signature(SignatureFault::Repeated) => "signature repeated",
            Self::Signature(SignatureFault::Malformed) => "signature malformed",
            Self::Signature(SignatureFault::Wrong) => "signature wrong",
            Self::Undecryptable => "undecryptable",
        }
    }

    pub(crate) fn response(self) -> Response<Bytes> {
        let mut response = empty(self.status());
        if self == Self::NotPost {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
        }
        response
    }
}

impl Failure {
    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::NoAction => 400,
            Self::SeenBefore | Self::ReplyNotKept => 409,
            Self::Token { .. } => 427,
            Self::Misfit { .. } | Self::UnexpectedPayload => 422,
            Self::NoHandler
            | Self::NoObject { .. }
            | Self::Disagrees(_)
            | Self::ReplyTooLarge { .. }
            | Self::State { .. }
            | Self::Failed(_)
            | Self::Panicked
            | Self::TimedOut
            | Self::Store(_)
            | Self::Contended
            | Self::BeingActedOn
            | Self::DoneWithoutReply
            | Self::TooManyUnresolved => 500,
        }
    }

    pub(crate) fn cause(&self) -> &'static str {
        match self {
            Self::NoAction => "no action",
            Self::SeenBefore => "body seen before",
            Self::ReplyNotKept => "reply not kept",
            Self::Token { fault, .. } => fault.cause(),
            Self::Misfit { .. } => "payload does not fit the screen's Input",
            Self::UnexpectedPayload => "payload has members that the screen does not send",
            Self::NoHandler => "no handler",
            Self::NoObject { .. } => "reply is no object",
            Self::Disagrees(_) => "reply disagrees with the Flow JSON",
            Self::ReplyTooLarge { .. } => "reply too large",
            Self::State { cause } => cause,
            Self::Failed(cause) => cause.type_name,
            Self::Panicked => "panic",
            Self::TimedOut => "out of time",
            Self::Store(error) => error.0,
            Self::Contended => "lost the race twice",
            Self::BeingActedOn => "another delivery is being acted on",
            Self::DoneWithoutReply => "done, without a reply that can be used",
            Self::TooManyUnresolved => "too many operations of unknown outcome",
        }
    }

    /// What it says of the handler, and of the user.
    fn stage(&self) -> Stage {
        match self {
            Self::Misfit { .. } | Self::UnexpectedPayload | Self::Contended => Stage::NotRun,
            Self::Failed(_) | Self::Panicked | Self::TimedOut => Stage::Ran,
            Self::NoObject { .. }
            | Self::Disagrees(_)
            | Self::ReplyTooLarge { .. }
            | Self::State { .. } => Stage::Returned,
            Self::NoAction
            | Self::SeenBefore
            | Self::ReplyNotKept
            | Self::Token { .. }
            | Self::NoHandler
            | Self::Store(_)
            | Self::BeingActedOn
            | Self::DoneWithoutReply
            | Self::TooManyUnresolved => Stage::Elsewhere,
        }
    }

    /// Reports whether the user may stay on the screen, with a message, and try again.
    pub(crate) fn is_recoverable(&self) -> bool {
        self.stage() != Stage::Elsewhere
    }

    /// Reports whether the handler returned `Ok`, and its reply cannot be used.
    pub(crate) fn refuses_the_reply(&self) -> bool {
        self.stage() == Stage::Returned
    }

    /// Reports whether a handler may have acted before this: its outcome is unknown then.
    pub(crate) fn handler_ran(&self) -> bool {
        matches!(self.stage(), Stage::Ran | Stage::Returned)
    }

    pub(crate) fn response(self, key: ReplyKey) -> Response<Bytes> {
        let status = self.status();
        match self {
            Self::Token { words, .. } => {
                sealed(status, key, response::token_invalid(&words).to_string().into_bytes())
            }
            _ => empty(status),
        }
    }
}

impl TokenFault {
    /// What to do about it, for the log.
    pub(crate) fn hint(self) -> Option<&'static str> {
        match self {
            Self::Missing => Some(
                "the message was sent without a flow token of its own (`unused`, or a placeholder): send a \
                 random one, such as FlowToken::random()",
            ),
            Self::Finished => Some(
                "every message requires a flow token of its own; for a flow that one message may open again, \
                 see may_be_filled_in_again()",
            ),
            Self::OtherFlow => Some(
                "a flow token belongs to the flow that it was first used with; every message requires a \
                 token of its own",
            ),
            Self::Unknown => {
                Some("register the token when the message is sent: flowctl session register")
            }
            Self::TooLong
            | Self::SignatureMissing
            | Self::SignatureWrong
            | Self::FlowNotNamed
            | Self::StateUnreadable
            | Self::Expired => None,
        }
    }

    fn cause(self) -> &'static str {
        match self {
            Self::TooLong => "token too long",
            Self::Missing => "token missing",
            Self::SignatureMissing => "token signature missing",
            Self::SignatureWrong => "token signature wrong",
            Self::OtherFlow => "token of another flow",
            Self::FlowNotNamed => {
                "token registered without its flow: write the flow's path into the item's `flow`"
            }
            Self::Unknown => "token unknown",
            Self::Finished => "token finished",
            Self::StateUnreadable => "state unreadable",
            Self::Expired => "token expired",
        }
    }
}

impl Fault {
    /// Where a flow's fault stands in the table; `over` are the flow's words under a 427.
    pub(crate) fn into_failure(self, over: &str) -> Failure {
        match self {
            Self::NoHandler => Failure::NoHandler,
            Self::Misfit { member } => Failure::Misfit { member },
            Self::UnexpectedPayload => Failure::UnexpectedPayload,
            Self::StateUnreadable => {
                Failure::Token { fault: TokenFault::StateUnreadable, words: over.into() }
            }
            Self::StateUnwritable => Failure::State { cause: "state does not serialise" },
            Self::NoObject { screen } => Failure::NoObject { screen },
            Self::TokenExpired { words } => Failure::Token { fault: TokenFault::Expired, words },
            Self::Failed(cause) => Failure::Failed(cause),
        }
    }
}

/// A sealed body: bare base64, as text.
pub(crate) fn sealed(status: u16, key: ReplyKey, plaintext: Vec<u8>) -> Response<Bytes> {
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
