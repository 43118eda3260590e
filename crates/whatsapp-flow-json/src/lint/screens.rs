//! Screens: members, ids, terminal screens, and the number of components.

use std::collections::{HashMap, HashSet};

use super::collector::Diagnostics;
use super::rules;
use super::site::{join_names, name_span, value_span};
use super::suggest::{has_misspelling, suggest_property};
use crate::catalog;
use crate::catalog::Version;
use crate::json::{Kind, Value};
use crate::model::{Document, Screen};
use crate::span::Span;

/// The members of a screen, their types, and the versions that introduced them.
const MEMBERS: [(&str, Kind, Version); 8] = [
    ("id", Kind::String, (2, 1)),
    ("title", Kind::String, (2, 1)),
    ("data", Kind::Object, (2, 1)),
    ("layout", Kind::Object, (2, 1)),
    ("terminal", Kind::Boolean, (2, 1)),
    ("success", Kind::Boolean, (2, 1)),
    ("refresh_on_back", Kind::Boolean, (2, 1)),
    ("sensitive", Kind::Array, (5, 1)),
];

pub fn check(document: &Document<'_>, version: Version, out: &mut Diagnostics) {
    let mut ids = HashMap::new();
    for screen in document.screens().iter().filter(|screen| screen.value().kind() == Kind::Object) {
        check_members(screen, version, out);
        if let (Some(id), Some(value)) = (screen.id(), screen.value().member("id")) {
            check_id(&id, value_span(value), version, out);
            if id.eq_ignore_ascii_case("SUCCESS") {
                let message =
                    "SUCCESS is a reserved id: an endpoint ends the flow with it".to_owned();
                let help = "give the screen another id, such as DONE";
                out.add(&rules::ID_RESERVED, value_span(value), message, help);
            }
            if let Some(line) = ids.insert(id.clone(), screen.line()) {
                let message = format!("the id `{id}` is already used by the screen on line {line}");
                out.add(
                    &rules::ID_TWICE,
                    value_span(value),
                    message,
                    "give each screen a unique id",
                );
            }
        }
        check_terminal_members(screen, out);
        check_component_count(screen, out);
        check_sensitive(screen, out);
    }
    check_endings(document, out);
}

fn check_members(screen: &Screen<'_>, version: Version, out: &mut Diagnostics) {
    let value = screen.value();
    for (name, member) in value.members() {
        match MEMBERS.iter().find(|(known, ..)| name.text == *known) {
            Some((_, _, since)) if version < *since => {
                let message =
                    format!("a screen supports `{}` since {}.{}", name.text, since.0, since.1);
                out.add(&rules::MEMBER_UNKNOWN, name.span, message, "set a later `version`");
            }
            Some((_, kind, _)) if member.kind() != *kind => {
                let found = member.kind().name();
                let message = format!(
                    "`{}` must be of type {}, but is of type {found}",
                    name.text,
                    kind.name()
                );
                let help = format!("write a value of type {}", kind.name());
                let named = match *kind {
                    Kind::Object if name.text == "layout" => &rules::VALUE,
                    _ => &rules::TYPE,
                };
                out.add(named, value_span(member), message, help);
            }
            Some(_) => {}
            None => {
                let message = format!("a screen has no member `{}`", name.text);
                let known: Vec<_> = MEMBERS.iter().map(|(known, ..)| *known).collect();
                let help = match suggest_property(&name.text, &known) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("remove it; a screen has {}", join_names(&known)),
                };
                out.add(&rules::MEMBER_UNKNOWN, name.span, message, help);
            }
        }
    }
    // Before 5.1, a title was optional.
    let needed: &[&str] =
        if version >= (5, 1) { &["id", "title", "layout"] } else { &["id", "layout"] };
    let missing =
        |name: &&&str| value.member(name).is_none() && !has_misspelled_member(screen, name);
    for missing in needed.iter().filter(missing) {
        let message = format!("the screen has no `{missing}`");
        let help = format!("write \"{missing}\": …");
        out.add(&rules::MEMBER_MISSING, value_span(value), message, help);
    }
    let title = value.member("title").filter(|_| version >= (5, 0));
    if let (Some(title), Some(text)) = (title, screen.title())
        && text.trim().is_empty()
    {
        let message = "a title must not be blank".to_owned();
        out.add(&rules::PATTERN, value_span(title), message, "describe the screen");
    }
}

/// Returns whether a screen lacks a member, and has a misspelled one instead.
pub(super) fn has_misspelled_member(screen: &Screen<'_>, name: &str) -> bool {
    has_misspelling(screen.value(), name, &MEMBERS.map(|(known, ..)| known))
}

/// Checks an id: letters and underscores. Before 7.0 the client's pattern also accepts commas.
pub(super) fn check_id(id: &str, at: Span, version: Version, out: &mut Diagnostics) {
    let plain = |c: char| c.is_ascii_alphabetic() || c == '_' || (c == ',' && version < (7, 0));
    let only_marks = version >= (7, 0) && id.chars().all(|c| c == '_');
    if id.is_empty() || !id.chars().all(plain) || only_marks {
        let message =
            format!("`{id}` is not a valid screen id: only letters and underscores are allowed");
        let help = "digits, spaces and hyphens are not allowed; write SCREEN_A for SCREEN_1";
        let named = if id.is_empty() { &rules::ID_EMPTY } else { &rules::PATTERN };
        out.add(named, at, message, help);
    }
}

fn check_terminal_members(screen: &Screen<'_>, out: &mut Diagnostics) {
    let value = screen.value();
    if is_terminal_unknown(screen) {
        return;
    }
    if !screen.terminal() {
        if value.member("success").is_some_and(|success| success.kind() == Kind::Boolean) {
            let success = value.member("success").map_or_else(|| value_span(value), name_span);
            let message = "only a terminal screen has `success`".to_owned();
            let help = "remove it, or write \"terminal\": true";
            out.add(&rules::EXCLUDED, success, message, help);
        }
        return;
    }
    let has = |kind: &str| screen.components().iter().any(|component| component.kind() == kind);
    // A component of an unknown type is reported elsewhere, and may be a misspelled Footer.
    let unknown = screen.components().iter().any(|c| catalog::component(&c.kind()).is_none());
    let marked = value.member("terminal").map_or_else(|| value_span(value), name_span);
    if has("NavigationList") {
        let message = "a screen with a NavigationList cannot be terminal".to_owned();
        out.add(&rules::TERMINAL_LIST, marked, message, "end the flow on another screen");
    } else if !has("Footer") && !unknown && screen.has_layout() {
        let message = "a terminal screen requires a Footer".to_owned();
        let help = "add a Footer at the end, with an action that ends the flow";
        out.add(&rules::TERMINAL_FOOTER, marked, message, help);
    }
}

/// Returns whether it is unknown if a screen is terminal. A value of the wrong type and a
/// misspelled name are reported elsewhere.
pub(super) fn is_terminal_unknown(screen: &Screen<'_>) -> bool {
    match screen.value().member("terminal") {
        Some(value) => value.kind() != Kind::Boolean,
        None => has_misspelled_member(screen, "terminal"),
    }
}

/// Checks that a screen is terminal, and that one of these is a success.
fn check_endings(document: &Document<'_>, out: &mut Diagnostics) {
    let Some(screens) = document.value().member("screens") else { return };
    let mut terminal = document.screens().iter().filter(|screen| screen.terminal()).peekable();
    if document.screens().iter().any(is_terminal_unknown) {
        return;
    }
    if terminal.peek().is_none() {
        let message = "no screen is terminal, so the flow never ends".to_owned();
        let help = "write \"terminal\": true on the screen where it ends";
        return out.add(&rules::TERMINAL_MISSING, name_span(screens), message, help);
    }
    let failures: Vec<Value<'_>> = terminal
        .map_while(|screen| screen.value().member("success").filter(|_| !screen.success()))
        .collect();
    let all = document.screens().iter().filter(|screen| screen.terminal()).count();
    if let Some(first) = failures.first().filter(|_| failures.len() == all) {
        let message = "no terminal screen is a success".to_owned();
        let help = "remove \"success\": false from one of them";
        out.add(&rules::SUCCESS_NOWHERE, value_span(*first), message, help);
    }
}

/// Checks the number of components: CMP states 50, the client rejects more than 100. A Form is not
/// counted.
fn check_component_count(screen: &Screen<'_>, out: &mut Diagnostics) {
    let mut counted = screen.components().iter().filter(|component| component.kind() != "Form");
    let count = counted.clone().count();
    let help = "split the screen";
    if count > 100 {
        let message = format!("the screen has {count} components; the maximum is 100");
        if let Some(first) = counted.nth(100) {
            out.add(&rules::COMPONENTS_OVER, value_span(first.value()), message, help);
        }
    } else if let Some(first) = counted.nth(50) {
        let message = format!("the screen has {count} components; Meta's page allows 50");
        out.add(&rules::COMPONENTS_MANY, value_span(first.value()), message, help);
    }
}

fn check_sensitive(screen: &Screen<'_>, out: &mut Diagnostics) {
    let fields: HashSet<_> =
        screen.components().iter().filter_map(|component| component.name()).collect();
    let clear = screen.has_layout() && !screen.has_nameless_field();
    for (field, value) in screen.sensitive().into_iter().filter(|_| clear) {
        if !fields.contains(&field) {
            let message = format!("the screen has no component `{field}`");
            let help = "`sensitive` lists the names of the screen's own fields";
            out.add(&rules::SENSITIVE, value_span(value), message, help);
        }
    }
}
