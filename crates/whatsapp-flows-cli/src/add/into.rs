//! `flowctl new --into`: puts a flow into a Cargo package, as a program of its own beside the code that is there.

use std::path::Path;

use super::manifest;
use crate::new::print_missed;
use crate::project::files::{Content, Project};
use crate::project::flow::SECRET;
use crate::project::{Dependency, NewFlow, flow, names, writing};
use crate::{Error, files};

/// The main.rs of the program: it is beside flow.rs, so it has its modules as well.
const MAIN: &str = include_str!("../../templates/project/program.rs");

/// Adds `src/bin/NAME/`, the dependencies, and the files for deploying that the package does not have.
pub fn run(
    folder: &Path,
    name: &str,
    flow_json: &str,
    dependency: &Dependency,
) -> Result<(), Error> {
    let manifest = files::read(&folder.join("Cargo.toml"))?;
    let has_main = folder.join("src/main.rs").is_file();
    let manifest = manifest::with_flow(&manifest, name, has_main, dependency)?;
    let program = format!("src/bin/{name}");
    let new = NewFlow { name, flow_json };
    let main = MAIN.replace("{{flow}}", name).replace("{{path}}", &names::path(name));
    let (mut written, missed) = new.files(&program, ("main.rs".into(), main))?;
    written.extend(flow::events(name, &format!("{name}-"))?);
    let project = Project {
        name,
        content: Content::FlowJson(flow_json.into()),
        dependency: dependency.clone(),
    };
    let optional = [
        ("events/secret.json", SECRET.to_owned()),
        ("template.yaml", project.template()),
        ("samconfig.toml", project.samconfig()),
    ];
    let (mut kept, mut made) = (Vec::new(), Vec::new());
    for (path, text) in optional {
        match folder.join(path).exists() {
            true => kept.push(path),
            false => {
                made.push(path);
                written.push((path.into(), text));
            }
        }
    }
    writing::add(folder, &written, &[("Cargo.toml".into(), manifest)])?;
    println!(
        "{} files. Your handlers are in {program}/flow.rs; Cargo.toml has the dependencies.",
        written.len()
    );
    if kept.contains(&"template.yaml") {
        println!(
            "template.yaml is yours and was not changed: it needs a function with `BuildMethod: rust-cargolambda` and \
             `Binary: {name}`, a table, and the variables FLOWS_SECRET_ID and FLOWS_TABLE, as flowctl new writes them."
        );
    }
    println!(
        "A panic must not end the program: set panic = \"unwind\" in [profile.release] of your workspace, because cargo \
         lambda build sets \"abort\" where the manifest is silent."
    );
    print_missed(&missed);
    println!(
        "\n  cargo test --bin {name}\n  flowctl dev --bin {name}\n  flowctl play {program}/flow.json"
    );
    Ok(())
}
