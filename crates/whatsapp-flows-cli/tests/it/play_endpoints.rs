//! `flowctl play` against endpoints in other languages: right ones, and ones with a planted mistake.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use whatsapp_flows::testing::KeyPair;

const ENDPOINTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/endpoints");

/// A running endpoint.
struct Endpoint {
    child: Child,
    url: String,
    folder: PathBuf,
}

impl Endpoint {
    fn node(arguments: &[&str]) -> Self {
        let mut node = Command::new("node");
        node.arg(format!("{ENDPOINTS}/node/endpoint.mjs"));
        Self::start(node, "node", arguments)
    }

    fn python(arguments: &[&str]) -> Self {
        let tools = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.tools/moto/bin/python");
        let mut python = Command::new(tools);
        python.arg(format!("{ENDPOINTS}/python/endpoint.py"));
        Self::start(python, "python", arguments)
    }

    fn start(mut command: Command, name: &str, arguments: &[&str]) -> Self {
        // Its own folder, for tests run at the same time.
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let name = format!("play-{name}-{}", STARTED.fetch_add(1, Ordering::Relaxed));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let keys = KeyPair::generate();
        std::fs::write(folder.join("private.pem"), &*keys.private_pem).unwrap();
        std::fs::write(folder.join("public.pem"), &keys.public_pem).unwrap();
        std::fs::write(folder.join("app_secret"), "0123456789abcdef").unwrap();
        let mut child = command
            .args(["--port", "0", "--key", "private.pem", "--app-secret-file", "app_secret"])
            .args(arguments)
            .current_dir(&folder)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the endpoint starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ").expect("an address").to_owned();
        Self { child, url, folder }
    }

    /// Plays the script of the lunch order. Returns the exit code, stdout and stderr.
    fn play(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_flowctl"))
            .args(["play", &format!("{ENDPOINTS}/lunch.json")])
            .args(["--script", &format!("{ENDPOINTS}/lunch.play"), "--endpoint", &self.url])
            .args(["--public-key", "public.pem", "--app-secret-file", "app_secret"])
            .args(arguments)
            .current_dir(&self.folder)
            .output()
            .unwrap();
        let [stdout, stderr] =
            [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        (output.status.code().unwrap(), stdout, stderr)
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn is_played(start: fn(&[&str]) -> Endpoint) {
    for numbers in ["as-declared", "as-text", "as-number"] {
        // Each program numbers its orders from 1001.
        let (code, stdout, stderr) = start(&[]).play(&["--numbers", numbers]);
        assert_eq!((code, &*stderr), (0, ""), "{numbers}: {stdout}");
        assert!(stdout.contains("INIT -> 200"), "{stdout}");
        assert!(stdout.contains("TIME -> 427"), "{stdout}");
    }
}

#[test]
#[ignore = "needs Node: make test"]
fn node_endpoint_is_played_to_the_end() {
    is_played(Endpoint::node);
}

#[test]
#[ignore = "needs moto's Python: make test"]
fn python_endpoint_is_played_to_the_end() {
    is_played(Endpoint::python);
}

#[test]
#[ignore = "needs Node: make test"]
fn a_screen_that_does_not_exist_is_named() {
    let (code, _, stderr) = Endpoint::node(&["--mistake", "screen"]).play(&[]);
    assert_eq!(code, 1);
    let message = "the client rejects the reply: SUMMARY_PAGE is not a screen of the Flow JSON; it has MENU, TIME, DONE";
    assert!(stderr.contains(message), "{stderr}");
    assert!(stderr.contains("lunch.play:24:"), "{stderr}");
    assert!(stderr.contains("(line ") && stderr.contains("lunch.json"), "{stderr}");
}

#[test]
#[ignore = "needs moto's Python: make test"]
fn options_without_titles_are_named() {
    let (code, _, stderr) = Endpoint::python(&["--mistake", "data"]).play(&[]);
    assert_eq!(code, 1);
    assert!(stderr.contains("the client rejects the reply: dishes[0].title of MENU"), "{stderr}");
}

#[test]
#[ignore = "needs Node and moto's Python: make test"]
fn replies_under_another_vector_are_named() {
    for endpoint in [Endpoint::node(&["--mistake", "iv"]), Endpoint::python(&["--mistake", "iv"])] {
        let (code, _, stderr) = endpoint.play(&[]);
        assert_eq!(code, 1);
        assert!(
            stderr
                .contains("under the initialization vector of the request, which is not inverted"),
            "{stderr}"
        );
    }
}

#[test]
#[ignore = "needs Node: make test"]
fn a_wrong_app_secret_is_named() {
    let endpoint = Endpoint::node(&[]);
    std::fs::write(endpoint.folder.join("app_secret"), "another").unwrap();
    let (code, _, stderr) = endpoint.play(&[]);
    assert_eq!(code, 1);
    assert!(stderr.contains("432: the signature is invalid"), "{stderr}");
}
