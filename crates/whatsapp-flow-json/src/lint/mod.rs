//! The linter: the rules of Flow JSON, and the diagnostics for a document.
//!
//! [`rules`] is the table of all rules, with their severities by version. Versions before 5.1 can
//! no longer be published and the client does not support them. For them, the rules of 5.1 are
//! used, without the features that the changelog lists as added later.

mod action;
mod bound_types;
mod branches;
mod collector;
mod component;
mod data_model;
mod data_types;
mod dates;
mod diagnostic;
mod document;
mod duplicates;
mod endpoint;
mod examples;
mod expression;
mod expression_types;
mod forms;
mod grammar;
mod images;
mod lists;
mod navigate_routes;
mod navigation;
mod near_reference;
mod pattern;
mod payload_data;
mod placement;
mod property;
mod redundant_exchange;
mod references;
mod relayed_numbers;
mod route_graph;
mod route_paths;
mod routing;
pub mod rules;
mod screens;
mod severity;
mod site;
pub(crate) mod suggest;
mod token;
mod unevaluated_text;
mod uploads;
mod usage;
mod value;
pub(crate) mod versions;

pub use diagnostic::Diagnostic;
pub use severity::Severity;

use crate::json::Json;
use crate::model::Document;
use crate::span::Position;
use collector::Diagnostics;

/// The maximum size of a document (FJ): 10 MB.
pub const MAX_DOCUMENT_BYTES: usize = 10 * 1024 * 1024;

/// The diagnostics for a document.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Report {
    /// The diagnostics in document order, with their positions.
    pub diagnostics: Vec<(Position, Diagnostic)>,
    /// The number of further diagnostics, which were only counted.
    pub omitted: usize,
}

impl Report {
    /// Returns whether one of the diagnostics is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|(_, diagnostic)| diagnostic.severity == Severity::Error)
    }
}

/// Lints the bytes of a document. Positions and spans refer to the text after a byte order mark.
pub fn check(bytes: &[u8]) -> Report {
    let body = without_byte_order_mark(bytes);
    let text = match std::str::from_utf8(body) {
        Ok(text) => text,
        Err(error) => return not_utf8(body, error.valid_up_to()),
    };
    let mut diagnostics = Diagnostics::new(versions::NEWEST);
    if text.len() > MAX_DOCUMENT_BYTES {
        let over = text.len() - MAX_DOCUMENT_BYTES;
        let message = format!("the document exceeds the limit of 10 MB by {over} bytes");
        let help = "remove large images, and let the endpoint send them";
        diagnostics.add(&rules::FLOW_JSON, 0..0, message, help);
        return report(diagnostics, |_| Position { line: 1, column: 1 });
    }
    match Json::parse(text) {
        Ok(json) => {
            let document = Document::read(&json);
            diagnostics = Diagnostics::new(versions::rules_version(&document));
            check_byte_order_mark(bytes, &mut diagnostics);
            run(&document, &mut diagnostics);
            report(diagnostics, |offset| json.position(offset))
        }
        Err(error) => {
            check_byte_order_mark(bytes, &mut diagnostics);
            let end = text[error.offset..].chars().next().map_or(0, char::len_utf8);
            let at = error.offset..error.offset + end;
            diagnostics.add(&rules::FLOW_JSON, at, error.message.to_owned(), error.help);
            report(diagnostics, |offset| crate::span::position(text, offset))
        }
    }
}

/// Runs all rules. Structure comes first: values of the wrong type are not checked for their
/// meaning.
fn run(document: &Document<'_>, out: &mut Diagnostics) {
    duplicates::check(document, out);
    if !document::check(document, out) {
        return;
    }
    let version = versions::rules_version(document);
    component::check(document, version, out);
    screens::check(document, version, out);
    data_model::check(document, out);
    routing::check(document, version, out);
    for screen in document.screens() {
        branches::check(screen, out);
        placement::check(screen, version, out);
        forms::check(screen, version, out);
        lists::check(document, screen, version, out);
        dates::check(screen, version, out);
        expression::check(document, screen, version, out);
        references::check(document, screen, version, out);
        navigation::check(document, screen, out);
        uploads::check(document, screen, version, out);
    }
    examples::check(document, version, out);
    lists::check_flow(document, out);
    relayed_numbers::check(document, out);
    usage::check(document, out);
    redundant_exchange::check(document, out);
}

fn report(diagnostics: Diagnostics, place: impl Fn(usize) -> Position) -> Report {
    let (list, omitted) = diagnostics.finish();
    let diagnostics =
        list.into_iter().map(|diagnostic| (place(diagnostic.span.start), diagnostic)).collect();
    Report { diagnostics, omitted }
}

/// The bytes after a byte order mark, if there is one.
pub(crate) fn without_byte_order_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)
}

/// Reports a byte order mark. The rest is checked regardless.
fn check_byte_order_mark(bytes: &[u8], out: &mut Diagnostics) {
    if without_byte_order_mark(bytes).len() < bytes.len() {
        let message = "the file starts with a byte order mark".to_owned();
        out.add(&rules::FLOW_JSON, 0..0, message, "save it as UTF-8 without a byte order mark");
    }
}

fn not_utf8(bytes: &[u8], offset: usize) -> Report {
    let before = String::from_utf8_lossy(&bytes[..offset]);
    let place = crate::span::position(&before, before.len());
    // The output of PowerShell's `>`.
    let message = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "the file is UTF-16 text, not UTF-8",
        _ => "the file is not UTF-8 text",
    };
    let diagnostic = Diagnostic {
        rule: &rules::FLOW_JSON,
        severity: Severity::Error,
        span: offset..offset,
        message: message.to_owned(),
        help: "save it as UTF-8".to_owned(),
    };
    Report { diagnostics: vec![(place, diagnostic)], omitted: 0 }
}
