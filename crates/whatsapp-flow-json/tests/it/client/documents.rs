//! The documents of the conversations: realistic flows, which together use the whole catalog.

use std::collections::BTreeSet;

use serde_json::Value;
use whatsapp_flow_json::internals::catalog_paths;
use whatsapp_flow_json::lint;

const DIRECTORY: &str = "tests/client/documents";

/// The document with this name.
pub fn document(name: &str) -> Value {
    serde_json::from_str(&text(name)).unwrap()
}

/// The names of all documents.
pub fn names() -> Vec<String> {
    let files = std::fs::read_dir(DIRECTORY).unwrap();
    let names =
        files.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().into());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn text(name: &str) -> String {
    std::fs::read_to_string(format!("{DIRECTORY}/{name}.json")).unwrap()
}

#[test]
fn documents_have_no_errors() {
    for name in names() {
        let report = lint::check(text(&name).as_bytes());
        assert!(!report.has_errors(), "{name}: {:?}", report.diagnostics);
    }
}

#[test]
fn documents_use_the_whole_catalog() {
    let mut used = BTreeSet::new();
    let mut versions = BTreeSet::new();
    for name in names() {
        let document = document(&name);
        versions.insert(document["version"].as_str().unwrap().to_owned());
        for screen in document["screens"].as_array().unwrap() {
            Uses { data: &screen["data"], used: &mut used }
                .components(&screen["layout"]["children"]);
        }
    }
    let unused: Vec<_> = catalog_paths().into_iter().filter(|path| !used.contains(path)).collect();
    assert!(unused.is_empty(), "no document uses {unused:#?}");
    assert!(versions.len() >= 10, "{versions:?}");
}

/// Collects what a screen uses, as paths.
struct Uses<'d, 'u> {
    /// The data model, whose examples stand for bound values.
    data: &'d Value,
    used: &'u mut BTreeSet<String>,
}

impl Uses<'_, '_> {
    fn components(&mut self, list: &Value) {
        for component in list.as_array().into_iter().flatten() {
            let kind = component["type"].as_str().unwrap();
            self.used.insert(kind.to_owned());
            self.members(kind, component);
            for list in ["children", "then", "else"] {
                self.components(&component[list]);
            }
            component["cases"]
                .as_object()
                .into_iter()
                .flatten()
                .for_each(|(_, list)| self.components(list));
        }
    }

    fn members(&mut self, owner: &str, object: &Value) {
        for (name, value) in object.as_object().into_iter().flatten() {
            let path = format!("{owner}.{name}");
            let bound =
                value.as_str().and_then(|text| text.strip_prefix("${data.")?.strip_suffix('}'));
            let value = bound.map_or(value, |member| &self.data[member]["__example__"]);
            match value {
                Value::String(value) => drop(self.used.insert(format!("{path} = {value}"))),
                Value::Array(items) => items.iter().for_each(|item| self.members(&path, item)),
                action if name.ends_with("-action") => {
                    self.used.insert(format!("{path}: {}", action["name"].as_str().unwrap()));
                }
                value => self.members(&path, value),
            }
            self.used.insert(path);
        }
    }
}
