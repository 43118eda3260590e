//! The data that the client of a published flow tolerates, beside those that match: lists that are too long, and wrong
//! initial values. In a draft both are reported.

use serde_json::{Map, Value};

use super::screen::ScreenSchema;
use crate::catalog::{Limits, ValueType};
use crate::value::Violation;

impl ScreenSchema {
    /// Checks that the client of a published flow can display the screen.
    pub fn check_published(&self, data: &Map<String, Value>) -> Result<(), Violation> {
        let mut data = data.clone();
        let mut initial_values = Vec::new();
        for (at, bound) in self.bindings.bound.iter().enumerate() {
            match bound.property.value_type {
                ValueType::Items(_, limits) => shorten(&mut data, &bound.path, limits),
                _ if bound.property.name == "init-value" => initial_values.push(at),
                _ => {}
            }
        }
        self.check_presence(&data)?;
        self.check_value(&data, true, &initial_values)
    }
}

/// Removes the items that a list has too many.
fn shorten(data: &mut Map<String, Value>, path: &[Box<str>], limits: Limits) {
    let Some((first, rest)) = path.split_first() else { return };
    let Some(member) = data.get_mut(&**first) else { return };
    let list = rest.iter().try_fold(member, |value, name| value.get_mut(&**name));
    let Some(Value::Array(items)) = list else { return };
    items.truncate(limits.max);
    if let Some((max, _)) = limits.with_images
        && items.iter().any(|item| item.get("image").is_some())
    {
        items.truncate(max);
    }
}
