//! The state of the screens: their data, and what the user entered. It lasts for the whole session.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::path::{Namespace, Scope};

/// The state of one screen. It is kept when the user leaves the screen, in either direction.
#[derive(Debug, Clone, Default)]
pub(crate) struct ScreenState {
    /// The data of payloads and replies.
    pub data: Map<String, Value>,
    /// The values of the fields by name.
    pub form: Map<String, Value>,
    /// The fields that the user changed since the screen was entered.
    pub changed: HashSet<String>,
    /// The fields that had an initial value when the screen was entered.
    pub initial: HashSet<String>,
    /// The ends of ranges, by field, that the user set or cleared, or that had an initial value.
    pub ends: HashSet<(String, &'static str)>,
    /// The error messages that the endpoint sent for fields, until the field is edited or loses focus.
    pub errors: Map<String, Value>,
    /// The ids of each field's options when the screen was last drawn.
    pub options: HashMap<String, Vec<String>>,
}

/// The states of all screens, seen from one of them.
pub(crate) struct Screens<'s> {
    pub states: &'s HashMap<String, ScreenState>,
    pub current: &'s str,
}

impl Scope for Screens<'_> {
    fn members(&self, screen: Option<&str>, namespace: Namespace) -> Option<&Map<String, Value>> {
        let state = self.states.get(screen.unwrap_or(self.current))?;
        Some(match namespace {
            Namespace::Data => &state.data,
            Namespace::Form => &state.form,
        })
    }
}

/// Reports whether a value counts as empty for `required`.
pub(crate) fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null | Value::Bool(false)) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Object(members)) => members.values().all(|member| is_empty(Some(member))),
        Some(Value::Bool(true) | Value::Number(_)) => false,
    }
}
