//! `flowctl new`: writes a project of one's own around a Flow JSON.

mod files;
mod tests;
mod walk;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::{Args, ValueEnum};

use super::{Error, check, files as input};
use files::{Dependency, File, Project};

/// Write a new project that serves a flow: it builds, passes its tests, runs locally and deploys
#[derive(Args)]
#[command(
    after_help = "The handlers show every screen with the examples of its data, until you write your own.\n\n\
    Examples:\n  \
    flowctl new lunch\n  \
    flowctl new lunch --flow lunch.json\n  \
    flowctl new lunch --flow lunch.json --git https://github.com/whatsapp-flows/whatsapp-flows"
)]
pub struct New {
    /// Name of the project: its folder, its package, and the path of its flow
    name: String,
    /// Flow JSON to serve
    #[arg(long, value_name = "FLOW.json", conflicts_with = "sample")]
    flow: Option<PathBuf>,
    /// Flow JSON of a sample instead
    #[arg(long, value_enum, default_value_t = Sample::Basic)]
    sample: Sample,
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

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sample {
    /// One screen with a form
    Basic,
    /// Four screens, with choices that depend on each other
    Appointment,
}

impl New {
    pub fn run(self) -> Result<(), Error> {
        check_name(&self.name)?;
        let folder = PathBuf::from(&self.name);
        if folder.exists() {
            return Err(format!("{} already exists; choose another name", folder.display()).into());
        }
        let flow_json = self.flow_json()?;
        let project =
            Project { name: &self.name, flow_json: &flow_json, dependency: self.dependency()? };
        let (files, missed) = project.files()?;
        let count = files.len();
        write(&folder, &files)?;
        println!(
            "{}/ has {count} files. Your handlers are in src/{}/flow.rs.",
            self.name,
            self.name.replace('-', "_")
        );
        if !missed.is_empty() {
            println!(
                "Its test does not reach {}: fill in what those screens need.",
                missed.join(", ")
            );
        }
        println!(
            "\n  cd {}\n  make test     compiles it, and plays the flow\n  make dev      serves it on this machine",
            self.name
        );
        Ok(())
    }

    /// The Flow JSON, without mistakes, of a flow with an endpoint.
    fn flow_json(&self) -> Result<String, Error> {
        let (name, text) = match (&self.flow, self.sample) {
            (Some(path), _) => (path.display().to_string(), input::read(path)?),
            (None, Sample::Basic) => {
                ("basic".into(), include_str!("../../templates/samples/basic.json").into())
            }
            (None, Sample::Appointment) => (
                "appointment".into(),
                include_str!("../../templates/samples/appointment.json").into(),
            ),
        };
        if check::print_errors(&name, text.as_bytes()) {
            return Err(format!("{name} has errors; fix them first. Nothing was written").into());
        }
        let flow = whatsapp_flows::testing::client::FlowJson::parse(&text)?;
        if !flow.has_endpoint() {
            return Err(format!(
                "{name} has no `data_api_version`, so it is a flow without an endpoint, and there is nothing to serve; \
                 add data_api_version and routing_model for an endpoint. Nothing was written"
            )
            .into());
        }
        Ok(text.trim_start_matches('\u{FEFF}').to_owned())
    }

    fn dependency(&self) -> Result<Dependency, Error> {
        if let Some(url) = &self.git {
            return Ok(Dependency::Git { url: url.clone(), rev: self.rev.clone() });
        }
        if let Some(version) = &self.release {
            return Ok(Dependency::Version(version.clone()));
        }
        let built_at = Path::new(env!("CARGO_MANIFEST_DIR")).join("../whatsapp-flows");
        let path = self.path.clone().unwrap_or(built_at);
        match path.join("Cargo.toml").is_file() {
            true => Ok(Dependency::Path(path.canonicalize()?)),
            false => Err(format!(
                "the library is not at {}; name it with --path, --git or --release",
                path.display()
            )
            .into()),
        }
    }
}

/// Checks that the name can be a package, a Rust module and a path.
fn check_name(name: &str) -> Result<(), Error> {
    const RESERVED: [&str; 12] = [
        "test",
        "core",
        "std",
        "alloc",
        "proc-macro",
        "build",
        "deps",
        "examples",
        "incremental",
        "main",
        "endpoint",
        "aws",
    ];
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase());
    if !starts || !name.chars().all(plain) || name.ends_with(['-', '_']) || name.len() > 50 {
        return Err(format!(
            "`{name}` cannot be the name of a package and a path; use lower-case letters, digits and hyphens, and start \
             with a letter"
        )
        .into());
    }
    let module = name.replace('-', "_");
    if RESERVED.contains(&name) || is_keyword(&module) {
        return Err(format!(
            "`{name}` has a meaning of its own in Rust or Cargo; choose another name"
        )
        .into());
    }
    Ok(())
}

fn is_keyword(word: &str) -> bool {
    const KEYWORDS: &str = " as async await break const continue crate dyn else enum extern false fn for gen if impl in \
        let loop match mod move mut pub ref return self static struct super trait true type union unsafe use where \
        while abstract become box do final macro override priv try typeof unsized virtual yield ";
    KEYWORDS.contains(&format!(" {word} "))
}

/// Writes the files into a new folder, all or none.
fn write(folder: &Path, files: &[File]) -> Result<(), Error> {
    let unfinished = PathBuf::from(format!(".{}.unfinished", folder.display()));
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    let written = write_all(&unfinished, files).and_then(|()| {
        fs::rename(&unfinished, folder)
            .map_err(|error| format!("{}: {error}", folder.display()).into())
    });
    if written.is_err() {
        let _ = fs::remove_dir_all(&unfinished);
    }
    written
}

fn write_all(folder: &Path, files: &[File]) -> Result<(), Error> {
    for (path, text) in files {
        let path = folder.join(path);
        let describe = |error: std::io::Error| format!("{}: {error}", path.display());
        fs::create_dir_all(path.parent().unwrap_or(folder)).map_err(describe)?;
        fs::write(&path, text).map_err(describe)?;
    }
    // The handlers are formatted as the developer's own rustfmt does it. Without one they stay as they are.
    let sources =
        files.iter().filter(|(path, _)| path.ends_with(".rs") && !path.ends_with("screens.rs"));
    let sources: Vec<_> = sources.map(|(path, _)| folder.join(path)).collect();
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--edition", "2024"]).args(sources).stdout(Stdio::null()).stderr(Stdio::null());
    let _ = rustfmt.status();
    Ok(())
}
