//! `flowctl key`: prints the type and the fingerprint of a key, to compare it with the key that Meta has.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use whatsapp_flows::protocol::key::{Fingerprint, PrivateKey};
use whatsapp_flows::protocol::pem::{PemLabel, PrivateKeyError, pem_from_bytes};
use whatsapp_flows::protocol::public_key::{
    PublicKeyError, PublicKeyFormat, parse_public_key_bytes,
};

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
        let private = pem_from_bytes(&file)
            .and_then(|text| PrivateKey::from_pem("", &text, passphrase.as_deref()));
        let (description, fingerprint) = match private {
            Ok(key) => {
                (format!("RSA-2048 private key, {}", key.format().name()), key.fingerprint())
            }
            Err(error) => match parse_public_key_bytes(&file) {
                Ok(key) => {
                    let form = match key.format {
                        PublicKeyFormat::Pkcs1 => ", PKCS#1",
                        _ => "",
                    };
                    if key.format == PublicKeyFormat::Pkcs1 {
                        eprintln!("{}", describe(&pkcs1_hint(&show.file)));
                    }
                    (format!("RSA-2048 public key{form}"), Fingerprint::from_der(&key.der))
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

fn is_public(private: &PrivateKeyError, public: &PublicKeyError) -> bool {
    match private {
        PrivateKeyError::UnexpectedLabel(PemLabel::PublicKey) => true,
        // The JSON response of the Graph API.
        PrivateKeyError::NotPem => !matches!(public, PublicKeyError::NotFound),
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
