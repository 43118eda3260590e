//! The replies of the handlers of a scaffold: for the generator, and for a test that plays it.

use std::collections::HashSet;

use crate::codegen::ir::{Input, ScreenType};
use crate::model::{Action, ActionKind, Document};

/// The answers of a flow's handlers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The screen that answers `INIT`.
    pub first: String,
    /// The answers to each screen.
    pub screens: Vec<PlannedScreen>,
}

/// The answers to a screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedScreen {
    /// The id.
    pub id: String,
    /// The payloads of its `data_exchange` actions, in the order of the variants of its input.
    pub payloads: Vec<PlannedPayload>,
    /// The answer to `BACK`; `None` if the client does not ask.
    pub back: Option<String>,
    /// The screens that the routing model allows as well, and to which no payload leads.
    pub others: Vec<String>,
}

/// The answer to a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedPayload {
    /// The lines of the actions that send it.
    pub lines: Vec<usize>,
    /// The screen that is shown; `None` ends the flow.
    pub next: Option<String>,
}

impl Plan {
    pub(super) fn new(document: &Document<'_>, screens: &[ScreenType<'_>]) -> Self {
        let routes = document.routing_model().unwrap_or_default();
        let targets: HashSet<&str> =
            routes.iter().flat_map(|route| &route.to).map(|(to, _)| &**to).collect();
        let first = screens.iter().find(|screen| !targets.contains(&*screen.id));
        let first = first.or(screens.first()).map(|screen| screen.id.clone());
        let planned = document.screens().iter().zip(screens).map(|(screen, typed)| {
            // A component that changes stays on the screen; a button leads to the next one.
            let clicks: HashSet<usize> = screen
                .actions()
                .iter()
                .filter(|action| action.trigger() == "on-click-action")
                .map(|action| action.value().position().line)
                .collect();
            let route = routes.iter().find(|route| route.from.text == typed.id);
            let forward = route.into_iter().flat_map(|route| &route.to);
            // The client itself navigates to the others.
            let is_navigated = |to: &str| {
                let mut targets = screen.actions().iter().filter_map(Action::next);
                targets.any(|(target, _)| target == to)
            };
            let forward = forward.filter(|(to, _)| **to != *typed.id && !is_navigated(to));
            let mut forward: Vec<_> = forward.map(|(to, _)| to.to_string()).collect();
            if screen.terminal() {
                forward.clear();
            }
            // Each button leads to a screen of its own, as far as there are some.
            let mut ahead = forward.iter();
            let has_exchange =
                screen.actions().iter().any(|a| a.kind() == Some(ActionKind::DataExchange));
            let lines: Vec<Vec<usize>> = match &typed.input {
                Input::Struct { lines, .. } => vec![lines.clone()],
                Input::Enum { variants, .. } => {
                    variants.iter().map(|variant| variant.lines.clone()).collect()
                }
                Input::Nothing | Input::Members if has_exchange => {
                    let exchanges = screen.actions().iter();
                    let exchanges =
                        exchanges.filter(|a| a.kind() == Some(ActionKind::DataExchange));
                    vec![exchanges.map(|action| action.value().position().line).collect()]
                }
                Input::Members => vec![Vec::new()],
                Input::Nothing => Vec::new(),
            };
            let payloads = lines.into_iter().map(|lines| {
                let is_click = lines.is_empty() || lines.iter().any(|line| clicks.contains(line));
                let item_action = !lines.iter().any(|line| {
                    screen.actions().iter().any(|a| a.value().position().line == *line)
                });
                let next = match is_click || item_action {
                    true => ahead.next().or(forward.last()).cloned(),
                    false => Some(typed.id.clone()),
                };
                PlannedPayload { lines, next }
            });
            let payloads: Vec<_> = payloads.collect();
            let is_shown = |id: &String| payloads.iter().any(|p| p.next.as_ref() == Some(id));
            let others = forward.iter().filter(|id| !is_shown(id)).cloned().collect();
            let before =
                routes.iter().find(|route| route.to.iter().any(|(to, _)| **to == *typed.id));
            PlannedScreen {
                id: typed.id.clone(),
                payloads,
                others,
                back: before.filter(|_| screen.refresh_on_back()).map(|r| r.from.text.to_string()),
            }
        });
        Self { first: first.unwrap_or_default(), screens: planned.collect() }
    }
}
