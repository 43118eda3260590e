//! An action, triggered by a tap or a selection.

use std::borrow::Cow;

use super::component::Component;
use crate::json::{Kind, Name, Value};

/// An action on a screen.
pub struct Action<'j> {
    value: Value<'j>,
    component: usize,
}

/// The type of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActionKind {
    /// Shows another screen, without the endpoint.
    Navigate,
    /// Asks the endpoint.
    DataExchange,
    /// Ends the flow, without the endpoint.
    Complete,
    /// Changes the data of the screen, without the endpoint (6.0).
    UpdateData,
    /// Opens a page in the browser (6.0).
    OpenUrl,
}

/// The members that contain an action.
pub const ACTIONS: [&str; 3] = ["on-click-action", "on-select-action", "on-unselect-action"];

impl ActionKind {
    /// The type with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "navigate" => Self::Navigate,
            "data_exchange" => Self::DataExchange,
            "complete" => Self::Complete,
            "update_data" => Self::UpdateData,
            "open_url" => Self::OpenUrl,
            _ => return None,
        })
    }
}

impl<'j> Action<'j> {
    /// The actions of these components, including those of their lists' items.
    pub(super) fn all(components: &[Component<'j>]) -> Vec<Self> {
        let mut actions = Vec::new();
        for (index, component) in components.iter().enumerate() {
            let mut end = 0;
            for value in component.own_values() {
                // An object that looks like an action within a payload is data.
                let inside = value.span().start < end;
                let named = value.name().is_some_and(|name| ACTIONS.contains(&&*name.text));
                if named && !inside && value.kind() == Kind::Object {
                    end = value.span().end;
                    actions.push(Self { value, component: index });
                }
            }
        }
        actions
    }

    /// The value of the action in the document.
    pub fn value(&self) -> Value<'j> {
        self.value
    }

    /// The name of the member: `on-click-action`, `on-select-action` or `on-unselect-action`.
    pub fn trigger(&self) -> Cow<'j, str> {
        self.value.name().map(|name| name.text).unwrap_or_default()
    }

    /// The number of the component that the action belongs to, directly or through an item of its
    /// list.
    pub fn component(&self) -> usize {
        self.component
    }

    /// The type, according to `name`; `None` if it is absent or unknown.
    pub fn kind(&self) -> Option<ActionKind> {
        ActionKind::from_name(&self.value.member("name")?.as_str()?)
    }

    /// The target of a navigate: the name in `next`.
    pub fn next(&self) -> Option<(Cow<'j, str>, Value<'j>)> {
        let next = self.value.member("next")?;
        let name = next.member("name")?;
        Some((name.as_str()?, name))
    }

    /// The whole `payload`.
    pub fn payload_value(&self) -> Option<Value<'j>> {
        self.value.member("payload")
    }

    /// The members of the payload, in document order.
    pub fn payload(&self) -> impl Iterator<Item = (Name<'j>, Value<'j>)> {
        self.payload_value().into_iter().flat_map(Value::members)
    }
}
