//! Requests to the endpoint that could be avoided.
//!
//! The data_exchange of a Footer could be a navigate if its screen leads to only one screen, is not
//! terminal, and the payload contains every member of the next screen's data. The endpoint may
//! still need the request, so this is a hint.

use super::collector::Diagnostics;
use super::rules;
use super::site::{join_names, value_span};
use crate::model::{ActionKind, Document};

pub fn check(document: &Document<'_>, out: &mut Diagnostics) {
    let routes = document.routing_model().unwrap_or_default();
    for route in &routes {
        let [(to, _)] = route.to.as_slice() else { continue };
        let (Some(screen), Some(next)) = (document.screen(&route.from.text), document.screen(to))
        else {
            continue;
        };
        if screen.terminal() || next.data().is_empty() {
            continue;
        }
        for action in screen.actions() {
            let footer = screen.component_of(action).kind() == "Footer";
            if !footer || action.kind() != Some(ActionKind::DataExchange) {
                continue;
            }
            let Some(payload) = action.payload_value() else { continue };
            if next.data().iter().all(|(name, _)| payload.member(&name.text).is_some()) {
                let place = action.value().member("name").unwrap_or(action.value());
                let names: Vec<_> = next.data().iter().map(|(name, _)| &name.text).collect();
                let message =
                    format!("the payload contains all the data of `{to}`: {}", join_names(&names));
                let help = "if the endpoint does not need the request, use navigate, which does not \
                    wait for it";
                out.add(&rules::COULD_NAVIGATE, value_span(place), message, help);
            }
        }
    }
}
