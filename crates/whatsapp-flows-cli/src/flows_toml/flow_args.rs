//! The arguments that choose flows of `flows.toml`, or describe one without the file.

use std::path::PathBuf;

use clap::Args;

use super::{FlowEntry, Settings};
use crate::{Error, flow_path};

/// A flow by its name.
#[derive(Args, Default)]
pub struct FlowArgs {
    /// Name of the flow
    #[arg(long, value_name = "NAME")]
    pub flow: Option<String>,
}

/// A flow of `flows.toml`, or one that is described by arguments.
#[derive(Args, Default)]
pub struct FlowFileArgs {
    #[command(flatten)]
    pub flow: FlowArgs,
    /// Flow JSON of a flow that is not in flows.toml; name it with --flow
    #[arg(long, value_name = "FLOW.json", requires = "flow")]
    pub flow_json: Option<PathBuf>,
    /// Path of the flow below the endpoint's address [default: the folder of the Flow JSON]
    #[arg(long, value_name = "PATH", requires = "flow_json")]
    pub path: Option<String>,
    /// Category of the flow, such as APPOINTMENT_BOOKING; repeat it for more
    #[arg(long, value_name = "CATEGORY", requires = "flow_json")]
    pub category: Vec<String>,
}

impl FlowArgs {
    /// Returns the named flow, or all flows of `flows.toml`.
    pub fn all<'s>(&self, settings: &'s Settings) -> Result<Vec<&'s FlowEntry>, Error> {
        match &self.flow {
            Some(name) => Ok(vec![find(settings, name)?]),
            None if settings.flows.is_empty() => Err(NO_FLOW.into()),
            None => Ok(settings.flows.iter().collect()),
        }
    }

    /// Returns the named flow, or the only one.
    pub fn one<'s>(&self, settings: &'s Settings) -> Result<&'s FlowEntry, Error> {
        match (&self.flow, settings.flows.as_slice()) {
            (Some(name), _) => find(settings, name),
            (None, [only]) => Ok(only),
            (None, []) => Err(NO_FLOW.into()),
            (None, _) => Err(format!("choose a flow with --flow: {}", names(settings)).into()),
        }
    }
}

impl FlowFileArgs {
    /// Returns the settings with the flow of the arguments in place of those of `flows.toml`.
    pub fn add_to(&self, mut settings: Settings) -> Result<Settings, Error> {
        let (Some(name), Some(flow_json)) = (&self.flow.flow, &self.flow_json) else {
            return Ok(settings);
        };
        let path = self.path.clone().unwrap_or_else(|| flow_path::of(flow_json));
        if !path.starts_with('/') {
            return Err("`--path` does not start with a slash".into());
        }
        settings.flows = vec![FlowEntry {
            name: name.clone(),
            flow_json: flow_json.clone(),
            path,
            categories: self.category.clone(),
            registered_tokens: false,
        }];
        Ok(settings)
    }
}

fn find<'s>(settings: &'s Settings, name: &str) -> Result<&'s FlowEntry, Error> {
    let found = settings.flows.iter().find(|flow| flow.name == name);
    found.ok_or_else(|| match settings.flows.is_empty() {
        true => NO_FLOW.into(),
        false => format!("flows.toml has no flow `{name}`; it has {}", names(settings)).into(),
    })
}

fn names(settings: &Settings) -> String {
    settings.flows.iter().map(|flow| flow.name.as_str()).collect::<Vec<_>>().join(", ")
}

const NO_FLOW: &str =
    "there is no flow; list it under [[flows]] in flows.toml, or pass --flow NAME --flow-json FILE";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flow_is_the_named_or_the_only_one() {
        let entry = |name: &str| FlowEntry {
            name: name.into(),
            flow_json: "f.json".into(),
            path: "/f".into(),
            categories: vec![],
            registered_tokens: false,
        };
        let settings = |names: &[&str]| Settings {
            flows: names.iter().map(|n| entry(n)).collect(),
            ..Default::default()
        };
        let (two, one, none) = (settings(&["a", "b"]), settings(&["a"]), settings(&[]));
        let args = |name: Option<&str>| FlowArgs { flow: name.map(str::to_owned) };
        assert_eq!(args(Some("b")).one(&two).unwrap().name, "b");
        assert_eq!(args(None).one(&one).unwrap().name, "a");
        assert_eq!(args(None).all(&two).unwrap().len(), 2);
        let error = |name, settings| args(name).one(settings).unwrap_err().to_string();
        assert!(error(None, &two).contains("--flow: a, b"));
        assert!(error(Some("x"), &two).contains("has no flow `x`; it has a, b"));
        assert!(error(None, &none).contains("there is no flow"));
    }
}
