//! The environment of the Lambda.

use std::env;
use std::path::PathBuf;
use std::sync::Arc;

use super::connection::Aws;
use super::serve::Error;
use crate::keyring::{CachedKeyring, KeyringProvider};

/// The configuration of an endpoint, read from the environment.
pub(super) struct Config {
    secret: SecretPlace,
    /// `FLOWS_TABLE`: the table of sessions.
    pub table: String,
}

/// `FLOWS_SECRET_ID` or `FLOWS_SECRET_FILE`.
enum SecretPlace {
    Id(String),
    File(PathBuf),
}

impl Config {
    /// Reads the environment.
    pub fn from_env() -> Result<Self, Error> {
        let secret = match (optional("FLOWS_SECRET_ID"), optional("FLOWS_SECRET_FILE")) {
            (Some(id), None) => SecretPlace::Id(id),
            (None, Some(file)) => SecretPlace::File(file.into()),
            (None, None) => {
                return Err("no secret is configured; set FLOWS_SECRET_ID to the secret's name or ARN in Secrets \
                     Manager, or FLOWS_SECRET_FILE to a local file"
                    .into());
            }
            (Some(_), Some(_)) => {
                return Err(
                    "FLOWS_SECRET_ID and FLOWS_SECRET_FILE are both set; unset one of them".into(),
                );
            }
        };
        let table = variable("FLOWS_TABLE", "the DynamoDB table of the sessions")?;
        Ok(Self { secret, table })
    }

    /// The secret, from where the environment says.
    pub fn keyring(&self, aws: &Aws) -> Arc<dyn KeyringProvider> {
        match &self.secret {
            SecretPlace::Id(id) => Arc::new(CachedKeyring::new(aws.secret(id))),
            SecretPlace::File(path) => Arc::new(CachedKeyring::from_file(path)),
        }
    }
}

/// Reads a variable of the environment that the program needs, such as the name of a table of its own. `meaning` is what
/// it is set to, for the error: `the DynamoDB table of the bookings`.
///
/// # Errors
///
/// If it is not set, or empty.
pub fn variable(name: &str, meaning: &str) -> Result<String, Error> {
    optional(name).ok_or_else(|| format!("{name} is not set; set it to {meaning}").into())
}

/// `FLOWS_STRICT`: any value makes the endpoint strict, for development.
pub(super) fn is_strict() -> bool {
    optional("FLOWS_STRICT").is_some()
}

/// `FLOWS_COMMIT`: the commit that the program was built from.
pub(super) fn commit() -> Option<String> {
    optional("FLOWS_COMMIT")
}

fn optional(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
