//! The JSON of the keyring.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;
use whatsapp_flows::protocol::keyring::{Keyring, KeyringError};

use crate::generators::keys::pair;
use crate::generators::{any_json, any_text_bytes};
use crate::support::properties;

properties! { 3000:
    fn no_bytes_panic_the_keyring_reader(json in any_text_bytes()) {
        prop_assert!(Keyring::from_json(&json).is_err());
    }
}

properties! { 3000:
    fn no_json_panics_the_keyring_reader(private_keys in any_json(), app_secrets in any_json()) {
        let json = json!({ "private_keys": private_keys, "app_secrets": app_secrets });
        prop_assert!(Keyring::from_json(json.to_string().as_bytes()).is_err());
    }
}

properties! { 200:
    fn a_keyring_is_valid_with_one_valid_key_and_app_secret(
        keys in vec((any::<bool>(), any::<Option<String>>(), any::<String>()), 0..4),
        app_secrets in vec(prop_oneof!["[ \t\n]{0,3}", "[!-~]{20,40}"], 0..4),
        unknown in any_json(),
    ) {
        let private_keys: Vec<_> = keys
            .iter()
            .map(|(good, id, text)| {
                json!({ "id": id, "pem": if *good { &pair().private_pem } else { text }, "new": unknown })
            })
            .collect();
        let json = json!({ "private_keys": private_keys, "app_secrets": app_secrets, "new": unknown });
        let good = keys.iter().filter(|(good, ..)| *good).count();
        let signing = app_secrets.iter().filter(|secret| !secret.trim().is_empty()).count();
        match Keyring::from_json(json.to_string().as_bytes()) {
            Ok((secret, skipped)) => {
                prop_assert!(good > 0 && signing > 0);
                prop_assert_eq!(secret.private_keys().len(), good);
                prop_assert_eq!(secret.app_secrets().len(), signing);
                prop_assert_eq!(skipped.len(), keys.len() - good);
                let shown = format!("{secret:?}");
                prop_assert!(!app_secrets.iter().any(|s| s.len() > 3 && shown.contains(s)));
            }
            Err(error) => {
                let expected = if good == 0 {
                    matches!(&error, KeyringError::NoPrivateKey(skipped) if skipped.len() == keys.len())
                } else {
                    signing == 0 && error == KeyringError::NoAppSecret
                };
                prop_assert!(expected, "{}", error);
            }
        }
    }
}
