//! `flowctl play` without an endpoint: scripts, their mistakes, and the terminal.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A flow without an endpoint.
const FLOW: &str = r#"{
  "version": "7.3",
  "screens": [
    {
      "id": "NAME", "title": "Your name", "data": {},
      "layout": { "type": "SingleColumnLayout", "children": [
        { "type": "TextInput", "name": "name", "label": "Name", "required": true },
        { "type": "RadioButtonsGroup", "name": "size", "label": "Size", "required": true,
          "data-source": [{ "id": "s", "title": "Small" }, { "id": "l", "title": "Large", "enabled": false }] },
        { "type": "EmbeddedLink", "text": "Terms", "on-click-action": { "name": "open_url", "url": "https://example.com/" } },
        { "type": "Footer", "label": "Next", "on-click-action": { "name": "navigate",
          "next": { "type": "screen", "name": "END" }, "payload": { "hello": "`'Hello ' ${form.name}`" } } }
      ] }
    },
    {
      "id": "END", "title": "End", "terminal": true,
      "data": { "hello": { "type": "string", "__example__": "Hello" } },
      "layout": { "type": "SingleColumnLayout", "children": [
        { "type": "TextHeading", "text": "${data.hello}" },
        { "type": "Footer", "label": "Done", "on-click-action": { "name": "complete",
          "payload": { "name": "${screen.NAME.form.name}", "size": "${screen.NAME.form.size}" } } }
      ] }
    }
  ]
}"#;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("play-{name}"));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("flow.json"), FLOW).unwrap();
        Self(folder)
    }

    /// Runs flowctl play with this input. Returns the exit code, stdout and stderr.
    fn play(&self, arguments: &[&str], input: &str) -> (i32, String, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_flowctl"))
            .args(["play", "flow.json"])
            .args(arguments)
            .current_dir(&self.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // flowctl may end before it reads its input.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let [stdout, stderr] =
            [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        (output.status.code().unwrap(), stdout, stderr)
    }

    fn script(&self, script: &str, arguments: &[&str]) -> (i32, String, String) {
        std::fs::write(self.0.join("talk.play"), script).unwrap();
        self.play(&[&["--script", "talk.play"], arguments].concat(), "")
    }
}

#[test]
fn script_is_played_to_the_end() {
    let folder = Folder::new("script");
    let script = "open NAME\nfill Name \"Ada\"\nchoose Size Small\ntap Next\nexpect screen END\n\
        see \"Hello Ada\"\nback\nexpect value Name Ada\ntap Next\ntap Done\nexpect completion name Ada\n";
    let (code, stdout, stderr) = folder.script(script, &[]);
    assert_eq!((code, &*stderr), (0, ""));
    assert!(stdout.contains("   4  tap Next\n"), "{stdout}");

    let (code, stdout, _) = folder.script(script, &["--json", "--token", "t"]);
    let report: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, &report["ok"]), (0, &serde_json::json!(true)));
    let completion = serde_json::json!({ "flow_token": "t", "name": "Ada", "size": "s" });
    assert_eq!(report["completion"], completion);
    assert_eq!(report["steps"][3]["screen"], "END");
}

#[test]
fn failed_steps_have_a_place_and_what_is_there() {
    let folder = Folder::new("failed");
    for (steps, message) in [
        (
            "tap Next",
            "talk.play:2:5: `Next` is disabled: `Name` is required and empty, `Size` is required and empty; on screen: NAME",
        ),
        ("fill Nmae Ada", "talk.play:2:6: there is no component `Nmae`; on screen: NAME"),
        ("choose Size Medium", "`Size` has no option `Medium`; it has Small, Large"),
        ("choose Size Large", "`Size` has this option, but it is disabled"),
        ("tick Name", "`Name` is a TextInput, which is not used this way"),
        ("back", "`the way back` is the first screen, so there is no way back"),
        ("expect screen END", "talk.play:2:8: the screen is not END"),
        ("see Goodbye", "\"Goodbye\" is not on screen"),
        ("unseen Terms", "\"Terms\" is on screen"),
        ("expect status 200", "no request was sent yet, so there is no status"),
        ("expect message Hi", "there is no message"),
        ("expect enabled Next", "`Next` is disabled"),
        ("expect disabled Terms", "`Terms` is enabled"),
        ("expect value Name Ada", "the value of `Name` is null, not \"Ada\""),
        ("expect completion", "the flow has not ended with a message"),
        ("expect error Sorry", "there is no error screen"),
        ("resend", "no request was sent yet, so none can be repeated"),
        ("close\nexpect completion", "the flow has not ended with a message; on screen: closed"),
    ] {
        let (code, _, stderr) = folder.script(&format!("open NAME\n{steps}\n"), &[]);
        assert_eq!(code, 1, "{steps}");
        assert!(stderr.contains(message), "{steps}: {stderr}");
    }
}

#[test]
fn malformed_scripts_have_a_place() {
    let folder = Folder::new("malformed");
    let (code, _, stderr) = folder.script("open\ntab Next\n", &[]);
    assert_eq!(code, 2);
    assert!(
        stderr.contains("flowctl: talk.play:2:1: `tab` is not a step; did you mean `tap`?"),
        "{stderr}"
    );
    let (code, _, stderr) = folder.play(&["--script", "gone.play"], "");
    assert_eq!(code, 2);
    assert!(stderr.contains("gone.play"), "{stderr}");
}

#[test]
fn terminal_asks_for_what_the_screen_asks_for() {
    let folder = Folder::new("terminal");
    let input = "Ada\n2\n1\n3\n9\n4\n1\n";
    let (code, stdout, stderr) = folder.play(&[], input);
    assert_eq!((code, &*stderr), (0, ""), "{stdout}");
    for text in [
        "NAME, \"Your name\"",
        "`size` has this option, but it is disabled",
        "browser: https://example.com/",
        "a number from 1 to 4, b or q",
        "Hello Ada",
        "closed, with the message {",
    ] {
        assert!(stdout.contains(text), "{text}: {stdout}");
    }
    let (code, stdout, _) = folder.play(&[], "Ada\n1\nq\n");
    assert_eq!(code, 0);
    assert!(stdout.contains("closed, without a message"), "{stdout}");
    assert_eq!(folder.play(&[], "").0, 0, "the input ends at once");
}
