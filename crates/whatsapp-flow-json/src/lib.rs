//! Flow JSON, the contract between a WhatsApp Flows endpoint and the client.
//!
//! A Flow JSON declares the screens of a flow, the data that each of them displays, and the routes
//! between them. This crate does three things with it:
//!
//! - [`ReplySchema`] checks the replies of an endpoint, before a client rejects them.
//! - [`lint`] reports mistakes in the document, and [`report`] renders them as a compiler does.
//! - [`codegen`] generates the Rust types of the screens.
//!
//! The feature `lint` (default) contains the linter and the code generator. An endpoint that only
//! checks replies does not need it. The program `flowctl` is the command line of this crate.
//!
//! # Check a reply
//!
//! ```
//! use serde_json::json;
//! use whatsapp_flow_json::ReplySchema;
//!
//! let schema = ReplySchema::parse(
//!     r#"{
//!         "version": "7.3",
//!         "screens": [{
//!             "id": "GREETING",
//!             "data": { "name": { "type": "string", "__example__": "Ada" } }
//!         }]
//!     }"#,
//! )?;
//!
//! let reply = json!({ "name": 7 });
//! let mismatch = schema.check(None, "GREETING", reply.as_object().unwrap()).unwrap_err();
//! assert_eq!(mismatch.to_string(), "screen GREETING, member name: expected a string");
//! # Ok::<(), whatsapp_flow_json::ParseError>(())
//! ```
//!
//! # Lint a document
//!
//! ```
//! # #[cfg(feature = "lint")] {
//! use whatsapp_flow_json::{lint, report};
//!
//! let document = br#"{ "version": "7.3", "screens": [] }"#;
//! let found = lint::check(document);
//! assert!(found.has_errors());
//!
//! let text = report::render("flow.json", document, &found, false);
//! assert!(text.starts_with("error[MIN_ITEMS_REQUIRED]: a flow requires at least one screen"));
//! assert!(text.ends_with("flow.json: 1 error\n"));
//! # }
//! ```

mod binding;
mod catalog;
mod catalog_paths;
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "lint")]
pub mod codegen;
mod example_replies;
#[cfg(feature = "lint")]
mod json;
#[cfg(feature = "lint")]
pub mod lint;
#[cfg(feature = "lint")]
mod meta_errors;
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
    pub use crate::catalog_paths::catalog_paths;
    #[cfg(feature = "lint")]
    pub use crate::codegen::examples::{
        ExampleMember, ExamplePayload, ScreenExamples, WhenEmpty, screen_examples,
    };
    pub use crate::example_replies::example_replies;
    #[cfg(feature = "lint")]
    pub use crate::lint::suggest::closest;
    #[cfg(feature = "lint")]
    pub use crate::lint::versions::{NEWEST, PUBLISHABLE};
    #[cfg(feature = "lint")]
    pub use crate::meta_errors::{MetaError, meta_errors_json, path_position, render_meta_errors};
    pub use crate::sent_members::sent_members;

    /// The span of every value of a JSON text, in the order of the text; none if it is not JSON.
    #[cfg(feature = "lint")]
    pub fn value_spans(text: &str) -> Vec<crate::span::Span> {
        let json = crate::json::Json::parse(text);
        json.map(|json| json.values().map(crate::json::Value::span).collect()).unwrap_or_default()
    }
}
