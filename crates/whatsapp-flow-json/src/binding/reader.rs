//! Which properties of components the members of a screen's data are bound to.
//!
//! Read once from a document, without recursion, for it may be nested to any depth.

use std::collections::{HashMap, HashSet};

use super::bound::{Bindings, Bound};
use super::initial_value::{FirstValue, Source};
use super::layout::{Placed, Shown, components};
use super::reference::Reference;
use crate::catalog::{self, Property, Shape, Version};
use crate::node::Node;
use crate::value::{Mode, has_rules};

/// The bindings of every screen, by its id.
pub(crate) fn read<'j, N: Node<'j>>(document: N, version: Version) -> HashMap<String, Bindings<N>> {
    let screens = document.member("screens").and_then(Node::items);
    let mut reader =
        Reader { version, screen: String::new(), found: HashMap::new(), seen: HashSet::new() };
    for screen in screens.into_iter().flatten() {
        if let Some(id) = screen.member("id").and_then(Node::text) {
            reader.screen = id.into_owned();
            reader.read(screen);
        }
    }
    reader.found
}

struct Reader<N> {
    version: Version,
    /// The screen that is read.
    screen: String,
    found: HashMap<String, Bindings<N>>,
    seen: HashSet<Key>,
}

/// What was found already.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    screen: String,
    path: Vec<Box<str>>,
    /// A property is known by where it stands in the catalog.
    property: usize,
    shown: Shown,
    mode: Mode,
}

/// What the properties of one component have in common.
#[derive(Clone, Copy)]
struct Site<'s> {
    of: &'static str,
    shown: &'s Shown,
    mode: Mode,
}

/// A screen's title. What the client does without one is not known.
static TITLE: Property = catalog::may("title", Shape::FilledText);

impl<'j, N: Node<'j>> Reader<N> {
    fn read(&mut self, screen: N) {
        if let Some(title) = screen.member("title").filter(|_| self.version >= (5, 0)) {
            let site = Site { of: "screen", shown: &Shown::Always, mode: Mode::Either };
            self.bind(title, &TITLE, site);
        }
        let placed = screen.member("layout").map(components).unwrap_or_default();
        for (number, component) in placed.iter().enumerate() {
            let Some(entry) = component.entry else { continue };
            let shown = component.shown(&self.screen);
            let site = Site { of: entry.name, shown: &shown, mode: component.mode() };
            for property in self.known(entry.properties) {
                let value = component.node.member(property.name);
                match value {
                    Some(value) if component.form.is_none() || !property.outside_form => {
                        self.bind(value, property, site);
                    }
                    _ => {}
                }
            }
            if entry.name == "Form" {
                self.of_form(number, &placed);
            }
            self.first_value(component, &placed);
        }
    }

    /// The properties that there are in the document's version.
    fn known(
        &self,
        properties: &'static [Property],
    ) -> impl Iterator<Item = &'static Property> + use<N> {
        let version = self.version;
        properties.iter().filter(move |property| version >= property.since)
    }

    /// A property that is bound to data, or that holds values which are.
    fn bind(&mut self, value: N, property: &'static Property, site: Site<'_>) {
        if let Some(text) = value.text() {
            if let Some(reference) = Reference::read(&text).filter(|_| has_rules(property)) {
                self.bound(reference, property, site);
            }
            return;
        }
        match property.shape {
            Shape::Items(members, _) => {
                for item in value.items().into_iter().flatten() {
                    self.bind_members(item, members, site);
                }
            }
            Shape::Object(members) => self.bind_members(value, members, site),
            Shape::Days => {
                for day in value.items().into_iter().flatten() {
                    self.bind(day, &DAY, site);
                }
            }
            Shape::DayPerDate => {
                for name in ["start-date", "end-date"] {
                    if let Some(day) = value.member(name) {
                        self.bind(day, &DAY, site);
                    }
                }
            }
            _ => {}
        }
    }

    fn bind_members(&mut self, value: N, properties: &'static [Property], site: Site<'_>) {
        for property in self.known(properties) {
            if let Some(member) = value.member(property.name) {
                self.bind(member, property, site);
            }
        }
    }

    fn bound(&mut self, reference: Reference<'_>, property: &'static Property, site: Site<'_>) {
        let here = reference.screen.is_none_or(|screen| screen == self.screen);
        let bound = Bound {
            path: reference.path,
            of: site.of,
            property,
            of_form: reference.of_form,
            needed: here && property.needed(self.version) && is_shown_by(property.shape),
            // Another screen may be left again before this one is shown.
            shown: if here { site.shown.clone() } else { Shown::Perhaps },
            version: self.version,
            mode: site.mode,
        };
        let screen = reference.screen.unwrap_or(&self.screen).to_owned();
        let key = Key {
            screen: screen.clone(),
            path: bound.path.clone(),
            property: std::ptr::from_ref(property).addr(),
            shown: bound.shown.clone(),
            mode: bound.mode,
        };
        if self.seen.insert(key) {
            self.found.entry(screen).or_default().bound.push(bound);
        }
    }

    /// The first values and the messages that a Form has for its fields.
    fn of_form(&mut self, form: usize, placed: &[Placed<N>]) {
        for (of_form, of_field) in
            [("init-values", "init-value"), ("error-messages", "error-message")]
        {
            let Some(values) = placed[form].node.member(of_form) else { continue };
            let text = values.text();
            let whole = text.as_deref().and_then(Reference::read);
            for field in placed.iter().filter(|field| field.form == Some(form)) {
                let Some((entry, name)) = field.entry.zip(field.name()) else { continue };
                let property =
                    self.known(entry.properties).find(|property| property.name == of_field);
                let Some(property) = property else { continue };
                let shown = field.shown(&self.screen);
                let site = Site { of: entry.name, shown: &shown, mode: field.mode() };
                match (&whole, values.member(&name)) {
                    (Some(_), _) if !has_rules(property) => {}
                    (Some(whole), _) => self.bound(whole.member(&name), property, site),
                    (None, Some(value)) => self.bind(value, property, site),
                    (None, None) => {}
                }
            }
        }
    }

    /// The first value of a component that offers options.
    fn first_value(&mut self, component: &Placed<N>, placed: &[Placed<N>]) {
        let Some(entry) = component.entry else { return };
        let Some(options) = component.node.member("data-source") else { return };
        let given = match component.form {
            None => component.node.member("init-value").map(|value| (value, None)),
            Some(form) => {
                let values = placed[form].node.member("init-values").zip(component.name());
                values.map(|(values, name)| match values.member(&name) {
                    Some(value) => (value, None),
                    None => (values, Some(name)),
                })
            }
        };
        let Some((place, name)) = given else { return };
        let value = self.source(place, name.as_deref(), false);
        let Some((options, value)) = self.source(options, None, true).zip(value) else { return };
        let bindings = self.found.entry(self.screen.clone()).or_default();
        bindings.first_values.push(FirstValue { of: entry.name, options, value, place });
    }

    /// Where values come from: this screen's data, or the document. `None` if that is not known.
    fn source(&self, value: N, member: Option<&str>, options: bool) -> Option<Source> {
        let Some(text) = value.text() else {
            let ids = |item: N| if options { item.member("id")?.text() } else { item.text() };
            let known = value.items()?.map(|item| Some(ids(item)?.into()));
            return Some(Source::Written(known.collect::<Option<Vec<_>>>()?));
        };
        match Reference::read(&text) {
            Some(reference) => {
                let here = reference.screen.is_none_or(|screen| screen == self.screen);
                let reference = member.iter().fold(reference, |whole, name| whole.member(name));
                here.then_some(Source::Data(reference.path))
            }
            None if options || member.is_some() || is_dynamic(&text) => None,
            None => Some(Source::Written(vec![text.into()])),
        }
    }
}

/// One of several days.
static DAY: Property = catalog::may("init-value", Shape::Day);

/// Whether a component shows the value, or offers it. What else it needs has a default.
fn is_shown_by(shape: Shape) -> bool {
    matches!(
        shape,
        Shape::Text
            | Shape::FilledText
            | Shape::Markdown
            | Shape::Image
            | Shape::TextPerDate
            | Shape::Items(..)
    )
}

fn is_dynamic(text: &str) -> bool {
    text.contains("${") || text.starts_with('`')
}
