//! The answers that the chat shows after the flow was completed.

use serde::Serialize;
use serde_json::Value;

use super::kind::ComponentKind;
use super::machine::Client;
use super::resolve::resolve;
use super::state::{Screens, is_empty};

/// An answer of the user, as the chat shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The label of the field.
    pub label: String,
    /// Its value, or twelve bullets.
    pub value: String,
}

/// The value of a sensitive field.
const BULLETS: &str = "••••••••••••";

impl Client {
    /// The answers of the screens that the user went through, as the chat shows them. Passwords, passcodes and files
    /// are left out; sensitive values are hidden.
    pub fn answers(&self) -> Vec<Answer> {
        let mut answers = Vec::new();
        for id in &self.history {
            let Some(screen) = self.flow.compiled().screens.get(id) else { continue };
            let Some(state) = self.screens.get(id) else { continue };
            let scope = Screens { states: &self.screens, current: id };
            let Ok(resolved) = resolve(screen, self.flow.compiled().version, &scope) else {
                continue;
            };
            for field in resolved.iter().filter(|field| field.component.kind.is_field()) {
                let Some(name) = &field.component.name else { continue };
                let value = state.form.get(name);
                let input_type = field.component.input_type();
                let is_secret = field.component.kind == ComponentKind::TextInput
                    && matches!(input_type, "password" | "passcode");
                if is_secret || field.component.kind.is_media() || is_empty(value) {
                    continue;
                }
                let is_sensitive =
                    screen.sensitive.contains(name) && field.component.kind != ComponentKind::OptIn;
                let title = |id: &Value| match id.as_str().and_then(|id| field.option(id)) {
                    Some(option) => option["title"].as_str().unwrap_or_default().to_owned(),
                    None => super::expression::as_text(Some(id)),
                };
                let value = match value.unwrap_or(&Value::Null) {
                    _ if is_sensitive => BULLETS.to_owned(),
                    Value::Array(ids) => ids.iter().map(title).collect::<Vec<_>>().join(", "),
                    Value::Object(ends) => ends.values().map(title).collect::<Vec<_>>().join(" – "),
                    Value::Bool(_) => "✓".to_owned(),
                    id => title(id),
                };
                answers.push(Answer { label: field.label(), value });
            }
        }
        answers
    }
}
