//! Payloads of navigate and update_data against the data models of their screens, and complete on
//! terminal screens only.

use std::collections::HashSet;

use super::action::MEMBERS;
use super::collector::Diagnostics;
use super::payload_data::check_value_types;
use super::rules::{self, Rule};
use super::screens::{has_misspelled_member, is_terminal_unknown};
use super::site::{join_names, name_span, value_span};
use super::suggest::{has_misspelling, suggest};
use crate::model::expression::{is_dynamic, whole_reference};
use crate::model::{Action, ActionKind, Document, Screen};

const UPDATE: &Rule = &rules::UPDATE;

pub fn check(document: &Document<'_>, screen: &Screen<'_>, out: &mut Diagnostics) {
    // A `terminal` of the wrong type, and a flow without a terminal screen, are reported elsewhere.
    let is_terminal_unknown = is_terminal_unknown(screen) || !document.has_terminal_screen();
    for action in screen.actions() {
        match action.kind() {
            Some(ActionKind::Navigate) => check_navigate(document, screen, action, out),
            Some(ActionKind::UpdateData) => check_update_data(document, screen, action, out),
            Some(ActionKind::Complete) if !screen.terminal() && !is_terminal_unknown => {
                let name = action.value().member("name").unwrap_or(action.value());
                let message = "complete ends the flow, but the screen is not terminal".to_owned();
                let help = "write \"terminal\": true on the screen";
                out.add(&rules::COMPLETE, value_span(name), message, help);
            }
            Some(ActionKind::DataExchange) => check_notification_payload(action, out),
            _ => {}
        }
    }
}

/// Checks for a payload that looks like an error notification, which has exactly these two members.
fn check_notification_payload(action: &Action<'_>, out: &mut Diagnostics) {
    let names: HashSet<_> = action.payload().map(|(name, _)| name.text).collect();
    let both = ["error", "error_message"].iter().all(|name| names.contains(*name));
    if let Some(payload) = action.payload_value().filter(|_| both && names.len() == 2) {
        let message = "a payload of `error` and `error_message` looks like an error \
            notification of the client";
        let help = "rename one of them, or add another member";
        out.add(&rules::LIKE_A_NOTIFICATION, name_span(payload), message.to_owned(), help);
    }
}

fn check_navigate(
    document: &Document<'_>,
    screen: &Screen<'_>,
    action: &Action<'_>,
    out: &mut Diagnostics,
) {
    const NEXT: &Rule = &rules::NEXT;
    let Some((id, value)) = action.next().filter(|(_, value)| !is_dynamic(*value)) else { return };
    let Some(next) = document.screen(&id) else {
        // A screen without an id is reported elsewhere.
        if !document.all_have_ids() {
            return;
        }
        let message = format!("unknown screen `{id}`");
        let ids = document.ids();
        let help = suggest(&id, ids, out)
            .unwrap_or_else(|| format!("the screens are {}", join_names(ids)));
        return out.add(NEXT, value_span(value), message, help);
    };
    if screen.id().as_ref() == Some(&id) {
        let message = "navigate cannot lead to its own screen".to_owned();
        let help = "use update_data to change the screen, or data_exchange to show it again";
        return out.add(NEXT, value_span(value), message, help);
    }
    if screen.terminal() && screen.component_of(action).kind() == "Footer" {
        // FJ, *navigate action*.
        let message = "the Footer of a terminal screen leads to another screen instead of ending the \
            flow";
        let help = "write complete or data_exchange, or remove \"terminal\": true";
        out.add(
            &rules::TERMINAL_FOOTER_LEADS_ON,
            name_span(action.value()),
            message.to_owned(),
            help,
        );
    }
    // A misspelled `data` is reported elsewhere.
    if has_misspelled_member(next, "data") {
        return;
    }
    const NAME: &Rule = &rules::NAVIGATE_PAYLOAD;
    check_unknown_members(next, &id, action, NAME, out);
    check_missing_members(next, &id, action, out);
    for (name, value) in action.payload() {
        if let Some(schema) = next.data_member(&name.text) {
            check_value_types(
                document,
                screen,
                value,
                schema,
                NAME,
                &rules::NAVIGATE_CONSTANT,
                out,
            );
        }
    }
}

fn check_update_data(
    document: &Document<'_>,
    screen: &Screen<'_>,
    action: &Action<'_>,
    out: &mut Diagnostics,
) {
    const NAME: &Rule = UPDATE;
    let id = screen.id().unwrap_or_default();
    check_unknown_members(screen, &id, action, NAME, out);
    for (name, value) in action.payload() {
        let own = whole_reference(value)
            .is_some_and(|reference| reference.screen.is_none() && reference.path == [&*name.text]);
        if own {
            let message = format!("`{}` is updated with its own value", name.text);
            out.add(NAME, value_span(value), message, "remove it from the payload");
        } else if let Some(schema) = screen.data_member(&name.text) {
            check_value_types(document, screen, value, schema, NAME, NAME, out);
        }
    }
}

/// Checks that the screen's data model declares every member of the payload.
fn check_unknown_members(
    to: &Screen<'_>,
    id: &str,
    action: &Action<'_>,
    named: &'static Rule,
    out: &mut Diagnostics,
) {
    let known: Vec<_> = to.data().iter().map(|(name, _)| &name.text).collect();
    for (name, _) in action.payload().filter(|(name, _)| to.data_member(&name.text).is_none()) {
        let message = format!("the data model of `{id}` has no `{}`", name.text);
        let help = suggest(&name.text, &known, out)
            .unwrap_or_else(|| format!("add it to `data` there, which has {}", join_names(&known)));
        out.add(named, name.span, message, help);
    }
}

/// Checks that the payload has every member of the next screen's data model.
fn check_missing_members(next: &Screen<'_>, id: &str, action: &Action<'_>, out: &mut Diagnostics) {
    let given: HashSet<_> = action.payload().map(|(name, _)| name.text).collect();
    let names = next.data().iter().map(|(name, _)| &name.text).filter(|name| *name != "required");
    let missing: Vec<_> = names.filter(|name| !given.contains(*name)).collect();
    // A misspelled member is reported instead of the missing one.
    let known: Vec<_> = next.data().iter().map(|(name, _)| &*name.text).collect();
    let payload = action.payload_value();
    let misspelled = match (missing.as_slice(), payload) {
        ([], _) => true,
        ([only], Some(payload)) => has_misspelling(payload, only, &known),
        (_, None) => has_misspelling(action.value(), "payload", &MEMBERS),
        _ => false,
    };
    if misspelled {
        return;
    }
    let message = format!("`{id}` requires {}", join_names(&missing));
    match action.payload_value() {
        Some(payload) => {
            let help = "add it to the payload, or remove it from that screen's `data`";
            out.add(&rules::NAVIGATE_PAYLOAD, name_span(payload), message, help);
        }
        None => {
            let help = "write \"payload\": { … } with the data that the screen requires";
            out.add(&rules::NAVIGATE_WITHOUT_PAYLOAD, value_span(action.value()), message, help);
        }
    }
}
