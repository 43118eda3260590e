//! The environment of the Lambda.

use std::env;
use std::path::PathBuf;

use whatsapp_flows::aws::Aws;
use whatsapp_flows::keyring::{CachedKeyring, KeyringProvider};

/// The program's configuration, read from its environment.
pub struct Config {
    secret: SecretPlace,
    /// `FLOWS_TABLE`: the table of sessions.
    pub table: String,
    /// `FLOWS_BOOKINGS_TABLE`: the appointment flow's own table.
    pub bookings_table: String,
    /// `FLOWS_STRICT`: any value makes the endpoint strict, for development.
    pub strict: bool,
}

/// `FLOWS_SECRET_ID` or `FLOWS_SECRET_FILE`.
enum SecretPlace {
    Id(String),
    File(PathBuf),
}

impl Config {
    /// Reads the environment. The error names the variable and what it is for.
    pub fn from_env() -> Result<Self, String> {
        let secret = match (variable("FLOWS_SECRET_ID"), variable("FLOWS_SECRET_FILE")) {
            (Some(id), None) => SecretPlace::Id(id),
            (None, Some(file)) => SecretPlace::File(file.into()),
            (None, None) => {
                return Err("set FLOWS_SECRET_ID to the secret's name or ARN in Secrets Manager, \
                            or FLOWS_SECRET_FILE to a local file"
                    .into());
            }
            (Some(_), Some(_)) => {
                return Err("FLOWS_SECRET_ID and FLOWS_SECRET_FILE are both set: set one".into());
            }
        };
        Ok(Self {
            secret,
            table: variable("FLOWS_TABLE")
                .ok_or("set FLOWS_TABLE to the DynamoDB table of the sessions")?,
            bookings_table: variable("FLOWS_BOOKINGS_TABLE")
                .ok_or("set FLOWS_BOOKINGS_TABLE to the DynamoDB table of the bookings")?,
            strict: variable("FLOWS_STRICT").is_some(),
        })
    }

    /// The secret, from where the environment says.
    pub fn keyring(&self, aws: &Aws) -> Box<dyn KeyringProvider> {
        match &self.secret {
            SecretPlace::Id(id) => Box::new(CachedKeyring::new(aws.secret(id))),
            SecretPlace::File(path) => Box::new(CachedKeyring::from_file(path)),
        }
    }
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
