//! The document's own members: version, data API version, routing model and screens.

use super::collector::Diagnostics;
use super::endpoint::{self, MEMBERS};
use super::rules;
use super::site::{describe, join_names, name_span, value_span};
use super::suggest::{has_misspelling, suggest_property};
use super::versions::{NEWEST, PUBLISHABLE, VERSIONS, is_known, is_newer, rules_version};
use crate::catalog::Version;
use crate::json::{Kind, Value};
use crate::model::Document;

/// Checks the members. Returns whether there are screens to check.
pub fn check(document: &Document<'_>, out: &mut Diagnostics) -> bool {
    let root = document.value();
    if root.kind() != Kind::Object {
        let message =
            format!("a Flow JSON must be an object, but this is of type {}", root.kind().name());
        out.add(&rules::FLOW_JSON, value_span(root), message, "start with `{`");
        return false;
    }
    check_version(document, out);
    let version = rules_version(document);
    for (name, value) in root.members() {
        match &*name.text {
            "version" | "screens" => {}
            "routing_model" => check_routing_model(value, out),
            "data_api_version" => check_data_api_version(document, version, value, out),
            "data_channel_uri" if version < (3, 0) => {}
            "data_channel_uri" => {
                let message = "`data_channel_uri` is not supported since 3.0".to_owned();
                let help = "set the flow's `endpoint_uri` with the Flows API or in the Builder";
                out.add(&rules::MEMBER_UNKNOWN, name.span, message, help);
            }
            other => {
                let message = format!("a Flow JSON has no member `{other}`");
                let help = match suggest_property(other, &MEMBERS) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "remove it; a Flow JSON has `version`, `data_api_version`, \
                            `routing_model` and `screens`"
                        .to_owned(),
                };
                out.add(&rules::MEMBER_UNKNOWN, name.span, message, help);
            }
        }
    }
    endpoint::check(document, out);
    check_screens(root, out)
}

fn check_version(document: &Document<'_>, out: &mut Diagnostics) {
    let root = document.value();
    let help = "write \"version\": \"7.3\"";
    if has_misspelling(root, "version", &MEMBERS) {
        return;
    }
    let Some(value) = root.member("version") else {
        let message = "the document has no `version`".to_owned();
        return out.add(&rules::VERSION_MISSING, value_span(root), message, help);
    };
    match document.version() {
        Some(version) if version < PUBLISHABLE && is_known(version) => {
            let message = format!("version {}.{} can no longer be published", version.0, version.1);
            out.add(&rules::VERSION_FROZEN, value_span(value), message, help);
        }
        Some(version) if is_known(version) => {}
        Some(version) if is_newer(version) => {
            let (major, minor) = NEWEST;
            let message = format!(
                "version {}.{} is newer than this program; using the rules of \
                    {major}.{minor}",
                version.0, version.1
            );
            let help = format!("update flowctl, or write \"version\": \"{major}.{minor}\"");
            out.add(&rules::VERSION_NEWER, value_span(value), message, help);
        }
        _ if value.kind() == Kind::Number => {
            let digits = value.source();
            let message = format!("`version` must be text, but {} is a number", describe(value));
            let meant = VERSIONS.iter().any(|(major, minor)| digits == format!("{major}.{minor}"));
            let help = match meant {
                true => format!("write \"version\": \"{digits}\""),
                false => help.to_owned(),
            };
            out.add(&rules::VERSION_UNKNOWN, value_span(value), message, help);
        }
        _ => {
            let message = format!("{} is not a version of Flow JSON", describe(value));
            out.add(&rules::VERSION_UNKNOWN, value_span(value), message, help);
        }
    }
}

fn check_data_api_version(
    document: &Document<'_>,
    version: Version,
    value: Value<'_>,
    out: &mut Diagnostics,
) {
    let good: &[&str] = if version >= (7, 3) { &["3.0", "4.0"] } else { &["3.0"] };
    // Versions after the newest one are not known.
    let newer = document.version().is_some_and(is_newer);
    if newer && document.data_api_version().is_some_and(|api| api > (4, 0)) {
        return;
    }
    // Before 3.0 the data API had other versions, which are no longer documented.
    if version >= (3, 0) && !value.as_str().is_some_and(|text| good.contains(&&*text)) {
        let message = format!("{} is not a supported data API version", describe(value));
        let help = match document.data_api_version() {
            Some((4, 0)) => "4.0 requires version 7.3 of Flow JSON; write \"3.0\", or set a later \
                    `version`"
                .to_owned(),
            _ => format!("write {}", join_names(good).replace('`', "\"").replace(" and ", " or ")),
        };
        out.add(&rules::VALUE, value_span(value), message, help);
    }
}

/// Checks the types in the routing model. Its meaning is checked in `routing`.
fn check_routing_model(value: Value<'_>, out: &mut Diagnostics) {
    let help = "write {\"FIRST\": [\"SECOND\"], \"SECOND\": []}";
    if value.kind() != Kind::Object {
        let message =
            format!("`routing_model` must be an object, but is of type {}", value.kind().name());
        return out.add(&rules::TYPE, value_span(value), message, help);
    }
    for (name, targets) in value.members() {
        if targets.kind() != Kind::Array {
            let message = format!("the routes from `{}` must be an array of screen ids", name.text);
            out.add(&rules::TYPE, value_span(targets), message, help);
        }
        for target in targets.items().filter(|target| target.kind() != Kind::String) {
            let message =
                format!("a screen id must be text, but this is of type {}", target.kind().name());
            out.add(&rules::TYPE, value_span(target), message, "write the id in quotes");
        }
    }
}

fn check_screens(root: Value<'_>, out: &mut Diagnostics) -> bool {
    if has_misspelling(root, "screens", &MEMBERS) {
        return false;
    }
    let Some(value) = root.member("screens") else {
        let message = "the document has no `screens`".to_owned();
        out.add(&rules::MEMBER_MISSING, value_span(root), message, "write \"screens\": [ … ]");
        return false;
    };
    if value.kind() != Kind::Array {
        let message = format!("`screens` must be an array, but is of type {}", value.kind().name());
        out.add(&rules::TYPE, value_span(value), message, "write \"screens\": [ … ]");
        return false;
    }
    if value.items().next().is_none() {
        let message = "a flow requires at least one screen".to_owned();
        out.add(&rules::ITEMS_MISSING, value_span(value), message, "add a screen");
        return false;
    }
    for item in value.items().filter(|item| item.kind() != Kind::Object) {
        let message =
            format!("a screen must be an object, but this is of type {}", item.kind().name());
        out.add(&rules::TYPE, value_span(item), message, "write { \"id\": … }");
    }
    let count = value.items().count();
    if count > MAX_SCREENS {
        let first = value.items().nth(MAX_SCREENS).map_or_else(|| name_span(value), value_span);
        let message = format!("the flow has {count} screens; the maximum is {MAX_SCREENS}");
        out.add(&rules::SCREENS_OVER, first, message, "remove screens, or split the flow");
    }
    true
}

/// Enforced by the client; not documented.
const MAX_SCREENS: usize = 100;
