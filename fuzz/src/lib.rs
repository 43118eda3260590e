//! Shared by the targets: the business of events/, whose keys are published.

use std::sync::LazyLock;

use serde_json::Value;
use whatsapp_flows::testing::RequestSealer;
use whatsapp_flows::protocol::keyring::Keyring;

/// Its secret as JSON.
pub const JSON: &[u8] = include_bytes!("../../events/secret.json");

/// Its keys and its app secret.
pub static SECRET: LazyLock<Keyring> = LazyLock::new(|| Keyring::from_json(JSON).unwrap().0);

/// Encrypts requests for it.
pub static SEALING: LazyLock<RequestSealer> =
    LazyLock::new(|| RequestSealer::new(&SECRET.private_keys()[0].public_pem()).unwrap());

/// The passphrase of the keys in corpus/pem.
pub const PASSPHRASE: &str = "pass phrase";

/// JSON without fractions, which are not read to the last bit.
pub fn without_fractions(value: Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => Value::Null,
        Value::Array(items) => items.into_iter().map(without_fractions).collect(),
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (name, without_fractions(value))).collect()
        }
        other => other,
    }
}
