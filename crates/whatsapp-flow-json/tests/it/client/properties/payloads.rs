//! The payloads of a document's actions, with which the members that were sent are compared.

use std::collections::HashMap;

use serde_json::{Map, Value};
use whatsapp_flow_json::client::Client;

/// The actions of each screen.
pub struct Payloads {
    screens: HashMap<String, Vec<Value>>,
    /// A document before 4.0 has no references to other screens.
    has_other_screens: bool,
}

impl Payloads {
    pub fn read(text: &str) -> Self {
        let document: Value = serde_json::from_str(text).unwrap_or_default();
        let mut screens: HashMap<String, Vec<Value>> = HashMap::new();
        for screen in document["screens"].as_array().into_iter().flatten() {
            let Some(id) = screen["id"].as_str() else { continue };
            // Of two screens with an id, the first one counts.
            screens.entry(id.to_owned()).or_insert_with(|| {
                let mut actions = Vec::new();
                collect(&screen["layout"], &mut actions);
                actions
            });
        }
        let version = document["version"].as_str().unwrap_or_default();
        Self { screens, has_other_screens: !version.starts_with(['0', '1', '2', '3']) }
    }

    /// Reports whether an action of the current screen, or one in its data, has these members: all that have a value,
    /// and no others.
    pub fn explain(&self, name: &str, sent: &Map<String, Value>, client: &Client) -> bool {
        let mut actions = self.screens.get(client.screen()).cloned().unwrap_or_default();
        let data = client.data(client.screen()).into_iter().flatten();
        data.for_each(|(_, value)| collect(value, &mut actions));
        let mut named = actions.iter().filter(|action| action["name"] == name);
        named.any(|action| match &action["payload"] {
            Value::Object(payload) => {
                sent.keys().all(|name| payload.contains_key(name))
                    && payload.iter().all(|(name, member)| {
                        self.has_value(member, client)
                            .is_none_or(|has_value| sent.contains_key(name) == has_value)
                    })
            }
            Value::String(_) => true,
            _ => sent.is_empty(),
        })
    }

    /// Reports whether a member of a payload has a value; `None` for an expression in backticks.
    fn has_value(&self, member: &Value, client: &Client) -> Option<bool> {
        let Value::String(text) = member else { return Some(true) };
        if text.starts_with('`') {
            return None;
        }
        let Some(path) = text.strip_prefix("${").and_then(|text| text.strip_suffix('}')) else {
            return Some(true);
        };
        let mut steps = path.split('.');
        let mut screen = client.screen();
        let mut store = steps.next()?;
        if store == "screen" {
            screen = steps.next().filter(|_| self.has_other_screens)?;
            store = steps.next()?;
        }
        let members = match store {
            "data" => client.data(screen),
            "form" => client.form(screen),
            _ => return None,
        };
        let mut value = members.and_then(|members| members.get(steps.next()?));
        for step in steps {
            value = value.and_then(|value| value.get(step));
        }
        (!path.contains(['[', '$', '{', '`', ' '])).then_some(value.is_some())
    }
}

/// Collects objects that are actions, at any depth.
fn collect(value: &Value, actions: &mut Vec<Value>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match name.ends_with("-action") {
                    true => actions.push(member.clone()),
                    false => collect(member, actions),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, actions)),
        _ => {}
    }
}
