//! Reads `flows.toml`. Unknown keys are errors, because most of them are misspelled.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml_edit::{Document, Item, TableLike};

use super::super::{Error, files, flow_path};
use crate::graph::{AppId, PhoneNumberId, WabaId};

/// The content of the file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FlowsToml {
    pub flows: Vec<FlowEntry>,
    pub environments: BTreeMap<String, Environment>,
}

/// A flow of the project.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowEntry {
    /// The name, by which the flow is found in its account.
    pub name: String,
    pub flow_json: PathBuf,
    /// The path of the flow below the address of the endpoint.
    pub path: String,
    pub categories: Vec<String>,
    /// The flow accepts only registered tokens.
    pub registered_tokens: bool,
}

/// The values of one environment. None of them is required here, because commands need different ones.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Environment {
    pub waba_id: Option<WabaId>,
    pub phone_number_ids: Vec<PhoneNumberId>,
    pub app_id: Option<AppId>,
    /// The address of the endpoint, without the path of a flow.
    pub endpoint: Option<String>,
    /// The secret in Secrets Manager.
    pub secret_id: Option<String>,
    /// The secret in a file.
    pub secret_file: Option<PathBuf>,
    /// The table of the sessions.
    pub table: Option<String>,
    /// The name or the ARN of the Lambda function.
    pub function: Option<String>,
    pub region: Option<String>,
}

impl FlowsToml {
    /// Reads a file. Paths in it are relative to its folder.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let text = files::read_text(path)?;
        Self::parse(&text, folder).map_err(|error| format!("{}: {error}", path.display()).into())
    }

    fn parse(text: &str, folder: &Path) -> Result<Self, Error> {
        let document = Document::parse(text).map_err(|error| error.to_string())?;
        let reader = Reader { text, folder };
        let mut read = Self::default();
        for (key, item) in document.as_table().iter() {
            match key {
                "flows" => {
                    let tables = item.as_array_of_tables();
                    let tables = tables.ok_or_else(|| reader.error(item, "write [[flows]]"))?;
                    for table in tables {
                        let flow = reader.flow(table)?;
                        if read.flows.iter().any(|other| other.name == flow.name) {
                            return Err(format!("two flows have the name `{}`", flow.name).into());
                        }
                        read.flows.push(flow);
                    }
                }
                "environments" => {
                    let table = reader.table(item, "write [environments.dev]")?;
                    for (name, item) in table.iter() {
                        let table = reader.table(item, "write [environments.dev]")?;
                        read.environments.insert(name.to_owned(), reader.environment(table)?);
                    }
                }
                _ => return Err(reader.unknown(item, key, &["flows", "environments"])),
            }
        }
        Ok(read)
    }
}

struct Reader<'a> {
    text: &'a str,
    folder: &'a Path,
}

impl Reader<'_> {
    fn flow(&self, table: &dyn TableLike) -> Result<FlowEntry, Error> {
        let (mut name, mut flow_json, mut path) = (None, None, None);
        let (mut categories, mut registered_tokens) = (Vec::new(), false);
        for (key, item) in table.iter() {
            match key {
                "name" => name = Some(self.string(item)?),
                "flow_json" => flow_json = Some(self.folder.join(self.string(item)?)),
                "path" => path = Some(self.string(item)?),
                "categories" => categories = self.strings(item)?,
                "registered_tokens" => {
                    registered_tokens =
                        item.as_bool().ok_or_else(|| self.error(item, "not true or false"))?;
                }
                _ => return Err(self.unknown(item, key, &FLOW_KEYS)),
            }
        }
        let name = name.ok_or("a flow has no `name`")?;
        let missing = |key: &str| format!("the flow `{name}` has no `{key}`");
        let flow_json = flow_json.ok_or_else(|| missing("flow_json"))?;
        let path = path.unwrap_or_else(|| flow_path::of(&flow_json));
        if !path.starts_with('/') {
            return Err(format!("`path` of the flow `{name}` does not start with a slash").into());
        }
        Ok(FlowEntry { name, flow_json, path, categories, registered_tokens })
    }

    fn environment(&self, table: &dyn TableLike) -> Result<Environment, Error> {
        let mut read = Environment::default();
        for (key, item) in table.iter() {
            match key {
                "waba_id" => read.waba_id = Some(self.parsed(item)?),
                "phone_number_id" => {
                    let ids = self.strings(item)?;
                    let ids = ids.iter().map(|id| id.parse()).collect::<Result<_, String>>();
                    read.phone_number_ids = ids.map_err(|error| self.error(item, &error))?;
                }
                "app_id" => read.app_id = Some(self.parsed(item)?),
                "endpoint" => read.endpoint = Some(self.string(item)?),
                "secret_id" => read.secret_id = Some(self.string(item)?),
                "secret_file" => read.secret_file = Some(self.folder.join(self.string(item)?)),
                "table" => read.table = Some(self.string(item)?),
                "function" => read.function = Some(self.string(item)?),
                "region" => read.region = Some(self.string(item)?),
                _ => return Err(self.unknown(item, key, &ENVIRONMENT_KEYS)),
            }
        }
        if read.secret_id.is_some() && read.secret_file.is_some() {
            return Err("an environment has `secret_id` and `secret_file`; remove one".into());
        }
        Ok(read)
    }

    fn table<'i>(&self, item: &'i Item, advice: &str) -> Result<&'i dyn TableLike, Error> {
        item.as_table_like().ok_or_else(|| self.error(item, advice))
    }

    fn string(&self, item: &Item) -> Result<String, Error> {
        let text = item.as_str().map(str::trim).filter(|text| !text.is_empty());
        text.map(str::to_owned).ok_or_else(|| self.error(item, "not a text in quotes"))
    }

    /// A text, or a list of texts.
    fn strings(&self, item: &Item) -> Result<Vec<String>, Error> {
        let Some(list) = item.as_array() else { return Ok(vec![self.string(item)?]) };
        let texts = list.iter().map(|value| value.as_str().map(str::to_owned)).collect();
        Option::ok_or_else(texts, || self.error(item, "not a list of texts in quotes"))
    }

    fn parsed<T: std::str::FromStr<Err = String>>(&self, item: &Item) -> Result<T, Error> {
        self.string(item)?.parse().map_err(|error: String| self.error(item, &error))
    }

    fn unknown(&self, item: &Item, key: &str, known: &[&str]) -> Error {
        self.error(item, &format!("the key `{key}` is not known; known are {}", known.join(", ")))
    }

    /// An error with the line of an item.
    fn error(&self, item: &Item, text: &str) -> Error {
        match item.span() {
            Some(span) => {
                let line = self.text[..span.start].matches('\n').count() + 1;
                format!("line {line}: {text}").into()
            }
            None => text.into(),
        }
    }
}

const FLOW_KEYS: [&str; 5] = ["name", "flow_json", "path", "categories", "registered_tokens"];
const ENVIRONMENT_KEYS: [&str; 9] = [
    "waba_id",
    "phone_number_id",
    "app_id",
    "endpoint",
    "secret_id",
    "secret_file",
    "table",
    "function",
    "region",
];

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
[[flows]]
name = "appointment"
flow_json = "src/book_it/flow.json"
categories = ["APPOINTMENT_BOOKING"]

[environments.dev]
waba_id = "100000000000001"
phone_number_id = "300000000000003"
endpoint = "https://x.example"
secret_file = ".flows/secret.json"

[environments.prod]
phone_number_id = ["300000000000003", "300000000000004"]
"#;

    #[test]
    fn paths_are_relative_to_the_file() {
        let read = FlowsToml::parse(FILE, Path::new("/p")).unwrap();
        let flow = &read.flows[0];
        assert_eq!(flow.flow_json, Path::new("/p/src/book_it/flow.json"));
        assert_eq!((flow.path.as_str(), flow.registered_tokens), ("/book-it", false));
        let dev = &read.environments["dev"];
        assert_eq!(dev.secret_file.as_deref(), Some(Path::new("/p/.flows/secret.json")));
        assert_eq!(dev.phone_number_ids.len(), 1);
        assert_eq!(read.environments["prod"].phone_number_ids.len(), 2);
    }

    #[test]
    fn mistakes_are_reported_with_their_line() {
        let error = |text: &str| FlowsToml::parse(text, Path::new("")).unwrap_err().to_string();
        let flow = "[[flows]]\nname = \"a\"\nflow_json = \"a.json\"\n";
        for (text, expected) in [
            (format!("{flow}catgories = []"), "line 4: the key `catgories` is not known"),
            (format!("{flow}{flow}"), "two flows have the name `a`"),
            (format!("{flow}path = \"a\""), "does not start with a slash"),
            ("[[flows]]\nname = 3".into(), "line 2: not a text in quotes"),
            ("[[flows]]\nname = \"a\"".into(), "the flow `a` has no `flow_json`"),
            ("[flows]\nname = \"a\"".into(), "write [[flows]]"),
            ("[environments.dev]\nwaba_id = \"a/b\"".into(), "line 2: `a/b` is not an id"),
            ("[environments.dev]\nwaba = \"1\"".into(), "line 2: the key `waba` is not known"),
            ("[environments]\ndev = 3".into(), "line 2: write [environments.dev]"),
            ("[x".into(), "TOML parse error"),
        ] {
            assert!(error(&text).contains(expected), "{text}: {}", error(&text));
        }
    }
}
