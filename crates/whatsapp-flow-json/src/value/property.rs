//! The rules for the value of a property: a literal, an example, or a part of a reply.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use super::error::ValueError;
use super::format::{check_image, is_blank, is_color, is_day};
use super::id_hasher::IdHasher;
use super::rejection::{AcceptResult, Rejection, ensure, reject, reject_at};
use super::restriction::is_restricted;
use super::scalar::{
    check_count, check_date_parts, check_day, check_each, check_file_messages, check_lines,
    check_not_blank, check_number_as_text,
};
use super::state::{CalendarMode, ComponentState};
use crate::catalog::{Limits, Property, ValueType};
use crate::node::Node;

/// Checks that the property accepts the value. The first violation is reported.
pub(crate) fn check_value<'j, N: Node<'j>>(
    property: &Property,
    value: N,
    state: ComponentState,
) -> AcceptResult<N> {
    let text = value.text();
    if !state.shown && text.as_deref().is_some_and(is_blank) {
        return Ok(());
    }
    let since = |version| state.version >= version;
    // A blank text counts as absent if the property is optional.
    let optional = property.required.is_none();
    let blank = |error| if optional { Ok(()) } else { reject(value, error) };
    match (property.value_type, text.as_deref()) {
        (ValueType::NonBlankText, Some(text)) => check_not_blank(value, text),
        (ValueType::Text, Some(text)) if !optional && since((6, 0)) => check_not_blank(value, text),
        (ValueType::Markdown, Some(text)) => check_not_blank(value, text),
        (ValueType::Markdown, None) => check_lines(value),
        (ValueType::Image, Some(text)) if is_blank(text) => blank(ValueError::Blank),
        (ValueType::Image, Some(text)) => reject_at(value, check_image(text)),
        (ValueType::Color, Some(text)) => ensure(is_color(text), value, ValueError::NotAColor),
        (ValueType::OneOf(known), Some(text)) => {
            ensure(known.contains(&text), value, ValueError::NotInList(known))
        }
        (ValueType::Subset(known), _) => check_each(value, |item| {
            let listed = item.text().is_some_and(|text| known.contains(&&*text));
            ensure(listed, item, ValueError::NotInList(known))
        }),
        (ValueType::Number(least), _) => {
            let number = value.number();
            ensure(number.is_none_or(|number| number >= least), value, ValueError::TooSmall)
        }
        (ValueType::Integer, _) => {
            let number = value.number();
            ensure(
                number.is_none_or(|number| number.fract() == 0.0),
                value,
                ValueError::NotAnInteger,
            )
        }
        (ValueType::Day, Some(text)) if since((5, 0)) => check_day(property, value, text),
        (ValueType::Days, _) if since((5, 0)) => check_each(value, |item| {
            ensure(item.text().is_some_and(|text| is_day(&text)), item, ValueError::NotADay)
        }),
        (ValueType::DateDays, Some(text)) => match state.mode {
            CalendarMode::Range if !is_blank(text) => reject(value, ValueError::NotARange),
            _ => check_day(property, value, text),
        },
        (ValueType::DateDays | ValueType::DateTexts, None) => match state.mode {
            CalendarMode::Single if value.members().is_some() => {
                reject(value, ValueError::NotASingleDay)
            }
            _ => check_date_parts(property, value),
        },
        (ValueType::FileMessages, None) => check_file_messages(value),
        (ValueType::NonBlankText | ValueType::Text | ValueType::Image, None) => {
            check_number_as_text(property, value)
        }
        (ValueType::Items(members, limits), _) => check_list(members, limits, value, state),
        (ValueType::Object(members), _) => check_object(members, value, state),
        (ValueType::Tags(_, limits), _) => check_count(limits, value, true),
        _ => Ok(()),
    }
}

/// Checks that a component accepts a list.
pub(crate) fn check_list<'j, N: Node<'j>>(
    members: &'static [Property],
    limits: Limits,
    list: N,
    state: ComponentState,
) -> AcceptResult<N> {
    let mut check = ListCheck::new(members, limits, list, state)?;
    for item in list.items().into_iter().flatten() {
        check.check_item(item, |_, _| true)?;
    }
    check.finish()
}

/// Checks a list together with the types of its items' members: `matches_type` gets a member's
/// index among the properties. Each item is read once, which determines the cost of a long list.
pub(crate) fn list_matches<'j, N: Node<'j>>(
    property: &Property,
    list: N,
    state: ComponentState,
    matches_type: impl Fn(usize, N) -> bool,
) -> bool {
    let ValueType::Items(members, limits) = property.value_type else { return false };
    let Ok(mut check) = ListCheck::new(members, limits, list, state) else { return false };
    let mut items = list.items().into_iter().flatten();
    items.all(|item| check.check_item(item, &matches_type).is_ok()) && check.finish().is_ok()
}

/// Checks that a component accepts an object.
pub(crate) fn check_object<'j, N: Node<'j>>(
    members: &'static [Property],
    object: N,
    state: ComponentState,
) -> AcceptResult<N> {
    ObjectCheck::new(members, state).check(object, |_, _| true).map(|_| ())
}

/// A list that is checked item by item.
struct ListCheck<'j, N> {
    list: N,
    limits: Limits,
    members: ObjectCheck,
    ids: HashSet<Cow<'j, str>, BuildHasherDefault<IdHasher>>,
    /// The properties that at least one item has.
    found: u32,
    count: usize,
}

impl<'j, N: Node<'j>> ListCheck<'j, N> {
    fn new(
        members: &'static [Property],
        limits: Limits,
        list: N,
        state: ComponentState,
    ) -> Result<Self, Rejection<N>> {
        check_count(limits, list, state.shown)?;
        // The contents of a list are displayed with it.
        let members = ObjectCheck::new(members, ComponentState { shown: true, ..state });
        let count = list.items().map_or(0, Iterator::count);
        let ids = HashSet::with_capacity_and_hasher(count, BuildHasherDefault::default());
        Ok(Self { list, limits, members, ids, found: 0, count: 0 })
    }

    /// Checks the next item.
    fn check_item(&mut self, item: N, matches_type: impl Fn(usize, N) -> bool) -> AcceptResult<N> {
        let index = self.count;
        self.count += 1;
        let check = self.members.check(item, matches_type).and_then(|(found, id)| {
            self.found |= found;
            match self.members.id {
                Some(_) => self.check_id(item, id),
                None => Ok(()),
            }
        });
        check.map_err(|rejection| rejection.in_item(index))
    }

    /// Checks that the id is unique.
    fn check_id(&mut self, item: N, id: Option<N>) -> AcceptResult<N> {
        let error = match id.and_then(Node::text).filter(|id| !is_blank(id)) {
            Some(id) => match self.ids.insert(id) {
                true => return Ok(()),
                false => ValueError::DuplicateId,
            },
            None => ValueError::BlankId,
        };
        Err(Rejection::new(id.unwrap_or(item), error).in_member("id"))
    }

    /// Checks the list as a whole, after the last item.
    fn finish(self) -> AcceptResult<N> {
        let [images, colors] = ["image", "color"].map(|name| self.found & self.members.bit(name));
        if images != 0 && colors != 0 {
            return reject(self.list, ValueError::ImagesAndColors);
        }
        match self.limits.with_images {
            Some((most, words)) if images != 0 && self.count > most => {
                reject(self.list, ValueError::ItemCount(words))
            }
            _ => Ok(()),
        }
    }
}

/// The properties of an object. Sets of them are bits.
struct ObjectCheck {
    properties: &'static [Property],
    state: ComponentState,
    required: u32,
    /// The properties with rules of their own.
    check: u32,
    id: Option<usize>,
}

impl ObjectCheck {
    fn new(properties: &'static [Property], state: ComponentState) -> Self {
        let bits = |wanted: &dyn Fn(&Property) -> bool| {
            let properties = properties.iter().enumerate();
            properties.fold(0, |bits, (at, property)| bits | u32::from(wanted(property)) << at)
        };
        let required = bits(&|property| property.is_required(state.version));
        let id = properties.iter().position(|property| property.name == "id");
        // Ids are checked separately.
        let check = bits(&|property| property.name != "id" && is_restricted(property));
        Self { properties, state, required, check, id }
    }

    fn bit(&self, name: &str) -> u32 {
        self.index_of(name).map_or(0, |at| 1 << at)
    }

    fn index_of(&self, name: &str) -> Option<usize> {
        self.properties.iter().position(|property| property.name == name)
    }

    /// Checks an object. Returns the properties that it has, and its id. Members that are not
    /// properties are ignored.
    fn check<'j, N: Node<'j>>(
        &self,
        object: N,
        matches_type: impl Fn(usize, N) -> bool,
    ) -> Result<(u32, Option<N>), Rejection<N>> {
        let Some(members) = object.members() else {
            return Err(Rejection::new(object, ValueError::NotAnObject));
        };
        let (mut found, mut id) = (0, None);
        for (name, member) in members {
            let Some(at) = self.index_of(&name) else { continue };
            found |= 1 << at;
            if !matches_type(at, member) {
                return Err(Rejection::new(member, ValueError::NotText));
            }
            if Some(at) == self.id {
                id = Some(member);
            }
            if self.check & 1 << at != 0 {
                let check = check_value(&self.properties[at], member, self.state);
                check.map_err(|rejection| rejection.in_member(&name))?;
            }
        }
        match self.properties.get((self.required & !found).trailing_zeros() as usize) {
            Some(property) => {
                Err(Rejection::new(object, ValueError::Missing).in_member(property.name))
            }
            None => Ok((found, id)),
        }
    }
}
