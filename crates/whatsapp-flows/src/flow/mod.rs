//! What a developer writes: screens, handlers, and the flow that ties them together.

mod builder;
mod context;
mod coverage;
mod dyn_flow;
mod erased;
mod error;
mod field;
mod handler;
mod lenient;
mod numeric_text;
mod payload;
mod reply;
mod screen;
mod typed_number;
mod unfilled;

pub use builder::Flow;
pub use context::Context;
pub use coverage::assert_agrees;
pub use error::{Error, Result};
pub use field::{DateRange, Media, MediaKeys, number};
pub use handler::{Handler, HandlerWithInput};
pub use payload::{Payload, choices};
pub use reply::{ReplyTo, close, complete, show};
pub use screen::{Init, Input, Reaches, Screen};
pub use typed_number::{NotANumber, Number};

pub(crate) use dyn_flow::DynFlow;
