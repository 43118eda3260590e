//! The layouts and components: known, in a place where they may stand, with the properties they
//! have.

use super::Version;
use super::catalog::{self, Component as Entry, Property};
use super::finding::{Findings, at, list};
use super::rules;
use super::several;
use super::shape::{self, Site};
use crate::document::json::{Kind, Value};
use crate::document::model::{Component, Document, Screen};

pub fn check(document: &Document<'_>, version: Version, out: &mut Findings) {
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

fn check_layout(layout: Value<'_>, out: &mut Findings) {
    match layout.member("type").map(|kind| (kind, kind.as_str())) {
        Some((_, Some(kind))) if kind == "SingleColumnLayout" => {}
        Some((value, _)) => {
            let message = "the only layout is SingleColumnLayout".to_owned();
            let help = "write \"type\": \"SingleColumnLayout\"";
            out.add(&rules::VALUE, at(value), message, help);
        }
        None => {
            let message = "the layout has no `type`".to_owned();
            let help = "write \"type\": \"SingleColumnLayout\"";
            out.add(&rules::MEMBER_MISSING, at(layout), message, help);
        }
    }
    for (name, value) in layout.members() {
        match &*name.text {
            "type" => {}
            "children" => several::components(value, "children", out),
            other => {
                let message = format!("a layout has no member `{other}`");
                let help = "take it away; it has `type` and `children`";
                out.add(&rules::MEMBER_UNKNOWN, name.span, message, help);
            }
        }
    }
    if layout.member("children").is_none() {
        let message = "the layout has no `children`".to_owned();
        out.add(&rules::MEMBER_MISSING, at(layout), message, "write \"children\": [ … ]");
    }
}

fn check_component(
    screen: &Screen<'_>,
    component: &Component<'_>,
    version: Version,
    out: &mut Findings,
) {
    let value = component.value();
    let Some(kind) = value.member("type") else {
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
    members(value, entry.properties, entry.name, site, out);
}

/// The members of an object against the properties that it may have.
pub(super) fn members(
    value: Value<'_>,
    properties: &'static [Property],
    of: &str,
    site: Site,
    out: &mut Findings,
) {
    for (name, member) in value.members() {
        let Some(property) = properties.iter().find(|property| name.text == property.name) else {
            if out.full() {
                out.add(&rules::MEMBER_UNKNOWN, name.span, String::new(), "");
                continue;
            }
            let message = format!("{of} has no property `{}`", name.text);
            let known: Vec<_> = properties.iter().map(|property| property.name).collect();
            let help = match meant_by(&name.text, &known) {
                Some("init-value") if site.in_form => {
                    "write it into the Form's `init-values`".to_owned()
                }
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("take it away; it has {}", list(&known)),
            };
            out.add(&rules::MEMBER_UNKNOWN, name.span, message, help);
            continue;
        };
        if site.version < property.since {
            let (major, minor) = property.since;
            let message = format!("{of} has `{}` since {major}.{minor}", name.text);
            let help = format!("write \"version\": \"{major}.{minor}\" or later");
            out.add(&rules::MEMBER_UNKNOWN, name.span, message, help);
        } else if property.outside_form && site.in_form {
            let instead =
                if property.name == "init-value" { "init-values" } else { "error-messages" };
            let message = format!("{of} in a Form has no property `{}`", name.text);
            out.add(
                &rules::MEMBER_UNKNOWN,
                name.span,
                message,
                format!("write it into the Form's `{instead}`"),
            );
        } else {
            shape::check(member, property, of, site, out);
        }
    }
    for property in properties {
        let needed = property.required.is_some_and(|since| site.version >= since);
        if needed && value.member(property.name).is_none() {
            let message = format!("{of} needs `{}`", property.name);
            let help = format!("write \"{}\": …", property.name);
            out.add(&rules::MEMBER_MISSING, at(value), message, help);
        }
    }
}

/// Whether the component may stand in what holds it.
fn may_stand(
    screen: &Screen<'_>,
    component: &Component<'_>,
    entry: &Entry,
    version: Version,
    kind: Value<'_>,
    out: &mut Findings,
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

/// What people call properties by habit, and what Flow JSON calls them.
const HABITS: [(&str, &str); 9] = [
    ("value", "init-value"),
    ("default", "init-value"),
    ("default-value", "init-value"),
    ("initial-value", "init-value"),
    ("placeholder", "helper-text"),
    ("hint", "helper-text"),
    ("options", "data-source"),
    ("items", "list-items"),
    ("onclick", "on-click-action"),
];

/// The property that is meant by an unknown name.
fn meant_by<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let habit = HABITS.iter().find(|(habit, _)| plain(habit) == plain(name));
    let habit = habit.and_then(|(_, meant)| known.iter().copied().find(|known| known == meant));
    habit.or_else(|| similar(name, known.iter().copied()))
}

/// The name that differs least, if it is close.
pub(super) fn similar<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name: String = name.chars().take(60).collect();
    let best = known.map(|known| (distance(&name, known), known)).min()?;
    (best.0 <= 1 + name.len() / 5).then_some(best.1)
}

/// The help that offers the name which was meant, if one of these is close. Names are compared as long
/// as findings are kept, and of very many or very long ones only some, so that it takes no time.
pub(super) fn meant<S: AsRef<str>>(name: &str, known: &[S], out: &Findings) -> Option<String> {
    const COMPARED: usize = 100;
    if out.full() {
        return None;
    }
    let short = known.iter().map(AsRef::as_ref).filter(|known| known.len() <= COMPARED);
    let meant = similar(name, short.take(COMPARED))?;
    // Of a short name, less than half may differ.
    let close = 2 * distance(name, meant) < name.chars().count();
    close.then(|| format!("did you mean `{meant}`?"))
}

/// How many letters must be changed, added or taken away; upper and lower case are alike, and so are
/// the ways to write two words as one.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (plain(a), plain(b));
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// The letters and digits of a name, in lower case. Of a very long one the beginning is enough.
fn plain(text: &str) -> Vec<char> {
    const COMPARED: usize = 1000;
    let letters = text.chars().take(COMPARED).filter(|c| c.is_alphanumeric());
    letters.map(|c| c.to_ascii_lowercase()).collect()
}
