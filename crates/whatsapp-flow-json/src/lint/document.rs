//! The document's own members: version, data API, meta, and that there are screens.

use super::Version;
use super::diagnostic::{Diagnostics, at, list, name_of};
use super::rules;
use super::suggest::{meant_by, misspelt};
use crate::json::{Kind, Value};
use crate::model::{ActionKind, Document};

/// The versions that there are (CHG).
const VERSIONS: [Version; 13] = [
    (2, 1),
    (3, 0),
    (3, 1),
    (4, 0),
    (5, 0),
    (5, 1),
    (6, 0),
    (6, 1),
    (6, 2),
    (6, 3),
    (7, 0),
    (7, 1),
    (7, 2),
];

/// Versions before this one cannot be published any more (CHG).
const PUBLISHABLE: Version = (5, 1);

/// The members of a Flow JSON.
const MEMBERS: [&str; 4] = ["version", "data_api_version", "routing_model", "screens"];

fn known(version: Version) -> bool {
    VERSIONS.contains(&version) || version == super::NEWEST
}

/// Whether a version may have been released since this program was. A year is not a version.
fn newer(version: Version) -> bool {
    version > super::NEWEST && version.0 <= super::NEWEST.0 + 10
}

/// The version whose rules a document is checked by: its own, or the newest if that is not known.
pub fn rules_of(document: &Document<'_>) -> Version {
    document.version().filter(|version| known(*version)).unwrap_or(super::NEWEST)
}

/// Checks them, and says whether there are screens to look at.
pub fn check(document: &Document<'_>, out: &mut Diagnostics) -> bool {
    let root = document.value();
    if root.kind() != Kind::Object {
        let message =
            format!("a Flow JSON is an object, and this is of type {}", root.kind().name());
        out.add(&rules::FLOW_JSON, at(root), message, "begin with `{`");
        return false;
    }
    version(document, out);
    let version = rules_of(document);
    for (name, value) in root.members() {
        match &*name.text {
            "version" | "screens" => {}
            "routing_model" => routing_model(value, out),
            "data_api_version" => data_api_version(document, version, value, out),
            "data_channel_uri" if version < (3, 0) => {}
            "data_channel_uri" => {
                let message = "`data_channel_uri` is no member of Flow JSON since 3.0".to_owned();
                let help = "set the flow's `endpoint_uri` by the Flows API or in the Builder";
                out.add(&rules::MEMBER_UNKNOWN, name.span, message, help);
            }
            other => {
                let message = format!("a Flow JSON has no member `{other}`");
                let help = match meant_by(other, &MEMBERS) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => {
                        "take it away; it has `version`, `data_api_version`, `routing_model` and \
                        `screens`"
                            .to_owned()
                    }
                };
                out.add(&rules::MEMBER_UNKNOWN, name.span, message, help);
            }
        }
    }
    endpoint(document, out);
    screens(root, out)
}

fn version(document: &Document<'_>, out: &mut Diagnostics) {
    let root = document.value();
    let help = "write \"version\": \"7.3\"";
    if misspelt(root, "version", &MEMBERS) {
        return;
    }
    let Some(value) = root.member("version") else {
        let message = "the document does not say its version".to_owned();
        return out.add(&rules::VERSION_MISSING, at(root), message, help);
    };
    match document.version() {
        Some(version) if version < PUBLISHABLE && known(version) => {
            let message = format!("version {}.{} can no longer be published", version.0, version.1);
            out.add(&rules::VERSION_FROZEN, at(value), message, help);
        }
        Some(version) if known(version) => {}
        Some(version) if newer(version) => {
            let (major, minor) = super::NEWEST;
            let message = format!(
                "version {}.{} is newer than this program; the rules of {major}.{minor} are used",
                version.0, version.1
            );
            let help = format!("update flowctl, or write \"version\": \"{major}.{minor}\"");
            out.add(&rules::VERSION_NEWER, at(value), message, help);
        }
        _ if value.kind() == Kind::Number => {
            let digits = value.source();
            let message = format!("`version` is text, and {} is a number", short(value));
            let meant = VERSIONS.iter().any(|(major, minor)| digits == format!("{major}.{minor}"));
            let help = match meant {
                true => format!("write \"version\": \"{digits}\""),
                false => help.to_owned(),
            };
            out.add(&rules::VERSION_UNKNOWN, at(value), message, help);
        }
        _ => {
            let message = format!("{} is no version of Flow JSON", short(value));
            out.add(&rules::VERSION_UNKNOWN, at(value), message, help);
        }
    }
}

fn data_api_version(
    document: &Document<'_>,
    version: Version,
    value: Value<'_>,
    out: &mut Diagnostics,
) {
    let good: &[&str] = if version >= (7, 3) { &["3.0", "4.0"] } else { &["3.0"] };
    // What comes after the newest version of all is not known.
    let newer = document.version().is_some_and(newer);
    if newer && document.data_api_version().is_some_and(|api| api > (4, 0)) {
        return;
    }
    // Before 3.0 the data API had other versions, of which no page is left.
    if version >= (3, 0) && !value.as_str().is_some_and(|text| good.contains(&&*text)) {
        let message = format!("{} is no data API version here", short(value));
        let help = match document.data_api_version() {
            Some((4, 0)) => {
                "4.0 needs version 7.3 of Flow JSON; write \"3.0\" or raise `version`".to_owned()
            }
            _ => format!("write {}", list(good).replace('`', "\"")),
        };
        out.add(&rules::VALUE, at(value), message, help);
    }
}

/// The form of the routing model. What it means is in `routing`.
fn routing_model(value: Value<'_>, out: &mut Diagnostics) {
    let help = "write {\"FIRST\": [\"SECOND\"], \"SECOND\": []}";
    if value.kind() != Kind::Object {
        let message = format!("`routing_model` is an object, not of type {}", value.kind().name());
        return out.add(&rules::TYPE, at(value), message, help);
    }
    for (name, ways) in value.members() {
        if ways.kind() != Kind::Array {
            let message = format!("the ways out of `{}` are an array of screen ids", name.text);
            out.add(&rules::TYPE, at(ways), message, help);
        }
        for way in ways.items().filter(|way| way.kind() != Kind::String) {
            let message = format!("a screen id is text, and this is of type {}", way.kind().name());
            out.add(&rules::TYPE, at(way), message, "write the id in quotes");
        }
    }
}

/// Whether some action asks an endpoint.
pub fn asks_endpoint(document: &Document<'_>) -> bool {
    let mut actions = document.screens().iter().flat_map(|screen| screen.actions());
    actions.any(|action| action.kind() == Some(ActionKind::DataExchange))
}

/// What an endpoint needs: the data API's version, and a routing model.
fn endpoint(document: &Document<'_>, out: &mut Diagnostics) {
    let root = document.value();
    if ["data_api_version", "routing_model"].iter().any(|name| misspelt(root, name, &MEMBERS)) {
        return;
    }
    if root.member("data_api_version").is_some() {
        if root.member("routing_model").is_none() {
            let message = "a flow with an endpoint needs a `routing_model`".to_owned();
            let help = "list every screen in it, and where the screen leads";
            out.add(&rules::MEMBER_MISSING, at(root), message, help);
        }
        return;
    }
    let help = match root.member("routing_model") {
        Some(_) => "write \"data_api_version\": \"3.0\" beside `version`",
        None => {
            "write \"data_api_version\": \"3.0\" and a `routing_model` beside `version`, with every \
                screen in it and where the screen leads"
        }
    };
    for screen in document.screens() {
        let asks = |kind| kind == Some(ActionKind::DataExchange);
        for action in screen.actions().iter().filter(|action| asks(action.kind())) {
            if let Some(name) = action.value().member("name") {
                let message = "data_exchange asks an endpoint, and the document has no \
                    `data_api_version`";
                // Whatever else asks an endpoint has the same cause.
                return out.add(&rules::MEMBER_MISSING, at(name), message.to_owned(), help);
            }
        }
        if let Some(value) = screen.value().member("refresh_on_back")
            && screen.refresh_on_back()
        {
            let message = "refresh_on_back asks an endpoint, and the document has no \
                `data_api_version`";
            return out.add(&rules::ENDPOINT_ON_BACK, at(value), message.to_owned(), help);
        }
    }
}

fn screens(root: Value<'_>, out: &mut Diagnostics) -> bool {
    if misspelt(root, "screens", &MEMBERS) {
        return false;
    }
    let Some(value) = root.member("screens") else {
        let message = "the document has no `screens`".to_owned();
        out.add(&rules::MEMBER_MISSING, at(root), message, "write \"screens\": [ … ]");
        return false;
    };
    if value.kind() != Kind::Array {
        let message = format!("`screens` is an array, not of type {}", value.kind().name());
        out.add(&rules::TYPE, at(value), message, "write \"screens\": [ … ]");
        return false;
    }
    if value.items().next().is_none() {
        let message = "a flow has at least one screen".to_owned();
        out.add(&rules::ITEMS_MISSING, at(value), message, "write a screen");
        return false;
    }
    for item in value.items().filter(|item| item.kind() != Kind::Object) {
        let message = format!("a screen is an object, not of type {}", item.kind().name());
        out.add(&rules::TYPE, at(item), message, "write { \"id\": … }");
    }
    if value.items().count() > MOST_SCREENS {
        let first = value.items().nth(MOST_SCREENS).map_or_else(|| name_of(value), at);
        let message = format!("a flow has at most {MOST_SCREENS} screens");
        out.add(&rules::SCREENS_OVER, first, message, "take screens away, or split the flow");
    }
    true
}

/// The client takes no more; no page says so.
const MOST_SCREENS: usize = 100;

/// A value in a sentence: what is short as it is written, anything else by its type.
pub(super) fn short(value: Value<'_>) -> String {
    let source = value.source();
    match value.kind() {
        Kind::Object | Kind::Array => format!("a value of type {}", value.kind().name()),
        _ if source.chars().count() > 40 => "this text".to_owned(),
        _ => format!("`{source}`"),
    }
}
