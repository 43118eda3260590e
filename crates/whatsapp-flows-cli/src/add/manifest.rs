//! Adds what a flow needs to the manifest of a Cargo package, and keeps everything else as it is written.

use toml_edit::{DocumentMut, Item, Table, value};

use crate::Error;
use crate::project::Dependency;

/// The text of `Cargo.toml` with the dependencies of a flow's program, and the name of the package.
pub fn with_flow(
    manifest: &str,
    program: &str,
    has_main: bool,
    library: &Dependency,
) -> Result<String, Error> {
    let mut document: DocumentMut = manifest.parse()?;
    let package = document.get("package").and_then(|package| package.get("name"));
    let Some(package) = package.and_then(Item::as_str).map(str::to_owned) else {
        return Err("Cargo.toml has no package; name the folder of one with --into".into());
    };
    // With a second program, `cargo run` would no longer know which one to run.
    if has_main && document["package"].get("default-run").is_none() {
        document["package"]["default-run"] = value(package);
    }
    if document["package"].get("autobins").and_then(Item::as_bool) == Some(false) {
        return Err(format!(
            "the package has `autobins = false`; remove it, or add [[bin]] for src/bin/{program}/main.rs by hand. \
             Nothing was written"
        )
        .into());
    }
    let dependencies = [
        ("serde", "{ version = \"1\", features = [\"derive\"] }".to_owned()),
        ("serde_json", "\"1\"".to_owned()),
        ("tokio", "{ version = \"1\", features = [\"macros\", \"rt\"] }".to_owned()),
        ("whatsapp-flows", library.toml("")),
    ];
    for (name, dependency) in dependencies {
        add(&mut document, "dependencies", name, &dependency)?;
    }
    let testing = library.toml(", features = [\"testing\"]");
    add(&mut document, "dev-dependencies", "whatsapp-flows", &testing)?;
    Ok(document.to_string())
}

/// Adds a dependency, unless the package has it.
fn add(document: &mut DocumentMut, table: &str, name: &str, source: &str) -> Result<(), Error> {
    let dependencies = document.entry(table).or_insert_with(|| Item::Table(Table::new()));
    let dependencies = dependencies
        .as_table_like_mut()
        .ok_or_else(|| format!("`{table}` in Cargo.toml is not a table"))?;
    if dependencies.contains_key(name) {
        return Ok(());
    }
    dependencies.insert(name, value(source.parse::<toml_edit::Value>()?));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_are_added_and_the_rest_is_kept() {
        let manifest = "[package]\nname = \"shop\" # ours\nversion = \"1.0.0\"\n\n[dependencies]\nserde = \"1\" # as it is\n";
        let library = Dependency::Version("0.1".into());
        let added = with_flow(manifest, "lunch", true, &library).unwrap();
        for line in [
            "name = \"shop\" # ours",
            "default-run = \"shop\"",
            "serde = \"1\" # as it is",
            "tokio = { version = \"1\", features = [\"macros\", \"rt\"] }",
            "[dev-dependencies]\nwhatsapp-flows = { version = \"0.1\", features = [\"testing\"] }",
        ] {
            assert!(added.contains(line), "{line}: {added}");
        }
        assert_eq!(with_flow(&added, "lunch", true, &library).unwrap(), added);
    }

    #[test]
    fn manifests_that_do_not_fit_are_refused() {
        let library = Dependency::Version("0.1".into());
        let workspace = with_flow("[workspace]\nmembers = []\n", "lunch", false, &library);
        assert!(workspace.unwrap_err().to_string().contains("has no package"));
        let fixed = "[package]\nname = \"a\"\nautobins = false\n";
        assert!(with_flow(fixed, "lunch", false, &library).is_err());
    }
}
