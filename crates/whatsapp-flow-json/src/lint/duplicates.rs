//! Duplicate members. A client uses the last one, so the others have no effect.

use std::collections::HashMap;

use super::collector::Diagnostics;
use super::rules;
use crate::json::Kind;
use crate::model::Document;

pub fn check(document: &Document<'_>, out: &mut Diagnostics) {
    for object in document.value().json().values() {
        if object.kind() != Kind::Object {
            continue;
        }
        let mut names = HashMap::new();
        for (name, _) in object.members() {
            let first = document.value().json().position(name.span.start);
            if let Some(line) = names.insert(name.text.clone(), first.line) {
                let message = format!("duplicate member `{}`, first on line {line}", name.text);
                out.add(
                    &rules::TWICE,
                    name.span,
                    message,
                    "remove one of them: the last one counts",
                );
            }
        }
    }
}
