//! `flowctl secret`: makes the endpoint's secret, the JSON for Secrets Manager.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};
use whatsapp_flows::protocol::app_secret;
use whatsapp_flows::protocol::key::PrivateKey;
use whatsapp_flows::protocol::pem::pem_from_bytes;
use whatsapp_flows::protocol::text_encoding;
use zeroize::Zeroizing;

use super::{Error, files};

/// Make the endpoint's secret (JSON for Secrets Manager) from private keys and app secrets
#[derive(Args)]
#[command(
    after_help = "App secrets are read from standard input, one per line, also as NAME=VALUE. \
    The app secret is in the Meta app's\nsettings under Basic.\n\nExample:\n  \
    flowctl secret --key private.pem --out secret.json < app_secret\n  \
    aws secretsmanager create-secret --name flows --secret-string file://secret.json\n\n\
    During a key rotation, pass both keys, the newest first:\n  \
    flowctl secret --key new.pem --key old.pem --out secret.json < app_secrets"
)]
pub struct Secret {
    /// Private key; repeat for several, the newest first. The file name without its extension becomes the key's id
    #[arg(long = "key", value_name = "FILE", required = true)]
    keys: Vec<PathBuf>,
    /// New file for the secret, readable by its owner only [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// File with the passphrase of the encrypted keys
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl Secret {
    pub fn run(self) -> Result<(), Error> {
        let passphrase = files::read_passphrase(self.passphrase_file.as_deref())?;
        let keys: Vec<Value> = self
            .keys
            .iter()
            .map(|path| key_member(path, passphrase.as_deref()))
            .collect::<Result<_, _>>()?;
        if std::io::stdin().is_terminal() {
            eprintln!(
                "Enter the app secret (in the Meta app's settings under Basic), then press Enter and Ctrl-D:"
            );
        }
        let mut input = Zeroizing::new(Vec::new());
        std::io::stdin().lock().read_to_end(&mut input)?;
        let input =
            text_encoding::decode(&input).map_err(|error| format!("standard input: {error}"))?;
        let secrets = app_secrets(&input)?;
        let secret = format!("{:#}\n", json!({ "private_keys": keys, "app_secrets": secrets }));
        match &self.out {
            Some(path) => files::write_new(path, &secret)?,
            None => print!("{secret}"),
        }
        Ok(())
    }
}

/// Reads the app secrets, one per line. Anything else is rejected, because the endpoint would reject every request.
fn app_secrets(input: &str) -> Result<Vec<&str>, Error> {
    let lines = input.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let secrets = lines.map(|(at, line)| {
        app_secret::parse(line).map_err(|error| format!("standard input, line {}: {error}", at + 1))
    });
    let secrets: Vec<&str> = secrets.collect::<Result<_, _>>()?;
    if secrets.is_empty() {
        return Err(
            "no app secret on standard input; copy it from the Meta app's settings, Basic, App \
             secret"
                .into(),
        );
    }
    Ok(secrets)
}

fn key_member(path: &Path, passphrase: Option<&str>) -> Result<Value, Error> {
    let file = files::read_bytes(path)?;
    let id = path.file_stem().unwrap_or_default().to_string_lossy();
    let describe = |error| format!("{}: {error}", path.display());
    let pem = pem_from_bytes(&file).map_err(describe)?;
    let key = PrivateKey::from_pem(&*id, &pem, passphrase).map_err(describe)?;
    eprintln!("{}  {}  fingerprint {}", path.display(), key.format().name(), key.fingerprint());
    let mut member = json!({ "id": id, "pem": *pem });
    if let Some(passphrase) = passphrase.filter(|_| key.format().is_encrypted()) {
        member["passphrase"] = passphrase.into();
    }
    Ok(member)
}
