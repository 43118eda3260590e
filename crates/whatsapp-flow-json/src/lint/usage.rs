//! Unused data, and fields that no action sends.

use std::borrow::Cow;
use std::collections::HashSet;

use super::collector::Diagnostics;
use super::site::{join_names, name_span, value_span};
use super::{near_reference, rules};
use crate::json::{Kind, Value};
use crate::model::expression::{Reference, references};
use crate::model::{Component, Document, FieldKind, Namespace, Screen};

/// The members of screens that are referred to, by the number of the screen and the name.
#[derive(Default)]
struct Used<'j> {
    data: HashSet<(usize, Cow<'j, str>)>,
    /// Fields that a payload contains.
    sent: HashSet<(usize, Cow<'j, str>)>,
    /// Screens with references to unknown members: the intended members are not known.
    unclear: HashSet<usize>,
}

pub fn check(document: &Document<'_>, out: &mut Diagnostics) {
    let used = collect_used(document);
    for screen in document.screens() {
        if !used.unclear.contains(&screen.value().id()) {
            check_data(screen, &used, out);
            check_fields(screen, &used, out);
        }
    }
}

fn collect_used<'j>(document: &Document<'j>) -> Used<'j> {
    let mut used = Used::default();
    for screen in document.screens() {
        let title = screen.value().member("title");
        let payloads: HashSet<usize> = screen
            .actions()
            .iter()
            .filter_map(|action| action.payload_value())
            .flat_map(Value::descendants)
            .map(Value::id)
            .collect();
        let own = screen.components().iter().flat_map(Component::own_values);
        for value in title.into_iter().chain(own).filter(|value| value.kind() == Kind::String) {
            let mut add = |reference: &Reference<'j>| {
                let on = match reference.screen {
                    Some(id) => document.screen(id),
                    None => Some(screen),
                };
                let Some(on) = on else { return };
                if on.find(reference).is_none() {
                    used.unclear.insert(on.value().id());
                }
                let member = (on.value().id(), Cow::Owned(reference.path[0].to_owned()));
                match reference.namespace {
                    Namespace::Data => used.data.insert(member),
                    Namespace::Form if payloads.contains(&value.id()) => used.sent.insert(member),
                    Namespace::Form => false,
                };
            };
            references(value).for_each(|reference| add(&reference));
            // Misspelled references are reported elsewhere.
            let text = value.decoded().map_or("", |decoded| decoded.text());
            let near =
                near_reference::all(text).filter_map(|near| near_reference::bare_path(near.path));
            let bare = near_reference::bare_path(text)
                .filter(|reference| reference.screen.is_some() || screen.find(reference).is_some());
            near.chain(bare).for_each(|reference| add(&reference));
        }
    }
    used
}

/// Checks for data that no screen refers to.
fn check_data(screen: &Screen<'_>, used: &Used<'_>, out: &mut Diagnostics) {
    let id = screen.value().id();
    // The first is a list of names; the client removes the others before it reads the data.
    let own = ["required", "error_message", "extension_message_response"];
    let unused: Vec<_> = screen
        .data()
        .iter()
        .map(|(name, _)| name)
        .filter(|name| !own.contains(&&*name.text))
        .filter(|name| !used.data.contains(&(id, name.text.clone())))
        .collect();
    let Some(first) = unused.first() else { return };
    let names: Vec<_> = unused.iter().map(|name| &name.text).collect();
    let message = format!("nothing uses {} of this screen's data", join_names(&names));
    let help = if first.text.contains("error") {
        "bind `error-messages` of the Form or `error-message` of the field to it, or remove it"
    } else {
        "bind a property to it, or remove it"
    };
    out.add(&rules::DATA_UNUSED, first.span.clone(), message, help);
}

/// Checks for required fields that no action sends. Consent is given by continuing.
fn check_fields(screen: &Screen<'_>, used: &Used<'_>, out: &mut Diagnostics) {
    let id = screen.value().id();
    let asked = |component: &&Component<'_>| {
        component.required() == Some(true)
            && !matches!(component.field_kind(), None | Some(FieldKind::Agreement))
    };
    let unsent: Vec<_> = screen
        .components()
        .iter()
        .filter(asked)
        .filter_map(|component| component.name().zip(component.property("name")))
        .filter(|(name, _)| !used.sent.contains(&(id, name.clone())))
        .collect();
    let Some((first, value)) = unsent.first() else { return };
    // A missing or unreadable action is reported elsewhere.
    let footer =
        screen.actions().iter().find(|action| screen.component_of(action).kind() == "Footer");
    let Some(footer) = footer.filter(|footer| footer.kind().is_some()) else { return };
    let payload = footer.payload_value();
    if payload.is_some_and(|payload| payload.kind() != Kind::Object) {
        return;
    }
    let names: Vec<_> = unsent.iter().map(|(name, _)| name).collect();
    let message = format!("no action sends {}, which the user must fill in", join_names(&names));
    let help = format!("add \"{first}\": \"${{form.{first}}}\" to the payload");
    let place = payload.map_or_else(|| value_span(*value), name_span);
    out.add(&rules::FIELDS_UNSENT, place, message, help);
}
