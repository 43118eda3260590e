//! Rules for texts, days and lists of them.

use super::error::Fault;
use super::format::{is_blank, is_day};
use super::rejection::{Accepted, Refused, ensure, refuse};
use crate::catalog::{Limits, Property, Shape};
use crate::node::Node;

pub fn filled<'j, N: Node<'j>>(value: N, text: &str) -> Accepted<N> {
    ensure(!is_blank(text), value, Fault::Blank)
}

/// A text of several lines, or of none that says something.
pub fn lines<'j, N: Node<'j>>(value: N) -> Accepted<N> {
    let Some(mut lines) = value.items() else { return refuse(value, Fault::NotText) };
    let filled = lines.any(|line| line.text().is_some_and(|text| !is_blank(&text)));
    ensure(filled, value, Fault::Blank)
}

/// A first value may be blank: that is what a field without one holds.
pub fn day<'j, N: Node<'j>>(property: &Property, value: N, text: &str) -> Accepted<N> {
    let none = property.outside_form && is_blank(text);
    ensure(none || is_day(text), value, Fault::NotADay)
}

/// The two ends of a range. The second one may be missing, and an end that is not chosen is blank.
pub fn per_date<'j, N: Node<'j>>(property: &Property, value: N) -> Accepted<N> {
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
pub fn all_texts<'j, N: Node<'j>>(value: N) -> Accepted<N> {
    let Some(members) = value.members() else { return refuse(value, Fault::NotText) };
    for (name, member) in members {
        if member.text().is_none() {
            return Err(Refused::new(member, Fault::NotText).under(&name));
        }
    }
    Ok(())
}

/// The client turns a number that is given first into text.
pub fn no_text<'j, N: Node<'j>>(property: &Property, value: N) -> Accepted<N> {
    let first = property.name == "init-value" && value.number().is_some();
    ensure(first, value, Fault::NotText)
}

pub fn each<'j, N: Node<'j>>(value: N, accepts: impl Fn(N) -> Accepted<N>) -> Accepted<N> {
    for (at, item) in value.items().into_iter().flatten().enumerate() {
        accepts(item).map_err(|refused| refused.item(at))?;
    }
    Ok(())
}

/// Whether a list has as many items as it may. One that is not surely shown may be empty.
pub fn counted<'j, N: Node<'j>>(limits: Limits, list: N, shown: bool) -> Accepted<N> {
    let count = list.items().map_or(limits.least, Iterator::count);
    match count {
        _ if shown && count < limits.least => refuse(list, Fault::Count(limits.too_few)),
        _ if count > limits.most => refuse(list, Fault::Count(limits.too_many)),
        _ => Ok(()),
    }
}
