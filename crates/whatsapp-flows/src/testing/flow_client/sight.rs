//! The sight of the user: the screen, its message or error, and the end of the flow; and the last request and response.

use serde_json::Value;
use whatsapp_flow_json::client::{Answer, ComponentView, Failure, Frame, View};

use super::super::Response;
use super::FlowClient;

impl FlowClient {
    /// The id of the current screen.
    pub fn screen(&self) -> &str {
        self.user.client.screen()
    }

    /// The view of the user.
    pub fn view(&self) -> View {
        self.user.client.view()
    }

    /// The component that goes by this label or name.
    ///
    /// # Panics
    ///
    /// If there is none, or if there are several.
    #[track_caller]
    pub fn component(&self, label: &str) -> ComponentView {
        let view = self.view();
        match view.find(label)[..] {
            [only] => only.clone(),
            [] => panic!("there is no component `{label}`; on screen: {view}"),
            _ => panic!("several components go by `{label}`; on screen: {view}"),
        }
    }

    /// Reports whether a visible component or option has this text.
    pub fn sees(&self, text: &str) -> bool {
        let view = self.view();
        view.components.iter().any(|component| {
            component.label.contains(text)
                || component.error.as_deref().is_some_and(|error| error.contains(text))
                || component.options.iter().any(|option| option.title.contains(text))
        })
    }

    /// The data of the current screen: everything that replies and payloads brought, merged.
    pub fn data(&self) -> Value {
        self.user.client.data(self.screen()).cloned().map(Value::Object).unwrap_or_default()
    }

    /// The message over the screen; empty if there is none.
    pub fn message(&self) -> String {
        self.view().snackbar.map(|snackbar| snackbar.text).unwrap_or_default()
    }

    /// The error screen; `None` if there is none.
    pub fn failure(&self) -> Option<Failure> {
        match self.view().frame {
            Frame::Error { failure } => Some(failure),
            _ => None,
        }
    }

    /// The status of the last response; 0 if there was none.
    pub fn status(&self) -> u16 {
        self.last.as_ref().map_or(0, |(_, _, response)| response.status)
    }

    /// The plaintext of the last request; `None` if nothing was sent yet.
    pub fn last_request(&self) -> Option<&Value> {
        self.last.as_ref().map(|(plaintext, ..)| plaintext)
    }

    /// The response to the last request; `None` if nothing was sent yet.
    pub fn last_response(&self) -> Option<&Response> {
        self.last.as_ref().map(|(.., response)| response)
    }

    /// The parameters of the message that the flow ended with.
    ///
    /// # Panics
    ///
    /// If the flow has not ended, or ended without a message.
    #[track_caller]
    pub fn completion(&self) -> Value {
        let view = self.view();
        match view.frame {
            Frame::Closed { params: Some(params) } => Value::Object(params),
            _ => panic!("the flow has not ended with a message; on screen: {view}"),
        }
    }

    /// The answers that the chat shows after the end.
    pub fn answers(&self) -> Vec<Answer> {
        self.user.client.answers()
    }
}
