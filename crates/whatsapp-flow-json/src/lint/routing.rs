//! The routing model: all screens, forward routes, an entry screen, and no isolated screens.

use std::collections::HashSet;

use super::collector::Diagnostics;
use super::route_graph::{Edges, edges_of_navigate, has_navigation_list, screens_with_id};
use super::site::{name_span, value_span};
use super::suggest::suggest;
use super::{navigate_routes, route_paths, rules};
use crate::catalog::Version;
use crate::json::{Kind, Value};
use crate::model::{ActionKind, Component, Document, Route, Screen};

/// The maximum number of routes out of a screen (FJ).
const MAX_ROUTES: usize = 10;

pub fn check(document: &Document<'_>, version: Version, out: &mut Diagnostics) {
    let model = document.value().member("routing_model");
    match (document.routing_model(), model) {
        (Some(routes), Some(model)) if model.kind() == Kind::Object => {
            let edges = routes.iter().map(|route| {
                (route.from.text.clone(), route.to.iter().map(|(to, _)| to.clone()).collect())
            });
            let edges: Edges<'_> = edges.collect();
            let valid = check_listed(document, &routes, &edges, out);
            check_forward(&routes, out);
            if has_entry(document, &edges) {
                route_paths::check_cycles(&routes, &edges, out);
            }
            check_entry(document, &edges, name_span(model), out);
            if valid {
                check_connected(document, &edges, out);
            }
            navigate_routes::check(document, &edges, version, out);
            route_paths::check_terminal(document, &edges, out);
            route_paths::check_exits(document, &edges, out);
        }
        (None, _) => {
            let edges = edges_of_navigate(document);
            if let Some(screens) = document.value().member("screens") {
                check_entry(document, &edges, name_span(screens), out);
            }
            // Only the routing model contains the targets of data_exchange, and its absence is
            // reported elsewhere. The client assumes that a NavigationList leads to every screen,
            // because items in the data are not known.
            let lists = document.screens().iter().any(has_navigation_list);
            if !lists && !super::endpoint::asks_endpoint(document) && all_targets_known(document) {
                check_connected(document, &edges, out);
            }
            check_route_count(document, &edges, out);
        }
        _ => {}
    }
}

/// Returns whether the target of each navigate is known. Others are reported elsewhere.
fn all_targets_known(document: &Document<'_>) -> bool {
    // A component that leads on requires an action.
    let idle = |component: &Component<'_>| {
        let action = component.property("on-click-action").map(Value::kind);
        matches!(&*component.kind(), "Footer" | "EmbeddedLink") && action != Some(Kind::Object)
    };
    let mut screens = document.screens().iter();
    if !screens.all(|screen| screen.has_layout() && !screen.components().iter().any(idle)) {
        return false;
    }
    let mut actions = document.screens().iter().flat_map(Screen::actions);
    actions.all(|action| match action.kind() {
        None => false,
        Some(ActionKind::Navigate) => {
            action.next().is_some_and(|(id, _)| document.screen(&id).is_some())
        }
        Some(_) => true,
    })
}

/// Checks that the routing model lists every screen, and nothing else. Returns whether both hold.
fn check_listed(
    document: &Document<'_>,
    routes: &[Route<'_>],
    edges: &Edges<'_>,
    out: &mut Diagnostics,
) -> bool {
    // A screen without an id is reported elsewhere, and may be the missing one.
    let named_all = document.all_have_ids();
    let mut valid = named_all;
    for route in routes {
        let unknown = |id: &str, at, out: &mut Diagnostics| {
            let message = format!("unknown screen `{id}`");
            let otherwise = "remove it from the routing model, or add the screen";
            let help = match suggest(id, document.ids(), out) {
                Some(meant) => format!("{meant} Otherwise {otherwise}"),
                None => otherwise.to_owned(),
            };
            out.add(&rules::ROUTE_LISTED, at, message, help);
        };
        if document.screen(&route.from.text).is_none() && named_all {
            valid = false;
            unknown(&route.from.text, route.from.span.clone(), out);
        }
        for (to, value) in &route.to {
            if document.screen(to).is_none() && named_all {
                valid = false;
                unknown(to, value_span(*value), out);
            }
        }
    }
    let reached: HashSet<_> = edges.values().flatten().collect();
    let mut missing = false;
    for (id, screen) in screens_with_id(document) {
        if edges.contains_key(&id) {
            continue;
        }
        let Some(value) = screen.value().member("id") else { continue };
        let help =
            format!("add \"{id}\": [] to the routing model, with the screens to which it leads");
        if !reached.contains(&id) && screen.terminal() {
            // An isolated screen is reported in `check_connected`.
        } else if reached.contains(&id) {
            // The client opens a screen of a reply only if it is a key of the model.
            let message = format!("the routing model has no entry for `{id}`");
            out.once(&rules::ROUTE_KEY, value_span(value), message, help);
        } else if valid {
            let message = format!("`{id}` is missing in the routing model");
            missing = true;
            out.add(&rules::ROUTE_LISTED, value_span(value), message, help);
        }
    }
    valid && !missing
}

/// Checks that no route leads to its own screen or back, and that there are not too many.
fn check_forward(routes: &[Route<'_>], out: &mut Diagnostics) {
    let targets: HashSet<(&str, &str)> = routes
        .iter()
        .flat_map(|route| route.to.iter().map(|(to, _)| (&*route.from.text, &**to)))
        .collect();
    let mut before = HashSet::new();
    for route in routes {
        let from = &*route.from.text;
        if route.to.len() > MAX_ROUTES {
            let message = format!(
                "`{from}` leads to {} screens; the maximum is {MAX_ROUTES}",
                route.to.len()
            );
            out.add(
                &rules::ROUTES_OVER,
                value_span(route.to[MAX_ROUTES].1),
                message,
                "add a screen between them",
            );
        }
        for (to, value) in &route.to {
            if from == to {
                let message = format!("`{from}` leads to itself");
                let help = "remove it: an endpoint may always show the same screen again";
                out.add(&rules::ROUTE_FORWARD, value_span(*value), message, help);
            } else if targets.contains(&(&**to, from)) && before.contains(&**to) {
                let message = format!("`{from}` leads back to `{to}`, which leads to it");
                let help = "list the forward route only: going back is always possible";
                out.add(&rules::ROUTE_FORWARD, value_span(*value), message, help);
            }
        }
        before.insert(from);
    }
}

/// Returns whether a screen has no incoming route.
fn has_entry(document: &Document<'_>, edges: &Edges<'_>) -> bool {
    let reached: HashSet<_> = edges.values().flatten().collect();
    screens_with_id(document).any(|(id, _)| !reached.contains(&id))
}

/// Checks that a screen has no incoming route: the flow starts there.
fn check_entry(
    document: &Document<'_>,
    edges: &Edges<'_>,
    at: crate::span::Span,
    out: &mut Diagnostics,
) {
    if !has_entry(document, edges)
        && document.all_have_ids()
        && screens_with_id(document).next().is_some()
    {
        let message = "every screen has an incoming route, so there is no entry screen".to_owned();
        let help = "remove the routes to the first screen";
        out.add(&rules::ROUTE_ENTRY, at, message, help);
    }
}

/// Checks that every screen is connected with the first one. The client follows routes in both
/// directions, so there may be several entry screens, among which the endpoint chooses. It
/// rejects a screen that no chain of routes connects with the first one.
fn check_connected(document: &Document<'_>, edges: &Edges<'_>, out: &mut Diagnostics) {
    let Some((first, _)) = screens_with_id(document).next() else { return };
    let mut joined = Edges::new();
    for (from, targets) in edges {
        for to in targets {
            joined.entry(from.clone()).or_default().push(to.clone());
            joined.entry(to.clone()).or_default().push(from.clone());
        }
    }
    let mut reached = HashSet::from([first.clone()]);
    let mut stack = vec![first.clone()];
    while let Some(id) = stack.pop() {
        for to in joined.get(&id).into_iter().flatten() {
            if reached.insert(to.clone()) {
                stack.push(to.clone());
            }
        }
    }
    for (id, screen) in screens_with_id(document) {
        // A screen that the model does not list is reported elsewhere.
        let unlisted = document.value().member("routing_model").is_some()
            && !edges.contains_key(&id)
            && !screen.terminal();
        if !reached.contains(&id) && !unlisted {
            let message = format!("`{id}` is not connected with `{first}`, the first screen");
            let help = "add a route to it, or from it, that connects it";
            let place =
                screen.value().member("id").map_or_else(|| value_span(screen.value()), value_span);
            out.add(&rules::ROUTE_CONNECTED, place, message, help);
        }
    }
}

fn check_route_count(document: &Document<'_>, edges: &Edges<'_>, out: &mut Diagnostics) {
    for (id, screen) in screens_with_id(document) {
        let targets = edges.get(&id).map_or(0, Vec::len);
        if targets > MAX_ROUTES {
            let message = format!("`{id}` leads to {targets} screens; the maximum is {MAX_ROUTES}");
            let place =
                screen.value().member("id").map_or_else(|| value_span(screen.value()), value_span);
            out.add(&rules::ROUTES_OVER, place, message, "add a screen between them");
        }
    }
}
