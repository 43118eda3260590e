//! The API that a developer uses: screens, handlers, replies, the types of form fields, and the flow that combines
//! them.

mod builder;
mod context;
#[cfg(feature = "testing")]
mod coverage;
mod dyn_flow;
mod erased;
mod error;
mod field;
mod handler;
mod input;
#[cfg(feature = "testing")]
mod input_type;
mod log_safe;
mod reply;
mod reply_check;
mod screen;
mod sdk_error_code;
#[cfg(feature = "testing")]
mod struct_members;

pub use builder::Flow;
pub use context::Context;
#[cfg(feature = "testing")]
pub use coverage::assert_agrees;
pub use error::{Error, Result};
pub use field::{DateRange, Media, MediaKeys, NotANumber, Number, Payload, choices, number};
pub use handler::{Handler, HandlerWithInput};
pub use log_safe::LogSafe;
pub use reply::{IntoState, ReplyTo, close, complete, show};
pub use screen::{Init, Input, Reaches, Screen};

pub(crate) use context::Invocation;
pub(crate) use dyn_flow::DynFlow;
pub(crate) use erased::CheckedReply;
pub(crate) use reply_check::ReplyCheck;
#[cfg(feature = "testing")]
pub(crate) use struct_members::struct_members;
