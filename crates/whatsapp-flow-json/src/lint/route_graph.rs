//! The graph of the screens: the routes of the routing model, or of the navigate actions.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::json::Value;
use crate::model::{ActionKind, Document, Screen};

/// The screens to which each screen leads.
pub type Edges<'j> = HashMap<Cow<'j, str>, Vec<Cow<'j, str>>>;

/// The edges of a document without a routing model: those of its navigate actions.
pub fn edges_of_navigate<'j>(document: &Document<'j>) -> Edges<'j> {
    let mut edges = Edges::new();
    for (id, screen) in screens_with_id(document) {
        let mut targets: Vec<Cow<'j, str>> = Vec::new();
        let mut seen = HashSet::new();
        for (to, _) in navigate_targets(screen) {
            if document.screen(&to).is_some() && to != id && seen.insert(to.clone()) {
                targets.push(to);
            }
        }
        edges.insert(id, targets);
    }
    edges
}

pub fn has_navigation_list(screen: &Screen<'_>) -> bool {
    screen.components().iter().any(|component| component.kind() == "NavigationList")
}

/// The targets of a screen's navigate actions.
pub fn navigate_targets<'d, 'j>(
    screen: &'d Screen<'j>,
) -> impl Iterator<Item = (Cow<'j, str>, Value<'j>)> + 'd {
    let navigates = |kind| kind == Some(ActionKind::Navigate);
    screen.actions().iter().filter(move |action| navigates(action.kind())).filter_map(|a| a.next())
}

/// The screens with an id.
pub fn screens_with_id<'d, 'j>(
    document: &'d Document<'j>,
) -> impl Iterator<Item = (Cow<'j, str>, &'d Screen<'j>)> {
    document.screens().iter().filter_map(|screen| Some((screen.id()?, screen)))
}

/// Returns whether one screen can be reached from another.
pub fn reaches(edges: &Edges<'_>, from: &str, to: &str) -> bool {
    let (mut stack, mut seen) = (vec![from], HashSet::from([from]));
    while let Some(id) = stack.pop() {
        if id == to {
            return true;
        }
        stack.extend(
            edges.get(id).into_iter().flatten().map(|target| &**target).filter(|w| seen.insert(w)),
        );
    }
    false
}
