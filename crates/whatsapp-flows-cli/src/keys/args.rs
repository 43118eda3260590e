//! The arguments that say where the keys of an environment are.

use clap::Args;

use super::place::Places;
use crate::Error;
use crate::flows_toml::{EnvironmentArgs, FlowArgs, Settings};
use crate::graph::GraphArgs;
use crate::secret_store::SecretStore;

/// The place of the keys.
#[derive(Args)]
pub struct PlaceArgs {
    #[command(flatten)]
    environment: EnvironmentArgs,
    #[command(flatten)]
    flow: FlowArgs,
    #[command(flatten)]
    graph: GraphArgs,
}

impl PlaceArgs {
    /// Connects to the places. Nothing is sent yet.
    pub fn resolve(self) -> Result<Places, Error> {
        let settings = self.environment.resolve()?;
        let numbers = settings.phone_number_ids()?.to_vec();
        let flow_url = flow_url(&settings, &self.flow)?;
        Ok(Places {
            store: secret_store(&settings)?,
            control: Box::new(self.graph.connect()?),
            numbers,
            waba: settings.environment.waba_id.clone(),
            app: settings.environment.app_id.clone(),
            flow_url,
        })
    }
}

/// The secret of an environment.
pub fn secret_store(settings: &Settings) -> Result<SecretStore, Error> {
    let environment = &settings.environment;
    match (&environment.secret_id, &environment.secret_file) {
        (Some(id), _) => Ok(SecretStore::in_secrets_manager(id, environment.region.as_deref())?),
        (None, Some(path)) => Ok(SecretStore::in_file(path)),
        (None, None) => {
            Err(settings.missing("secret", "secret_id", "--secret-id (or --secret-file)"))
        }
    }
}

/// The address of the named flow or of the first one. Without `flows.toml` it is the address that was given.
fn flow_url(settings: &Settings, flow: &FlowArgs) -> Result<Option<String>, Error> {
    if settings.environment.endpoint.is_none() {
        return Ok(None);
    }
    let flow = match (&flow.flow, settings.flows.first()) {
        (Some(_), _) => Some(flow.one(settings)?),
        (None, first) => first,
    };
    match flow {
        Some(flow) => Ok(Some(settings.flow_url(flow)?)),
        None => Ok(Some(settings.endpoint()?.to_owned())),
    }
}

/// A value that is in neither place.
pub fn missing(what: &str, key: &str, flag: &str) -> Error {
    format!("no {what}; set `{key}` in flows.toml, or pass {flag}").into()
}
