//! Replaces the document while a flow is played, for tools that follow its changes.

use super::failure::FailureCause;
use super::flow_json::FlowJson;
use super::machine::{Client, Phase};
use super::request::RequestAction;

impl Client {
    /// Replaces the document, and keeps the conversation: the data of the screens, what the user entered, and the way to
    /// the current screen as far as its screens still exist. An error of a component is judged again.
    ///
    /// Returns false if none of these screens exists in the new document. The client is unchanged then; open the flow
    /// again.
    pub fn replace_flow(&mut self, flow: FlowJson) -> bool {
        let exists = |screen: &&String| flow.compiled().screens.contains_key(*screen);
        let history: Vec<_> = self.history.iter().take_while(exists).cloned().collect();
        if history.is_empty() && !self.history.is_empty() {
            return false;
        }
        if history.len() < self.history.len() {
            self.snackbar = None;
            self.phase = Phase::Ready;
        }
        self.history = history;
        self.flow = flow;
        self.focus = None;
        if let Phase::Failed { failure, .. } = &self.phase
            && failure.cause == FailureCause::Component
        {
            self.phase = Phase::Ready;
        }
        if !self.history.is_empty() {
            self.settle(RequestAction::DataExchange);
        }
        // A mistake in the new document is not the endpoint's, so nothing is reported to it.
        self.take_effects();
        true
    }
}
