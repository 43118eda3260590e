//! Uploaded files in payloads (MED): not to another screen, only at the top level, and within the
//! limits.

use super::collector::Diagnostics;
use super::rules::{self, Rule};
use super::site::{name_span, value_span};
use crate::catalog::Version;
use crate::json::Value;
use crate::model::expression::{references, whole_reference};
use crate::model::{ActionKind, Component, Document, FieldKind, Namespace, Screen};

const RULE: &Rule = &rules::FILES;

/// The limits of complete: ten files from 5.0 on, one before; 100 MB in total.
const MAX_FILES: f64 = 10.0;
const MAX_KILOBYTES: f64 = 100.0 * 1024.0;

/// The defaults of a picker.
const DEFAULT_FILES: f64 = 30.0;
const DEFAULT_KILOBYTES: f64 = 25.0 * 1024.0;

pub fn check(
    document: &Document<'_>,
    screen: &Screen<'_>,
    version: Version,
    out: &mut Diagnostics,
) {
    for action in screen.actions() {
        let Some(kind) = action.kind() else { continue };
        let (mut files, mut kilobytes) = (0.0, 0.0);
        for (_, member) in action.payload() {
            for value in member.descendants() {
                let Some(picker) = picker(document, screen, value) else { continue };
                if kind == ActionKind::Navigate {
                    let message = "files cannot be sent to another screen".to_owned();
                    let help = "send them from this screen, with data_exchange or complete";
                    out.add(RULE, value_span(value), message, help);
                } else if !value.is_same(member) {
                    let message = "files must be at the top level of a payload".to_owned();
                    out.add(
                        RULE,
                        value_span(value),
                        message,
                        "make them a member of the payload itself",
                    );
                } else {
                    let number = |names: &[&str], otherwise| {
                        let found = names.iter().find_map(|name| picker.property(name)?.as_f64());
                        found.unwrap_or(otherwise)
                    };
                    let max = ["max-uploaded-photos", "max-uploaded-documents"];
                    let count = number(&max, DEFAULT_FILES);
                    files += count;
                    kilobytes += count * number(&["max-file-size-kb"], DEFAULT_KILOBYTES);
                }
            }
        }
        let Some(payload) = action.payload_value().filter(|_| kind == ActionKind::Complete) else {
            continue;
        };
        let max = if version >= (5, 0) { MAX_FILES } else { 1.0 };
        if files > max {
            let message =
                format!("the payload may contain up to {files} files; the maximum is {max}");
            let help = "set `max-uploaded-photos` or `max-uploaded-documents` (30 if not set)";
            out.add(RULE, name_span(payload), message, help);
        } else if kilobytes > MAX_KILOBYTES && version >= (5, 0) {
            let message = format!(
                "the payload may contain up to {kilobytes} KB; the maximum is {MAX_KILOBYTES}"
            );
            let help = "set `max-file-size-kb` (25600 if not set), or allow fewer files";
            out.add(RULE, name_span(payload), message, help);
        }
    }
}

/// The picker whose files a value contains.
fn picker<'d, 'j>(
    document: &'d Document<'j>,
    screen: &'d Screen<'j>,
    value: Value<'j>,
) -> Option<&'d Component<'j>> {
    let reference = whole_reference(value).or_else(|| references(value).next())?;
    if reference.namespace != Namespace::Form {
        return None;
    }
    let field = document.referred_screen(screen, &reference)?.field(reference.path[0])?;
    (field.field_kind() == Some(FieldKind::Media)).then_some(field)
}
