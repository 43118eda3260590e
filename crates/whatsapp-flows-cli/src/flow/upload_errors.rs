//! Errors that Meta found in an uploaded Flow JSON, at their place in the file.

use std::io::IsTerminal;

use serde_json::Value;
use whatsapp_flow_json::internals::{MetaError, meta_errors_json, render_meta_errors};

use crate::graph::ValidationError;

/// Prints the errors on stderr, as `flowctl check` prints its own.
pub fn print(file: &str, bytes: &[u8], errors: &[ValidationError]) {
    let color = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    eprint!("{}", render_meta_errors(file, bytes, &each_place(errors), color));
}

/// The errors, each as an object.
pub fn to_json(file: &str, bytes: &[u8], errors: &[ValidationError]) -> Vec<Value> {
    meta_errors_json(file, bytes, &each_place(errors))
}

/// One error for each place, and one for an error without a place.
fn each_place(errors: &[ValidationError]) -> Vec<MetaError> {
    let mut places = Vec::new();
    for error in errors {
        let base = MetaError {
            name: error.name.clone(),
            message: error.message.clone(),
            ..MetaError::default()
        };
        places.extend(error.locations.iter().map(|at| MetaError {
            line: at.line,
            column: at.column,
            path: at.path.clone(),
            ..base.clone()
        }));
        if error.locations.is_empty() {
            places.push(base);
        }
    }
    places
}
