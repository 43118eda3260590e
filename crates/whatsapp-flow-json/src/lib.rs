//! Flow JSON, the contract between a WhatsApp Flows endpoint and the client.

mod binding;
mod catalog;
#[cfg(feature = "lint")]
pub mod codegen;
mod example_replies;
#[cfg(feature = "lint")]
mod json;
#[cfg(feature = "lint")]
pub mod lint;
#[cfg(feature = "lint")]
mod model;
mod node;
mod reply_schema;
#[cfg(feature = "lint")]
pub mod report;
mod sent_members;
#[cfg(feature = "lint")]
pub mod span;
mod value;

pub use reply_schema::{Evidence, Mismatch, ParseError, ReplySchema};

/// Items for the other crates of the workspace, without any stability promise.
#[doc(hidden)]
pub mod internals {
    pub use crate::example_replies::example_replies;
    #[cfg(feature = "lint")]
    pub use crate::lint::MAX_DOCUMENT_BYTES;
    pub use crate::sent_members::sent_members;

    /// The span of every value of a JSON text, in the order of the text; none if it is not JSON.
    #[cfg(feature = "lint")]
    pub fn value_spans(text: &str) -> Vec<crate::span::Span> {
        let json = crate::json::Json::parse(text);
        json.map(|json| json.values().map(crate::json::Value::span).collect()).unwrap_or_default()
    }
}
