//! The files of a new project.

use std::path::{Path, PathBuf};

use super::flow::{self, NewFlow, SECRET};
use super::names::{module, path};
use super::samples::Sample;
use super::writing::File;
use crate::Error;

/// The parts of a project.
pub struct Project<'a> {
    /// The name of the package.
    pub name: &'a str,
    pub content: Content,
    pub dependency: Dependency,
}

/// The flow of a new project.
pub enum Content {
    /// A Flow JSON, whose handlers are written.
    FlowJson(String),
    /// A sample, as it is.
    Sample(Sample),
}

/// The source of the library.
#[derive(Clone)]
pub enum Dependency {
    Path(PathBuf),
    Git { url: String, rev: Option<String> },
    Version(String),
}

macro_rules! template {
    ($name:literal) => {
        include_str!(concat!("../../templates/project/", $name))
    };
}

macro_rules! deploy {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../../templates/project/deploy/", $name)))),*]
    };
}

/// The programs of `make deploy`.
const DEPLOY: [(&str, &str); 10] = deploy!("__main__.py" "account.py" "destroy.py" "package.sh" "parameters.py" "ping.py"
    "questions.py" "settings.py" "words.py" "x86_64.toml");

impl Project<'_> {
    /// The name of its flow.
    pub fn flow(&self) -> &str {
        match self.content {
            Content::FlowJson(_) => self.name,
            Content::Sample(sample) => sample.name(),
        }
    }

    /// The files, and the screens to which no way was found for the test.
    pub fn files(&self) -> Result<(Vec<File>, Vec<String>), Error> {
        let flow = self.flow();
        let mut files = vec![
            ("Cargo.toml".into(), self.fill(template!("manifest.toml"))),
            ("rust-toolchain.toml".into(), template!("rust-toolchain.toml").into()),
            (".gitignore".into(), template!("gitignore").into()),
            (".github/workflows/ci.yml".into(), template!("ci.yml").into()),
            ("README.md".into(), self.fill(template!("README.md"))),
            ("Makefile".into(), self.fill(template!("Makefile"))),
            ("template.yaml".into(), self.template()),
            ("samconfig.toml".into(), self.samconfig()),
            ("events/secret.json".into(), SECRET.into()),
        ];
        files.extend(DEPLOY.map(|(name, text)| (format!("tools/deploy/{name}"), text.into())));
        let (of_flow, missed) = match &self.content {
            Content::FlowJson(flow_json) => {
                files.push(("src/main.rs".into(), self.fill(template!("main.rs"))));
                let new = NewFlow { name: self.name, flow_json };
                new.files(&new.folder(), new.module_file())?
            }
            Content::Sample(sample) => {
                files.push(("src/main.rs".into(), sample.file("main.rs").into()));
                let script = format!("{flow}.play");
                let of_module = sample.module_files();
                let of_module =
                    of_module.map(|(file, text)| (format!("src/{flow}/{file}"), text.to_owned()));
                let script_file = (format!("tests/{script}"), sample.file(&script).to_owned());
                (of_module.chain([script_file]).collect(), Vec::new())
            }
        };
        files.extend(of_flow);
        files.extend(flow::events(flow, "")?);
        Ok((files, missed))
    }

    /// The text of `template.yaml`.
    pub fn template(&self) -> String {
        let text = self.fill(template!("template.yaml"));
        match self.content {
            Content::FlowJson(_) => text,
            Content::Sample(sample) => sample.template(&text),
        }
    }

    /// The text of `samconfig.toml`.
    pub fn samconfig(&self) -> String {
        self.fill(template!("samconfig.toml"))
    }

    fn fill(&self, template: &str) -> String {
        let flow = self.flow();
        let more = match self.content {
            Content::FlowJson(_) => "",
            Content::Sample(sample) => sample.dependencies(),
        };
        template
            .replace("{{name}}", self.name)
            .replace("{{flow}}", flow)
            .replace("{{path}}", &path(flow))
            .replace("{{module}}", &module(flow))
            .replace("{{outputs}}", &flow::output(flow))
            .replace("{{source}}", &self.dependency.describe())
            .replace("{{more-dependencies}}", more)
            .replace("{{dependency}}", &self.dependency.toml(""))
            .replace("{{test-dependency}}", &self.dependency.toml(", features = [\"testing\"]"))
    }
}

impl Dependency {
    /// The library where flowctl was built, or in this folder.
    pub fn in_checkout(path: Option<&Path>) -> Result<Self, Error> {
        let built_at = Path::new(env!("CARGO_MANIFEST_DIR")).join("../whatsapp-flows");
        let path = path.unwrap_or(&built_at);
        match path.join("Cargo.toml").is_file() {
            true => Ok(Self::Path(path.canonicalize()?)),
            false => Err(format!(
                "the library is not at {}; name it with --path, --git or --release",
                path.display()
            )
            .into()),
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Path(path) => format!("by the path `{}`", path.display()),
            Self::Git { url, .. } => format!("by git, `{url}`"),
            Self::Version(version) => format!("by version, {version}"),
        }
    }

    /// The dependency in a manifest, with more keys.
    pub fn toml(&self, more: &str) -> String {
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
