//! Rules for texts, dates, and lists of them.

use super::error::ValueError;
use super::format::{is_blank, is_day};
use super::rejection::{AcceptResult, Rejection, ensure, reject};
use crate::catalog::{Limits, Property, ValueType};
use crate::node::Node;

pub fn check_not_blank<'j, N: Node<'j>>(value: N, text: &str) -> AcceptResult<N> {
    ensure(!is_blank(text), value, ValueError::Blank)
}

/// Checks a text of several lines, one of which must not be blank.
pub fn check_lines<'j, N: Node<'j>>(value: N) -> AcceptResult<N> {
    let Some(mut lines) = value.items() else { return reject(value, ValueError::NotText) };
    let check_not_blank = lines.any(|line| line.text().is_some_and(|text| !is_blank(&text)));
    ensure(check_not_blank, value, ValueError::Blank)
}

/// Checks a date. An initial value may be blank: this is the value of an empty field.
pub fn check_day<'j, N: Node<'j>>(property: &Property, value: N, text: &str) -> AcceptResult<N> {
    let none = property.outside_form && is_blank(text);
    ensure(none || is_day(text), value, ValueError::NotADay)
}

/// Checks the two ends of a range. The second one may be absent, and an end that is not chosen is
/// blank.
pub fn check_date_parts<'j, N: Node<'j>>(property: &Property, value: N) -> AcceptResult<N> {
    for name in ["start-date", "end-date"] {
        let Some(end) = value.member(name) else { continue };
        let accepted = match (property.value_type, end.text()) {
            (ValueType::DateDays, Some(text)) => check_day(property, end, &text),
            (ValueType::DateTexts, None) => reject(end, ValueError::NotText),
            _ => Ok(()),
        };
        accepted.map_err(|rejection| rejection.in_member(name))?;
    }
    Ok(())
}

/// Checks an object of texts.
pub fn check_file_messages<'j, N: Node<'j>>(value: N) -> AcceptResult<N> {
    let Some(members) = value.members() else { return reject(value, ValueError::NotText) };
    for (name, member) in members {
        if member.text().is_none() {
            return Err(Rejection::new(member, ValueError::NotText).in_member(&name));
        }
    }
    Ok(())
}

/// Accepts a number as an initial value: the client converts it to text.
pub fn check_number_as_text<'j, N: Node<'j>>(property: &Property, value: N) -> AcceptResult<N> {
    let first = property.name == "init-value" && value.number().is_some();
    ensure(first, value, ValueError::NotText)
}

pub fn check_each<'j, N: Node<'j>>(
    value: N,
    check_value: impl Fn(N) -> AcceptResult<N>,
) -> AcceptResult<N> {
    for (at, item) in value.items().into_iter().flatten().enumerate() {
        check_value(item).map_err(|rejection| rejection.in_item(at))?;
    }
    Ok(())
}

/// Checks the number of items. A list that is not always displayed may be empty.
pub fn check_count<'j, N: Node<'j>>(limits: Limits, list: N, shown: bool) -> AcceptResult<N> {
    let count = list.items().map_or(limits.min, Iterator::count);
    match count {
        _ if shown && count < limits.min => reject(list, ValueError::ItemCount(limits.too_few)),
        _ if count > limits.max => reject(list, ValueError::ItemCount(limits.too_many)),
        _ => Ok(()),
    }
}
