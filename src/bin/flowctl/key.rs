//! `flowctl key`: what a key file is, and whether it is the one that Meta has.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use whatsapp_flows::phone::public_key_fingerprint;
use whatsapp_flows::protocol::key::PrivateKey;
use whatsapp_flows::protocol::pem::{KeyError, Label};

use super::{Error, files};

/// Look at key files
#[derive(Args)]
#[command(after_help = "Example:\n  flowctl key show private.pem")]
pub struct Key {
    #[command(subcommand)]
    verb: KeyVerb,
}

#[derive(Subcommand)]
enum KeyVerb {
    Show(Show),
}

/// Say what a key file holds, and the fingerprint of its public half
#[derive(Args)]
#[command(after_help = "Example:\n  flowctl key show private.pem --passphrase-file passphrase\n\n\
    A private key and the public key that Meta has show the same fingerprint when they are a pair.")]
struct Show {
    /// A private or a public key, as PEM
    file: PathBuf,
    /// File that holds the passphrase, if the key is encrypted
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl Key {
    pub fn run(self) -> Result<(), Error> {
        let KeyVerb::Show(show) = self.verb;
        let text = files::read(&show.file)?;
        let passphrase = files::read_passphrase(show.passphrase_file.as_deref())?;
        let (what, fingerprint) = match PrivateKey::from_pem("", &text, passphrase.as_deref()) {
            Ok(key) => (format!("RSA-2048 private key, {}", key.form().name()), key.fingerprint()),
            Err(KeyError::Label(Label::PublicKey)) => {
                let fingerprint = public_key_fingerprint(&text)
                    .map_err(|error| format!("{}: {error}", show.file.display()))?;
                ("RSA-2048 public key".to_owned(), fingerprint)
            }
            Err(error) => return Err(format!("{}: {error}", show.file.display()).into()),
        };
        println!("{what}\nfingerprint  {fingerprint}  (SHA-256 of the public half)");
        Ok(())
    }
}
