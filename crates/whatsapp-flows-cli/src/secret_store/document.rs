//! The JSON of a secret, which can be changed without losing the members that flowctl does not know.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use whatsapp_flows::protocol::app_secret;
use whatsapp_flows::protocol::key::{Fingerprint, PrivateKey};
use whatsapp_flows::protocol::keyring::{Keyring, KeyringError};
use whatsapp_flows::protocol::pem::PrivateKeyError;
use whatsapp_flows::protocol::signature::AppSecret;
use whatsapp_flows::protocol::text_encoding;
use zeroize::Zeroizing;

/// The members of a secret. `Debug` shows nothing of them.
#[derive(Clone)]
pub struct Document {
    text: Zeroizing<String>,
    /// The private keys, newest first.
    pub keys: Vec<StoredKey>,
    /// The app secrets, newest first.
    pub app_secrets: Vec<AppSecret>,
    /// Their texts, to prove them at Meta. Empty in a form that flowctl does not change.
    app_secret_texts: Vec<Zeroizing<String>>,
}

/// One entry of `private_keys`.
#[derive(Clone)]
pub struct StoredKey {
    /// Its `id`, or `#` and its position.
    pub id: String,
    /// The key, or the reason why the endpoint skips it.
    pub key: Result<PrivateKey, PrivateKeyError>,
    /// When `flowctl keys rotate` made the key.
    pub created: Option<Timestamp>,
    /// When `flowctl keys` saw the key as valid at Meta, on all numbers.
    pub registered: Option<Timestamp>,
}

/// The secret cannot be used, or cannot be changed.
#[derive(Debug, PartialEq)]
pub enum DocumentError {
    /// The endpoint rejects it.
    Unusable(KeyringError),
    /// The endpoint reads it, and it is not written as a JSON object.
    NotAnObject,
}

impl Document {
    /// Parses a secret that the endpoint accepts.
    pub fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        let (keyring, _) = Keyring::from_json(bytes).map_err(DocumentError::Unusable)?;
        let text = text_encoding::decode(bytes)
            .map_err(|_| DocumentError::Unusable(KeyringError::InvalidEncoding))?;
        let app_secrets = keyring.app_secrets().to_vec();
        let members = members(&text);
        let app_secret_texts = members.as_ref().map(texts).unwrap_or_default();
        let listed = members.as_ref().map(stored_keys);
        let keys = listed.filter(|keys| keys.iter().any(|stored| stored.key.is_ok()));
        let keys = keys.unwrap_or_else(|| {
            let plain = |key: &PrivateKey| StoredKey {
                id: key.id().to_string(),
                key: Ok(key.clone()),
                created: None,
                registered: None,
            };
            keyring.private_keys().iter().map(plain).collect()
        });
        Ok(Self { text, keys, app_secrets, app_secret_texts })
    }

    /// The keys that the endpoint uses, newest first.
    pub fn usable_keys(&self) -> impl Iterator<Item = (&StoredKey, &PrivateKey)> {
        self.keys.iter().filter_map(|stored| Some((stored, stored.key.as_ref().ok()?)))
    }

    /// The newest key that the endpoint uses.
    pub fn newest(&self) -> (&StoredKey, &PrivateKey) {
        self.usable_keys().next().expect("the endpoint accepts the secret")
    }

    /// The newest app secret.
    pub fn newest_app_secret(&self) -> &AppSecret {
        &self.app_secrets[0]
    }

    /// The texts of the app secrets, newest first.
    pub fn app_secret_texts(&self) -> &[Zeroizing<String>] {
        &self.app_secret_texts
    }

    /// The text that is stored.
    pub fn text(&self) -> &Zeroizing<String> {
        &self.text
    }

    /// Adds a private key as the newest.
    pub fn with_key(&self, id: &str, pem: &str, created: Timestamp) -> Result<Self, DocumentError> {
        let key = json!({ "id": id, "pem": pem, "created": created.to_string() });
        self.changed(|members| list(members, "private_keys").insert(0, key))
    }

    /// Records when a key was seen as valid at Meta.
    pub fn with_registered(
        &self,
        fingerprint: Fingerprint,
        at: Timestamp,
    ) -> Result<Self, DocumentError> {
        let position = self.position(|key| key.fingerprint() == fingerprint);
        self.changed(|members| {
            let keys = list(members, "private_keys");
            if let Some(key) = position.and_then(|position| keys.get_mut(position)) {
                if let Value::String(pem) = key {
                    *key = json!({ "pem": pem });
                }
                key["registered"] = at.to_string().into();
            }
        })
    }

    /// Removes every key but one.
    pub fn with_only_key(&self, fingerprint: Fingerprint) -> Result<Self, DocumentError> {
        let position = self.position(|key| key.fingerprint() == fingerprint);
        self.changed(|members| {
            let keys = list(members, "private_keys");
            *keys = position.map(|position| keys.swap_remove(position)).into_iter().collect();
        })
    }

    /// Adds an app secret as the newest.
    pub fn with_app_secret(&self, app_secret: &str) -> Result<Self, DocumentError> {
        self.changed(|members| list(members, "app_secrets").insert(0, app_secret.into()))
    }

    /// Removes every app secret but the newest.
    pub fn with_newest_app_secret(&self) -> Result<Self, DocumentError> {
        self.changed(|members| list(members, "app_secrets").truncate(1))
    }

    fn position(&self, is_wanted: impl Fn(&PrivateKey) -> bool) -> Option<usize> {
        self.keys.iter().position(|stored| stored.key.as_ref().is_ok_and(&is_wanted))
    }

    fn changed(&self, change: impl FnOnce(&mut Map<String, Value>)) -> Result<Self, DocumentError> {
        let mut members = members(&self.text).ok_or(DocumentError::NotAnObject)?;
        change(&mut members);
        let text = Zeroizing::new(format!("{:#}\n", Value::Object(members)));
        Self::parse(text.as_bytes())
    }
}

/// The members of a secret that is a JSON object, with lists where a single element or a JSON text was given.
fn members(text: &str) -> Option<Map<String, Value>> {
    let Value::Object(mut members) = serde_json::from_str(text).ok()? else { return None };
    for name in ["private_keys", "app_secrets"] {
        let value = members.remove(name)?;
        let value = match &value {
            Value::String(json) => nested(json).unwrap_or(value),
            _ => value,
        };
        let elements = match value {
            Value::Array(elements) => elements,
            element => vec![element],
        };
        let elements = elements.into_iter().map(|element| match &element {
            Value::String(json) => nested(json).unwrap_or(element),
            _ => element,
        });
        members.insert(name.into(), elements.collect());
    }
    Some(members)
}

/// The object or list that a text holds, as a console's form writes it.
fn nested(text: &str) -> Option<Value> {
    let parsed = text.trim_start().starts_with(['{', '[']).then(|| serde_json::from_str(text).ok());
    parsed.flatten()
}

fn list<'a>(members: &'a mut Map<String, Value>, name: &str) -> &'a mut Vec<Value> {
    members[name].as_array_mut().expect("`members` makes lists of them")
}

fn stored_keys(members: &Map<String, Value>) -> Vec<StoredKey> {
    let entries = members["private_keys"].as_array().map(Vec::as_slice).unwrap_or_default();
    let keys = entries.iter().enumerate().map(|(position, entry)| {
        let id = entry["id"].as_str().map_or_else(|| format!("#{}", position + 1), str::to_owned);
        let pem = entry.as_str().or(entry["pem"].as_str()).unwrap_or_default();
        let key = PrivateKey::from_pem(id.as_str(), pem, entry["passphrase"].as_str());
        let date = |name: &str| entry[name].as_str().and_then(|text| text.parse().ok());
        StoredKey { key, created: date("created"), registered: date("registered"), id }
    });
    keys.collect()
}

fn texts(members: &Map<String, Value>) -> Vec<Zeroizing<String>> {
    let texts = members["app_secrets"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let cleaned = texts.map(|text| app_secret::parse(text).unwrap_or(text.trim()));
    cleaned.filter(|text| !text.is_empty()).map(|text| Zeroizing::new(text.to_owned())).collect()
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Document([redacted])")
    }
}

impl std::fmt::Display for DocumentError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unusable(error) => error.fmt(f),
            Self::NotAnObject => f.write_str(
                "the secret is not a JSON object with the members `private_keys` and `app_secrets`: the endpoint \
                 reads it, and flowctl does not change it; store it again as `flowctl secret` writes it",
            ),
        }
    }
}

impl std::error::Error for DocumentError {}

#[cfg(test)]
mod tests {
    use whatsapp_flows::testing::KeyPair;

    use super::*;

    const APP_SECRET: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn unknown_members_survive_a_change() {
        let (old, new) = (KeyPair::generate(), KeyPair::generate());
        let json = json!({
            "private_keys": [{ "id": "old", "pem": *old.private_pem, "note": "kept" }],
            "app_secrets": [APP_SECRET], "owner": { "team": "kept" },
        });
        let document = Document::parse(json.to_string().as_bytes()).unwrap();
        let at: Timestamp = "2026-11-27T10:00:00Z".parse().unwrap();
        let both = document.with_key("new", &new.private_pem, at).unwrap();
        let ids: Vec<_> = both.keys.iter().map(|key| key.id.as_str()).collect();
        assert_eq!(ids, ["new", "old"]);
        assert_eq!(both.newest().1.fingerprint(), new.fingerprint);
        let registered = both.with_registered(new.fingerprint, at).unwrap();
        assert_eq!(
            (registered.keys[0].created, registered.keys[0].registered),
            (Some(at), Some(at))
        );
        assert_eq!(registered.keys[1].registered, None);
        let stored: Value = serde_json::from_str(registered.text()).unwrap();
        assert_eq!(stored["owner"], json["owner"]);
        assert_eq!(stored["private_keys"][1], json["private_keys"][0]);
        let one = registered.with_only_key(new.fingerprint).unwrap();
        assert_eq!((one.keys.len(), one.keys[0].id.as_str()), (1, "new"));
        let two = one.with_app_secret("fedcba9876543210fedcba9876543210").unwrap();
        let texts: Vec<&str> = two.app_secret_texts().iter().map(|text| text.as_str()).collect();
        assert_eq!(
            (two.app_secrets.len(), texts),
            (2, vec!["fedcba9876543210fedcba9876543210", APP_SECRET])
        );
        let stored: Value =
            serde_json::from_str(two.with_newest_app_secret().unwrap().text()).unwrap();
        assert_eq!(stored["app_secrets"], json!(["fedcba9876543210fedcba9876543210"]));
        assert_eq!(format!("{two:?}"), "Document([redacted])");
    }

    #[test]
    fn forms_of_consoles_become_lists_when_they_are_changed() {
        let pair = KeyPair::generate();
        let keys = json!([{ "id": "a", "pem": *pair.private_pem }]).to_string();
        for keys in [json!(keys), json!(*pair.private_pem)] {
            let json = json!({ "private_keys": keys, "app_secrets": APP_SECRET });
            let document = Document::parse(json.to_string().as_bytes()).unwrap();
            let changed =
                document.with_registered(pair.fingerprint, Timestamp::UNIX_EPOCH).unwrap();
            assert_eq!(changed.keys[0].registered, Some(Timestamp::UNIX_EPOCH));
            let stored: Value = serde_json::from_str(changed.text()).unwrap();
            assert_eq!(stored["app_secrets"], json!([APP_SECRET]));
            assert_eq!(stored["private_keys"][0]["pem"], *pair.private_pem);
        }
        // The whole as a JSON text is read, and is not changed.
        let object = json!({ "private_keys": [{ "id": "a", "pem": *pair.private_pem }], "app_secrets": [APP_SECRET] });
        let text = json!(object.to_string()).to_string();
        let document = Document::parse(text.as_bytes()).unwrap();
        assert_eq!(document.keys[0].id, "a");
        assert_eq!(document.with_newest_app_secret().unwrap_err(), DocumentError::NotAnObject);
    }

    #[test]
    fn a_key_that_the_endpoint_skips_is_kept_and_marked() {
        let pair = KeyPair::generate();
        let json = json!({
            "private_keys": [{ "id": "bad", "pem": "MARK" }, { "id": "good", "pem": *pair.private_pem }],
            "app_secrets": [APP_SECRET],
        });
        let document = Document::parse(json.to_string().as_bytes()).unwrap();
        assert!(document.keys[0].key.is_err() && document.keys.len() == 2);
        assert_eq!(document.newest().0.id, "good");
        let one = document.with_only_key(pair.fingerprint).unwrap();
        assert_eq!(one.keys[0].id, "good");
    }
}
