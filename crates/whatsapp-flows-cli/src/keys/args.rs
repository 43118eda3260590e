//! The arguments that say where the keys of an environment are.

use std::path::PathBuf;

use clap::Args;

use super::place::Places;
use crate::Error;
use crate::graph::{AppId, GraphArgs, PhoneNumberId, WabaId};
use crate::secret_store::SecretStore;

/// Where the keys are.
#[derive(Args)]
pub struct PlaceArgs {
    /// Name or ARN of the secret in Secrets Manager
    #[arg(long, value_name = "ID", conflicts_with = "secret_file")]
    secret_id: Option<String>,
    /// File with the secret, for an endpoint that reads one
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// AWS region of the secret [default: that of the ARN or of the AWS CLI]
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// Id of the phone number; repeat it for every number that uses the key
    #[arg(long = "phone-number-id", value_name = "ID")]
    numbers: Vec<PhoneNumberId>,
    /// Id of the WhatsApp Business Account
    #[arg(long, value_name = "ID")]
    waba_id: Option<WabaId>,
    /// Id of the Meta app
    #[arg(long, value_name = "ID")]
    app_id: Option<AppId>,
    /// Address of one of the endpoint's flows, to which pings are sent
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    #[command(flatten)]
    graph: GraphArgs,
}

impl PlaceArgs {
    /// Connects to the places. Nothing is sent yet.
    pub fn resolve(self) -> Result<Places, Error> {
        let store = match (self.secret_id, self.secret_file) {
            (Some(id), _) => SecretStore::in_secrets_manager(&id, self.region.as_deref())?,
            (None, Some(path)) => SecretStore::in_file(&path),
            (None, None) => return Err(missing("the secret", "secret_id", "--secret-id")),
        };
        if self.numbers.is_empty() {
            return Err(missing("the phone number", "phone_number_id", "--phone-number-id"));
        }
        Ok(Places {
            store,
            control: Box::new(self.graph.connect()?),
            numbers: self.numbers,
            waba: self.waba_id,
            app: self.app_id,
            flow_url: self.endpoint,
        })
    }
}

/// A value that is in neither place.
pub fn missing(what: &str, key: &str, flag: &str) -> Error {
    format!("{what} is not known; set `{key}` in flows.toml, or pass {flag}").into()
}
