//! Paths through the routing model: no cycles, a terminal screen at the end, and an action for each
//! route.

use std::collections::{HashMap, HashSet};

use super::collector::Diagnostics;
use super::route_graph::{Edges, screens_with_id};
use super::rules;
use super::site::{join_names, value_span};
use crate::json::{Kind, Value};
use crate::model::expression::is_dynamic;
use crate::model::{ActionKind, Component, Document, Route, Screen};

/// Checks for cycles. FJ allows forward routes only, and ERR has a name for loops. Nothing is known
/// to reject cycles of three or more screens, as long as there is an entry screen.
pub fn check_cycles(routes: &[Route<'_>], edges: &Edges<'_>, out: &mut Diagnostics) {
    let by_id: HashMap<&str, &Route<'_>> =
        routes.iter().map(|route| (&*route.from.text, route)).collect();
    let reached: HashSet<&str> = edges.values().flatten().map(|to| &**to).collect();
    // The entries come first, so that the route which closes a cycle is the one that leads back.
    let (inner, entries): (Vec<_>, Vec<_>) =
        routes.iter().partition(|route| reached.contains(&*route.from.text));
    let (mut seen, mut on_path) = (HashSet::new(), HashMap::new());
    for start in entries.into_iter().chain(inner) {
        if !seen.insert(&*start.from.text) {
            continue;
        }
        on_path.insert(&*start.from.text, 0);
        let mut path = vec![(start, 0)];
        while let Some((route, next)) = path.last_mut() {
            let from = &*route.from.text;
            let Some((to, value)) = route.to.get(*next) else {
                on_path.remove(from);
                path.pop();
                continue;
            };
            *next += 1;
            if let Some(begin) = on_path.get(&**to) {
                // Two screens that lead to each other, and a screen that leads to itself, are
                // reported elsewhere.
                let back = edges
                    .get(to)
                    .is_some_and(|targets| targets.iter().any(|target| target == from));
                if !back && path.len() > begin + 2 && !out.is_full() {
                    let between = &path[begin + 1..path.len() - 1];
                    let between: Vec<_> = between.iter().map(|(by, _)| &*by.from.text).collect();
                    let between = join_names(&between);
                    let message = format!(
                        "`{from}` leads back to `{to}`, which leads to it through \
                            {between}"
                    );
                    let help = "remove it: Meta's page allows forward routes only";
                    out.add(&rules::ROUTE_CIRCLE, value_span(*value), message, help);
                }
            } else if let Some(route) = by_id.get(&**to)
                && seen.insert(&**to)
            {
                on_path.insert(&**to, path.len());
                path.push((route, 0));
            }
        }
    }
}

/// Checks that every path passes a terminal screen, as FJ requires. The client does not check it.
pub fn check_terminal(document: &Document<'_>, edges: &Edges<'_>, out: &mut Diagnostics) {
    // A flow without a terminal screen is reported elsewhere.
    if !document.screens().iter().any(Screen::terminal) {
        return;
    }
    let reached: HashSet<_> = edges.values().flatten().collect();
    let begins = screens_with_id(document)
        .filter(|(id, screen)| !reached.contains(id) && !screen.terminal());
    let mut stack: Vec<_> = begins.map(|(id, _)| id).collect();
    let mut seen: HashSet<_> = stack.iter().cloned().collect();
    while let Some(id) = stack.pop() {
        let targets = edges.get(&id);
        if let Some(screen) = document.screen(&id).filter(|_| targets.is_some_and(Vec::is_empty)) {
            let place =
                screen.value().member("id").map_or_else(|| value_span(screen.value()), value_span);
            let message = format!("a path ends at `{id}` without a terminal screen");
            out.add(
                &rules::ROUTE_END,
                place,
                message,
                "write \"terminal\": true there, or add a route",
            );
        }
        for to in targets.into_iter().flatten() {
            let goes_on = document.screen(to).is_some_and(|screen| !screen.terminal());
            if goes_on && seen.insert(to.clone()) {
                stack.push(to.clone());
            }
        }
    }
}

/// Checks that a screen with outgoing routes has an action that uses them.
pub fn check_exits(document: &Document<'_>, edges: &Edges<'_>, out: &mut Diagnostics) {
    for (id, screen) in screens_with_id(document) {
        let targets = edges.get(&id).is_some_and(|targets| !targets.is_empty());
        let Some(value) = screen.value().member("id").filter(|_| targets) else { continue };
        // A missing layout, or a member of the wrong type, is reported elsewhere.
        let layout = screen.value().member("layout").and_then(|layout| layout.member("children"));
        let all_targets_known = layout.is_some_and(|children| children.kind() == Kind::Array)
            && screen.value().member("terminal").is_none_or(|t| t.source() == "false");
        if all_targets_known && !has_way_out(screen) {
            let message = format!(
                "the routing model has routes from `{id}`, but none of its actions uses them"
            );
            let help = "add a Footer whose action is data_exchange or navigate";
            out.add(&rules::ROUTE_UNUSED, value_span(value), message, help);
        }
    }
}

fn has_way_out(screen: &Screen<'_>) -> bool {
    use ActionKind::{Complete, DataExchange, Navigate};
    let leaves = |kind| matches!(kind, None | Some(Navigate | DataExchange | Complete));
    // List items in the data may contain actions (those of options only change the screen), and a
    // Footer without an action is reported elsewhere.
    let may_leave = |component: &Component<'_>| {
        let action = component.property("on-click-action").map(Value::kind);
        component.property("list-items").is_some_and(is_dynamic)
            || component.kind() == "Footer" && action != Some(Kind::Object)
    };
    screen.actions().iter().any(|action| leaves(action.kind()))
        || screen.components().iter().any(may_leave)
}
