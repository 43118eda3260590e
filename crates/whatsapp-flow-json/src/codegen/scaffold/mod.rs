//! Generates the handlers of a flow, to start from: they compile, and they show every screen with its examples.

mod literal;
mod plan;
mod writer;

use std::collections::BTreeSet;

use super::error::Error;
use crate::json::Json;
use crate::model::Document;
use crate::span;
use literal::Literals;
use writer::Writer;

pub use plan::{Plan, PlannedPayload, PlannedScreen};

/// The handlers of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaffold {
    /// The text of `flow.rs`, without tests. It is beside `flow.json` and the `screens.rs` of
    /// [`generate`](super::generate).
    pub text: String,
    /// The replies of the handlers.
    pub plan: Plan,
    /// The functions in `text`, for a file that has some of them already.
    pub functions: Vec<ScaffoldFunction>,
}

/// A function of a scaffold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScaffoldFunction {
    /// Its name.
    pub name: String,
    /// Its text, with its comment.
    pub text: String,
    /// The call that connects it: `.on::<Details>(submit_details)`; `None` for a function that makes a screen.
    pub wiring: Option<String>,
    /// The member of `Draft` that it stores, with its type; `None` if it stores nothing.
    pub stores: Option<(String, String)>,
    /// The type of the screen that it makes; `None` for a handler.
    pub makes: Option<String>,
}

/// Generates handlers for a flow. `name` is the name of the flow in comments.
///
/// # Errors
///
/// As [`generate`](super::generate).
pub fn scaffold(flow_json: &str, name: &str) -> Result<Scaffold, Error> {
    let json = Json::parse(flow_json).map_err(|error| Error {
        position: span::position(flow_json, error.offset),
        message: error.message.to_owned(),
    })?;
    let document = Document::read(&json);
    let file = super::read_document(&document, "flow.json")?;
    let plan = Plan::new(&document, &file.screens);
    let mut writer = Writer {
        file: &file,
        document: &document,
        plan: &plan,
        literals: Literals { structs: &file.structs, used: BTreeSet::new(), uses_json: false },
        types: BTreeSet::new(),
        text: String::new(),
        functions: Vec::new(),
    };
    let text = writer.write(name);
    let functions = writer.functions;
    Ok(Scaffold { text, plan, functions })
}
