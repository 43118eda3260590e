//! Bindings that a client did not fill in: it sent `${form.city}` where the city should be.

use serde_json::Value;

use super::lenient::is_plain;
use crate::protocol::binding::is_binding;

/// Takes such values out of a payload, as if the fields were empty, and logs each with the name of the
/// payload's member that it is in.
pub(super) fn remove(payload: &mut Value, screen: &'static str) {
    let Value::Object(members) = payload else { return };
    members.retain(|name, value| {
        let (keep, found) = filled(value);
        if found {
            let member = if is_plain(name) { name } else { "" };
            tracing::warn!(screen, member, "the client sent a binding and not what it stands for");
        }
        keep
    });
}

/// Whether a value stays, and whether there was a binding in it. An item of an array becomes null: those
/// after it stay where they are.
fn filled(value: &mut Value) -> (bool, bool) {
    let mut found = false;
    match value {
        Value::String(text) if is_binding(text) => return (false, true),
        Value::Object(members) => members.retain(|_, inner| {
            let (keep, within) = filled(inner);
            found |= within;
            keep
        }),
        Value::Array(items) => {
            for item in items {
                let (keep, within) = filled(item);
                found |= within;
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
    fn what_was_not_filled_in_is_absent() {
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
