//! Independent clients, on Node's crypto and on Python's cryptography, book an appointment from the real program.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use flowctl::dev::{self, ServerArgs};
use local_lambda::runtime_api::Log;

use crate::support::aws::tool;

/// `flowctl dev` on a free port.
struct DevServer {
    url: String,
    folder: PathBuf,
}

impl DevServer {
    async fn start(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let program = Some(env!("CARGO_BIN_EXE_endpoint").into());
        let args = ServerArgs { port: 0, program, folder: folder.clone() };
        let endpoint = dev::start_samples(args, Log::Inherit).await.unwrap();
        Self { url: endpoint.url, folder }
    }

    fn run_client(&self, client: &mut Command) {
        let output = client
            .arg(format!("{}/appointment", self.url))
            .args([self.folder.join("public.pem"), self.folder.join("app_secret")])
            .output()
            .unwrap();
        let output_text = String::from_utf8_lossy(&output.stdout);
        let failed = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{output_text}{failed}");
        assert!(
            output_text.lines().filter(|line| line.starts_with("ok ")).count() >= 14,
            "{output_text}"
        );
    }
}

fn client_script(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/phones").join(file)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Node.js: make test"]
async fn node_client_books_an_appointment() {
    let server = DevServer::start("node-phone").await;
    server.run_client(Command::new("node").arg(client_script("phone.mjs")));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs moto's Python: make test"]
async fn python_client_books_an_appointment() {
    let server = DevServer::start("python-phone").await;
    server.run_client(Command::new(tool("moto/bin/python")).arg(client_script("phone.py")));
}

/// `flowctl call` is a client too. Its output is compared in its own tests.
#[tokio::test(flavor = "multi_thread")]
async fn flowctl_call_exits_0_only_for_accepted_replies() {
    let server = DevServer::start("flowctl-phone").await;
    let secret = server.folder.join("secret.json").display().to_string();
    let call = |args: &[&str]| {
        let url = format!("{}/basic", server.url);
        let arguments = [&["flowctl", "call", &url], args, &["--secret", &secret]].concat();
        flowctl::run(arguments.into_iter().map(OsString::from))
    };
    tokio::task::block_in_place(|| {
        assert_eq!(call(&["ping"]), 0);
        let done = [r#"{"name":"Ada"}"#, "--token", "a token of its own"];
        assert_eq!(call(&[&["data_exchange", "MY_SCREEN"], &done[..]].concat()), 0);
        assert_eq!(call(&["INIT", "--token", "a token of its own"]), 1, "427");
        assert_eq!(call(&["data_exchange", "MY_SCREEN", "{}"]), 0, "the screen with a message");
    });
}

/// `flowctl probe` finds nothing in the samples.
#[tokio::test(flavor = "multi_thread")]
async fn flowctl_probe_passes_the_samples() {
    let server = DevServer::start("flowctl-probe").await;
    let details = r#"{"name":"Ada","email":"ada@example.com","phone":"1","more_details":""}"#;
    let appointment = ["--screen", "DETAILS", "--data", details];
    let basic = ["--screen", "MY_SCREEN", "--data", r#"{"name":"Ada"}"#];
    for (path, arguments) in [("appointment", &appointment[..]), ("basic", &basic)] {
        let url = format!("{}/{path}", server.url);
        let secret = server.folder.join("secret.json").display().to_string();
        let report = server.folder.join(format!("{path}.xml"));
        let flow_json = format!("{}/src/{path}/flow.json", env!("CARGO_MANIFEST_DIR"));
        let fixed = [
            "--secret",
            &secret,
            "--flow-json",
            &flow_json,
            "--requests",
            "5",
            "--rate",
            "50",
            "--junit",
        ];
        let report_text = report.display().to_string();
        let probe = [&["flowctl", "probe", &url], &fixed[..], &[&report_text], arguments].concat();
        let code =
            tokio::task::block_in_place(|| flowctl::run(probe.into_iter().map(OsString::from)));
        let report = std::fs::read_to_string(report).unwrap();
        assert_eq!(code, 0, "{report}");
        assert!(report.contains("tests=\"25\" failures=\"0\""), "{report}");
        assert_eq!(report.matches("<system-out>warning").count(), 0, "{report}");
    }
}
