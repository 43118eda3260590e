//! Phones that are not ours: one on Node's crypto and one on Python's cryptography hold the whole
//! conversation with the real program.
#![cfg(all(feature = "lambda", feature = "cli"))]

#[path = "support/aws.rs"]
mod aws;

pub use aws::Error;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// `flowctl dev` on a free port, stopped when it is dropped.
struct Dev {
    process: Child,
    url: String,
    folder: PathBuf,
}

impl Dev {
    fn start(name: &str, port: u16) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let mut process = Command::new(env!("CARGO_BIN_EXE_flowctl"))
            .args(["dev", "--memory", "--port", &port.to_string(), "--folder"])
            .arg(&folder)
            .args(["--program", env!("CARGO_BIN_EXE_endpoint")])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let ready = lines.find_map(|line| line.unwrap().strip_prefix("ready ").map(str::to_owned));
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, url: ready.expect("it says where it is"), folder }
    }

    fn converse(&self, phone: &mut Command) {
        let output = phone
            .arg(format!("{}/appointment", self.url))
            .args([self.folder.join("public.pem"), self.folder.join("app_secret")])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let failed = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}{failed}");
        assert!(said.lines().filter(|line| line.starts_with("ok ")).count() >= 14, "{said}");
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn phone(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/phones").join(file)
}

#[test]
fn nodes_crypto() {
    let dev = Dev::start("node-phone", 3300);
    dev.converse(Command::new("node").arg(phone("phone.mjs")));
}

#[test]
fn pythons_cryptography() {
    let dev = Dev::start("python-phone", 3400);
    dev.converse(Command::new(aws::tool("moto/bin/python")).arg(phone("phone.py")));
}

/// `flowctl call` is a phone too, with words for each status.
#[test]
fn flowctl_call() {
    let dev = Dev::start("flowctl-phone", 3500);
    let call = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_flowctl"))
            .arg("call")
            .arg(format!("{}/basic", dev.url))
            .args(args)
            .arg("--secret")
            .arg(dev.folder.join("secret.json"))
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    };
    let (good, said) = call(&["ping"]);
    assert!(good && said.contains("200 in") && said.contains("active"), "{said}");
    let (good, said) = call(&["data_exchange", "MY_SCREEN", r#"{"name":"Ada"}"#, "--token", "t"]);
    assert!(good && said.contains("SUCCESS"), "{said}");
    let (good, said) = call(&["INIT", "--token", "t"]);
    assert!(!good && said.contains("427") && said.contains("error_msg"), "{said}");
    let (good, said) = call(&["data_exchange", "MY_SCREEN", "{}"]);
    assert!(good && said.contains("Something went wrong"), "{said}");
}
