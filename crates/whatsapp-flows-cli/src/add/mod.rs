//! `flowctl add`: adds a flow to a project, or the handlers that a changed Flow JSON needs.

pub mod into;
mod main_rs;
mod manifest;
mod missing;

use std::path::{Path, PathBuf};

use clap::Args;

use super::new::print_missed;
use super::project::writing::{self, File};
use super::project::{NewFlow, flow, names};
use super::{Error, files};

/// Add a flow to a project of flowctl new, or the handlers that a changed Flow JSON needs
#[derive(Args)]
#[command(
    after_help = "A flow gets a module, a path in main.rs, an output in template.yaml, a test, a script and sample events. \
    What cannot be added safely is refused, and nothing is written.\n\n\
    Examples:\n  \
    flowctl add quote.json\n  \
    flowctl add quote.json --name insurance-quote\n  \
    flowctl add --missing src/lunch/flow.json       (after a change of that file)"
)]
pub struct Add {
    /// Flow JSON to add; with --missing, one in the project
    #[arg(value_name = "FLOW.json")]
    flow: PathBuf,
    /// Name of the flow: its module, and its path [default: the name of the file]
    #[arg(long, conflicts_with = "missing")]
    name: Option<String>,
    /// Write screens.rs again, and the handlers that flow.rs does not have yet
    #[arg(long)]
    missing: bool,
}

impl Add {
    pub fn run(self) -> Result<(), Error> {
        if self.missing {
            return missing::run(&self.flow);
        }
        let name = match self.name {
            Some(name) => name,
            None => name_of(&self.flow),
        };
        names::check(&name)?;
        let flow_json = flow::read(&self.flow)?;
        let project = Path::new("");
        let main = files::read(&project.join("src/main.rs"))
            .map_err(|error| format!("{error}; run flowctl add in the folder of a project"))?;
        let new = NewFlow { name: &name, flow_json: &flow_json };
        let (mut written, missed) = new.files(&new.folder(), new.module_file())?;
        written.extend(flow::events(&name, &format!("{name}-"))?);
        let mut changed: Vec<File> =
            vec![("src/main.rs".into(), main_rs::with_flow(&main, &name)?)];
        let template = project.join("template.yaml");
        match template.is_file() {
            true => changed
                .push(("template.yaml".into(), with_output(&files::read(&template)?, &name)?)),
            false => println!("There is no template.yaml, so no output was added."),
        }
        writing::add(project, &written, &changed)?;
        println!(
            "{} files are new, and {} changed: the flow is served on {}. Your handlers are in {}/flow.rs.",
            written.len(),
            changed.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>().join(" and "),
            names::path(&name),
            new.folder()
        );
        print_missed(&missed);
        println!(
            "\n  make test     compiles it, and plays the flow in a test\n  make dev      serves all flows\n  \
             flowctl dev --play tests/{name}.play --flow {}/flow.json",
            new.folder()
        );
        Ok(())
    }
}

/// The name of a flow after its file: `book_a_table.json` is `book-a-table`. A file named flow.json has the name of its
/// folder.
fn name_of(flow: &Path) -> String {
    let stem = flow.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    let folder = flow.parent().and_then(Path::file_name);
    let name = match (stem.as_str(), folder) {
        ("flow", Some(folder)) => folder.to_string_lossy().to_lowercase(),
        _ => stem,
    };
    name.replace(['_', ' '], "-")
}

/// The template with the output of one more flow.
fn with_output(template: &str, name: &str) -> Result<String, Error> {
    let has_fronts = template.contains("\n  BaseUrl:\n");
    let output = if has_fronts { flow::output(name) } else { flow::output_of_http_api(name) };
    let id = format!("\n  {}Url:", names::pascal_case(name));
    if template.contains(&id) {
        return Err(format!(
            "template.yaml already has the output{}; choose another name",
            id.trim_end_matches(':').replace('\n', "")
        )
        .into());
    }
    let Some(at) = template.find("\nOutputs:\n").filter(|_| template.contains("\n  Api:\n")) else {
        return Err(format!(
            "template.yaml has no Outputs, or no Api, so the output cannot be added; add this by hand, and name \
             another folder for the flow, or remove template.yaml for a moment:\n{output}\nNothing was written"
        )
        .into());
    };
    let at = at + "\nOutputs:\n".len();
    Ok(format!("{}{output}\n{}", &template[..at], &template[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_the_file_or_its_folder() {
        assert_eq!(name_of(Path::new("x/book_a_table.json")), "book-a-table");
        assert_eq!(name_of(Path::new("src/quote/flow.json")), "quote");
        assert_eq!(name_of(Path::new("flow.json")), "flow");
    }
}
