//! The files of a new project.

use std::path::PathBuf;

use local_lambda::event;
use serde_json::{Value, json};
use whatsapp_flow_json::codegen::{self, Scaffold};
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::signature::HEADER;
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::testing::RequestSealer;
use whatsapp_flows::testing::client::FlowJson;

use super::tests;
use super::walk::walk;
use crate::Error;

/// What a project is made of.
pub struct Project<'a> {
    /// The name of the package.
    pub name: &'a str,
    pub flow_json: &'a str,
    pub dependency: Dependency,
}

/// Where the library comes from.
pub enum Dependency {
    Path(PathBuf),
    Git { url: String, rev: Option<String> },
    Version(String),
}

/// A file of the project: its path and its text.
pub type File = (String, String);

macro_rules! template {
    ($name:literal) => {
        include_str!(concat!("../../templates/project/", $name))
    };
}

/// The key pair of the sample events. The library serves with it from a file only.
const SECRET: &str = template!("secret.json");

impl Project<'_> {
    /// The files, and the screens to which no way was found for the test.
    pub fn files(&self) -> Result<(Vec<File>, Vec<String>), Error> {
        let module = self.name.replace('-', "_");
        let screens = codegen::generate(self.flow_json, "flow.json")?;
        let Scaffold { text, plan } = codegen::scaffold(self.flow_json, self.name)?;
        let flow = FlowJson::parse(self.flow_json)?;
        let (walks, missed) = walk(&flow, &plan);
        let outputs = format!(
            "  {}Url:\n    Description: Endpoint of the flow `{}`\n    Value: !Sub ${{Api.ApiEndpoint}}/{}",
            pascal_case(self.name),
            self.name,
            self.name
        );
        let source = match &self.dependency {
            Dependency::Path(path) => format!("by the path `{}`", path.display()),
            Dependency::Git { url, .. } => format!("by git, `{url}`"),
            Dependency::Version(version) => format!("by version, {version}"),
        };
        let fill = |template: &str| {
            template
                .replace("{{name}}", self.name)
                .replace("{{flow}}", self.name)
                .replace("{{path}}", self.name)
                .replace("{{module}}", &module)
                .replace("{{outputs}}", &outputs)
                .replace("{{source}}", &source)
                .replace("{{dependency}}", &self.dependency.toml(""))
                .replace("{{test-dependency}}", &self.dependency.toml(", features = [\"testing\"]"))
        };
        let source_file = |file: &str| format!("src/{module}/{file}");
        let mut files = vec![
            ("Cargo.toml".into(), fill(template!("manifest.toml"))),
            ("rust-toolchain.toml".into(), template!("rust-toolchain.toml").into()),
            (".gitignore".into(), template!("gitignore").into()),
            (".github/workflows/ci.yml".into(), template!("ci.yml").into()),
            ("README.md".into(), fill(template!("README.md"))),
            ("Makefile".into(), fill(template!("Makefile"))),
            ("template.yaml".into(), fill(template!("template.yaml"))),
            ("samconfig.toml".into(), fill(template!("samconfig.toml"))),
            ("src/main.rs".into(), fill(template!("main.rs"))),
            (source_file("mod.rs"), fill(template!("mod.rs"))),
            (source_file("flow.json"), self.flow_json.into()),
            (source_file("screens.rs"), screens),
            (source_file("flow.rs"), text),
            (source_file("tests.rs"), tests::rust(&flow, &plan, &walks, &missed)),
            (format!("tests/{}.play", self.name), tests::script(self.name, &plan, &walks)),
            ("events/secret.json".into(), SECRET.into()),
        ];
        files.extend(self.events()?);
        Ok((files, missed))
    }

    /// Sample events, encrypted for the key pair of the project's `events/secret.json`.
    fn events(&self) -> Result<Vec<File>, Error> {
        let keyring = Keyring::from_json(SECRET.as_bytes())?.0;
        let sealer = RequestSealer::new(&keyring.private_keys()[0].public_pem())?;
        let token = FlowToken::random();
        let init = json!({
            "data": {}, "flow_token": token.as_str(), "screen": "", "action": "INIT", "version": "4.0",
        });
        let requests = [("ping", json!({ "version": "3.0", "action": "ping" })), ("init", init)];
        let file = |(name, plaintext): (&str, Value)| {
            let body = sealer.seal(plaintext.to_string().as_bytes()).body;
            let signature = keyring.app_secrets()[0].sign(body.as_bytes());
            let headers = [
                ("content-type", &b"application/json"[..]),
                ("host", b"localhost"),
                (HEADER, signature.as_bytes()),
            ];
            let path = format!("/{}", self.name);
            let event = event::http_api("POST", &path, headers, body.as_bytes());
            (format!("events/{name}.json"), format!("{event:#}\n"))
        };
        Ok(requests.into_iter().map(file).collect())
    }
}

impl Dependency {
    /// The dependency in a manifest, with more keys.
    fn toml(&self, more: &str) -> String {
        match self {
            Self::Path(path) => format!("{{ path = {:?}{more} }}", path.display().to_string()),
            Self::Git { url, rev: None } => format!("{{ git = {url:?}{more} }}"),
            Self::Git { url, rev: Some(rev) } => {
                format!("{{ git = {url:?}, rev = {rev:?}{more} }}")
            }
            Self::Version(version) => format!("{{ version = {version:?}{more} }}"),
        }
    }
}

/// `order-lunch` as `OrderLunch`.
fn pascal_case(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split(['-', '_']).map(word).collect()
}
