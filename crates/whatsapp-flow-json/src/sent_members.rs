//! The members in the payloads of each screen's `data_exchange` actions.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

/// The members of all payloads of each screen. Empty if the document cannot be read.
pub fn sent_members(flow_json: &str) -> HashMap<String, HashSet<String>> {
    let json: Value = serde_json::from_str(flow_json).unwrap_or_default();
    let screens = json["screens"].as_array().into_iter().flatten();
    let named = screens.filter_map(|screen| Some((screen["id"].as_str()?.to_owned(), screen)));
    named
        .map(|(id, screen)| {
            let mut members = HashSet::new();
            collect(screen, &mut members);
            (id, members)
        })
        .collect()
}

/// Collects the members. An action is an object with `name` and `payload`, wherever it is: on a
/// Footer, in an option's `on-select-action`, or in the example of a list whose items have actions.
/// serde_json limits the depth.
fn collect(value: &Value, members: &mut HashSet<String>) {
    match value {
        Value::Object(object) => {
            if let (Some("data_exchange"), Some(Value::Object(payload))) =
                (object.get("name").and_then(Value::as_str), object.get("payload"))
            {
                members.extend(payload.keys().cloned());
            }
            object.values().for_each(|value| collect(value, members));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, members)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sent_members_of_all_data_exchange_actions() {
        let flow = r#"{"screens":[{"id":"A","layout":{"children":[
            {"type":"Footer","on-click-action":{"name":"data_exchange","payload":{"a":1,"b":{"c":2}}}},
            {"type":"If","then":[{"on-select-action":{"name":"data_exchange","payload":{"d":"${form.d}"}}}]},
            {"on-click-action":{"name":"navigate","payload":{"e":1}}}]}},{"id":"B"}]}"#;
        let sent = sent_members(flow);
        assert_eq!(sent["A"], ["a", "b", "d"].map(str::to_owned).into());
        assert!(sent["B"].is_empty());
        assert!(sent_members("{").is_empty());
    }
}
