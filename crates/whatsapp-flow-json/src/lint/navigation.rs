//! What actions take along: navigate what the next screen needs, update_data what this one has; and
//! complete only where a flow can end.

use std::collections::HashSet;

use super::action::MEMBERS;
use super::condition::type_of;
use super::diagnostic::{Diagnostics, at, list, name_of};
use super::references::types;
use super::rules::{self, Rule};
use super::screens::{has_misspelt, unclear};
use super::suggest::{meant, misspelt};
use crate::json::{Kind, Value};
use crate::model::expression::{is_dynamic, whole_reference};
use crate::model::screen::Found;
use crate::model::{Action, ActionKind, DataType, Document, Schema, Screen};

const UPDATE: &Rule = &rules::UPDATE;

pub fn check(document: &Document<'_>, screen: &Screen<'_>, out: &mut Diagnostics) {
    // Whether the screen is terminal is not known if that is mistyped. That no screen is
    // terminal is reported as that.
    let unclear = unclear(screen) || !document.ends();
    for action in screen.actions() {
        match action.kind() {
            Some(ActionKind::Navigate) => navigate(document, screen, action, out),
            Some(ActionKind::UpdateData) => update_data(document, screen, action, out),
            Some(ActionKind::Complete) if !screen.terminal() && !unclear => {
                let name = action.value().member("name").unwrap_or(action.value());
                let message = "complete ends the flow, and the screen is not terminal".to_owned();
                let help = "write \"terminal\": true on the screen";
                out.add(&rules::COMPLETE, at(name), message, help);
            }
            Some(ActionKind::DataExchange) => like_a_notification(action, out),
            _ => {}
        }
    }
}

/// A client tells the endpoint of an error by these two members.
fn like_a_notification(action: &Action<'_>, out: &mut Diagnostics) {
    let names: HashSet<_> = action.payload().map(|(name, _)| name.text).collect();
    let both = ["error", "error_message"].iter().all(|name| names.contains(*name));
    if let Some(payload) = action.payload_value().filter(|_| both && names.len() == 2) {
        let message = "a payload of `error` and `error_message` looks like an error \
            notification of the client";
        let help = "rename one of them, or add another member";
        out.add(&rules::LIKE_A_NOTIFICATION, name_of(payload), message.to_owned(), help);
    }
}

fn navigate(
    document: &Document<'_>,
    screen: &Screen<'_>,
    action: &Action<'_>,
    out: &mut Diagnostics,
) {
    const NEXT: &Rule = &rules::NEXT;
    let Some((id, value)) = action.next().filter(|(_, value)| !is_dynamic(*value)) else { return };
    let Some(next) = document.screen(&id) else {
        // A screen without an id is reported as that.
        if !document.all_named() {
            return;
        }
        let message = format!("there is no screen `{id}`");
        let ids = document.ids();
        let help = meant(&id, ids, out).unwrap_or_else(|| format!("the screens are {}", list(ids)));
        return out.add(NEXT, at(value), message, help);
    };
    if screen.id().as_ref() == Some(&id) {
        let message = "navigate does not lead to its own screen".to_owned();
        let help = "use update_data to change it, or data_exchange to have it shown again";
        return out.add(NEXT, at(value), message, help);
    }
    if screen.terminal() && screen.component_of(action).kind() == "Footer" {
        // FJ, *navigate action*.
        let message = "the Footer of a terminal screen leads on instead of ending the flow";
        let help = "write complete or data_exchange, or take \"terminal\": true away";
        out.add(
            &rules::TERMINAL_FOOTER_LEADS_ON,
            name_of(action.value()),
            message.to_owned(),
            help,
        );
    }
    // A screen whose `data` is misspelt is reported as that.
    if has_misspelt(next, "data") {
        return;
    }
    const NAME: &Rule = &rules::NAVIGATE_PAYLOAD;
    taken_along(next, &id, action, NAME, out);
    left_out(next, &id, action, out);
    for (name, value) in action.payload() {
        if let Some(schema) = next.data_member(&name.text) {
            fit(document, screen, value, schema, NAME, &rules::NAVIGATE_CONSTANT, out);
        }
    }
}

fn update_data(
    document: &Document<'_>,
    screen: &Screen<'_>,
    action: &Action<'_>,
    out: &mut Diagnostics,
) {
    const NAME: &Rule = UPDATE;
    let id = screen.id().unwrap_or_default();
    taken_along(screen, &id, action, NAME, out);
    for (name, value) in action.payload() {
        let own = whole_reference(value)
            .is_some_and(|reference| reference.screen.is_none() && reference.path == [&*name.text]);
        if own {
            let message = format!("`{}` is updated with itself", name.text);
            out.add(NAME, at(value), message, "take it out of the payload");
        } else if let Some(schema) = screen.data_member(&name.text) {
            fit(document, screen, value, schema, NAME, NAME, out);
        }
    }
}

/// Nothing is taken along that the screen does not know.
fn taken_along(
    to: &Screen<'_>,
    id: &str,
    action: &Action<'_>,
    named: &'static Rule,
    out: &mut Diagnostics,
) {
    let known: Vec<_> = to.data().iter().map(|(name, _)| &name.text).collect();
    for (name, _) in action.payload().filter(|(name, _)| to.data_member(&name.text).is_none()) {
        let message = format!("the data model of `{id}` has no `{}`", name.text);
        let help = meant(&name.text, &known, out)
            .unwrap_or_else(|| format!("add it to its `data`, which has {}", list(&known)));
        out.add(named, name.span, message, help);
    }
}

/// Everything is taken along that the next screen's data model has.
fn left_out(next: &Screen<'_>, id: &str, action: &Action<'_>, out: &mut Diagnostics) {
    let given: HashSet<_> = action.payload().map(|(name, _)| name.text).collect();
    let names = next.data().iter().map(|(name, _)| &name.text).filter(|name| *name != "required");
    let missing: Vec<_> = names.filter(|name| !given.contains(*name)).collect();
    // A member of another name that is meant for the missing one is reported as that.
    let known: Vec<_> = next.data().iter().map(|(name, _)| &*name.text).collect();
    let payload = action.payload_value();
    let misspelt = match (missing.as_slice(), payload) {
        ([], _) => true,
        ([only], Some(payload)) => misspelt(payload, only, &known),
        (_, None) => misspelt(action.value(), "payload", &MEMBERS),
        _ => false,
    };
    if misspelt {
        return;
    }
    let message = format!("`{id}` needs {}", list(&missing));
    match action.payload_value() {
        Some(payload) => {
            let help = "add it to the payload, or take it out of that screen's `data`";
            out.add(&rules::NAVIGATE_PAYLOAD, name_of(payload), message, help);
        }
        None => {
            let help = "write \"payload\": { … } with what that screen needs";
            out.add(&rules::NAVIGATE_WITHOUT_PAYLOAD, at(action.value()), message, help);
        }
    }
}

/// Whether a value fits the schema that it is taken to, part by part, without recursion.
fn fit(
    document: &Document<'_>,
    screen: &Screen<'_>,
    value: Value<'_>,
    schema: Schema<'_>,
    bound: &'static Rule,
    constant: &'static Rule,
    out: &mut Diagnostics,
) {
    // update_data may hand on options with actions of their own, which no data model describes.
    let exact = bound != UPDATE;
    let mut stack = vec![(value, schema)];
    while let Some((value, schema)) = stack.pop() {
        let Some(wanted) = schema.data_type() else { continue };
        if is_dynamic(value) {
            bound_fits(document, screen, value, (schema, wanted), bound, out);
            continue;
        }
        if !wanted.fits(value) {
            let found = value.kind().name();
            let message =
                format!("the screen wants the type {}, and this is {found}", wanted.name());
            let help = format!("write a value of type {}", wanted.name());
            out.add(constant, at(value), message, help);
            continue;
        }
        if wanted == DataType::Array {
            let items = schema.items().filter(|items| items.value().kind() == Kind::Object);
            stack
                .extend(items.into_iter().flat_map(|items| value.items().map(move |v| (v, items))));
        }
        if wanted == DataType::Object && exact {
            parts(value, schema, constant, &mut stack, out);
        }
    }
}

/// The members of an object that is written out: those of the schema, no more and no fewer.
fn parts<'j>(
    value: Value<'j>,
    schema: Schema<'j>,
    named: &'static Rule,
    stack: &mut Vec<(Value<'j>, Schema<'j>)>,
    out: &mut Diagnostics,
) {
    for (name, inner) in value.members() {
        match schema.property(&name.text) {
            Some(part) => stack.push((inner, part)),
            None => {
                let message = format!("the screen's data model has no `{}` here", name.text);
                out.add(named, name.span, message, "add it to the `properties` there");
            }
        }
    }
    let missing: Vec<_> = schema
        .properties()
        .filter(|(name, _)| value.member(&name.text).is_none())
        .map(|(name, _)| name.text)
        .collect();
    if !missing.is_empty() {
        let message = format!("{} is missing here", list(&missing));
        out.add(named, at(value), message, "add it, or take it out of the data model");
    }
}

/// Whether what a value is bound to has the type that is wanted.
fn bound_fits(
    document: &Document<'_>,
    screen: &Screen<'_>,
    value: Value<'_>,
    (schema, wanted): (Schema<'_>, DataType),
    named: &'static Rule,
    out: &mut Diagnostics,
) {
    let Some(reference) = whole_reference(value) else {
        let found = type_of(document, screen, value).filter(|found| {
            let number = [DataType::Number, DataType::Integer];
            *found != wanted && !(number.contains(found) && number.contains(&wanted))
        });
        if let Some(found) = found {
            let (wanted, found) = (wanted.name(), found.name());
            let message = format!("the screen wants the type {wanted}, and this is {found}");
            let help = format!("change the type to {found} in the data model");
            out.add(named, at(value), message, help);
        }
        return;
    };
    let Some(on) = document.referred_screen(screen, &reference) else { return };
    let Some(found) = on.find(&reference) else { return };
    let part = matches!(found, Found::Field(_)) && reference.path.len() > 1;
    let types = types(&found);
    if types.is_empty() || part {
        return;
    }
    if !types.contains(&wanted) {
        let message =
            format!("the screen wants the type {}, and this is {}", wanted.name(), types[0].name());
        let help = format!("change the type to {} in the data model", types[0].name());
        return out.add(named, reference.span, message, help);
    }
    if let Found::Data(from) = found
        && let Some((name, lacking)) = difference(from, schema)
    {
        let (has, lacks) = if lacking { ("there", "here") } else { ("here", "there") };
        let message = format!("`{name}` is in the data model {has} and not {lacks}");
        let help = "an object that is handed on has the same `properties` on both screens";
        out.add(named, reference.span, message, help);
    }
}

/// A property that one of two schemas has and the other has not; whether the first one lacks it.
fn difference<'j>(from: Schema<'j>, to: Schema<'j>) -> Option<(String, bool)> {
    let mut stack = vec![(from, to)];
    let mut seen = HashSet::new();
    while let Some((from, to)) = stack.pop() {
        if !seen.insert((from.value().id(), to.value().id())) {
            continue;
        }
        if let (Some(from), Some(to)) = (from.items(), to.items()) {
            stack.push((from, to));
        }
        for (name, inner) in from.properties() {
            match to.property(&name.text) {
                Some(other) => stack.push((inner, other)),
                None => return Some((name.text.into_owned(), false)),
            }
        }
        if let Some((name, _)) =
            to.properties().find(|(name, _)| from.property(&name.text).is_none())
        {
            return Some((name.text.into_owned(), true));
        }
    }
    None
}
