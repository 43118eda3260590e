//! Sessions: the state stored per flow token, and the state machine of one exchange.
//!
//! [`SessionStore`] is the trait of the store; [`MemoryStore`] implements it in memory, and
//! [`aws::DynamoDbStore`](crate::aws::DynamoDbStore) in DynamoDB. The state machine does no I/O: its inputs are the
//! results of the store and of the handler and the current time, its output is the next step.

mod after_handler;
mod before_handler;
mod exchange;
mod failure;
mod memory;
mod operation;
mod outcome;
mod policy;
mod record;
mod registration;
mod replay;
mod reply_encryption;
mod retention;
mod store;
mod stored_reply;
#[cfg(test)]
mod tests;
mod transition;

pub use memory::MemoryStore;
pub use operation::OperationId;
pub use record::{BodyDigest, Claim, OlderDigest, Owner, Session};
pub use registration::{RegisterError, Registration};
pub use reply_encryption::conversation;
pub use retention::{
    CLAIM_SECONDS, END_REPEAT_SECONDS, FAILURE_REPEAT_SECONDS, FINISHED_SECONDS, MAX_STATE_BYTES,
    MAX_WAITING, REPEAT_SECONDS, SESSION_SECONDS,
};
pub use store::{Precondition, SessionStore, StoreError, WriteOutcome};
pub use stored_reply::MAX_STORED_BYTES;

pub use crate::protocol::submission::SubmissionDigest;

pub(crate) use exchange::{End, Exchange, Incoming, Limits, Now, Seed, Step};
pub(crate) use failure::{Cause, Failure, ReplyMismatch, TokenFault};
pub(crate) use operation::Attempt;
pub(crate) use outcome::RenderedReply;
pub(crate) use policy::{RequestPolicy, TokenPolicy};
pub(crate) use reply_encryption::StoredReplyKeys;
pub(crate) use stored_reply::Dictionary;
