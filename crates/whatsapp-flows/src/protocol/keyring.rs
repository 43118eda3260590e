//! The keyring of an endpoint: its private keys and app secrets, parsed from the JSON of the secret in Secrets
//! Manager.

use std::fmt;

use super::key::PrivateKey;
use super::keyring_json::{AppSecretJson, KeyringJson};
pub use super::keyring_json::{JsonError, JsonErrorKind};
use super::pem::PrivateKeyError;
use super::signature::AppSecret;
use super::text_encoding;

/// The private keys and app secrets of an endpoint, newest first: at least one of each.
#[derive(Debug)]
pub struct Keyring {
    pub(crate) private_keys: Vec<PrivateKey>,
    pub(crate) app_secrets: Vec<AppSecret>,
}

/// A private key of the secret that could not be parsed. The other keys are used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedKey {
    /// The key's `id`, or `#` and its position, from 1 on.
    pub id: String,
    /// The reason why it could not be parsed.
    pub cause: PrivateKeyError,
}

/// An error for a secret that cannot be used. Its message contains nothing of the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyringError {
    /// The bytes are neither UTF-8 nor UTF-16.
    InvalidEncoding,
    /// The text is a PEM file, without app secrets.
    Pem,
    /// The text is not the expected JSON.
    Json(JsonError),
    /// `private_keys` is empty, or none of them could be parsed.
    NoPrivateKey(Vec<SkippedKey>),
    /// `app_secrets` is empty or contains only empty strings.
    NoAppSecret,
}

impl Keyring {
    /// Creates a keyring from private keys and app secrets, newest first.
    ///
    /// # Errors
    ///
    /// If one of the lists is empty.
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

    /// Parses `{"private_keys": [{"id", "pem", "passphrase"?}], "app_secrets": […]}`.
    ///
    /// Unknown members are ignored. A private key that cannot be parsed is skipped and returned beside the keyring,
    /// as long as there is another one. Changes that secret stores make to the JSON are accepted: one string or
    /// object instead of a list, JSON inside a string, a byte order mark, UTF-16.
    ///
    /// # Errors
    ///
    /// If the secret is not this JSON, or if no private key or no app secret remains.
    pub fn from_json(json: &[u8]) -> Result<(Self, Vec<SkippedKey>), KeyringError> {
        Self::from_json_cached(json, &[])
    }

    /// Like [`from_json`](Self::from_json), but copies private keys that did not change from `cache`.
    pub(crate) fn from_json_cached(
        json: &[u8],
        cache: &[PrivateKey],
    ) -> Result<(Self, Vec<SkippedKey>), KeyringError> {
        let text = text_encoding::decode(json).map_err(|_| KeyringError::InvalidEncoding)?;
        let is_quote = |c: char| c.is_whitespace() || matches!(c, '"' | '\'');
        if text.trim_start_matches(is_quote).starts_with("-----BEGIN ") {
            return Err(KeyringError::Pem);
        }
        let json = KeyringJson::parse(&text).map_err(KeyringError::Json)?;
        let mut private_keys = Vec::new();
        let mut skipped = Vec::new();
        for (position, key) in json.private_keys.0.into_iter().enumerate() {
            let id = key.id.unwrap_or_else(|| format!("#{}", position + 1));
            let passphrase = key.passphrase.as_ref().map(|passphrase| passphrase.as_str());
            match PrivateKey::from_pem_cached(cache, id.as_str(), &key.pem, passphrase) {
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

    /// Returns the private keys, newest first.
    pub fn private_keys(&self) -> &[PrivateKey] {
        &self.private_keys
    }

    /// Returns the IDs of the private keys, for the log.
    pub(crate) fn key_ids(&self) -> String {
        let ids: Vec<&str> = self.private_keys.iter().map(|key| &**key.id()).collect();
        ids.join(", ")
    }

    /// Returns the app secrets, newest first.
    pub fn app_secrets(&self) -> &[AppSecret] {
        &self.app_secrets
    }
}

impl fmt::Display for SkippedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "private key {:?}: {}", self.id, self.cause)
    }
}

const CREATE: &str = "create it with: flowctl secret --key KEY.pem --out secret.json < app_secret";

impl fmt::Display for KeyringError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidEncoding => write!(f, "the secret is {}", text_encoding::EncodingError),
            Self::Pem => write!(
                f,
                "the secret is a PEM file instead of JSON that also contains the app secrets; {CREATE}"
            ),
            Self::Json(error) => write!(
                f,
                "the secret is not {{\"private_keys\":[{{\"id\",\"pem\"}}],\"app_secrets\":[…]}}: {error}; {CREATE}"
            ),
            Self::NoPrivateKey(skipped) if skipped.is_empty() => write!(
                f,
                "the secret contains no private key: member `private_keys` is empty; {CREATE}"
            ),
            Self::NoPrivateKey(skipped) => {
                write!(f, "none of the secret's private keys can be parsed")?;
                skipped.iter().try_for_each(|key| write!(f, "; {key}"))
            }
            Self::NoAppSecret => write!(
                f,
                "the secret contains no app secret: member `app_secrets` is empty; {CREATE}"
            ),
        }
    }
}

impl std::error::Error for KeyringError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailing_characters_after_the_json_are_an_error() {
        let trailing = Keyring::from_json(br#"{"private_keys":[],"app_secrets":[]}}"#).unwrap_err();
        let error =
            JsonError { member: ".".into(), line: 1, column: 37, kind: JsonErrorKind::Syntax };
        assert_eq!(trailing, KeyringError::Json(error));
        let empty = Keyring::from_json(b" {\"private_keys\":[],\"app_secrets\":[]}\n").unwrap_err();
        assert_eq!(empty, KeyringError::NoPrivateKey(Vec::new()));
    }

    #[test]
    fn error_messages_give_the_fix_and_do_not_quote_the_secret() {
        let key = |pem: &str| format!(r#"{{"id":"new","pem":"{pem}"}}"#);
        let message = |keys: &str, app_secrets: &str| {
            let json = format!(r#"{{"private_keys":[{keys}],"app_secrets":[{app_secrets}]}}"#);
            Keyring::from_json(json.as_bytes()).unwrap_err().to_string()
        };
        let empty = "the secret contains no private key: member `private_keys` is empty; create it";
        assert!(message("", "").starts_with(empty));
        let unreadable = message(&key("secret"), r#""secret""#);
        let start = "none of the secret's private keys can be parsed; private key \"new\": no PEM";
        assert!(unreadable.starts_with(start), "{unreadable}");
        assert!(!unreadable.contains("\"secret\""));
        let expected = "`private_keys[0]` is not an object with the members `id` and `pem` (line 1, \
                        column 18); create it with: flowctl secret";
        assert!(message("7", "").contains(expected), "{}", message("7", ""));
        assert!(KeyringError::NoAppSecret.to_string().contains("`app_secrets` is empty"));
    }
}
