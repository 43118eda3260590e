//! The requests of the client to the endpoint, before encryption.

use serde::Serialize;
use serde_json::{Map, Value, json};

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Request {
    /// The action.
    pub action: RequestAction,
    /// The screen that the request comes from; empty for `INIT`.
    pub screen: String,
    /// The payload; empty for `INIT` and `BACK`.
    pub data: Map<String, Value>,
    /// The line of the action that sends it, in the Flow JSON; 0 if no action does, or if the action arrived as data.
    pub line: usize,
}

/// The action of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum RequestAction {
    /// The flow is opened.
    #[serde(rename = "INIT")]
    Init,
    /// A screen with `refresh_on_back` is left.
    #[serde(rename = "BACK")]
    Back,
    /// A screen is submitted, or a component changed.
    #[serde(rename = "data_exchange")]
    DataExchange,
    /// Only in an error notification: the screen was reached by a `navigate`.
    #[serde(rename = "navigate")]
    Navigate,
}

impl RequestAction {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Init => "INIT",
            Self::Back => "BACK",
            Self::DataExchange => "data_exchange",
            Self::Navigate => "navigate",
        }
    }
}

impl Request {
    /// The plaintext of the request. `version` is that of the data API: `3.0` or `4.0`.
    pub fn plaintext(&self, flow_token: &str, version: &str) -> Value {
        json!({
            "data": self.data,
            "flow_token": flow_token,
            "screen": self.screen,
            "action": self.action.name(),
            "version": version,
        })
    }
}
