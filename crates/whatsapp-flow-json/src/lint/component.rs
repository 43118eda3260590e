//! The layouts and components: known, in a place where they may stand, with the properties they
//! have.

use super::collector::{Diagnostics, at};
use super::property;
use super::rules;
use super::suggest::{misspelt, similar};
use super::value::{Site, components};
use crate::catalog::Version;
use crate::catalog::{self, Component as Entry};
use crate::json::{Kind, Value};
use crate::model::{Component, Document, Screen};

pub fn check(document: &Document<'_>, version: Version, out: &mut Diagnostics) {
    for screen in document.screens() {
        if let Some(layout) = screen.value().member("layout")
            && layout.kind() == Kind::Object
        {
            check_layout(layout, out);
        }
        for component in screen.components() {
            check_component(screen, component, version, out);
        }
    }
}

fn check_layout(layout: Value<'_>, out: &mut Diagnostics) {
    const KNOWN: [&str; 2] = ["type", "children"];
    match layout.member("type").map(|kind| (kind, kind.as_str())) {
        Some((_, Some(kind))) if kind == "SingleColumnLayout" => {}
        Some((value, _)) => {
            let message = "the only layout is SingleColumnLayout".to_owned();
            let help = "write \"type\": \"SingleColumnLayout\"";
            out.add(&rules::VALUE, at(value), message, help);
        }
        None if misspelt(layout, "type", &KNOWN) => {}
        None => {
            let message = "the layout has no `type`".to_owned();
            let help = "write \"type\": \"SingleColumnLayout\"";
            out.add(&rules::MEMBER_MISSING, at(layout), message, help);
        }
    }
    for (name, value) in layout.members() {
        match &*name.text {
            "type" => {}
            "children" => components(value, "children", out),
            other => {
                let message = format!("a layout has no member `{other}`");
                let help = match similar(other, KNOWN.into_iter()) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "take it away; it has `type` and `children`".to_owned(),
                };
                out.add(&rules::MEMBER_UNKNOWN, name.span, message, help);
            }
        }
    }
    if layout.member("children").is_none() && !misspelt(layout, "children", &KNOWN) {
        let message = "the layout has no `children`".to_owned();
        out.add(&rules::MEMBER_MISSING, at(layout), message, "write \"children\": [ … ]");
    }
}

fn check_component(
    screen: &Screen<'_>,
    component: &Component<'_>,
    version: Version,
    out: &mut Diagnostics,
) {
    let value = component.value();
    let Some(kind) = value.member("type") else {
        // A component's other members are not known without its type.
        let message = "the component has no `type`".to_owned();
        return out.add(&rules::TYPE_MISSING, at(value), message, "write its type");
    };
    let Some(name) = kind.as_str() else {
        let message = format!("`type` is text, not of type {}", kind.kind().name());
        return out.add(&rules::TYPE, at(kind), message, "write its type in quotes");
    };
    let Some(entry) = catalog::component(&name) else {
        let message = format!("there is no component `{name}`");
        return out.add(&rules::VALUE, at(kind), message, suggestion(&name));
    };
    if version < entry.since {
        let (major, minor) = entry.since;
        let message = format!("{name} is there since {major}.{minor}");
        let help = format!("write \"version\": \"{major}.{minor}\" or later");
        return out.add(&rules::VALUE, at(kind), message, help);
    }
    may_stand(screen, component, entry, version, kind, out);
    let site = Site { version, in_form: component.form().is_some() };
    property::check_properties(value, entry.properties, entry.name, site, out);
}

/// Whether the component may stand in what holds it.
fn may_stand(
    screen: &Screen<'_>,
    component: &Component<'_>,
    entry: &Entry,
    version: Version,
    kind: Value<'_>,
    out: &mut Diagnostics,
) {
    let Some(holder) = component.parent().map(|parent| screen.components()[parent].kind()) else {
        return;
    };
    let since = |since: Option<Version>| since.is_some_and(|since| version >= since);
    let allowed = match &*holder {
        "Form" => entry.places.form,
        "If" => since(entry.places.branch),
        "Switch" => since(entry.places.case),
        _ => return,
    };
    if allowed {
        return;
    }
    let message = format!("{} cannot stand in {holder}", entry.name);
    let later = match &*holder {
        "If" => entry.places.branch,
        "Switch" => entry.places.case,
        _ => None,
    };
    let (message, help) = match later {
        Some((major, minor)) => (
            format!("{message} before {major}.{minor}"),
            format!("write \"version\": \"{major}.{minor}\" or later, or put it outside"),
        ),
        None => (message, "put it outside".to_owned()),
    };
    out.add(&rules::PLACE, at(kind), message, help);
}

fn suggestion(name: &str) -> String {
    match similar(name, catalog::all().map(|component| component.name)) {
        Some(meant) => format!("did you mean {meant}?"),
        None => {
            let names: Vec<_> = catalog::all().map(|component| component.name).collect();
            format!("the components are {}", names.join(", "))
        }
    }
}
