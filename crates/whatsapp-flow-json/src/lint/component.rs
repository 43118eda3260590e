//! Layouts and components: known types, allowed containers, and properties.

use super::collector::Diagnostics;
use super::property;
use super::rules;
use super::site::value_span;
use super::suggest::{closest, has_misspelling};
use super::value::{Site, check_components};
use crate::catalog::{self, ComponentSpec, Version};
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
            out.add(&rules::VALUE, value_span(value), message, help);
        }
        None if has_misspelling(layout, "type", &KNOWN) => {}
        None => {
            let message = "the layout has no `type`".to_owned();
            let help = "write \"type\": \"SingleColumnLayout\"";
            out.add(&rules::MEMBER_MISSING, value_span(layout), message, help);
        }
    }
    for (name, value) in layout.members() {
        match &*name.text {
            "type" => {}
            "children" => check_components(value, "children", out),
            other => {
                let message = format!("a layout has no member `{other}`");
                let help = match closest(other, KNOWN.into_iter()) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "remove it; a layout has `type` and `children`".to_owned(),
                };
                out.add(&rules::MEMBER_UNKNOWN, name.span, message, help);
            }
        }
    }
    if layout.member("children").is_none() && !has_misspelling(layout, "children", &KNOWN) {
        let message = "the layout has no `children`".to_owned();
        out.add(&rules::MEMBER_MISSING, value_span(layout), message, "write \"children\": [ … ]");
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
        // Without its type, the component's properties are not known.
        let message = "the component has no `type`".to_owned();
        return out.add(&rules::TYPE_MISSING, value_span(value), message, "add its type");
    };
    let Some(name) = kind.as_str() else {
        let message = format!("`type` must be text, but is of type {}", kind.kind().name());
        return out.add(&rules::TYPE, value_span(kind), message, "write the type in quotes");
    };
    let Some(entry) = catalog::component(&name) else {
        let message = format!("unknown component `{name}`");
        return out.add(&rules::VALUE, value_span(kind), message, suggest_component(&name));
    };
    if version < entry.since {
        let (major, minor) = entry.since;
        let message = format!("{name} requires version {major}.{minor}");
        let help = format!("write \"version\": \"{major}.{minor}\" or later");
        return out.add(&rules::VALUE, value_span(kind), message, help);
    }
    check_placement(screen, component, entry, version, kind, out);
    let site = Site { version, in_form: component.form().is_some() };
    property::check_properties(value, entry.properties, entry.name, site, out);
}

/// Checks that the component is allowed in its container.
fn check_placement(
    screen: &Screen<'_>,
    component: &Component<'_>,
    entry: &ComponentSpec,
    version: Version,
    kind: Value<'_>,
    out: &mut Diagnostics,
) {
    let Some(parent) = component.parent().map(|parent| screen.components()[parent].kind()) else {
        return;
    };
    let since = |since: Option<Version>| since.is_some_and(|since| version >= since);
    let allowed = match &*parent {
        "Form" => entry.placement.form,
        "If" => since(entry.placement.branch),
        "Switch" => since(entry.placement.case),
        _ => return,
    };
    if allowed {
        return;
    }
    let message = format!("{} is not allowed in {parent}", entry.name);
    let later = match &*parent {
        "If" => entry.placement.branch,
        "Switch" => entry.placement.case,
        _ => None,
    };
    let (message, help) = match later {
        Some((major, minor)) => (
            format!("{message} before {major}.{minor}"),
            format!("write \"version\": \"{major}.{minor}\" or later, or move it out"),
        ),
        None => (message, "move it out".to_owned()),
    };
    out.add(&rules::PLACE, value_span(kind), message, help);
}

fn suggest_component(name: &str) -> String {
    match closest(name, catalog::components().map(|component| component.name)) {
        Some(meant) => format!("did you mean {meant}?"),
        None => {
            let names: Vec<_> = catalog::components().map(|component| component.name).collect();
            format!("the components are {}", names.join(", "))
        }
    }
}
