//! Uploaded files in payloads (MED): not to another screen, only at the top, and not too many.

use super::collector::{Diagnostics, at, name_of};
use super::rules::{self, Rule};
use crate::catalog::Version;
use crate::json::Value;
use crate::model::expression::{references, whole_reference};
use crate::model::{ActionKind, Component, Document, FieldKind, Screen, Store};

const NAME: &Rule = &rules::FILES;

/// What a complete action may hand to the chat: since 5.0 ten files, before one; 100 MB in all.
const FILES: f64 = 10.0;
const KILOBYTES: f64 = 100.0 * 1024.0;

/// What a picker takes if it says nothing.
const MOST_FILES: f64 = 30.0;
const MOST_KILOBYTES: f64 = 25.0 * 1024.0;

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
                    let message = "files are not taken to another screen".to_owned();
                    let help = "send them with data_exchange or complete, from this screen";
                    out.add(NAME, at(value), message, help);
                } else if !value.is(member) {
                    let message = "files stand at the top of a payload".to_owned();
                    out.add(NAME, at(value), message, "give them a member of the payload's own");
                } else {
                    let number = |names: &[&str], otherwise| {
                        let found = names.iter().find_map(|name| picker.property(name)?.as_f64());
                        found.unwrap_or(otherwise)
                    };
                    let most = ["max-uploaded-photos", "max-uploaded-documents"];
                    let count = number(&most, MOST_FILES);
                    files += count;
                    kilobytes += count * number(&["max-file-size-kb"], MOST_KILOBYTES);
                }
            }
        }
        let Some(payload) = action.payload_value().filter(|_| kind == ActionKind::Complete) else {
            continue;
        };
        let most = if version >= (5, 0) { FILES } else { 1.0 };
        if files > most {
            let message = format!("up to {files} files are handed over, at most {most}");
            let help = "set `max-uploaded-photos` or `max-uploaded-documents` (30 if not set)";
            out.add(NAME, name_of(payload), message, help);
        } else if kilobytes > KILOBYTES && version >= (5, 0) {
            let message = format!("up to {kilobytes} KB are handed over, at most {KILOBYTES}");
            let help = "set `max-file-size-kb` (25600 if not set), or take fewer files";
            out.add(NAME, name_of(payload), message, help);
        }
    }
}

/// The picker whose files a value is.
fn picker<'d, 'j>(
    document: &'d Document<'j>,
    screen: &'d Screen<'j>,
    value: Value<'j>,
) -> Option<&'d Component<'j>> {
    let reference = whole_reference(value).or_else(|| references(value).next())?;
    if reference.store != Store::Form {
        return None;
    }
    let field = document.referred_screen(screen, &reference)?.field(reference.path[0])?;
    (field.field_kind() == Some(FieldKind::Media)).then_some(field)
}
