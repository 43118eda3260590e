//! The endpoint behind WhatsApp Flows, as an AWS Lambda.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

#[cfg(feature = "lambda")]
pub mod aws;
pub mod endpoint;
pub mod flow;
pub mod log_line;
#[cfg(feature = "phone")]
pub mod phone;
pub mod protocol;
pub mod remember;
pub mod secrets;
pub mod status;

pub use endpoint::Endpoint;
pub use flow::{
    Context, Error, Flow, Init, Input, MemorySessions, Reaches, ReplyTo, Result, Screen, close,
    complete, show,
};
