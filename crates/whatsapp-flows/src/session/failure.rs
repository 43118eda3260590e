//! The ways an exchange fails once its key is known, and what each says about the handler.
//!
//! Their statuses are in endpoint/status.rs.

use std::panic::Location;

use super::store::StoreError;

/// The reason why a request gets no reply from its handler.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The plaintext has no known action.
    UnknownAction,
    /// The session has seen this body, and it was not the last one.
    SeenBefore,
    /// The body was answered with the last reply, which was too large to store, or whose app secret is gone.
    ReplyNotStored,
    /// The token is not, or no longer, valid for this flow.
    Token { fault: TokenFault, message: String },
    /// The payload does not deserialize into the screen's `Input`.
    InvalidPayload { member: String },
    /// The screen's `Input` is `()`, and the payload has members that the screen does not send.
    UnexpectedPayload,
    /// The flow has no handler for this action and screen.
    NoHandler,
    /// The data or the parameters of the reply are not a JSON object.
    NotAnObject { screen: &'static str },
    /// The reply does not match the Flow JSON.
    ReplyMismatch(Box<ReplyMismatch>),
    /// The reply is over 1 MB.
    ReplyTooLarge { screen: &'static str },
    /// The state does not serialize, or is over 64 KB.
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
    WriteConflict,
    /// Another delivery of the same submission is in progress, and takes too long.
    InProgress,
    /// The last exchange ran a `once` handler, and its reply could not be used.
    DoneWithoutReply,
    /// The outcomes of too many operations of `once` handlers are unknown.
    TooManyUnresolved,
}

/// The part of a reply that does not match the Flow JSON. It contains no value of the reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReplyMismatch {
    /// The screen that the reply shows.
    pub screen: &'static str,
    /// The member of its data, such as `time[3].id`; empty for the screen itself.
    pub member: String,
    pub expected: &'static str,
}

/// The cause of a handler's error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cause {
    pub type_name: &'static str,
    pub at: Option<&'static Location<'static>>,
    /// Its code, which is safe to log.
    pub code: Option<String>,
    /// Its text, which may contain what the user typed; only for development.
    pub text: Option<String>,
}

/// The rule that a token breaks.
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

/// The progress of a request when it failed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Before its handler: the payload is invalid, or the write conflicted.
    NotRun,
    /// In its handler, which may have acted.
    Ran,
    /// The handler returned `Ok`, and its reply cannot be used.
    Returned,
    /// Another attempt on the same screen does not help.
    Elsewhere,
}

impl Failure {
    fn stage(&self) -> Stage {
        match self {
            Self::InvalidPayload { .. } | Self::UnexpectedPayload | Self::WriteConflict => {
                Stage::NotRun
            }
            Self::Failed(_) | Self::Panicked | Self::TimedOut => Stage::Ran,
            Self::NotAnObject { .. }
            | Self::ReplyMismatch(_)
            | Self::ReplyTooLarge { .. }
            | Self::State { .. } => Stage::Returned,
            Self::UnknownAction
            | Self::SeenBefore
            | Self::ReplyNotStored
            | Self::Token { .. }
            | Self::NoHandler
            | Self::Store(_)
            | Self::InProgress
            | Self::DoneWithoutReply
            | Self::TooManyUnresolved => Stage::Elsewhere,
        }
    }

    /// Reports whether the user may stay on the screen, with a message, and try again.
    pub fn is_recoverable(&self) -> bool {
        self.stage() != Stage::Elsewhere
    }

    /// Reports whether the handler returned `Ok`, and its reply cannot be used.
    pub fn is_unusable_reply(&self) -> bool {
        self.stage() == Stage::Returned
    }

    /// Reports whether a handler may have acted before this failure; its outcome is unknown then.
    pub fn handler_ran(&self) -> bool {
        matches!(self.stage(), Stage::Ran | Stage::Returned)
    }

    /// The cause, for the log.
    pub fn cause(&self) -> &'static str {
        match self {
            Self::UnknownAction => "no action",
            Self::SeenBefore => "body seen before",
            Self::ReplyNotStored => "reply not stored",
            Self::Token { fault, .. } => fault.cause(),
            Self::InvalidPayload { .. } => "payload does not fit the screen's Input",
            Self::UnexpectedPayload => "payload has members that the screen does not send",
            Self::NoHandler => "no handler",
            Self::NotAnObject { .. } => "reply is not a JSON object",
            Self::ReplyMismatch(_) => "reply does not match the Flow JSON",
            Self::ReplyTooLarge { .. } => "reply too large",
            Self::State { cause } => cause,
            Self::Failed(cause) => cause.type_name,
            Self::Panicked => "panic",
            Self::TimedOut => "out of time",
            Self::Store(error) => error.0,
            Self::WriteConflict => "write conflict (twice)",
            Self::InProgress => "another delivery is in progress",
            Self::DoneWithoutReply => "done, without a usable reply",
            Self::TooManyUnresolved => "too many unresolved operations",
        }
    }
}

impl TokenFault {
    /// Reports whether the business has to change something. The others are part of normal operation: a form is opened
    /// again after its end.
    pub fn needs_attention(self) -> bool {
        match self {
            Self::TooLong
            | Self::Missing
            | Self::SignatureMissing
            | Self::SignatureWrong
            | Self::OtherFlow
            | Self::FlowNotNamed
            | Self::Unknown
            | Self::StateUnreadable => true,
            Self::Finished | Self::Expired => false,
        }
    }

    /// The cause, for the log.
    fn cause(self) -> &'static str {
        match self {
            Self::TooLong => "token too long",
            Self::Missing => "token missing",
            Self::SignatureMissing => "token signature missing",
            Self::SignatureWrong => "token signature wrong",
            Self::OtherFlow => "token of another flow",
            Self::FlowNotNamed => "token registered without its flow",
            Self::Unknown => "token unknown",
            Self::Finished => "token finished",
            Self::StateUnreadable => "state unreadable",
            Self::Expired => "token expired",
        }
    }

    /// The cure, for the log.
    pub fn hint(self) -> Option<&'static str> {
        match self {
            Self::Missing => Some(
                "the message was sent without a flow token of its own (`unused`, or a placeholder); send a \
                 random one, such as FlowToken::random()",
            ),
            Self::Finished => Some(
                "every message requires a flow token of its own; in development, take a new one, or forget this one \
                 with flowctl session forget; for a flow that one message may open again, see Flow::reopenable()",
            ),
            Self::OtherFlow => Some(
                "a flow token belongs to the flow that it was first used with; every message requires a \
                 token of its own",
            ),
            Self::Unknown => {
                Some("register the token when the message is sent: flowctl session register")
            }
            Self::FlowNotNamed => Some("set the item's `flow` to the flow's path"),
            Self::TooLong
            | Self::SignatureMissing
            | Self::SignatureWrong
            | Self::StateUnreadable
            | Self::Expired => None,
        }
    }
}
