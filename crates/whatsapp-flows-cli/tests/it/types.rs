//! The output of `flowctl types`, and of `flowctl check` for the same documents.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

#[test]
fn types_prints_and_checks_screens() {
    let (document, screens) = (&*sample("appointment.json"), &*sample("appointment.rs"));
    let printed = flowctl(&["types", document]);
    assert_eq!((printed.status.code(), text(&printed.stdout)), (Some(0), read(screens)));
    let current = flowctl(&["types", "--check", document, screens]);
    assert_eq!((current.status.code(), text(&current.stderr)), (Some(0), String::new()));

    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("types");
    std::fs::create_dir_all(&folder).unwrap();
    let old = folder.join("screens.rs").display().to_string();
    std::fs::write(&old, read(screens).replace("pub email", "pub mail")).unwrap();
    let stale = flowctl(&["types", "--check", document, &old]);
    let errors = text(&stale.stderr);
    assert_eq!(stale.status.code(), Some(1), "{errors}");
    assert!(errors.contains(&format!("flowctl types {document} > {old}")), "{errors}");
    std::fs::write(&old, read(screens).replace('\n', "\r\n")).unwrap();
    assert_eq!(
        flowctl(&["types", "--check", document, &old]).status.code(),
        Some(0),
        "with Windows line ends"
    );

    // A reader that closes the pipe at once, as `head` may.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_flowctl"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["types", document]).stdout(writer);
    let left = command.output().unwrap();
    assert_eq!((left.status.code(), text(&left.stderr)), (Some(0), String::new()));
}

/// Each error is printed once, with its position. Neither command refers the user to the other.
#[test]
fn types_of_an_invalid_document_prints_its_errors() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("types-errors");
    std::fs::create_dir_all(&folder).unwrap();
    let broken = folder.join("flow.json").display().to_string();
    let basic = read(&sample("basic.json"));
    let renamed = basic.replace("${data.greeting}", "${data.greetings}");
    assert_ne!(basic, renamed);
    for (document, words) in [
        ("{\"screens\": [{}]}", "error[MISSING_REQUIRED_PROPERTY]"),
        ("{", "error[INVALID_FLOW_JSON]"),
        (&renamed, "${data.greetings}"),
    ] {
        std::fs::write(&broken, document).unwrap();
        let output = flowctl(&["types", &broken]);
        let errors = text(&output.stderr);
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), String::new()));
        assert!(errors.contains(words) && errors.contains(&format!("{broken}:")), "{errors}");
        assert!(errors.contains(&format!("flowctl: {broken} has errors")), "{errors}");
        assert!(!errors.contains("flowctl check") && !errors.contains("warning"), "{errors}");
        let unchecked = flowctl(&["types", "--check", &broken, &sample("basic.rs")]);
        assert_eq!(unchecked.status.code(), Some(1));
    }

    std::fs::write(&broken, renamed.replace("${data.greetings}", "Hello")).unwrap();
    let unused = flowctl(&["types", &broken]);
    assert_eq!(unused.status.code(), Some(0), "{}", text(&unused.stderr));

    // The document of somebody else, who cannot fix it.
    std::fs::write(&broken, basic.replace("\"7.3\"", "\"7.3.1\"")).unwrap();
    assert_eq!(flowctl(&["types", &broken]).status.code(), Some(1));
    let forced = flowctl(&["types", "--force", &broken]);
    let printed = read(&sample("basic.rs")).replace("basic.json", "flow.json");
    assert_eq!((forced.status.code(), text(&forced.stdout)), (Some(0), printed));
    assert!(text(&forced.stderr).contains("error["), "{}", text(&forced.stderr));

    // A flow without an endpoint is valid.
    std::fs::write(&broken, WITHOUT_ENDPOINT).unwrap();
    let checked = flowctl(&["check", &broken]);
    assert_eq!(checked.status.code(), Some(0), "{}", text(&checked.stdout));
    assert!(!text(&checked.stdout).contains("flowctl types"), "{}", text(&checked.stdout));
    let output = flowctl(&["types", &broken]);
    let errors = text(&output.stderr);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), String::new()));
    assert!(errors.contains("a flow without an endpoint has no handlers"), "{errors}");
    assert!(!errors.contains("flowctl check"), "{errors}");
}

const WITHOUT_ENDPOINT: &str = r#"{ "version": "7.3", "screens": [ { "id": "ONLY", "title": "Only", "terminal": true,
    "layout": { "type": "SingleColumnLayout", "children": [ { "type": "TextBody", "text": "Hello" },
    { "type": "Footer", "label": "End", "on-click-action": { "name": "complete", "payload": {} } } ] } } ] }"#;

fn flowctl(arguments: &[&str]) -> Output {
    let mut flowctl = Command::new(env!("CARGO_BIN_EXE_flowctl"));
    flowctl.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Returns the path of a sample document, or of its generated screens.
fn sample(name: &str) -> String {
    format!("tests/samples/{name}")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}
