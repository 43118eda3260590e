//! If and Switch: nesting, empty branches, and a Footer in all branches or in none.

use std::collections::HashMap;

use super::collector::Diagnostics;
use super::rules;
use super::site::{name_span, value_span};
use crate::json::{Kind, Value};
use crate::model::{Component, Screen};

/// The maximum nesting of Ifs (CMP).
const MAX_NESTING: usize = 3;

pub fn check(screen: &Screen<'_>, out: &mut Diagnostics) {
    check_nesting(screen, out);
    let footers = footers(screen);
    for component in screen.components() {
        match &*component.kind() {
            "If" => check_if(component, &footers, out),
            "Switch" => check_switch(component, &footers, out),
            _ => {}
        }
    }
}

fn check_nesting(screen: &Screen<'_>, out: &mut Diagnostics) {
    let mut depths: Vec<usize> = Vec::new();
    for component in screen.components() {
        let outer = component.parent().map_or(0, |parent| depths[parent]);
        let depth = outer + usize::from(component.kind() == "If");
        if depth == MAX_NESTING + 1 && outer == MAX_NESTING {
            let message = format!("an If is nested in {MAX_NESTING} others; the maximum is 2");
            let place = component
                .property("type")
                .map_or_else(|| value_span(component.value()), value_span);
            out.add(&rules::NESTING, place, message, "join the conditions with `&&`");
        }
        depths.push(depth);
    }
}

/// The share of paths through a branch that have a Footer.
#[derive(Clone, Copy, PartialEq, Default)]
enum Paths {
    #[default]
    None,
    Some,
    All,
}

/// The branches that contain a Footer, directly or in a nested condition, by the number of the
/// branch's array.
fn footers(screen: &Screen<'_>) -> HashMap<usize, Paths> {
    let components = screen.components();
    let mut branches: HashMap<usize, Paths> = HashMap::new();
    // Nested components come later in the list, so they are processed first.
    for component in components.iter().rev() {
        let of = |branch: Option<Value<'_>>| {
            branch.and_then(|b| branches.get(&b.id()).copied()).unwrap_or_default()
        };
        let paths = match &*component.kind() {
            "Footer" => Paths::All,
            "If" => {
                let branches = ["then", "else"].map(|name| of(component.property(name)));
                combine(branches.into_iter())
            }
            "Switch" => {
                let cases = component.property("cases").into_iter().flat_map(Value::members);
                combine(cases.map(|(_, case)| of(Some(case))))
            }
            _ => Paths::None,
        };
        if let (Some(branch), true) = (component.value().parent(), paths != Paths::None) {
            let before = branches.entry(branch.id()).or_default();
            if *before != Paths::All {
                *before = paths;
            }
        }
    }
    branches
}

/// Combines the paths of a condition's branches.
fn combine(mut branches: impl Iterator<Item = Paths>) -> Paths {
    let Some(first) = branches.next() else { return Paths::None };
    branches.fold(first, |all, branch| if all == branch { all } else { Paths::Some })
}

fn check_if(component: &Component<'_>, footers: &HashMap<usize, Paths>, out: &mut Diagnostics) {
    let (then, otherwise) = (component.property("then"), component.property("else"));
    if let Some(then) = then.filter(|then| is_empty(*then)) {
        let message = "`then` is empty".to_owned();
        let help = "add a component, or negate the condition";
        out.add(&rules::BRANCH_EMPTY, value_span(then), message, help);
    }
    let has = |branch: Option<Value<'_>>| branch.is_some_and(|b| footers.contains_key(&b.id()));
    if has(then) != has(otherwise) {
        let lacking = if has(then) { otherwise } else { then };
        let place = lacking.map_or_else(|| value_span(component.value()), name_span);
        let message = "one branch of the If has a Footer, but the other does not".to_owned();
        let help = "add a Footer to both, or one Footer after the If";
        out.add(&rules::FOOTER_IN_IF, place, message, help);
    }
}

fn check_switch(component: &Component<'_>, footers: &HashMap<usize, Paths>, out: &mut Diagnostics) {
    let Some(cases) = component.property("cases").filter(|c| c.kind() == Kind::Object) else {
        return;
    };
    if cases.members().next().is_none() {
        let message = "the Switch has no cases".to_owned();
        out.add(&rules::BRANCH_EMPTY, value_span(cases), message, "add a case for each value");
    }
    for (name, _) in cases.members() {
        let mut letters = name.text.chars();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if !letters.next().is_some_and(|c| c.is_ascii_alphabetic()) || !letters.all(plain) {
            let message = format!("`{}` is not a valid name for a case", name.text);
            // The client's schema has this pattern for the names in `cases`.
            let help = "start with a letter; letters, digits, `-` and `_` may follow. Change the \
                value it is compared with as well, such as an option's `id`";
            out.add(&rules::PATTERN, name.span, message, help);
        }
    }
    let has = |case: &Value<'_>| footers.contains_key(&case.id());
    if cases.members().any(|(_, case)| has(&case))
        && let Some((name, _)) = cases.members().find(|(_, case)| !has(case))
    {
        let message = "some cases of the Switch have a Footer, but this one does not".to_owned();
        let help = "add a Footer to every case, or one Footer after the Switch";
        out.add(&rules::FOOTER_IN_SWITCH, name.span, message, help);
    }
}

fn is_empty(list: Value<'_>) -> bool {
    list.kind() == Kind::Array && list.items().next().is_none()
}
