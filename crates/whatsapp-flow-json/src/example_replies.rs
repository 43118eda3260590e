//! Example replies of a flow, made from the examples in its data models.

use serde_json::{Map, Value, json};

/// The replies that consist of the document's `__example__` values, concatenated, as they are
/// serialized. Empty if the document cannot be read.
pub fn example_replies(flow_json: &str) -> String {
    let json: Value = serde_json::from_str(flow_json).unwrap_or_default();
    let screens = json["screens"].as_array().into_iter().flatten();
    let replies = screens.filter_map(|screen| {
        let model = screen["data"].as_object()?.iter();
        let examples = model
            .filter_map(|(name, schema)| Some((name.clone(), schema.get("__example__")?.clone())));
        let data: Map<String, Value> = examples.collect();
        Some(json!({ "screen": screen["id"].as_str()?, "data": data }).to_string())
    });
    replies.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_serialized_like_replies() {
        let flow = r#"{"screens":[{"id":"A","data":{"b":{"type":"string","__example__":"x"},
            "a":{"type":"array","__example__":[{"title":"T","id":"1"}]},"c":{"type":"string"}}},{"id":"B"}]}"#;
        let reply = r#"{"data":{"a":[{"id":"1","title":"T"}],"b":"x"},"screen":"A"}"#;
        assert_eq!(example_replies(flow), reply);
        assert_eq!(example_replies("{"), "");
    }
}
