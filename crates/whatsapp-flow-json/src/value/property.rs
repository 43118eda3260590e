//! The rules for the value of a property, which is written in a document, an example of its data, or in a reply.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use super::error::Fault;
use super::format::{image, is_blank, is_color, is_day};
use super::id_hasher::IdHasher;
use super::rejection::{Accepted, Refused, ensure, judge, refuse};
use super::scalar::{all_texts, counted, day, each, filled, lines, no_text, per_date};
use super::state::{Mode, Setting};
use crate::catalog::{Limits, Property, Shape};
use crate::node::Node;

/// Whether there are values that the property does not accept, although they have its type.
pub(crate) fn has_rules(property: &Property) -> bool {
    !matches!(
        property.shape,
        Shape::Name
            | Shape::Boolean
            | Shape::PlainBoolean
            | Shape::PlainInteger(..)
            | Shape::OneOf(_)
            | Shape::Texts
            | Shape::PlainSomeOf(_)
            | Shape::BooleanPerDate
            | Shape::Values
            | Shape::Expression
            | Shape::Condition
            | Shape::Action(_)
            | Shape::Components
            | Shape::Cases
    )
}

/// Whether the property accepts the value. The first reason against it counts.
pub(crate) fn accepts<'j, N: Node<'j>>(
    property: &Property,
    value: N,
    setting: Setting,
) -> Accepted<N> {
    let text = value.text();
    if !setting.shown && text.as_deref().is_some_and(is_blank) {
        return Ok(());
    }
    let since = |version| setting.version >= version;
    // A text that may be left out is as good as left out when it is blank.
    let optional = property.required.is_none();
    let blank = |fault| if optional { Ok(()) } else { refuse(value, fault) };
    match (property.shape, text.as_deref()) {
        (Shape::FilledText, Some(text)) => filled(value, text),
        (Shape::Text, Some(text)) if !optional && since((6, 0)) => filled(value, text),
        (Shape::Markdown, Some(text)) => filled(value, text),
        (Shape::Markdown, None) => lines(value),
        (Shape::Image, Some(text)) if is_blank(text) => blank(Fault::Blank),
        (Shape::Image, Some(text)) => judge(value, image(text)),
        (Shape::Color, Some(text)) => ensure(is_color(text), value, Fault::NotAColor),
        (Shape::AnyOf(known), Some(text)) => {
            ensure(known.contains(&text), value, Fault::NotListed(known))
        }
        (Shape::SomeOf(known), _) => each(value, |item| {
            let listed = item.text().is_some_and(|text| known.contains(&&*text));
            ensure(listed, item, Fault::NotListed(known))
        }),
        (Shape::Number(least), _) => {
            let number = value.number();
            ensure(number.is_none_or(|number| number >= least), value, Fault::TooSmall)
        }
        (Shape::Integer, _) => {
            let number = value.number();
            ensure(number.is_none_or(|number| number.fract() == 0.0), value, Fault::Fraction)
        }
        (Shape::Day, Some(text)) if since((5, 0)) => day(property, value, text),
        (Shape::Days, _) if since((5, 0)) => each(value, |item| {
            ensure(item.text().is_some_and(|text| is_day(&text)), item, Fault::NotADay)
        }),
        (Shape::DayPerDate, Some(text)) => match setting.mode {
            Mode::Range if !is_blank(text) => refuse(value, Fault::NotARange),
            _ => day(property, value, text),
        },
        (Shape::DayPerDate | Shape::TextPerDate, None) => match setting.mode {
            Mode::Single if value.members().is_some() => refuse(value, Fault::NotOneDay),
            _ => per_date(property, value),
        },
        (Shape::MediaMessage, None) => all_texts(value),
        (Shape::FilledText | Shape::Text | Shape::Image, None) => no_text(property, value),
        (Shape::Items(members, limits), _) => list(members, limits, value, setting),
        (Shape::Object(members), _) => object(members, value, setting),
        (Shape::Tags(_, limits), _) => counted(limits, value, true),
        _ => Ok(()),
    }
}

/// Whether a component accepts a list.
pub(crate) fn list<'j, N: Node<'j>>(
    members: &'static [Property],
    limits: Limits,
    list: N,
    setting: Setting,
) -> Accepted<N> {
    let mut judged = List::new(members, limits, list, setting)?;
    for item in list.items().into_iter().flatten() {
        judged.item(item, |_, _| true)?;
    }
    judged.end()
}

/// The same, together with the types of the items' members: `fits` is told a member's place among the
/// properties. Each item is read once, which is what a long list costs.
pub(crate) fn list_fits<'j, N: Node<'j>>(
    property: &Property,
    list: N,
    setting: Setting,
    fits: impl Fn(usize, N) -> bool,
) -> bool {
    let Shape::Items(members, limits) = property.shape else { return false };
    let Ok(mut judged) = List::new(members, limits, list, setting) else { return false };
    let mut items = list.items().into_iter().flatten();
    items.all(|item| judged.item(item, &fits).is_ok()) && judged.end().is_ok()
}

/// Whether a component accepts an object.
pub(crate) fn object<'j, N: Node<'j>>(
    members: &'static [Property],
    object: N,
    setting: Setting,
) -> Accepted<N> {
    Members::new(members, setting).accept(object, |_, _| true).map(|_| ())
}

/// A list that is judged item by item.
struct List<'j, N> {
    list: N,
    limits: Limits,
    members: Members,
    ids: HashSet<Cow<'j, str>, BuildHasherDefault<IdHasher>>,
    /// The properties that some item has.
    found: u32,
    count: usize,
}

impl<'j, N: Node<'j>> List<'j, N> {
    fn new(
        members: &'static [Property],
        limits: Limits,
        list: N,
        setting: Setting,
    ) -> Result<Self, Refused<N>> {
        counted(limits, list, setting.shown)?;
        // What is in a list is shown with it.
        let members = Members::new(members, Setting { shown: true, ..setting });
        let count = list.items().map_or(0, Iterator::count);
        let ids = HashSet::with_capacity_and_hasher(count, BuildHasherDefault::default());
        Ok(Self { list, limits, members, ids, found: 0, count: 0 })
    }

    /// The next item.
    fn item(&mut self, item: N, fits: impl Fn(usize, N) -> bool) -> Accepted<N> {
        let place = self.count;
        self.count += 1;
        let judged = self.members.accept(item, fits).and_then(|(found, id)| {
            self.found |= found;
            match self.members.id {
                Some(_) => self.is_new(item, id),
                None => Ok(()),
            }
        });
        judged.map_err(|refused| refused.item(place))
    }

    /// Items are told apart by their ids.
    fn is_new(&mut self, item: N, id: Option<N>) -> Accepted<N> {
        let fault = match id.and_then(Node::text).filter(|id| !is_blank(id)) {
            Some(id) => match self.ids.insert(id) {
                true => return Ok(()),
                false => Fault::SameId,
            },
            None => Fault::BlankId,
        };
        Err(Refused::new(id.unwrap_or(item), fault).under("id"))
    }

    /// After the last item.
    fn end(self) -> Accepted<N> {
        let [images, colors] = ["image", "color"].map(|name| self.found & self.members.bit(name));
        if images != 0 && colors != 0 {
            return refuse(self.list, Fault::ImagesAndColors);
        }
        match self.limits.with_images {
            Some((most, words)) if images != 0 && self.count > most => {
                refuse(self.list, Fault::Count(words))
            }
            _ => Ok(()),
        }
    }
}

/// The members that an object may have. Sets of them are bits.
struct Members {
    properties: &'static [Property],
    setting: Setting,
    needed: u32,
    /// Those that do not accept everything.
    judged: u32,
    id: Option<usize>,
}

impl Members {
    fn new(properties: &'static [Property], setting: Setting) -> Self {
        let bits = |wanted: &dyn Fn(&Property) -> bool| {
            let properties = properties.iter().enumerate();
            properties.fold(0, |bits, (at, property)| bits | u32::from(wanted(property)) << at)
        };
        let needed = bits(&|property| property.needed(setting.version));
        let id = properties.iter().position(|property| property.name == "id");
        // An id has rules of its own.
        let judged = bits(&|property| property.name != "id" && has_rules(property));
        Self { properties, setting, needed, judged, id }
    }

    fn bit(&self, name: &str) -> u32 {
        self.position(name).map_or(0, |at| 1 << at)
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.properties.iter().position(|property| property.name == name)
    }

    /// Which properties an object has, and its id. Members that no property names are left alone.
    fn accept<'j, N: Node<'j>>(
        &self,
        object: N,
        fits: impl Fn(usize, N) -> bool,
    ) -> Result<(u32, Option<N>), Refused<N>> {
        let Some(members) = object.members() else {
            return Err(Refused::new(object, Fault::NotAnObject));
        };
        let (mut found, mut id) = (0, None);
        for (name, member) in members {
            let Some(at) = self.position(&name) else { continue };
            found |= 1 << at;
            if !fits(at, member) {
                return Err(Refused::new(member, Fault::NotText));
            }
            if Some(at) == self.id {
                id = Some(member);
            }
            if self.judged & 1 << at != 0 {
                let judged = accepts(&self.properties[at], member, self.setting);
                judged.map_err(|refused| refused.under(&name))?;
            }
        }
        match self.properties.get((self.needed & !found).trailing_zeros() as usize) {
            Some(property) => Err(Refused::new(object, Fault::Missing).under(property.name)),
            None => Ok((found, id)),
        }
    }
}
