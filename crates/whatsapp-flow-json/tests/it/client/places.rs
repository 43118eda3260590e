//! The places of parts of a document, and what a page needs of a view beside the values of properties.

use serde_json::json;
use whatsapp_flow_json::client::{Client, ComponentKind, FlowJson, Settings};

#[test]
fn place_names_the_screen_and_the_component_of_a_view() {
    let text = json!({ "version": "7.1", "screens": [{ "id": "A", "title": "Title", "layout": { "type":
        "SingleColumnLayout", "children": [
            { "type": "If", "condition": "true", "else": [{ "type": "TextBody", "text": "no" }], "then": [
                { "type": "TextBody", "text": "yes" }
            ] },
            { "type": "Balloon" },
            { "type": "EmbeddedLink", "text": "Open", "on-click-action": { "name": "open_url", "url": "https://a.example" } },
            { "type": "Footer", "label": "Ask", "on-click-action": { "name": "data_exchange", "payload": {} } }
    ] } }] });
    let text = format!("{text:#}");
    let flow = FlowJson::parse(&text).unwrap();
    let view = Client::preview(flow.clone(), "A", Settings::default()).unwrap().view();
    assert_eq!(view.version, "7.1");
    let place = |part: &str| {
        let start = text.find(part).unwrap();
        flow.place(&(start..start + part.len()))
    };
    for (part, label) in [("\"yes\"", "yes"), ("open_url", "Open"), ("data_exchange", "Ask")] {
        let placed = place(part).unwrap();
        let (component, shown) = (placed.component.unwrap(), view.find(label)[0]);
        assert_eq!((&*placed.screen, component.id, component.line), ("A", shown.id, shown.line));
    }
    assert_eq!(place("\"Title\"").unwrap().component, None);
    assert_eq!(place("\"7.1\""), None);

    let unknown =
        view.components.iter().find(|found| found.kind == ComponentKind::Unknown).unwrap();
    assert_eq!(unknown.type_name, "Balloon");
    let opening: Vec<_> = view.components.iter().filter(|found| found.opens_url).collect();
    assert_eq!(opening.len(), 1);
    assert_eq!(opening[0].label, "Open");
}
