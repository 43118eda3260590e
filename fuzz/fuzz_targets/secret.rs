//! A secret that is read can serve: it has a private key and an app secret, and neither is empty. What is
//! refused is refused without a word of any app secret.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use whatsapp_flows::protocol::envelope::Envelope;
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows_fuzz::SEALING;

fuzz_target!(|data: &[u8]| {
    match Keyring::from_json(data) {
        Ok((secret, skipped)) => {
            // Other forms than a list are read as well.
            let tree = serde_json::from_slice::<Value>(data).unwrap_or_default();
            if let Some(all) = tree["private_keys"].as_array() {
                assert_eq!(secret.private_keys().len() + skipped.len(), all.len());
            }
            assert!(!secret.private_keys().is_empty() && !secret.app_secrets().is_empty());
            // The only whole key of the corpus is that of events/.
            let envelope = Envelope::parse(SEALING.seal(b"{}").body.as_bytes()).unwrap();
            assert!(envelope.open(secret.private_keys()).is_ok());
        }
        Err(error) => {
            let Ok(tree) = serde_json::from_slice::<Value>(data) else { return };
            let words = error.to_string();
            let secrets = tree["app_secrets"].as_array().into_iter().flatten();
            let mut secrets = secrets.filter_map(Value::as_str).filter(|text| text.len() >= 40);
            // A key may have an app secret's text for its name, and names are shown.
            let once = |text: &str| String::from_utf8_lossy(data).matches(text).count() == 1;
            assert!(!secrets.any(|text| words.contains(text) && once(text)));
        }
    }
});
