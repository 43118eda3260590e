//! Bindings that a client did not replace: it sent `${form.city}` instead of the city.

use serde_json::Value;

use super::lenient::is_loggable;
use crate::protocol::binding::is_binding;

/// The largest number of members that are logged: a payload that is not a client's can have tens of thousands.
const MOST_LINES: usize = 8;

/// Removes bindings from a payload, as if the fields were empty, and logs each with the name of the member of the
/// payload that contains it.
pub(crate) fn remove(payload: &mut Value, screen: &'static str) {
    let Value::Object(members) = payload else { return };
    let mut logged = 0;
    members.retain(|name, value| {
        let (keep, found) = remove_from(value);
        if found && logged < MOST_LINES {
            let member = if is_loggable(name) { name } else { "" };
            tracing::warn!(screen, member, "the client sent a binding instead of its value");
            logged += 1;
        }
        keep
    });
}

/// Removes bindings from a value. Returns whether to keep the value, and whether there was a binding in it. An item of
/// an array becomes null, so that the items after it keep their position.
fn remove_from(value: &mut Value) -> (bool, bool) {
    let mut found = false;
    match value {
        Value::String(text) if is_binding(text) => return (false, true),
        Value::Object(members) => members.retain(|_, inner| {
            let (keep, inside) = remove_from(inner);
            found |= inside;
            keep
        }),
        Value::Array(items) => {
            for item in items {
                let (keep, inside) = remove_from(item);
                found |= inside;
                if !keep {
                    *item = Value::Null;
                }
            }
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    (true, found)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn unfilled_bindings_are_removed() {
        let mut payload = json!({
            "r": "${form.r}", "s": "${screen.FIRST.form.days.start-date}", "d": "${data.list[0].id}",
            "text": "write ${form.r}", "half": "${form.r", "other": "${name}", "empty": "${form.}",
            "at": { "hour": "${form.hour}", "minute": 5 }, "pair": ["${form.a}", "b"],
        });
        remove(&mut payload, "FORM");
        let left = json!({
            "text": "write ${form.r}", "half": "${form.r", "other": "${name}", "empty": "${form.}",
            "at": { "minute": 5 }, "pair": [null, "b"],
        });
        assert_eq!(payload, left);
    }
}
