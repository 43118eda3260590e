//! `flowctl key`: prints the type and the fingerprint of a key, to compare it with the key that Meta has.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use whatsapp_flows::protocol::key::{Fingerprint, PrivateKey};
use whatsapp_flows::protocol::pem::{KeyError, Label, text_of_file};
use whatsapp_flows::protocol::public_key::{PublicForm, PublicKeyError, read_public_key_file};

use super::{Error, files};

/// Inspect key files
#[derive(Args)]
#[command(after_help = "Example:\n  flowctl key show private.pem")]
pub struct Key {
    #[command(subcommand)]
    command: KeyCommand,
}

#[derive(Subcommand)]
enum KeyCommand {
    Show(Show),
}

/// Print the type of a key and the fingerprint of its public key
#[derive(Args)]
#[command(after_help = "Example:\n  flowctl key show private.pem --passphrase-file passphrase\n\n\
    A private key and a public key with the same fingerprint are a pair. To compare with the key \
    that Meta has, save\nthe response of the Graph API (GET PHONE_NUMBER_ID/whatsapp_business_encryption) and \
    show that file.")]
struct Show {
    /// Private or public key: PEM, DER, base64 of either, or the Graph API's response
    file: PathBuf,
    /// File with the passphrase of an encrypted key
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl Key {
    pub fn run(self) -> Result<(), Error> {
        let KeyCommand::Show(show) = self.command;
        let file = files::read_bytes(&show.file)?;
        let passphrase = files::read_passphrase(show.passphrase_file.as_deref())?;
        let describe = |error: &dyn std::fmt::Display| format!("{}: {error}", show.file.display());
        let private = text_of_file(&file)
            .and_then(|text| PrivateKey::from_pem("", &text, passphrase.as_deref()));
        let (description, fingerprint) = match private {
            Ok(key) => (format!("RSA-2048 private key, {}", key.form().name()), key.fingerprint()),
            Err(error) => match read_public_key_file(&file) {
                Ok(key) => {
                    let form = match key.form {
                        PublicForm::Spki => "",
                        PublicForm::Pkcs1 => ", PKCS#1",
                    };
                    if key.form == PublicForm::Pkcs1 {
                        eprintln!("{}", describe(&pkcs1_hint(&show.file)));
                    }
                    (format!("RSA-2048 public key{form}"), Fingerprint::of(&key.der))
                }
                // Neither could be read: report the error of the one that the file looks like.
                Err(public) if is_public(&error, &public) => return Err(describe(&public).into()),
                Err(_) => return Err(describe(&error).into()),
            },
        };
        println!("{description}\nfingerprint  {fingerprint}  (SHA-256 of the public key)");
        Ok(())
    }
}

fn is_public(private: &KeyError, public: &PublicKeyError) -> bool {
    match private {
        KeyError::Label(Label::PublicKey) => true,
        // The JSON response of the Graph API.
        KeyError::NotPem => !matches!(public, PublicKeyError::NotFound),
        _ => false,
    }
}

fn pkcs1_hint(file: &Path) -> String {
    format!(
        "Meta does not accept the PEM label RSA PUBLIC KEY; convert the key with: openssl rsa \
         -RSAPublicKey_in -in {} -pubout -out public.pem",
        file.display()
    )
}
