//! The output and the exit code of `flowctl check`.

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;
use whatsapp_flow_json::lint::rules::RULES;

/// A screen with a text that refers to a missing member of its data model.
const UNKNOWN_MEMBER: &str = r#"{
  "version": "7.3",
  "screens": [
    {
      "id": "ONLY",
      "title": "Only",
      "terminal": true,
      "data": { "a": { "type": "string", "__example__": "Ada" } },
      "layout": {
        "type": "SingleColumnLayout",
        "children": [
          { "type": "TextBody", "text": "`'Hello ' ${data.b}`" },
          { "type": "TextBody", "text": "${data.a}" },
          { "type": "Footer", "label": "End", "on-click-action": { "name": "complete", "payload": {} } }
        ]
      }
    }
  ]
}
"#;

#[test]
fn check_prints_diagnostics_with_the_source_line() {
    let file = file("unknown_member.json", UNKNOWN_MEMBER);
    let output = flowctl(&[&file]);
    assert_eq!(output.status.code(), Some(1));
    let expected = format!(
        "\
error[INVALID_SCREEN_DYNAMIC_DATA]: the data model of this screen has no `b`
  --> {file}:12:52
   |
12 |           {{ \"type\": \"TextBody\", \"text\": \"`'Hello ' ${{data.b}}`\" }},
   |                                                    ^^^^^^^^^
   |
   = help: add it to `data`, which has `a`

{file}: 1 error
"
    );
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
}

#[test]
fn check_prints_diagnostics_as_json() {
    let file = file("json.json", UNKNOWN_MEMBER);
    let output = flowctl(&["--format", "json", &file]);
    assert_eq!(output.status.code(), Some(1));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let [finding] = found.as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!(
        (&finding["file"], &finding["line"], &finding["column"]),
        (&file.into(), &12.into(), &52.into())
    );
    assert_eq!(finding["name"], "INVALID_SCREEN_DYNAMIC_DATA");
}

#[test]
fn check_exit_code_is_0_1_or_2() {
    let clean = file("clean.json", &UNKNOWN_MEMBER.replace("data.b", "data.a"));
    let warned =
        file("warned.json", &UNKNOWN_MEMBER.replace("`'Hello ' ${data.b}`", &"long ".repeat(1000)));
    let broken = file("broken.json", UNKNOWN_MEMBER);
    let status = |files: &[&str]| flowctl(files).status.code();
    assert_eq!(status(&[&clean]), Some(0));
    let output = flowctl(&[&warned]);
    assert!(String::from_utf8(output.stdout).unwrap().contains("warning: "));
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(status(&[&warned, &broken]), Some(1));
    assert_eq!(status(&["no_such_file.json", &broken]), Some(2));
}

#[test]
fn check_rules_lists_every_rule_with_its_versions() {
    let output = flowctl(&["--rules"]);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), 3 * RULES.len() + 2);
    let expected = "\
complete [INVALID_COMPLETE_ACTION]
    complete is used on a terminal screen.
    warning from 2.1 to 5.0, error from 5.1 to 7.1 (ERR, Complete Action; validator)
";
    assert!(text.contains(expected), "{text}");
}

fn flowctl(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flowctl"));
    command.arg("check").args(arguments).output().unwrap()
}

/// Writes a document to a file for one test, and returns its path.
fn file(name: &str, text: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("check");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(name);
    std::fs::write(&file, text).unwrap();
    file.display().to_string()
}
