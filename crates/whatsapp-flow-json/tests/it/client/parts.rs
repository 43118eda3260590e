//! Documents of several screens, and components that many tests have.

use serde_json::{Value, json};

use super::play::{document, screen};

/// A screen with a data model, whose members get their schemas from these values.
pub fn part(id: &str, data: Value, children: Value) -> Value {
    let mut part = document("7.3", data, children)["screens"][0].take();
    part["id"] = json!(id);
    part["title"] = json!(id);
    part
}

/// A document of these screens. The last screens may be left out of the routes, as they lead nowhere.
pub fn flow<const N: usize>(mut routes: Value, screens: [Value; N]) -> Value {
    let mut flow = screen("7.3", json!([]));
    for screen in &screens {
        let routes = routes.as_object_mut().unwrap();
        routes.entry(screen["id"].as_str().unwrap()).or_insert(json!([]));
    }
    flow["routing_model"] = routes;
    flow["screens"] = screens.into_iter().collect();
    flow
}

/// A link to another screen, which no invalid field disables.
pub fn link(label: &str, to: &str, payload: Value) -> Value {
    json!({ "type": "EmbeddedLink", "text": label, "on-click-action": navigate(to, payload) })
}

pub fn navigate(to: &str, payload: Value) -> Value {
    json!({ "name": "navigate", "next": { "type": "screen", "name": to }, "payload": payload })
}

/// A TextInput, labelled by its name, with these properties.
pub fn input(name: &str, properties: Value) -> Value {
    with(json!({ "type": "TextInput", "name": name, "label": name }), properties)
}

/// An OptIn that updates the data when it is ticked.
pub fn update(label: &str, payload: Value) -> Value {
    let action = json!({ "name": "update_data", "payload": payload });
    json!({ "type": "OptIn", "name": "update", "label": label, "on-select-action": action })
}

/// Options whose ids are their titles.
pub fn options<const N: usize>(ids: [&str; N]) -> Value {
    ids.into_iter().map(|id| json!({ "id": id, "title": id })).collect()
}

/// A component with more properties.
pub fn with(mut component: Value, properties: Value) -> Value {
    for (name, value) in properties.as_object().unwrap() {
        component[name] = value.clone();
    }
    component
}

/// An action without a target: `data_exchange`, `complete` or `update_data`.
pub fn action(name: &str, payload: Value) -> Value {
    json!({ "name": name, "payload": payload })
}

/// The link "Ask", which sends these members whether the form is valid or not.
pub fn ask(payload: Value) -> Value {
    let action = action("data_exchange", payload);
    json!({ "type": "EmbeddedLink", "text": "Ask", "on-click-action": action })
}

/// A text of these characters.
pub fn text(text: &str) -> Value {
    json!({ "type": "TextBody", "text": text })
}

/// A field with options, labelled by its name.
pub fn choice(kind: &str, name: &str, properties: Value) -> Value {
    with(json!({ "type": kind, "name": name, "label": name }), properties)
}

/// A Footer that submits nothing.
pub fn submit_nothing() -> Value {
    super::play::submit(json!({}))
}

/// An `update_data` that appends this text to the member `log` of the data.
pub fn log(text: &str) -> Value {
    action("update_data", json!({ "log": format!("`${{data.log}} '{text}'`") }))
}
