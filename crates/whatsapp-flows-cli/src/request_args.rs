//! The arguments that describe one request, and its plaintext.

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use whatsapp_flows::protocol::token::FlowToken;

use super::Error;

/// The content of a request.
#[derive(Args)]
pub struct RequestArgs {
    /// Action of the request
    #[arg(value_enum)]
    pub action: Action,
    /// Id of the screen that is submitted or left, for example APPOINTMENT
    screen: Option<String>,
    /// Payload, a JSON object
    data: Option<String>,
    /// Flow token [default: a random one]
    #[arg(long)]
    token: Option<String>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum Action {
    /// Meta's health check
    #[value(name = "ping")]
    Ping,
    /// Open the flow
    #[value(name = "INIT")]
    Init,
    /// Go back from a screen
    #[value(name = "BACK")]
    Back,
    /// Submit a screen
    #[value(name = "data_exchange")]
    DataExchange,
    /// Report that the client could not use the last reply
    #[value(name = "notice")]
    Notice,
}

impl RequestArgs {
    /// Returns the request before encryption, and its flow token.
    pub fn plaintext(&self) -> Result<(Value, String), Error> {
        let token = self.token.clone().unwrap_or_else(|| FlowToken::random().as_str().into());
        let data: Value = match &self.data {
            None => json!({}),
            Some(text) => serde_json::from_str(text).map_err(|error| {
                format!(
                    "the payload is not JSON: {error}; quote it for your shell, for example \
                         '{{\"name\":\"Ada\"}}'"
                )
            })?,
        };
        let action = match self.action {
            Action::Ping => return Ok((ping(), token)),
            Action::Init => "INIT",
            Action::Back => "BACK",
            Action::DataExchange | Action::Notice => "data_exchange",
        };
        let data = match self.action {
            Action::Notice if self.data.is_none() => {
                json!({ "error": "payload-schema-error", "error_message": "sent by flowctl" })
            }
            _ => data,
        };
        let screen = self.screen.clone().unwrap_or_default();
        let plaintext = json!({
            "data": data, "flow_token": token, "screen": screen, "action": action, "version": "4.0",
        });
        Ok((plaintext, token))
    }
}

/// The plaintext of a health check, as Meta sends it.
pub fn ping() -> Value {
    json!({ "version": "3.0", "action": "ping" })
}
