//! Flow JSON, the contract between a WhatsApp Flows endpoint and the client.

mod bindings;
mod catalog;
#[cfg(feature = "lint")]
pub mod codegen;
mod examples;
mod first_value;
mod items;
#[cfg(feature = "lint")]
mod json;
mod layout;
#[cfg(feature = "lint")]
pub mod lint;
#[cfg(feature = "lint")]
mod model;
mod node;
mod payload;
mod property;
mod reference;
pub mod reply_schema;
#[cfg(feature = "lint")]
pub mod report;
mod schema;
mod screen_model;
#[cfg(feature = "lint")]
pub mod span;
mod value;

pub use reply_schema::{Evidence, Mismatch, ParseError, ReplySchema};

/// Items for the other crates of the workspace, without any stability promise.
#[doc(hidden)]
pub mod internals {
    pub use crate::examples::example_replies;
    #[cfg(feature = "lint")]
    pub use crate::lint::MAX_DOCUMENT_BYTES;
    pub use crate::payload::sent_members;

    /// The span of every value of a JSON text, in the order of the text; none if it is not JSON.
    #[cfg(feature = "lint")]
    pub fn value_spans(text: &str) -> Vec<crate::span::Span> {
        let json = crate::json::Json::parse(text);
        json.map(|json| json.values().map(crate::json::Value::span).collect()).unwrap_or_default()
    }
}
