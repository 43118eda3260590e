//! The one secret of an endpoint: its private keys and app secrets, newest first, as the JSON that
//! lies in Secrets Manager.

use std::fmt;

use super::key::PrivateKey;
use super::keyring_json::{AppSecretJson, SecretJson};
pub use super::keyring_json::{Fault, JsonFault};
use super::pem::KeyError;
use super::signature::AppSecret;
use super::text;

/// What an endpoint needs to serve: at least one private key and one app secret.
#[derive(Debug)]
pub struct Keyring {
    pub(crate) private_keys: Vec<PrivateKey>,
    pub(crate) app_secrets: Vec<AppSecret>,
}

/// A key among others that could not be read. The rest serve on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedKey {
    /// Its `id`.
    pub id: String,
    /// What is wrong with it.
    pub cause: KeyError,
}

/// Why a secret cannot serve. The words hold nothing of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyringError {
    /// Neither UTF-8 nor UTF-16.
    NotText,
    /// A PEM alone, without app secrets.
    Pem,
    /// Not the JSON that is expected.
    Json(JsonFault),
    /// `private_keys` is empty, or none of them could be read.
    NoPrivateKey(Vec<SkippedKey>),
    /// `app_secrets` is empty or holds only empty strings.
    NoAppSecret,
}

impl Keyring {
    /// Puts a secret together.
    pub fn new(
        private_keys: Vec<PrivateKey>,
        app_secrets: Vec<AppSecret>,
    ) -> Result<Self, KeyringError> {
        if private_keys.is_empty() {
            return Err(KeyringError::NoPrivateKey(Vec::new()));
        }
        if app_secrets.is_empty() {
            return Err(KeyringError::NoAppSecret);
        }
        Ok(Self { private_keys, app_secrets })
    }

    /// Reads `{"private_keys": [{"id", "pem", "passphrase"?}], "app_secrets": […]}`.
    ///
    /// Unknown members are ignored. A key that cannot be read is skipped and named, as long as
    /// another one serves. Read as well is what stores make of it: one text or object instead of a list,
    /// JSON in a text, a byte order mark, UTF-16.
    pub fn from_json(json: &[u8]) -> Result<(Self, Vec<SkippedKey>), KeyringError> {
        Self::from_json_with(json, &[])
    }

    /// The same, without parsing the keys of `known` again.
    pub(crate) fn from_json_with(
        json: &[u8],
        known: &[PrivateKey],
    ) -> Result<(Self, Vec<SkippedKey>), KeyringError> {
        let text = text::decode(json).map_err(|_| KeyringError::NotText)?;
        let quote = |c: char| c.is_whitespace() || matches!(c, '"' | '\'');
        if text.trim_start_matches(quote).starts_with("-----BEGIN ") {
            return Err(KeyringError::Pem);
        }
        let json = SecretJson::read(&text).map_err(KeyringError::Json)?;
        let mut private_keys = Vec::new();
        let mut skipped = Vec::new();
        for (place, key) in json.private_keys.0.into_iter().enumerate() {
            let id = key.id.unwrap_or_else(|| format!("#{}", place + 1));
            let passphrase = key.passphrase.as_ref().map(|passphrase| passphrase.as_str());
            match PrivateKey::from_pem_with(known, id.as_str(), &key.pem, passphrase) {
                Ok(key) => private_keys.push(key),
                Err(cause) => skipped.push(SkippedKey { id, cause }),
            }
        }
        if private_keys.is_empty() {
            return Err(KeyringError::NoPrivateKey(skipped));
        }
        let app_secrets: Vec<_> = json
            .app_secrets
            .0
            .iter()
            .filter_map(|AppSecretJson(secret)| AppSecret::new(secret.as_str()).ok())
            .collect();
        Ok((Self::new(private_keys, app_secrets)?, skipped))
    }

    /// The private keys, newest first.
    pub fn private_keys(&self) -> &[PrivateKey] {
        &self.private_keys
    }

    /// The names of the private keys, for the log.
    pub(crate) fn key_ids(&self) -> String {
        let ids: Vec<&str> = self.private_keys.iter().map(|key| &**key.id()).collect();
        ids.join(", ")
    }

    /// The app secrets, newest first.
    pub fn app_secrets(&self) -> &[AppSecret] {
        &self.app_secrets
    }
}

impl fmt::Display for SkippedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "private key {:?}: {}", self.id, self.cause)
    }
}

impl fmt::Display for KeyringError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotText => write!(f, "the secret is {}", text::NotText),
            Self::Pem => f.write_str(
                "the secret is a PEM, and JSON with the app secrets beside it is expected; make it with: \
                 flowctl secret --key KEY.pem --out secret.json < app_secret",
            ),
            Self::Json(fault) => write!(
                f,
                "the secret is not {{\"private_keys\":[{{\"id\",\"pem\"}}],\"app_secrets\":[…]}}: {fault}; \
                 make it with: flowctl secret --key KEY.pem --out secret.json < app_secret"
            ),
            Self::NoPrivateKey(skipped) if skipped.is_empty() => {
                write!(f, "the secret holds no private key: member `private_keys` is empty")
            }
            Self::NoPrivateKey(skipped) => {
                write!(f, "no private key of the secret can be read")?;
                skipped.iter().try_for_each(|key| write!(f, "; {key}"))
            }
            Self::NoAppSecret => {
                write!(f, "the secret holds no app secret: member `app_secrets` is empty")
            }
        }
    }
}

impl std::error::Error for KeyringError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_after_the_json_is_not_overlooked() {
        let refused = Keyring::from_json(br#"{"private_keys":[],"app_secrets":[]}}"#).unwrap_err();
        let fault = JsonFault { member: ".".into(), line: 1, column: 37, fault: Fault::Syntax };
        assert_eq!(refused, KeyringError::Json(fault));
        let empty = Keyring::from_json(b" {\"private_keys\":[],\"app_secrets\":[]}\n").unwrap_err();
        assert_eq!(empty, KeyringError::NoPrivateKey(Vec::new()));
    }

    #[test]
    fn the_words_say_what_to_do_and_hold_nothing_of_it() {
        let key = |pem: &str| format!(r#"{{"id":"new","pem":"{pem}"}}"#);
        let words = |keys: &str, app_secrets: &str| {
            let json = format!(r#"{{"private_keys":[{keys}],"app_secrets":[{app_secrets}]}}"#);
            Keyring::from_json(json.as_bytes()).unwrap_err().to_string()
        };
        assert_eq!(
            words("", ""),
            "the secret holds no private key: member `private_keys` is empty"
        );
        let unread = words(&key("secret"), r#""secret""#);
        assert!(
            unread.starts_with(
                "no private key of the secret can be read; private key \"new\": no PEM"
            )
        );
        assert!(!unread.contains("\"secret\""));
        let says = "an object with the members `id` and `pem` is expected (member \
                    `private_keys[0]`, line 1, column 18); make it with: flowctl secret";
        assert!(words("7", "").contains(says), "{}", words("7", ""));
        assert!(KeyringError::NoAppSecret.to_string().contains("`app_secrets` is empty"));
    }
}
