//! Numbers that are passed on by several screens. A client passes on a number that the user typed
//! once; as data of the next screen it is text, and no longer matches a data model that expects a
//! number.

use std::collections::{HashMap, HashSet};

use super::collector::Diagnostics;
use super::data_types::types_of;
use super::rules;
use crate::model::expression::whole_reference;
use crate::model::screen::ReferenceTarget;
use crate::model::{ActionKind, DataType, Document, Namespace, Screen};
use crate::span::Span;

/// A member of a screen's data: the number of the screen, and the name.
type DataMember = (usize, String);

/// A number in the payload of a navigate.
struct Relay {
    at: Span,
    from: Origin,
    to: DataMember,
}

enum Origin {
    /// A field, as another screen refers to it.
    Field(String),
    Data(DataMember),
}

pub fn check(document: &Document<'_>, out: &mut Diagnostics) {
    let mut relays = Vec::new();
    for screen in document.screens() {
        collect(document, screen, &mut relays);
    }
    let mut onward: HashMap<&DataMember, Vec<&Relay>> = HashMap::new();
    let mut typed = Vec::new();
    let mut seen = HashSet::new();
    for step in &relays {
        match &step.from {
            Origin::Data(member) => onward.entry(member).or_default().push(step),
            Origin::Field(field) if seen.insert(&step.to) => typed.push((&step.to, field)),
            Origin::Field(_) => {}
        }
    }
    while let Some((member, field)) = typed.pop() {
        for step in onward.get(member).into_iter().flatten() {
            let message =
                format!("`{}` was typed by the user, and clients pass it on as text", member.1);
            let help = format!("write ${{{field}}}, or declare it as text in the data models");
            out.add(&rules::NUMBER_RELAYED, step.at.clone(), message, help);
            if seen.insert(&step.to) {
                typed.push((&step.to, field));
            }
        }
    }
}

/// Collects the numbers in the payloads of a screen's navigate actions whose target expects a
/// number.
fn collect(document: &Document<'_>, screen: &Screen<'_>, relays: &mut Vec<Relay>) {
    let navigates = |kind| kind == Some(ActionKind::Navigate);
    for action in screen.actions().iter().filter(|action| navigates(action.kind())) {
        let Some(next) = action.next().and_then(|(id, _)| document.screen(&id)) else { continue };
        for (name, value) in action.payload() {
            let expected = next.data_member(&name.text).and_then(|schema| schema.data_type());
            if !matches!(expected, Some(DataType::Number | DataType::Integer)) {
                continue;
            }
            let Some(reference) = whole_reference(value) else { continue };
            let Some(on) = document.referred_screen(screen, &reference) else { continue };
            let Some(found) = on.find(&reference) else { continue };
            let from = match (reference.namespace, on.id()) {
                (Namespace::Form, Some(id)) if types_of(&found).contains(&DataType::Number) => {
                    Origin::Field(format!("screen.{id}.form.{}", reference.path[0]))
                }
                (Namespace::Data, _)
                    if matches!(found, ReferenceTarget::Data(_)) && reference.path.len() == 1 =>
                {
                    Origin::Data((on.value().id(), reference.path[0].to_owned()))
                }
                _ => continue,
            };
            let to = (next.value().id(), name.text.into_owned());
            relays.push(Relay { at: reference.span, from, to });
        }
    }
}
