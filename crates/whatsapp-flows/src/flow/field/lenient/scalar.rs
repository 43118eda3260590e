//! Conversions of scalars to another type, where nothing is lost.

use serde_json::Value;

use crate::flow::field::typed_number::Number;

/// Converts a number or a boolean to text.
pub(super) fn to_text(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(Number::from_json(number)?.text().to_owned()),
        Value::Bool(boolean) => Some(boolean.to_string()),
        _ => None,
    }
}

/// Converts text to a boolean.
pub(super) fn to_bool(value: &Value) -> Option<bool> {
    match value.as_str() {
        Some("true") => Some(true),
        Some("false") => Some(false),
        _ => None,
    }
}

/// Converts a number, or a text that is one, to a `Number`.
pub(super) fn to_number(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) => Number::from_json(number),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// Converts a whole number, or a text that is one, to an integer.
pub(super) fn to_integer(value: &Value) -> Option<i128> {
    let number = to_number(value)?;
    let float = number.value();
    let exact = float.fract() == 0.0 && float.abs() <= 1e15;
    number.parse().ok().or_else(|| exact.then_some(float as i128))
}
