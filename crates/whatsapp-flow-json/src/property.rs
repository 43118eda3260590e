//! Whether a value is one that a component's property accepts, whether it is bound to a reply's data or
//! to an example.

use super::catalog::{Property, Shape, Version};
use super::items::{counted, list, object};
use super::node::Node;
use super::schema::Misfit;
use super::value::{Fault, image, is_blank, is_color, is_day};

/// What decides beside the property itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Setting {
    pub version: Version,
    /// The component is on the screen for sure. What may be hidden may be empty.
    pub shown: bool,
    pub mode: Mode,
}

/// The mode of the CalendarPicker that the property belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Mode {
    Single,
    Range,
    /// Bound to data, or not a calendar.
    Either,
}

/// A value that is not accepted.
#[derive(Debug)]
pub(super) struct Refused<N> {
    pub misfit: Misfit,
    #[cfg_attr(not(feature = "lint"), expect(dead_code))] // read by flowctl
    pub fault: Fault,
    #[cfg_attr(not(feature = "lint"), expect(dead_code))] // read by flowctl
    pub at: N,
}

pub(super) type Accepted<N> = Result<(), Refused<N>>;

/// Whether there are values that the property does not accept, although they have its type.
pub(super) fn has_rules(property: &Property) -> bool {
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
pub(super) fn accepts<'j, N: Node<'j>>(
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

fn filled<'j, N: Node<'j>>(value: N, text: &str) -> Accepted<N> {
    ensure(!is_blank(text), value, Fault::Blank)
}

/// A text of several lines, or of none that says something.
fn lines<'j, N: Node<'j>>(value: N) -> Accepted<N> {
    let Some(mut lines) = value.items() else { return refuse(value, Fault::NotText) };
    let filled = lines.any(|line| line.text().is_some_and(|text| !is_blank(&text)));
    ensure(filled, value, Fault::Blank)
}

/// A first value may be blank: that is what a field without one holds.
fn day<'j, N: Node<'j>>(property: &Property, value: N, text: &str) -> Accepted<N> {
    let none = property.outside_form && is_blank(text);
    ensure(none || is_day(text), value, Fault::NotADay)
}

/// The two ends of a range. The second one may be missing, and an end that is not chosen is blank.
fn per_date<'j, N: Node<'j>>(property: &Property, value: N) -> Accepted<N> {
    for name in ["start-date", "end-date"] {
        let Some(end) = value.member(name) else { continue };
        let accepted = match (property.shape, end.text()) {
            (Shape::DayPerDate, Some(text)) => day(property, end, &text),
            (Shape::TextPerDate, None) => refuse(end, Fault::NotText),
            _ => Ok(()),
        };
        accepted.map_err(|refused| refused.under(name))?;
    }
    Ok(())
}

/// An object of texts.
fn all_texts<'j, N: Node<'j>>(value: N) -> Accepted<N> {
    let Some(members) = value.members() else { return refuse(value, Fault::NotText) };
    for (name, member) in members {
        if member.text().is_none() {
            return Err(Refused::new(member, Fault::NotText).under(&name));
        }
    }
    Ok(())
}

/// The client turns a number that is given first into text.
fn no_text<'j, N: Node<'j>>(property: &Property, value: N) -> Accepted<N> {
    let first = property.name == "init-value" && value.number().is_some();
    ensure(first, value, Fault::NotText)
}

fn each<'j, N: Node<'j>>(value: N, accepts: impl Fn(N) -> Accepted<N>) -> Accepted<N> {
    for (at, item) in value.items().into_iter().flatten().enumerate() {
        accepts(item).map_err(|refused| refused.item(at))?;
    }
    Ok(())
}

fn ensure<N>(accepted: bool, at: N, fault: Fault) -> Accepted<N> {
    if accepted { Ok(()) } else { refuse(at, fault) }
}

fn judge<N>(at: N, judged: Result<(), Fault>) -> Accepted<N> {
    judged.map_err(|fault| Refused::new(at, fault))
}

pub(super) fn refuse<N>(at: N, fault: Fault) -> Accepted<N> {
    Err(Refused::new(at, fault))
}

impl<N> Refused<N> {
    pub fn new(at: N, fault: Fault) -> Self {
        let misfit = Misfit { member: String::new(), expected: fault.expected() };
        Self { misfit, fault, at }
    }

    /// The same, seen from the object that has it as the member `name`.
    pub fn under(self, name: &str) -> Self {
        Self { misfit: self.misfit.under(name), ..self }
    }

    /// The same, seen from the value that it is within.
    pub fn within(self, path: &[Box<str>]) -> Self {
        path.iter().rev().fold(self, |refused, name| refused.under(name))
    }

    /// The same, seen from the array that has it as this item.
    pub fn item(self, place: usize) -> Self {
        Self { misfit: self.misfit.at(place), ..self }
    }
}
