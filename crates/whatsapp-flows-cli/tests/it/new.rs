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
    let flow = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/samples/appointment/flow.json");
    let printed = folder.flowctl(&["new", "order-lunch", "--flow", flow]).unwrap();
    assert!(printed.contains("order-lunch/ has 28 files"), "{printed}");
    for file in [
        "Cargo.toml",
        "rust-toolchain.toml",
        ".gitignore",
        ".github/workflows/ci.yml",
        "README.md",
        "Makefile",
        "template.yaml",
        "samconfig.toml",
        "tools/deploy/__main__.py",
        "tools/deploy/package.sh",
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

#[test]
fn a_sample_is_written_as_it_is() {
    let folder = Folder::new("sample");
    folder.flowctl(&["new", "clinic", "--sample", "appointment"]).unwrap();
    assert!(folder.read("clinic/src/appointment/flow.rs").contains(".once::<Summary>(book)"));
    assert!(folder.read("clinic/src/main.rs").contains("serve(\"/appointment\""));
    assert!(folder.read("clinic/Cargo.toml").contains("aws-sdk-dynamodb"));
    assert!(folder.read("clinic/Makefile").contains("--play tests/appointment.play"));
    // The table of the application's own template, and nothing that is left of the example. Only the application can take
    // over an existing table.
    let template = folder.read("clinic/template.yaml");
    let application = concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml");
    let application = std::fs::read_to_string(application).unwrap();
    let either = "                Resource: !If
                  - CreatesBookings
                  - !GetAtt Bookings.Arn
                  - !Sub arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${BookingsTable}
";
    assert!(application.contains(either));
    let application = application
        .replace("    Condition: CreatesBookings\n", "")
        .replace(either, "                Resource: !GetAtt Bookings.Arn\n");
    for (from, to) in
        [("  Bookings:\n", "\n  # ---- Logs"), ("- Sid: KeepBookings", "      # This stack")]
    {
        let part = |text: &str| {
            let start = text.find(from).unwrap_or_else(|| panic!("{from} is not in {text}"));
            text[start..start + text[start..].find(to).unwrap()].to_owned()
        };
        assert_eq!(part(&template), part(&application));
    }
    assert!(template.contains("          FLOWS_BOOKINGS_TABLE: !Ref Bookings\n"));
    assert!(!template.contains("Items"), "{template}");
}

#[test]
fn a_flow_is_added_to_a_project() {
    let folder = Folder::new("add");
    let lunch = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/endpoints/lunch.json");
    folder.flowctl(&["new", "order-lunch", "--flow", lunch]).unwrap();
    let project = Folder(folder.0.join("order-lunch"));
    let quote = format!("{DOCUMENTS}/insurance_quote.json");
    let printed = project.flowctl(&["add", &quote]).unwrap();
    assert!(
        printed.contains(
            "src/main.rs and template.yaml changed: the flow is served on /insurance-quote"
        ),
        "{printed}"
    );
    let main = project.read("src/main.rs");
    assert!(main.contains("mod insurance_quote;\nmod order_lunch;\n"), "{main}");
    assert!(
        main.contains(".serve(\"/insurance-quote\", insurance_quote::flow(insurance_quote::App))")
    );
    assert!(project.read("template.yaml").contains("  InsuranceQuoteUrl:\n"));
    for file in [
        "src/insurance_quote/mod.rs",
        "src/insurance_quote/tests.rs",
        "tests/insurance-quote.play",
        "events/insurance-quote-init.json",
    ] {
        project.read(file);
    }
    let before = (project.read("src/main.rs"), project.read("template.yaml"));
    for (arguments, message) in [
        (vec!["add", &quote], "already has `insurance_quote`"),
        (vec!["add", &quote, "--name", "Quote"], "`Quote` cannot be the name"),
        (vec!["add", "gone.json"], "gone.json"),
    ] {
        let error = project.flowctl(&arguments).unwrap_err();
        assert!(error.contains(message), "{arguments:?}: {error}");
    }
    std::fs::create_dir_all(project.0.join("src/second")).unwrap();
    std::fs::write(project.0.join("src/second/flow.rs"), "mine").unwrap();
    let error = project.flowctl(&["add", &quote, "--name", "second"]).unwrap_err();
    assert!(error.contains("src/second/flow.rs already exists"), "{error}");
    assert!(!project.0.join("src/second/flow.json").exists(), "nothing half written");
    std::fs::write(project.0.join("src/main.rs"), "fn main() {}").unwrap();
    let error = project.flowctl(&["add", &quote, "--name", "third"]).unwrap_err();
    assert!(error.contains("cannot be added safely"), "{error}");
    assert!(!project.0.join("src/third").exists());
    assert_eq!(project.read("template.yaml"), before.1);
}

#[test]
fn handlers_of_a_changed_flow_json_are_added() {
    let folder = Folder::new("missing");
    let lunch = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/endpoints/lunch.json");
    folder.flowctl(&["new", "lunch", "--flow", lunch]).unwrap();
    let project = Folder(folder.0.join("lunch"));
    let flow = project.read("src/lunch/flow.rs");
    let printed = project.flowctl(&["add", "--missing", "src/lunch/flow.json"]).unwrap();
    assert!(printed.contains("has a handler for everything"), "{printed}");
    assert_eq!(project.read("src/lunch/flow.rs"), flow, "nothing to add");

    // One more screen between the times and the end.
    let mut document: serde_json::Value =
        serde_json::from_str(&project.read("src/lunch/flow.json")).unwrap();
    document["routing_model"]["TIME"].as_array_mut().unwrap().push("TIP".into());
    document["routing_model"]["TIP"] = serde_json::json!(["DONE"]);
    let tip = serde_json::json!({
        "id": "TIP", "title": "Tip",
        "layout": { "type": "SingleColumnLayout", "children": [
            { "type": "TextInput", "name": "amount", "label": "Amount", "input-type": "number" },
            { "type": "Footer", "label": "Go on", "on-click-action": {
                "name": "data_exchange", "payload": { "amount": "${form.amount}" } } } ] },
    });
    document["screens"].as_array_mut().unwrap().insert(2, tip);
    std::fs::write(project.0.join("src/lunch/flow.json"), format!("{document:#}")).unwrap();
    let printed = project.flowctl(&["add", "--missing", "src/lunch/flow.json"]).unwrap();
    assert!(printed.contains("Added to flow.rs: submit_tip, tip_screen."), "{printed}");
    let changed = project.read("src/lunch/flow.rs");
    assert!(!changed.contains("}\n///"), "functions are apart: {changed}");
    let error = project.flowctl(&["add", "--missing", lunch]).unwrap_err();
    assert!(error.contains("there is no flow.rs beside"), "{error}");
    for part in [".on::<Tip>(submit_tip)", "pub tip: Option<TipInput>", "async fn submit_tip("] {
        assert!(changed.contains(part), "{part}: {changed}");
    }
    project.flowctl(&["types", "--check", "src/lunch/flow.json", "src/lunch/screens.rs"]).unwrap();
}

#[test]
fn a_flow_is_put_into_a_package() {
    let folder = Folder::new("into");
    std::fs::create_dir_all(folder.0.join("src")).unwrap();
    std::fs::write(folder.0.join("src/main.rs"), "fn main() {}\n").unwrap();
    let manifest = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    std::fs::write(folder.0.join("Cargo.toml"), manifest).unwrap();
    let lunch = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/endpoints/lunch.json");
    folder.flowctl(&["new", "lunch", "--flow", lunch, "--into", "."]).unwrap();
    assert_eq!(folder.read("src/main.rs"), "fn main() {}\n", "the code that is there stays");
    assert!(folder.read("Cargo.toml").contains("default-run = \"shop\""));
    assert!(
        folder.read("src/bin/lunch/main.rs").contains("serve(\"/lunch\", flow::flow(flow::App))")
    );
    assert!(folder.read("template.yaml").contains("Binary: lunch"));
    let error = folder.flowctl(&["new", "lunch", "--flow", lunch, "--into", "."]).unwrap_err();
    assert!(error.contains("src/bin/lunch/main.rs already exists"), "{error}");
    let error = folder.flowctl(&["new", "lunch", "--flow", lunch, "--into", "src"]).unwrap_err();
    assert!(error.contains("Cargo.toml"), "{error}");
}
