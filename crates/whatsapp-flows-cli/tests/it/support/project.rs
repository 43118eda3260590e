//! A project folder with `flows.toml`, in which the program runs against the stand-in.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::graph::{APP, APP_SECRET, NUMBER, PingEndpoint, StandIn, TOKEN, USER, WABA};

pub struct Project {
    pub folder: PathBuf,
    pub stand_in: StandIn,
    pub endpoint: PingEndpoint,
}

/// The end of a run.
#[derive(Debug)]
pub struct Output {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Project {
    /// Creates a folder with a flow `appointment` and two environments, of which `dev` has everything.
    pub fn new(name: &str, flow_json: &str) -> Self {
        let endpoint = PingEndpoint::start(&format!("{name}-endpoint"));
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(folder.join("src/appointment")).unwrap();
        let flows = format!(
            r#"[[flows]]
name = "appointment"
flow_json = "src/appointment/flow.json"
categories = ["APPOINTMENT_BOOKING"]

[environments.dev]
waba_id = "{WABA}"
phone_number_id = "{NUMBER}"
app_id = "{APP}"
endpoint = "{}/"
secret_file = '{}'

[environments.empty]
"#,
            endpoint.url,
            endpoint.secret_file.display()
        );
        std::fs::write(folder.join("flows.toml"), flows).unwrap();
        let project = Self { folder, stand_in: StandIn::start(), endpoint };
        project.write(flow_json);
        project
    }

    /// Replaces the Flow JSON.
    pub fn write(&self, flow_json: &str) {
        std::fs::write(self.folder.join("src/appointment/flow.json"), flow_json).unwrap();
    }

    /// Runs the program in the folder. Its output never holds a token, an app secret or the whole number of the user.
    pub fn flowctl(&self, arguments: &[&str]) -> Output {
        self.flowctl_with(arguments, &[("WHATSAPP_TOKEN", TOKEN)])
    }

    pub fn flowctl_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        let output = Command::new(env!("CARGO_BIN_EXE_flowctl"))
            .args(arguments)
            .current_dir(&self.folder)
            .env_remove("WHATSAPP_TOKEN")
            .env("FLOWCTL_GRAPH_URL", &self.stand_in.url)
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        let output = Output {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        for text in [&output.stdout, &output.stderr] {
            for secret in [TOKEN, APP_SECRET, USER, "PRIVATE KEY"] {
                assert!(!text.contains(secret), "{arguments:?}: {output:?}");
            }
        }
        output
    }

    /// Runs with `--json`, and returns the exit code and the object.
    pub fn json(&self, arguments: &[&str]) -> (Option<i32>, Value) {
        let output = self.flowctl(&[arguments, &["--json"]].concat());
        let json = serde_json::from_str(&output.stdout);
        (output.code, json.unwrap_or_else(|error| panic!("{error}: {output:?}")))
    }
}

impl Output {
    #[track_caller]
    pub fn assert(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        let all = format!("{}{}", self.stdout, self.stderr);
        for word in words {
            assert!(all.contains(word), "{word:?} is not in:\n{all}");
        }
    }
}
