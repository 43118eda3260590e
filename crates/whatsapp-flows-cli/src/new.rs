//! `flowctl new`: writes a project of one's own around a Flow JSON.

use std::path::PathBuf;

use clap::Args;

use super::Error;
use super::add::into;
use super::project::files::Content;
use super::project::samples::Sample;
use super::project::{Dependency, Project, flow, names, writing};

/// Write a new project that serves a flow: it builds, passes its tests, runs locally and deploys
#[derive(Args)]
#[command(
    after_help = "The handlers show every screen with the examples of its data, until you write your own.\n\n\
    Examples:\n  \
    flowctl new lunch\n  \
    flowctl new lunch --flow lunch.json\n  \
    flowctl new clinic --sample appointment\n  \
    flowctl new lunch --flow lunch.json --git https://github.com/whatsapp-flows/whatsapp-flows\n  \
    flowctl new lunch --flow lunch.json --into .        (in a Cargo package of your own)"
)]
pub struct New {
    /// Name of the project: its folder, its package, and the path of its flow
    name: String,
    /// Flow JSON to serve [default: one screen with a form]
    #[arg(long, value_name = "FLOW.json", conflicts_with = "sample")]
    flow: Option<PathBuf>,
    /// Start from a sample with its handlers instead
    #[arg(long, value_enum, conflicts_with = "into")]
    sample: Option<Sample>,
    /// Add the flow to this Cargo package, as a program of its own beside your code
    #[arg(long, value_name = "FOLDER")]
    into: Option<PathBuf>,
    #[command(flatten)]
    library: Library,
}

/// The source of the library.
#[derive(Args)]
pub struct Library {
    /// Path of the library [default: where flowctl was built, if it is still there]
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["git", "release"])]
    path: Option<PathBuf>,
    /// Git repository of the library
    #[arg(long, value_name = "URL", conflicts_with = "release")]
    git: Option<String>,
    /// Commit of the library
    #[arg(long, requires = "git")]
    rev: Option<String>,
    /// Published version of the library
    #[arg(long, value_name = "VERSION")]
    release: Option<String>,
}

impl New {
    pub fn run(self) -> Result<(), Error> {
        names::check(&self.name)?;
        let content = match (&self.flow, self.sample) {
            (Some(path), _) => Content::FlowJson(flow::read(path)?),
            (None, Some(sample)) => Content::Sample(sample),
            (None, None) => Content::FlowJson(Sample::Basic.file("flow.json").into()),
        };
        let dependency = self.library.dependency()?;
        if let (Some(folder), Content::FlowJson(flow_json)) = (&self.into, &content) {
            return into::run(folder, &self.name, flow_json, &dependency);
        }
        let folder = PathBuf::from(&self.name);
        if folder.exists() {
            return Err(format!("{} already exists; choose another name", folder.display()).into());
        }
        let project = Project { name: &self.name, content, dependency };
        let (files, missed) = project.files()?;
        writing::create(&folder, &files)?;
        println!(
            "{}/ has {} files. Your handlers are in src/{}/flow.rs.",
            self.name,
            files.len(),
            names::module(project.flow())
        );
        print_missed(&missed);
        println!(
            "\n  cd {}\n  make test     compiles it, and plays the flow\n  make dev      serves it on this machine\n  \
             make deploy   deploys it to AWS",
            self.name
        );
        Ok(())
    }
}

/// Says to which screens the written test does not come.
pub fn print_missed(missed: &[String]) {
    if !missed.is_empty() {
        println!("Its test does not reach {}: fill in what those screens need.", missed.join(", "));
    }
}

impl Library {
    fn dependency(&self) -> Result<Dependency, Error> {
        if let Some(url) = &self.git {
            return Ok(Dependency::Git { url: url.clone(), rev: self.rev.clone() });
        }
        match &self.release {
            Some(version) => Ok(Dependency::Version(version.clone())),
            None => Dependency::in_checkout(self.path.as_deref()),
        }
    }
}
