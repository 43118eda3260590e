//! The peer of a client: the public key to encrypt for, and the app secret to sign with.

use std::path::PathBuf;

use clap::Args;
use serde_json::Value;
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::pem::parse_private_key;
use whatsapp_flows::protocol::public_key::{
    PublicKeyDer, parse_public_key, parse_public_key_bytes,
};
use whatsapp_flows::protocol::signature::AppSecret;
use whatsapp_flows::testing::RequestSealer;
use zeroize::Zeroizing;

use super::open_error::NamedKey;
use super::{Error, files};

/// The files with the keys of an endpoint. A secret contains all of them.
#[derive(Args)]
pub struct Peer {
    /// Secret of the endpoint, as flowctl secret and flowctl dev make it
    #[arg(
        long,
        value_name = "FILE",
        default_value = ".flows/secret.json",
        conflicts_with = "public_key"
    )]
    secret: PathBuf,
    /// Public key of the endpoint, if you do not have its secret
    #[arg(long, value_name = "FILE")]
    public_key: Option<PathBuf>,
    /// File with the app secret that signs the request, for --public-key
    #[arg(long, value_name = "FILE", requires = "public_key")]
    app_secret_file: Option<PathBuf>,
}

impl Peer {
    /// Returns the endpoint that `flowctl dev` runs in this folder.
    #[cfg(feature = "dev")]
    pub fn in_folder(folder: &std::path::Path) -> Self {
        Self { secret: folder.join("secret.json"), public_key: None, app_secret_file: None }
    }

    /// Reads the public key and the app secret.
    pub fn resolve(&self) -> Result<(RequestSealer, Option<AppSecret>), Error> {
        let (public_key, app_secret) = self.public_keys()?;
        Ok((RequestSealer::for_key(&public_key)?, app_secret))
    }

    /// Reads the public key, before it becomes a sealer, and the app secret.
    pub fn public_keys(&self) -> Result<(PublicKeyDer, Option<AppSecret>), Error> {
        let Some(public_key) = &self.public_key else {
            let secret = self.secret()?;
            let public_key = parse_public_key(&secret.private_keys()[0].public_pem())?;
            return Ok((public_key, secret.app_secrets().first().cloned()));
        };
        let key = parse_public_key_bytes(&files::read_bytes(public_key)?)
            .and_then(|key| RequestSealer::for_key(&key).map(|_| key))
            .map_err(|error| format!("{}: {error}", public_key.display()))?;
        let app_secret = match &self.app_secret_file {
            None => None,
            Some(path) => Some(
                AppSecret::new(files::read_text(path)?)
                    .map_err(|_| format!("{} is empty", path.display()))?,
            ),
        };
        Ok((key, app_secret))
    }

    /// Returns the text of the app secret that signs, to keep it out of the output.
    pub fn app_secret_text(&self) -> Option<Zeroizing<String>> {
        if let Some(path) = &self.app_secret_file {
            return files::read_text(path).ok().map(|text| Zeroizing::new(text.trim().to_owned()));
        }
        let json = Zeroizing::new(files::read_text(&self.secret).ok()?);
        let secret: Value = serde_json::from_str(&json).ok()?;
        let listed = &secret["app_secrets"];
        let text = listed.as_str().or_else(|| listed[0].as_str())?;
        Some(Zeroizing::new(text.trim().to_owned()))
    }

    /// Returns the app secret with a line break, as programs use it that do not trim the file.
    pub fn app_secret_line(&self) -> Option<AppSecret> {
        let line = Zeroizing::new(format!("{}\n", *self.app_secret_text()?));
        AppSecret::from_bytes(line.as_bytes()).ok()
    }

    /// Returns the private keys of the secret in PKCS#8, to explain a failed decryption. Keys in a form that only
    /// [`Keyring`] reads are left out.
    pub fn private_keys(&self) -> Vec<NamedKey> {
        let json = files::read_text(&self.secret).unwrap_or_default();
        let secret: Value = serde_json::from_str(&json).unwrap_or_default();
        // A single key needs no list.
        let listed = secret["private_keys"].as_array().map(Vec::as_slice);
        let keys =
            listed.unwrap_or(std::slice::from_ref(&secret["private_keys"])).iter().enumerate();
        let keys = keys.filter_map(|(position, key)| {
            let id = key["id"].as_str().map_or_else(|| format!("#{}", position + 1), str::to_owned);
            let read = parse_private_key(key["pem"].as_str()?, key["passphrase"].as_str());
            Some(NamedKey { id, der: read.ok()?.der })
        });
        keys.collect()
    }

    /// Reads the whole secret.
    pub fn secret(&self) -> Result<Keyring, Error> {
        if self.public_key.is_some() {
            return Err("`--public-key` cannot decrypt a request; pass --secret instead".into());
        }
        let json = files::read_text(&self.secret).map_err(|error| {
            format!(
                "{error}\n  run flowctl dev in this folder, which creates .flows/secret.json, or name the secret of another \
                 endpoint with --secret, or only its public key with --public-key"
            )
        })?;
        let secret = Keyring::from_json(json.as_bytes());
        let (secret, _) = secret.map_err(|error| format!("{}: {error}", self.secret.display()))?;
        Ok(secret)
    }
}
