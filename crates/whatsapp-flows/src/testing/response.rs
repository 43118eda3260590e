//! A response of the endpoint, as a client reads it.

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::flow::Screen;
use crate::protocol::binding;
use crate::protocol::response::SUCCESS;

/// A response of the endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// The HTTP status code.
    pub status: u16,
    /// The body as received.
    pub raw: Bytes,
    /// The decrypted body; `Null` if it was empty or could not be decrypted.
    pub body: Value,
}

impl Response {
    /// Returns the ID of the screen, or `SUCCESS`; empty for a reply without a screen.
    pub fn screen(&self) -> &str {
        self.body["screen"].as_str().unwrap_or_default()
    }

    /// Returns the data of the screen.
    pub fn data(&self) -> &Value {
        &self.body["data"]
    }

    /// Returns the data of screen `S`, as the handler showed it: without the message over the screen, and without the
    /// invisible characters that keep a client from evaluating a text.
    ///
    /// # Panics
    ///
    /// If the reply shows another screen or none, or if its data does not have the type `S`. The text names what the
    /// reply shows, its message and its status.
    #[track_caller]
    pub fn shown<S: Screen + DeserializeOwned>(&self) -> S {
        let id = S::ID;
        if self.screen() != id {
            panic!("expected screen {id}, but {}", self.summary());
        }
        let mut data = self.data().clone();
        binding::unescape(&mut data);
        let mut data = if let Value::Object(data) = data { data } else { Map::new() };
        data.remove("error_message");
        match read_screen(data) {
            Ok(screen) => screen,
            Err(error) => panic!(
                "the data of screen {id} does not have the type of the screen: {error}; {}",
                self.summary()
            ),
        }
    }

    /// Returns the message over the screen (`error_message`); empty if there is none.
    pub fn message(&self) -> &str {
        self.body["data"]["error_message"].as_str().unwrap_or_default()
    }

    /// Returns the parameters that a completion sends to the chat.
    pub fn params(&self) -> &Value {
        &self.body["data"]["extension_message_response"]["params"]
    }

    /// Returns the message of a reply with status 427 (`error_msg`); empty if there is none.
    pub fn error_msg(&self) -> &str {
        self.body["error_msg"].as_str().unwrap_or_default()
    }

    /// Describes the reply: what it shows, its status and its message.
    fn summary(&self) -> String {
        let shown = match self.screen() {
            "" => "shows no screen".to_owned(),
            SUCCESS => "ends the flow".to_owned(),
            screen => format!("shows screen {screen}"),
        };
        let message = match (self.message(), self.error_msg()) {
            ("", "") => "no message".to_owned(),
            ("", message) | (message, _) => format!("the message {message:?}"),
        };
        format!("the reply {shown}, with status {} and {message}", self.status)
    }
}

/// Reads the data of a screen. A unit struct is a screen without data.
pub(super) fn read_screen<S: DeserializeOwned>(data: Map<String, Value>) -> serde_json::Result<S> {
    let is_empty = data.is_empty();
    serde_json::from_value(Value::Object(data)).or_else(|error| match is_empty {
        true => serde_json::from_value(Value::Null).map_err(|_| error),
        false => Err(error),
    })
}
