//! `flowctl new`: what it writes, and what it refuses. tests/projects.sh builds and plays what it writes.

use std::path::{Path, PathBuf};
use std::process::Command;

const DOCUMENTS: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../whatsapp-flow-json/tests/client/documents");

/// An empty folder for one test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("new-{name}"));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn flowctl(&self, arguments: &[&str]) -> Result<String, String> {
        let output = Command::new(env!("CARGO_BIN_EXE_flowctl"))
            .args(arguments)
            .current_dir(&self.0)
            .output()
            .unwrap();
        let [stdout, stderr] =
            [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        if output.status.success() { Ok(stdout) } else { Err(stderr) }
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.0.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn entries(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

#[test]
fn a_project_has_everything_and_no_sample() {
    let folder = Folder::new("whole");
    let printed = folder.flowctl(&["new", "order-lunch", "--sample", "appointment"]).unwrap();
    assert!(printed.contains("order-lunch/ has 18 files"), "{printed}");
    for file in [
        "Cargo.toml",
        "rust-toolchain.toml",
        ".gitignore",
        ".github/workflows/ci.yml",
        "README.md",
        "Makefile",
        "template.yaml",
        "samconfig.toml",
        "src/main.rs",
        "src/order_lunch/flow.json",
        "src/order_lunch/screens.rs",
        "src/order_lunch/flow.rs",
        "src/order_lunch/tests.rs",
        "tests/order-lunch.play",
        "events/ping.json",
        "events/init.json",
        "events/secret.json",
    ] {
        let text = folder.read(&format!("order-lunch/{file}"));
        let has_placeholder = text.replace("${{", "").contains("{{");
        assert!(!has_placeholder, "{file}");
        let names_sample = text.contains("Bookings") || text.contains("/basic");
        assert!(!names_sample, "{file} names a sample");
    }
    assert!(folder.read("order-lunch/src/main.rs").contains("serve(\"/order-lunch\""));
    assert!(folder.read("order-lunch/template.yaml").contains("OrderLunchUrl:"));
    assert!(folder.read("order-lunch/Cargo.toml").contains("path = "), "a checkout is there");
    let tests = folder.read("order-lunch/src/order_lunch/tests.rs");
    for step in ["client.tap(\"Confirm Appointment\").await;", "client.completion();", "\"TERMS\""]
    {
        assert!(tests.contains(step), "{step}: {tests}");
    }
    let (flow, screens) =
        ("order-lunch/src/order_lunch/flow.json", "order-lunch/src/order_lunch/screens.rs");
    folder.flowctl(&["check", flow]).unwrap();
    folder.flowctl(&["types", "--check", flow, screens]).unwrap();
    assert!(
        folder
            .flowctl(&[
                "open",
                "order-lunch/events/init.json",
                "--secret",
                "order-lunch/events/secret.json"
            ])
            .unwrap()
            .contains("INIT")
    );
}

#[test]
fn the_library_is_named_as_asked_for() {
    let folder = Folder::new("library");
    let url = "https://example.com/flows";
    folder.flowctl(&["new", "one", "--git", url, "--rev", "abc"]).unwrap();
    let line = "whatsapp-flows = { git = \"https://example.com/flows\", rev = \"abc\", features = [\"testing\"] }";
    assert!(folder.read("one/Cargo.toml").contains(line));
    folder.flowctl(&["new", "two", "--release", "0.1"]).unwrap();
    assert!(folder.read("two/Cargo.toml").contains("whatsapp-flows = { version = \"0.1\" }"));
    let error = folder.flowctl(&["new", "three", "--path", "nowhere"]).unwrap_err();
    assert!(error.contains("the library is not at nowhere"), "{error}");
    assert_eq!(folder.entries(), ["one", "two"]);
}

#[test]
fn refusals_write_nothing() {
    let folder = Folder::new("refused");
    std::fs::create_dir(folder.0.join("there")).unwrap();
    std::fs::write(folder.0.join("broken.json"), "{").unwrap();
    std::fs::write(folder.0.join("wrong.json"), r#"{"version":"7.3","screens":[]}"#).unwrap();
    let newsletter = format!("{DOCUMENTS}/newsletter.json");
    for (arguments, message) in [
        (vec!["there"], "there already exists; choose another name"),
        (vec!["Lunch"], "`Lunch` cannot be the name of a package"),
        (vec!["1st"], "`1st` cannot be the name of a package"),
        (vec!["a/b"], "`a/b` cannot be the name of a package"),
        (vec!["../up"], "`../up` cannot be the name of a package"),
        (vec!["lunch-"], "`lunch-` cannot be the name of a package"),
        (vec!["match"], "`match` has a meaning of its own"),
        (vec!["test"], "`test` has a meaning of its own"),
        (vec!["lunch", "--flow", "gone.json"], "gone.json"),
        (
            vec!["lunch", "--flow", "broken.json"],
            "broken.json has errors; fix them first. Nothing was written",
        ),
        (vec!["lunch", "--flow", "wrong.json"], "MIN_ITEMS_REQUIRED"),
        (vec!["lunch", "--flow", &newsletter], "has no `data_api_version`"),
    ] {
        let error = folder.flowctl(&[&["new"], &arguments[..]].concat()).unwrap_err();
        assert!(error.contains(message), "{arguments:?}: {error}");
        assert_eq!(folder.entries(), ["broken.json", "there", "wrong.json"], "{arguments:?}");
    }
    assert!(std::fs::read_dir(folder.0.join("there")).unwrap().next().is_none());
}

#[test]
fn every_document_with_an_endpoint_becomes_a_project() {
    let folder = Folder::new("documents");
    let mut screens = 0;
    for entry in std::fs::read_dir(DOCUMENTS).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        if !text.contains("data_api_version") {
            continue;
        }
        let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let name = module.replace('_', "-");
        folder.flowctl(&["new", &name, "--flow", path.to_str().unwrap()]).unwrap();
        let tests = folder.read(&format!("{name}/src/{module}/tests.rs"));
        assert!(tests.contains("FlowClient::open"), "{name}");
        screens += tests.matches("client.screen()").count();
    }
    assert!(folder.entries().len() >= 13);
    assert!(screens >= 30, "the ways lead over {screens} screens");
}
