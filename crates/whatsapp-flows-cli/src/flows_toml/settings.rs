//! The values of one environment, with errors that say where a missing one is set.

use super::{Environment, FlowEntry};
use crate::Error;
use crate::graph::{PhoneNumberId, WabaId};

/// The flows of a project, and the values of one environment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings {
    /// The name of the environment, if it is one of `flows.toml`.
    pub name: Option<String>,
    pub flows: Vec<FlowEntry>,
    /// The values, of which any may be missing.
    pub environment: Environment,
}

impl Settings {
    pub fn waba_id(&self) -> Result<&WabaId, Error> {
        self.environment.waba_id.as_ref().ok_or_else(|| {
            self.missing("id of the WhatsApp Business Account", "waba_id", "--waba-id")
        })
    }

    /// All numbers, at least one.
    pub fn phone_number_ids(&self) -> Result<&[PhoneNumberId], Error> {
        match self.environment.phone_number_ids.as_slice() {
            [] => Err(self.missing("id of a phone number", "phone_number_id", "--phone-number-id")),
            ids => Ok(ids),
        }
    }

    /// The base address of the endpoint, without a slash at its end.
    pub fn endpoint(&self) -> Result<&str, Error> {
        let missing = || self.missing("address of the endpoint", "endpoint", "--endpoint");
        let endpoint = self.environment.endpoint.as_deref().ok_or_else(missing)?;
        Ok(endpoint.trim_end_matches('/'))
    }

    /// The address of a flow.
    pub fn flow_url(&self, flow: &FlowEntry) -> Result<String, Error> {
        Ok(format!("{}{}", self.endpoint()?, flow.path))
    }

    pub fn table(&self) -> Result<&str, Error> {
        let missing = || self.missing("table of the sessions", "table", "--table");
        self.environment.table.as_deref().ok_or_else(missing)
    }

    /// An error for a missing value, with its key of `flows.toml` and its argument.
    pub fn missing(&self, what: &str, key: &str, argument: &str) -> Error {
        let environment = self.name.as_deref().unwrap_or("dev");
        format!(
            "no {what}; set `{key}` under [environments.{environment}] in flows.toml, or pass {argument}"
        )
        .into()
    }
}
