//! Component limits of a screen, and components that must be alone.

use std::collections::HashMap;

use super::collector::Diagnostics;
use super::rules;
use super::site::value_span;
use crate::catalog;
use crate::catalog::Version;
use crate::model::{Component, Screen};

/// The maximum number of components per screen (CMP). ERR has separate names for some of them, the
/// client has one name for all. Of the branches of an If or Switch, the one with the most counts.
const MAX_PER_SCREEN: [(&[&str], usize); 8] = [
    (&["Footer"], 1),
    (&["EmbeddedLink"], 2),
    (&["Image"], 3),
    (&["OptIn"], 5),
    (&["NavigationList"], 2),
    (&["ImageCarousel"], 2),
    (&["Form"], 1),
    // Either of the two, but not both (MED).
    (&["PhotoPicker", "DocumentPicker"], 1),
];

pub fn check(screen: &Screen<'_>, version: Version, out: &mut Diagnostics) {
    // A component of an unknown type may be any of these.
    if screen.components().iter().any(|c| catalog::component(&c.kind()).is_none()) {
        return;
    }
    for (kinds, max) in MAX_PER_SCREEN {
        let shown = max_shown_at_once(screen, kinds);
        if shown > max {
            let named = |component: &&Component<'_>| kinds.contains(&&*component.kind());
            let Some(extra) = screen.components().iter().filter(named).nth(max) else { continue };
            let message =
                format!("the screen shows {shown} {}; the maximum is {max}", kinds.join(" or "));
            let help = "remove one, or move it to another screen";
            // Several Forms were accepted before 7.0.
            let rule = if kinds == ["Form"] { &rules::FORMS_OVER } else { &rules::KIND_OVER };
            out.add(rule, type_span(extra), message, help);
        }
    }
    check_alone(screen, "RichText", version, out);
    check_alone(screen, "NavigationList", version, out);
}

/// The maximum number of components of these kinds that can be displayed at once.
fn max_shown_at_once(screen: &Screen<'_>, kinds: &[&str]) -> usize {
    let components = screen.components();
    // The number in each component, and in each of its branches. Nested components come later in
    // the list, so they are processed first.
    let mut shown = vec![0; components.len()];
    let mut branches: HashMap<(usize, usize), usize> = HashMap::new();
    let mut total = 0;
    for (index, component) in components.iter().enumerate().rev() {
        let own = usize::from(kinds.contains(&&*component.kind()));
        let count: usize = shown[index] + own;
        let Some(parent) = component.parent() else {
            total += count;
            continue;
        };
        if matches!(&*components[parent].kind(), "If" | "Switch") {
            let branch = component.value().parent().map_or(0, |list| list.id());
            let sum = branches.entry((parent, branch)).or_default();
            *sum += count;
            shown[parent] = shown[parent].max(*sum);
        } else {
            shown[parent] += count;
        }
    }
    total
}

/// Checks that RichText and NavigationList are alone. They may be in a Form, and from 6.3 on a
/// Footer may follow a RichText.
fn check_alone(screen: &Screen<'_>, kind: &str, version: Version, out: &mut Diagnostics) {
    let is_allowed_beside = |component: &Component<'_>| match &*component.kind() {
        "Form" => kind == "NavigationList",
        "Footer" => kind == "RichText" && version >= (6, 3),
        _ => false,
    };
    // A container in which it is not allowed is reported elsewhere.
    let is_placed = |component: &&Component<'_>| {
        component.kind() == kind && (kind != "RichText" || component.parent().is_none())
    };
    let mut own = screen.components().iter().filter(is_placed);
    let Some(first) = own.next() else { return };
    // A second NavigationList is allowed, a second RichText is not.
    let second = own.next().filter(|_| kind == "RichText");
    let other = screen.components().iter().any(|c| c.kind() != kind && !is_allowed_beside(c));
    if !other && second.is_none() {
        return;
    }
    let name = match kind {
        "RichText" if version < (6, 0) => &rules::ALONE_BEFORE_6,
        _ => &rules::ALONE,
    };
    let message = format!("{kind} must be alone on its screen");
    let help = match kind {
        "RichText" if version >= (6, 3) => "only a Footer may follow it",
        _ => "move the other components to another screen",
    };
    out.add(name, type_span(second.unwrap_or(first)), message, help);
}

fn type_span(component: &Component<'_>) -> crate::span::Span {
    component.property("type").map_or_else(|| value_span(component.value()), value_span)
}
