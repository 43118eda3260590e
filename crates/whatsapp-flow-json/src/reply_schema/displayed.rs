//! The data that a client displays although they do not match: error messages that are null; and in a published flow,
//! lists that are too long, and wrong initial values.

use serde_json::{Map, Value};

use super::screen::ScreenSchema;
use crate::catalog::{Limits, ValueType};
use crate::value::Violation;

impl ScreenSchema {
    /// Checks that a client can display the screen. A draft reports more than a published flow.
    pub fn check_displayed(
        &self,
        data: &Map<String, Value>,
        is_draft: bool,
    ) -> Result<(), Violation> {
        let mut data = data.clone();
        let mut initial_values = Vec::new();
        for (at, bound) in self.bindings.bound.iter().enumerate() {
            match (bound.property.value_type, bound.property.name) {
                (_, "error-message") => drop_null(&mut data, &bound.path),
                (ValueType::Items(_, limits), _) if !is_draft => {
                    shorten(&mut data, &bound.path, limits);
                }
                (_, "init-value") => initial_values.push(at),
                _ => {}
            }
        }
        if is_draft {
            return self.check_display(&data, true, &[]);
        }
        self.check_presence(&data)?;
        self.check_value(&data, true, &initial_values)
    }
}

/// The value at a path.
fn find<'v>(data: &'v mut Map<String, Value>, path: &[Box<str>]) -> Option<&'v mut Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(data.get_mut(&**first)?, |value, name| value.get_mut(&**name))
}

/// Removes an error message that is null, or those of the files that are.
fn drop_null(data: &mut Map<String, Value>, path: &[Box<str>]) {
    match find(data, path) {
        Some(Value::Object(messages)) => messages.retain(|_, message| !message.is_null()),
        Some(Value::Null) => {
            let Some((name, parents)) = path.split_last() else { return };
            let members = match parents {
                [] => Some(data),
                parents => find(data, parents).and_then(Value::as_object_mut),
            };
            members.map(|members| members.remove(&**name));
        }
        _ => {}
    }
}

/// Removes the items that a list has too many.
fn shorten(data: &mut Map<String, Value>, path: &[Box<str>], limits: Limits) {
    let Some(Value::Array(items)) = find(data, path) else { return };
    items.truncate(limits.max);
    if let Some((max, _)) = limits.with_images
        && items.iter().any(|item| item.get("image").is_some())
    {
        items.truncate(max);
    }
}
