//! What a developer writes: screens, handlers, and the flow that ties them together.

mod answer;
mod context;
mod coverage;
mod error;
mod field;
mod handler;
mod lenient;
mod manner;
mod memory;
mod numeric_text;
mod operation;
mod payload;
mod registration;
mod reply;
mod screen;
mod serve;
mod sessions;
mod typed_number;
mod unfilled;
mod wiring;

pub use context::Context;
pub use coverage::assert_agrees;
pub use error::{Error, Result};
pub use field::{DateRange, Media, MediaKeys, number};
pub use handler::{Handler, HandlerWithInput};
pub use memory::MemorySessions;
pub use operation::OperationId;
pub use payload::{Payload, choices};
pub use registration::{RegisterError, Registration};
pub use reply::{ReplyTo, close, complete, show};
pub use screen::{Init, Input, Reaches, Screen};
pub use sessions::{
    Base, BodyDigest, BoxFuture, Claim, OlderDigest, Owner, Session, Sessions, StoreError, Stored,
};
pub use typed_number::{NotANumber, Number};
pub use wiring::Flow;

pub(crate) use answer::{Answered, Fault};
pub(crate) use error::Cause;
pub(crate) use manner::{Manner, Tokens};
pub(crate) use operation::Attempt;
pub(crate) use serve::Serve;
