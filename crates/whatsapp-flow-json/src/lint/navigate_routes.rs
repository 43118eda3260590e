//! The targets of navigate actions against the routing model.

use std::borrow::Cow;
use std::collections::HashSet;

use super::collector::Diagnostics;
use super::route_graph::{Edges, has_navigation_list, navigate_targets, reaches, screens_with_id};
use super::rules;
use super::site::value_span;
use crate::catalog::Version;
use crate::model::Document;

/// Checks that each navigate follows a route of the model, forward or back. The client does not
/// check screens with a NavigationList (6.2).
pub fn check(document: &Document<'_>, edges: &Edges<'_>, version: Version, out: &mut Diagnostics) {
    let reached: HashSet<_> = edges.values().flatten().collect();
    for (id, screen) in screens_with_id(document) {
        let lists = has_navigation_list(screen);
        let targets: HashSet<_> = edges.get(&id).into_iter().flatten().collect();
        // Screens that the model does not list, and routes to unknown screens, are reported
        // elsewhere.
        let has = |id: &Cow<'_, str>| edges.contains_key(id) || reached.contains(id);
        if !has(&id) || targets.iter().any(|target| document.screen(target).is_none()) {
            continue;
        }
        for (to, value) in navigate_targets(screen).filter(|_| !lists || version < (6, 2)) {
            let back = || edges.get(&to).is_some_and(|targets| targets.contains(&id));
            if to != id
                && document.screen(&to).is_some()
                && has(&to)
                && !targets.contains(&to)
                && !back()
            {
                let message = format!("the routing model has no route between `{id}` and `{to}`");
                // A route is valid in both directions. The suggested direction does not close a
                // cycle.
                let help = if !out.is_full() && reaches(edges, &to, &id) {
                    format!("add \"{id}\" to the routes of \"{to}\": routes can be followed back")
                } else {
                    format!("add \"{to}\" to the routes of \"{id}\"")
                };
                out.add(&rules::ROUTE_NAVIGATE, value_span(value), message, help);
            }
        }
    }
}
