//! The view of a user: a tree for tests, for a terminal, and for a page.

use serde::Serialize;
use serde_json::{Map, Value};

use super::failure::Failure;
use super::kind::ComponentKind;
use super::problem::Problem;

/// The view of a user.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct View {
    /// The version of the Flow JSON, such as `7.3`; empty if it cannot be read. The client draws as this version does.
    pub version: String,
    /// The id of the screen; empty before the first one is shown.
    pub screen: String,
    /// The title in the title bar.
    pub title: String,
    /// The state of the whole flow.
    pub frame: Frame,
    /// The title bar has a way back; otherwise it has a way to close the flow.
    pub can_go_back: bool,
    /// The screen may end the flow.
    pub terminal: bool,
    /// The message over the screen.
    pub snackbar: Option<Snackbar>,
    /// The visible components, in document order.
    pub components: Vec<ComponentView>,
    /// The share of the flow that the user has seen, from 0 to 1.
    pub progress: f64,
    /// Remarks for the developer, which a user does not see.
    pub warnings: Vec<String>,
}

/// The state of the whole flow.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Frame {
    /// The user can act.
    Ready,
    /// The client waits for the endpoint: components are inert. There is no screen yet on `INIT`.
    Loading,
    /// An error screen.
    Error {
        /// The error.
        failure: Failure,
    },
    /// The flow ended. `params` are those of the message that was sent to the chat; `None` if none was sent.
    Closed {
        /// The parameters.
        params: Option<Map<String, Value>>,
    },
}

/// A message over the screen (`error_message`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Snackbar {
    /// The text.
    pub text: String,
    /// The time until it disappears, in milliseconds.
    pub milliseconds: u32,
}

/// A component.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComponentView {
    /// The number of the component on its screen, for events.
    pub id: usize,
    /// Its type.
    pub kind: ComponentKind,
    /// Its `type`, as written; differs from `kind` only where that is unknown.
    pub type_name: String,
    /// Its `name` in the Flow JSON.
    pub name: Option<String>,
    /// Its line in the Flow JSON.
    pub line: usize,
    /// The text that a user knows it by: the label, the text, or the title.
    pub label: String,
    /// The user can use it now.
    pub enabled: bool,
    /// The field must have a value.
    pub required: bool,
    /// The field has the cursor.
    pub focused: bool,
    /// The value of a field; null if there is none.
    pub value: Value,
    /// The reason for which the field is invalid, shown or not.
    pub problem: Option<Problem>,
    /// The text under the field.
    pub error: Option<String>,
    /// The options of a choice, or the items of a NavigationList.
    pub options: Vec<OptionView>,
    /// A tap does something: a Footer, a link, an OptIn with a link.
    pub tappable: bool,
    /// The tap opens a page in the browser.
    pub opens_url: bool,
    /// A banner with a mistake in the values of the component (drafts only).
    pub banner: Option<String>,
    /// The values of its properties, by their names in Flow JSON.
    pub properties: Map<String, Value>,
}

/// An option of a choice, or an item of a NavigationList.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OptionView {
    /// Its id, which is the value of the field.
    pub id: String,
    /// The text that a user knows it by.
    pub title: String,
    /// The user can tap it.
    pub enabled: bool,
    /// It is selected.
    pub selected: bool,
    /// All its members, by their names in Flow JSON.
    pub properties: Map<String, Value>,
}

impl View {
    /// The components that a user knows by this label, or that have this name.
    pub fn find(&self, label_or_name: &str) -> Vec<&ComponentView> {
        let matches = |wanted: fn(&ComponentView) -> Option<&str>| -> Vec<_> {
            self.components
                .iter()
                .filter(|component| wanted(component) == Some(label_or_name))
                .collect()
        };
        let by_label = matches(|component| Some(&component.label));
        if by_label.is_empty() { matches(|component| component.name.as_deref()) } else { by_label }
    }

    /// The component with this id.
    pub fn component(&self, id: usize) -> Option<&ComponentView> {
        self.components.iter().find(|component| component.id == id)
    }
}

impl ComponentView {
    /// The option with this title, or with this id.
    pub fn option(&self, title_or_id: &str) -> Option<&OptionView> {
        let by_title = self.options.iter().find(|option| option.title == title_or_id);
        by_title.or_else(|| self.options.iter().find(|option| option.id == title_or_id))
    }
}
