//! The Flow JSON of the endpoint: its screens, its version of the data API, and whether the client can show a reply.

use std::path::Path;

use serde_json::Value;
use whatsapp_flows::testing::client::{Client, FlowJson, Frame, Opening, Reply, Settings};

use crate::{Error, files};

/// A Flow JSON.
pub struct Flow {
    client: FlowJson,
    /// The first screen with `refresh_on_back`.
    screen_with_back: Option<String>,
}

impl Flow {
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = files::read(path)?;
        let client =
            FlowJson::parse(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        let json: Value = serde_json::from_str(&text).unwrap_or_default();
        let screens = json["screens"].as_array().map(Vec::as_slice).unwrap_or_default();
        let screen_with_back = screens
            .iter()
            .find(|screen| screen["refresh_on_back"] == true)
            .and_then(|screen| screen["id"].as_str())
            .map(str::to_owned);
        Ok(Self { client, screen_with_back })
    }

    /// The version of the data API.
    pub fn version(&self) -> Option<&str> {
        self.client.data_api_version()
    }

    /// The first screen with `refresh_on_back`.
    pub fn screen_with_back(&self) -> Option<String> {
        self.screen_with_back.clone()
    }

    /// Returns true if the document has this screen.
    pub fn has_screen(&self, name: &str) -> bool {
        self.client.screens().any(|screen| screen == name)
    }

    /// The reason for which a client does not show this reply to INIT.
    pub fn rejects(&self, reply: &Value, token: &str) -> Option<String> {
        let (mut client, _) = Client::open(
            self.client.clone(),
            Opening::DataExchange,
            token.to_owned(),
            Settings::default(),
        );
        client.receive(Reply::ok(reply.clone()));
        match client.view().frame {
            Frame::Error { failure } => Some(failure.to_string()),
            _ => None,
        }
    }

    /// The reason for which no client shows this screen.
    pub fn unknown_screen(&self, reply: &Value) -> Option<String> {
        let name = reply["screen"].as_str()?;
        let is_known = name == "SUCCESS" || self.has_screen(name);
        (!is_known).then(|| format!("{name} is not a screen of the Flow JSON"))
    }
}
