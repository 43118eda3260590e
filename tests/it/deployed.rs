//! The stack of template.yaml in moto: the real program runs with the environment of the created function and the rights
//! of the created role, and a user books.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::support::aws::{Moto, environment, tool};
use crate::support::program::{LocalEndpoint, events_file, ping_event, scratch};
use crate::support::user::User;
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::testing::KeyPair;

/// The stack, with a gate before moto that enforces the role's policy.
struct Deployed {
    environment: Vec<(String, String)>,
    gate: Child,
}

#[tokio::test]
#[ignore = "needs moto and SAM: make test"]
async fn program_works_with_the_rights_of_the_created_role() {
    let moto = Moto::start();
    let folder = scratch("deployed");
    let deployed = Deployed::start(&moto.url, &folder);
    let env = deployed.environment.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let local = environment("");
    let credentials = local[1..].iter().map(|(name, value)| (*name, value.as_str()));
    let gate = deployed.value("AWS_ENDPOINT_URL");
    let env: Vec<_> = credentials.chain(env).collect();
    let running = LocalEndpoint::with_tables("deployed", gate, &env).await;
    let secret = Keyring::from_json(&std::fs::read(folder.join("secret.json")).unwrap()).unwrap().0;
    assert_eq!(running.status(&ping_event(&secret)).await, 200, "{:?}", running.log_lines(1).await);

    let user = User::open_with(&running.lambda, 0, secret).await;
    user.submit_details("Ada").await;
    let end = user.post(&user.confirmation()).await.unwrap();
    assert!(user.is_booked(&end), "{end:?}");
}

impl Deployed {
    fn start(moto: &str, folder: &Path) -> Self {
        let script =
            |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stack").join(name);
        let expanded = Command::new(tool("sam/bin/python"))
            .arg(script("expansion.py"))
            .args(["SecretId=flows", "AlarmEmail=ops@example.com"])
            .output()
            .unwrap();
        assert!(expanded.status.success(), "{}", String::from_utf8_lossy(&expanded.stderr));
        let template = folder.join("stack.json");
        std::fs::write(&template, expanded.stdout).unwrap();
        let mut gate = Command::new(tool("moto/bin/python"))
            .arg(script("deployed.py"))
            .args([moto.into(), template, secret_in(folder)])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(gate.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let found: Value = serde_json::from_str(&line).expect("the role has these rights only");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let environment = found.as_object().unwrap().iter();
        let environment = environment.map(|(name, value)| (name.clone(), text(value))).collect();
        Self { environment, gate }
    }

    fn value(&self, name: &str) -> &str {
        &self.environment.iter().find(|(found, _)| found == name).unwrap().1
    }
}

/// Writes a secret whose private key is not the public one of the sample events, which a deployed program refuses.
fn secret_in(folder: &Path) -> PathBuf {
    let path = folder.join("secret.json");
    let text = std::fs::read(events_file("secret.json")).unwrap();
    let mut secret: Value = serde_json::from_slice(&text).unwrap();
    secret["private_keys"][0]["pem"] = KeyPair::generate().private_pem.as_str().into();
    std::fs::write(&path, secret.to_string()).unwrap();
    path
}

impl Drop for Deployed {
    fn drop(&mut self) {
        let _ = self.gate.kill();
        let _ = self.gate.wait();
    }
}
