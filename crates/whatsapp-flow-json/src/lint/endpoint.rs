//! The members that a flow with an endpoint requires.

use super::collector::Diagnostics;
use super::rules;
use super::site::value_span;
use super::suggest::has_misspelling;
use crate::model::{ActionKind, Document};

/// The members of a Flow JSON.
pub const MEMBERS: [&str; 4] = ["version", "data_api_version", "routing_model", "screens"];

/// Checks the members that an endpoint requires: the data API version, and a routing model.
pub fn check(document: &Document<'_>, out: &mut Diagnostics) {
    let root = document.value();
    if ["data_api_version", "routing_model"]
        .iter()
        .any(|name| has_misspelling(root, name, &MEMBERS))
    {
        return;
    }
    if root.member("data_api_version").is_some() {
        if root.member("routing_model").is_none() {
            let message = "a flow with an endpoint requires a `routing_model`".to_owned();
            let help = "list every screen and the screens to which it leads";
            out.add(&rules::MEMBER_MISSING, value_span(root), message, help);
        }
        return;
    }
    let help = match root.member("routing_model") {
        Some(_) => "add \"data_api_version\": \"3.0\" beside `version`",
        None => {
            "add \"data_api_version\": \"3.0\" and a `routing_model` beside `version`, \
                with every screen and the screens to which it leads"
        }
    };
    for screen in document.screens() {
        let asks = |kind| kind == Some(ActionKind::DataExchange);
        for action in screen.actions().iter().filter(|action| asks(action.kind())) {
            if let Some(name) = action.value().member("name") {
                let message = "data_exchange requires an endpoint, but the document has no \
                    `data_api_version`";
                // Other uses of the endpoint have the same cause.
                return out.add(&rules::MEMBER_MISSING, value_span(name), message.to_owned(), help);
            }
        }
        if let Some(value) = screen.value().member("refresh_on_back")
            && screen.refresh_on_back()
        {
            let message = "refresh_on_back requires an endpoint, but the document has no \
                `data_api_version`";
            return out.add(&rules::ENDPOINT_ON_BACK, value_span(value), message.to_owned(), help);
        }
    }
}

/// Returns whether an action asks the endpoint.
pub fn asks_endpoint(document: &Document<'_>) -> bool {
    let mut actions = document.screens().iter().flat_map(|screen| screen.actions());
    actions.any(|action| action.kind() == Some(ActionKind::DataExchange))
}
