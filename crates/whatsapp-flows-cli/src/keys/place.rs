//! The three places of a key: the secret, Meta, and the running function.

use whatsapp_flows::protocol::key::Fingerprint;
use whatsapp_flows::protocol::public_key::{PublicKeyDer, parse_public_key};

use crate::graph::{AppId, ControlPlane, GraphError, PhoneNumberId, SignatureStatus, WabaId};
use crate::secret_store::SecretStore;

/// The place of the keys of an environment.
pub struct Places {
    pub store: SecretStore,
    pub control: Box<dyn ControlPlane>,
    /// The numbers that use the key.
    pub numbers: Vec<PhoneNumberId>,
    pub waba: Option<WabaId>,
    pub app: Option<AppId>,
    /// The address of a flow, to which pings are sent.
    pub flow_url: Option<String>,
}

/// The key that Meta gives to the clients of one number.
#[derive(Debug, Clone)]
pub struct NumberKey {
    pub number: PhoneNumberId,
    pub registered: Registered,
}

/// The key that is registered for a number.
#[derive(Debug, Clone, PartialEq)]
pub enum Registered {
    /// None.
    Nothing,
    /// Something that is not an RSA-2048 public key. Meta shows a blank after a number was registered anew.
    Unreadable(Option<SignatureStatus>),
    Key(PublicKeyDer, Option<SignatureStatus>),
}

impl Places {
    /// Asks Meta for the key of every number.
    pub fn number_keys(&self) -> Result<Vec<NumberKey>, GraphError> {
        self.numbers.iter().map(|number| self.number_key(number)).collect()
    }

    /// Asks Meta for the key of one number.
    pub fn number_key(&self, number: &PhoneNumberId) -> Result<NumberKey, GraphError> {
        number_key(self.control.as_ref(), number)
    }
}

/// Asks Meta for the key of one number.
pub fn number_key(
    control: &dyn ControlPlane,
    number: &PhoneNumberId,
) -> Result<NumberKey, GraphError> {
    let registered = match control.registered_key(number)? {
        None => Registered::Nothing,
        Some(key) => match parse_public_key(&key.pem) {
            Ok(der) => Registered::Key(der, key.signature_status),
            Err(_) => Registered::Unreadable(key.signature_status),
        },
    };
    Ok(NumberKey { number: number.clone(), registered })
}

impl NumberKey {
    /// The registered key.
    pub fn key(&self) -> Option<&PublicKeyDer> {
        match &self.registered {
            Registered::Key(key, _) => Some(key),
            _ => None,
        }
    }

    /// The fingerprint of the registered key.
    pub fn fingerprint(&self) -> Option<Fingerprint> {
        match &self.registered {
            Registered::Key(key, _) => Some(Fingerprint::from_der(&key.der)),
            _ => None,
        }
    }

    /// Returns whether clients of the number use this key, and Meta shows it as valid.
    pub fn is_valid(&self, fingerprint: Fingerprint) -> bool {
        match &self.registered {
            // The older form of Meta's answer has no status.
            Registered::Key(_, status) => {
                matches!(status, None | Some(SignatureStatus::Valid))
                    && self.fingerprint() == Some(fingerprint)
            }
            _ => false,
        }
    }

    /// The state in a few words.
    pub fn describe(&self) -> String {
        let status = |status: &Option<SignatureStatus>| {
            status.as_ref().map_or_else(String::new, |status| format!(" {status}"))
        };
        match &self.registered {
            Registered::Nothing => "no key".into(),
            Registered::Unreadable(s) => format!("no readable key{}", status(s)),
            Registered::Key(key, s) => {
                format!("{}{}", short(Fingerprint::from_der(&key.der)), status(s))
            }
        }
    }
}

/// The first eight digits of a fingerprint.
pub fn short(fingerprint: Fingerprint) -> String {
    format!("{}…", &fingerprint.to_string()[..8])
}
