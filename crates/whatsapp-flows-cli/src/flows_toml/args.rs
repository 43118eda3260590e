//! The arguments that choose an environment of `flows.toml`, or give its values without the file.

use std::path::PathBuf;

use clap::Args;

use super::{Environment, FILE, FlowsToml, Settings};
use crate::Error;
use crate::graph::{AppId, PhoneNumberId, WabaId};

/// The environment. Each value of `flows.toml` can be given as an argument, which takes precedence.
#[derive(Args, Default)]
#[command(next_help_heading = "Environment, from flows.toml unless given")]
pub struct EnvironmentArgs {
    /// Environment of flows.toml [default: the only one, or dev]
    #[arg(long, value_name = "NAME")]
    pub env: Option<String>,
    /// File with flows and environments [default: flows.toml, if it exists]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Id of the WhatsApp Business Account
    #[arg(long, value_name = "ID")]
    pub waba_id: Option<WabaId>,
    /// Id of the phone number; repeat it for more numbers
    #[arg(long, value_name = "ID")]
    pub phone_number_id: Vec<PhoneNumberId>,
    /// Id of the Meta app
    #[arg(long, value_name = "ID")]
    pub app_id: Option<AppId>,
    /// Base address of the endpoint, to which the path of a flow is added
    #[arg(long, value_name = "URL")]
    pub endpoint: Option<String>,
    /// Name or ARN of the endpoint's secret in Secrets Manager
    #[arg(long, value_name = "ID", conflicts_with = "secret_file")]
    pub secret_id: Option<String>,
    /// File with the endpoint's secret
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// Table of the sessions
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
    /// Region of AWS
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
}

impl EnvironmentArgs {
    /// Reads `flows.toml`, and puts the arguments over the values of the environment.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or if it does not have the environment.
    pub fn resolve(&self) -> Result<Settings, Error> {
        let named = self.config.clone();
        let usual = PathBuf::from(FILE);
        let path = named.or_else(|| usual.is_file().then_some(usual));
        let file = path.as_deref().map(FlowsToml::read).transpose()?;
        let (name, environment) = match &file {
            Some(file) => self.choose(file)?,
            None if self.env.is_some() => {
                return Err(format!("there is no {FILE} here; name it with --config").into());
            }
            None => (None, Environment::default()),
        };
        let flows = file.map(|file| file.flows).unwrap_or_default();
        Ok(Settings { name, flows, environment: self.over(environment) })
    }

    fn choose(&self, file: &FlowsToml) -> Result<(Option<String>, Environment), Error> {
        let names: Vec<_> = file.environments.keys().map(String::as_str).collect();
        let name = match (&self.env, names.as_slice()) {
            (Some(name), _) => name.as_str(),
            (None, []) => return Ok((None, Environment::default())),
            (None, [only]) => only,
            (None, _) if names.contains(&"dev") => "dev",
            (None, _) => {
                let names = names.join(", ");
                return Err(format!("choose an environment with --env: {names}").into());
            }
        };
        match file.environments.get(name) {
            Some(environment) => Ok((Some(name.to_owned()), environment.clone())),
            None => {
                let names = names.join(", ");
                Err(format!("flows.toml has no environment `{name}`; it has {names}").into())
            }
        }
    }

    fn over(&self, base: Environment) -> Environment {
        let numbers = match self.phone_number_id.is_empty() {
            true => base.phone_number_ids,
            false => self.phone_number_id.clone(),
        };
        // A secret of the arguments replaces the one of the file, whichever kind it is.
        let (secret_id, secret_file) = match (&self.secret_id, &self.secret_file) {
            (None, None) => (base.secret_id, base.secret_file),
            (id, file) => (id.clone(), file.clone()),
        };
        Environment {
            waba_id: self.waba_id.clone().or(base.waba_id),
            phone_number_ids: numbers,
            app_id: self.app_id.clone().or(base.app_id),
            endpoint: self.endpoint.clone().or(base.endpoint),
            secret_id,
            secret_file,
            table: self.table.clone().or(base.table),
            function: base.function,
            region: self.region.clone().or(base.region),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(environments: &[&str]) -> FlowsToml {
        let environments = environments.iter();
        let environments = environments.map(|name| ((*name).to_owned(), Environment::default()));
        FlowsToml { flows: vec![], environments: environments.collect() }
    }

    #[test]
    fn environment_is_the_named_the_only_or_dev() {
        let chosen = |env: Option<&str>, environments: &[&str]| {
            let args = EnvironmentArgs { env: env.map(str::to_owned), ..Default::default() };
            args.choose(&file(environments)).map(|(name, _)| name).map_err(|e| e.to_string())
        };
        assert_eq!(chosen(Some("prod"), &["dev", "prod"]), Ok(Some("prod".into())));
        assert_eq!(chosen(None, &["prod"]), Ok(Some("prod".into())));
        assert_eq!(chosen(None, &["dev", "prod"]), Ok(Some("dev".into())));
        assert_eq!(chosen(None, &[]), Ok(None));
        assert!(chosen(None, &["a", "b"]).unwrap_err().contains("--env: a, b"));
        assert!(chosen(Some("x"), &["dev"]).unwrap_err().contains("no environment `x`"));
    }

    #[test]
    fn arguments_take_precedence() {
        let base = Environment {
            secret_id: Some("flows".into()),
            table: Some("t".into()),
            ..Environment::default()
        };
        let args = EnvironmentArgs { secret_file: Some("s.json".into()), ..Default::default() };
        let over = args.over(base);
        assert_eq!((over.secret_id, over.secret_file), (None, Some("s.json".into())));
        assert_eq!(over.table.as_deref(), Some("t"));
    }
}
