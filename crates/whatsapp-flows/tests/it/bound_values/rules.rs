//! Versions, other screens and large documents.

use super::cases::{PNG, options};
use super::*;

#[test]
fn rules_depend_on_the_flow_json_version() {
    let shown = |version: &str, component: Value, value: Value| {
        let model = json!({ "x": { "type": "string" } });
        mismatch(&document(version, &model, &json!([component])), "START", &json!({ "x": value }))
    };
    let day =
        json!({ "type": "DatePicker", "name": "day", "label": "Day", "min-date": "${data.x}" });
    let area = json!({ "type": "TextArea", "name": "text", "label": "${data.x}" });
    let milliseconds = json!("1795737600000");
    assert_eq!(shown("4.0", day.clone(), milliseconds.clone()), "agrees");
    for version in ["5.0", "7.3", "8.0"] {
        let found = shown(version, day.clone(), milliseconds.clone());
        assert!(found.ends_with("a date as YYYY-MM-DD"), "{version}: {found}");
    }
    assert_eq!(shown("5.1", area.clone(), json!("")), "agrees");
    assert!(shown("6.0", area, json!("")).ends_with("text that is not blank"));
}

#[test]
fn references_from_other_screens_are_checked() {
    let mut document = document("7.3", &json!({ "x": { "type": "string" } }), &json!([]));
    document["screens"][0]["layout"]["children"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "type": "Image", "src": "${screen.SHOWN.data.x}" }));
    let shown = |value: &str| mismatch(&document, "START", &json!({ "x": value }));
    assert_eq!(shown(PNG), "agrees");
    assert_eq!(shown(""), "agrees", "the value may have changed by the time it is used");
    assert!(shown("https://example.com/a.png").ends_with("an image in base64, not its address"));
    assert_eq!(mismatch(&document, "START", &json!({})), "agrees");
}

#[test]
fn many_components_with_a_large_example_are_checked_quickly() {
    let text = json!({ "type": "string" });
    let ids: Value = (0..10_000).map(|id| json!(id.to_string())).collect();
    let model = json!({
        "options": { "type": "array", "items": { "type": "object", "properties": {
            "id": text, "title": text } }, "__example__": options(10_000, &json!({})) },
        "first": { "type": "array", "items": text, "__example__": ids } });
    let group = |at: usize| {
        json!({ "type": "CheckboxGroup", "name": format!("name_{at}"), "label": "Label",
            "visible": format!("${{data.v{at}}}"),
            "data-source": "${data.options}", "init-value": "${data.first}" })
    };
    let document = document("7.3", &model, &(0..2_000).map(group).collect());
    let text = document.to_string();
    let started = std::time::Instant::now();
    assert!(check(text.as_bytes()).has_errors());
    let allowed = 20.0 * text.len() as f64 / 1e6;
    let took = started.elapsed().as_secs_f64();
    assert!(took < allowed, "{took:.1} s for {} bytes", text.len());
}
