//! The copies of the sample flows in the crates are those of the application.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn sample_copies_equal_the_application() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| {
        fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    for sample in ["appointment", "basic"] {
        let document = read(&format!("src/{sample}/flow.json"));
        let screens = read(&format!("src/{sample}/screens.rs"));
        for folder in [
            "whatsapp-flow-json/tests/flow_json/samples",
            "whatsapp-flows/tests/types",
            "whatsapp-flows-cli/tests/samples",
        ] {
            assert_eq!(read(&format!("crates/{folder}/{sample}.json")), document, "{folder}");
        }
        for folder in ["whatsapp-flows/tests/types", "whatsapp-flows-cli/tests/samples"] {
            let copy = read(&format!("crates/{folder}/{sample}.rs"));
            assert_eq!(copy.replace(&format!("{sample}.json"), "flow.json"), screens, "{folder}");
        }
    }
}

/// `flowctl new --sample` writes the samples as they are.
#[test]
fn samples_of_new_projects_equal_the_application() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for sample in ["appointment", "basic"] {
        let copies = root.join("crates/whatsapp-flows-cli/templates/samples").join(sample);
        let entries = fs::read_dir(root.join("src").join(sample)).unwrap();
        let names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        assert!(names.len() >= 4);
        for name in &names {
            let ours = fs::read_to_string(root.join("src").join(sample).join(name)).unwrap();
            let copy = fs::read_to_string(copies.join(name)).unwrap_or_default();
            assert_eq!(copy, ours, "{sample}/{name:?}");
        }
        // The program and the script are the project's own.
        assert_eq!(fs::read_dir(&copies).unwrap().count(), names.len() + 2, "{sample}");
    }
}

/// The template of a new project differs from the application's in what is the samples' own.
#[test]
fn template_of_new_projects_follows_the_application() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    let template = read("crates/whatsapp-flows-cli/templates/project/template.yaml");
    let application = read("template.yaml");
    let differences: Vec<_> = template
        .lines()
        .filter(|line| !line.trim_start().starts_with('#') && !line.contains("{{"))
        .filter(|line| !application.lines().any(|other| other == *line))
        .collect();
    assert_eq!(differences, [""; 0]);
    let missing = application.lines().filter(|line| !template.lines().any(|other| other == *line));
    let missing: Vec<_> = missing.filter(|line| !line.trim_start().starts_with('#')).collect();
    let of_samples = |line: &&&str| {
        [
            "Booking",
            "Basic",
            "basic",
            "ppointment",
            "endpoint",
            "Retain",
            "start_time",
            "PointIn",
            "dynamodb:",
            "[A-Za-z0-9_.-]{3,64}",
        ]
        .iter()
        .any(|word| line.contains(word))
    };
    let others: Vec<_> = missing.iter().filter(|line| !of_samples(line)).collect();
    assert!(others.is_empty(), "the template of new projects lacks {others:#?}");
    let deploy = "crates/whatsapp-flows-cli/templates/project/deploy";
    let names = |folder: &str| {
        let entries = fs::read_dir(root.join(folder)).unwrap().map(|it| it.unwrap().file_name());
        let names = entries.map(|name| name.into_string().unwrap());
        names.filter(|name| !name.starts_with("__pycache__")).collect::<BTreeSet<_>>()
    };
    assert_eq!(names(deploy), names("tools/deploy"));
    for name in names(deploy) {
        assert_eq!(
            read(&format!("{deploy}/{name}")),
            read(&format!("tools/deploy/{name}")),
            "{name}"
        );
    }
    assert_eq!(
        read("crates/whatsapp-flows-cli/templates/project/secret.json"),
        read("events/secret.json")
    );
    let profile =
        |manifest: &str| manifest[manifest.find("[profile.release]").unwrap()..].to_owned();
    let manifest = read("crates/whatsapp-flows-cli/templates/project/manifest.toml");
    assert_eq!(profile(&manifest), profile(&read("Cargo.toml")));
}
