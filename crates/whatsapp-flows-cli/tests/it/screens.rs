//! The file of `flowctl screens`. Browser tests open it: tests/browser/gallery.test.js.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

#[test]
fn screens_writes_one_file_with_every_screen_and_the_findings() {
    let folder = folder("screens");
    let output = screens(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/appointment.json"),
        &folder,
    );
    let file = folder.join("out/appointment.html");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(printed, format!("{} has 4 screens\n", file.display()));
    let html = std::fs::read_to_string(&file).unwrap();
    let data = data(&html);
    let ids: Vec<_> =
        data["screens"].as_array().unwrap().iter().map(|screen| &screen["id"]).collect();
    assert_eq!(ids, ["APPOINTMENT", "DETAILS", "SUMMARY", "TERMS"]);
    assert_eq!(data["screens"][0]["view"]["screen"], "APPOINTMENT");
    assert_eq!(data["findings"], Value::Array(Vec::new()));
    // Nothing is loaded from elsewhere, and the policy says so.
    for loading in ["src=", "href=", "@import", "url("] {
        assert!(!html.contains(loading), "{loading}");
    }
    assert!(html.contains("default-src 'none'; script-src 'sha256-"));
}

#[test]
fn a_finding_has_its_screen_and_its_component() {
    let folder = folder("screens-findings");
    let flow = folder.join("flow.json");
    let sample = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/appointment.json"),
    );
    let broken = sample.unwrap().replacen(
        "\"data-source\": \"${data.department}\"",
        "\"data-source\": \"${data.nothing}\"",
        1,
    );
    std::fs::write(&flow, broken).unwrap();
    assert!(screens(&flow, &folder).status.success(), "findings are part of the page");
    // A `flow.json` goes by its folder, so those of several flows do not overwrite each other.
    let html = std::fs::read_to_string(folder.join("out/screens-findings.html")).unwrap();
    assert!(html.contains("<title>screens-findings</title>"));
    let data = data(&html);
    let finding =
        data["findings"].as_array().unwrap().iter().find(|finding| finding["severity"] == "error");
    let finding = finding.unwrap();
    assert_eq!(finding["screen"], "APPOINTMENT");
    let components = data["screens"][0]["view"]["components"].as_array().unwrap();
    let component =
        components.iter().find(|component| component["id"] == finding["component"]).unwrap();
    assert_eq!(
        (&component["kind"], &component["line"]),
        (&"Dropdown".into(), &finding["component_line"])
    );
}

#[test]
fn a_document_without_screens_is_an_error() {
    let folder = folder("screens-errors");
    let flow = folder.join("flow.json");
    std::fs::write(&flow, "{ \"version\": ").unwrap();
    let output = screens(&flow, &folder);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        errors.contains("INVALID_FLOW_JSON") && errors.contains("no screens that can be shown"),
        "{errors}"
    );
    assert!(!folder.join("out").exists());
    let absent = screens(&folder.join("absent.json"), &folder);
    assert_eq!(absent.status.code(), Some(1));
}

fn data(html: &str) -> Value {
    let start = "<script type=\"application/json\" id=\"gallery-data\">";
    let (_, rest) = html.split_once(start).unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn screens(flow: &Path, folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flowctl"));
    command.arg("screens").arg(flow).arg("--out").arg(folder.join("out")).output().unwrap()
}
