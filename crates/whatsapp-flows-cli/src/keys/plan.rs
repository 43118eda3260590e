//! The next step of a rotation. It follows from the secret and from what Meta shows, and from nothing else, so a rotation
//! that was stopped anywhere goes on where it was.

use jiff::Timestamp;
use whatsapp_flows::protocol::key::Fingerprint;

use super::place::NumberKey;
use crate::secret_store::Document;

/// The next step of a rotation.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// Make a key pair, and add it to the secret.
    Make,
    /// The newest key is in the secret and not at every number: prove it, and upload it.
    Upload,
    /// Meta has the newest key everywhere; record since when.
    Record,
    /// Meta has the newest key everywhere, since this time. The older keys wait to be taken out.
    Finished(Timestamp),
    /// Something else must be put right first.
    Refuse(Refusal),
}

/// The reason why a rotation does not start.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// No number has a key.
    NothingRegistered,
    /// This number has a key that the secret does not hold.
    Foreign(usize),
    /// This number does not have the only key of the secret as valid.
    NotEverywhere(usize),
}

/// Returns the next step.
pub fn plan(document: &Document, numbers: &[NumberKey]) -> Plan {
    let (stored, newest) = document.newest();
    let is_single = document.keys.len() == 1;
    let missing = numbers.iter().position(|number| !number.is_valid(newest.fingerprint()));
    let Some(missing) = missing else {
        return match stored.registered {
            _ if is_single => Plan::Make,
            Some(since) => Plan::Finished(since),
            None => Plan::Record,
        };
    };
    if !is_single {
        return Plan::Upload;
    }
    let foreign =
        |number: &NumberKey| number.fingerprint().is_some_and(|key| !holds(document, key));
    match numbers.iter().position(foreign) {
        Some(foreign) => Plan::Refuse(Refusal::Foreign(foreign)),
        None if numbers.iter().all(|number| number.fingerprint().is_none()) => {
            Plan::Refuse(Refusal::NothingRegistered)
        }
        None => Plan::Refuse(Refusal::NotEverywhere(missing)),
    }
}

/// Returns whether the secret holds the private half of a key.
pub fn holds(document: &Document, key: Fingerprint) -> bool {
    document.usable_keys().any(|(_, held)| held.fingerprint() == key)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use whatsapp_flows::protocol::public_key::parse_public_key;
    use whatsapp_flows::testing::KeyPair;

    use super::super::place::Registered;
    use super::*;
    use crate::graph::{PhoneNumberId, SignatureStatus};

    fn document(keys: &[(&KeyPair, Option<&str>)]) -> Document {
        let keys: Value = keys
            .iter()
            .map(|(pair, registered)| json!({ "pem": *pair.private_pem, "registered": registered }))
            .collect();
        let json =
            json!({ "private_keys": keys, "app_secrets": ["0123456789abcdef0123456789abcdef"] });
        Document::parse(json.to_string().as_bytes()).unwrap()
    }

    fn number(registered: Registered) -> NumberKey {
        NumberKey { number: PhoneNumberId::new("3").unwrap(), registered }
    }

    fn with(pair: &KeyPair, status: SignatureStatus) -> NumberKey {
        number(Registered::Key(parse_public_key(&pair.public_pem).unwrap(), Some(status)))
    }

    #[test]
    fn the_next_step_follows_from_the_secret_and_meta() {
        let [old, new, foreign] = [(); 3].map(|()| KeyPair::generate());
        let valid = |pair| with(pair, SignatureStatus::Valid);
        let mismatch = |pair| with(pair, SignatureStatus::Mismatch);
        let nothing = || number(Registered::Nothing);
        let since = "2026-11-27T10:00:00Z";
        let one = document(&[(&old, None)]);
        let both = document(&[(&new, None), (&old, Some(since))]);
        let recorded = document(&[(&new, Some(since)), (&old, None)]);
        for (document, numbers, expected) in [
            (&one, vec![valid(&old), valid(&old)], Plan::Make),
            (&both, vec![valid(&old), valid(&old)], Plan::Upload),
            (&both, vec![valid(&new), valid(&old)], Plan::Upload),
            (&both, vec![valid(&new), mismatch(&new)], Plan::Upload),
            (&both, vec![valid(&new), nothing()], Plan::Upload),
            (&both, vec![valid(&foreign)], Plan::Upload),
            (&both, vec![valid(&new), valid(&new)], Plan::Record),
            (&recorded, vec![valid(&new)], Plan::Finished(since.parse().unwrap())),
            (&recorded, vec![valid(&old)], Plan::Upload),
            (&one, vec![nothing()], Plan::Refuse(Refusal::NothingRegistered)),
            (
                &one,
                vec![number(Registered::Unreadable(None))],
                Plan::Refuse(Refusal::NothingRegistered),
            ),
            (&one, vec![valid(&old), nothing()], Plan::Refuse(Refusal::NotEverywhere(1))),
            (&one, vec![valid(&old), mismatch(&old)], Plan::Refuse(Refusal::NotEverywhere(1))),
            (&one, vec![valid(&old), valid(&foreign)], Plan::Refuse(Refusal::Foreign(1))),
        ] {
            assert_eq!(plan(document, &numbers), expected, "{numbers:?}");
        }
    }
}
