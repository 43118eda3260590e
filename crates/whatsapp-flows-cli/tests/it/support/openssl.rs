//! Runs openssl and flowctl in a folder for one test.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub const PASSPHRASE: &str = "pass \"ph\u{e4}se\" 1";

/// A folder for one test.
pub struct OpenSsl(PathBuf);

impl OpenSsl {
    pub fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("keys-{name}"));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// Runs openssl, with `$P` for the passphrase, and returns its output.
    pub fn run(&self, command: &str) -> String {
        let args = command
            .split(' ')
            .map(|word| if word == "$P" { format!("pass:{PASSPHRASE}") } else { word.into() });
        let output =
            Command::new("openssl").args(args).current_dir(&self.0).output().expect("openssl");
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs flowctl with this input. Returns its output and errors if it succeeds, and else its errors.
    pub fn flowctl(&self, command: &str, input: &[u8]) -> Result<String, String> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_flowctl"))
            .args(command.split(' '))
            .current_dir(&self.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // flowctl may end before it reads its input.
        let _ = child.stdin.take().unwrap().write_all(input);
        let output = child.wait_with_output().unwrap();
        let [printed, error] =
            [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        if output.status.success() { Ok(printed + &error) } else { Err(error) }
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.0.join(name), bytes).unwrap();
    }

    /// Generates an RSA-2048 key in `key.pem`, and returns its public key.
    pub fn key_pair(name: &str) -> (Self, String) {
        let openssl = Self::new(name);
        openssl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem");
        let public = openssl.run("pkey -in key.pem -pubout");
        (openssl, public)
    }
}

/// Encodes a text in UTF-16.
pub fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}
