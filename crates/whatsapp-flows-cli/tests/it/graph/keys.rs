//! The registered key of a number.

use serde_json::json;
use whatsapp_flows::protocol::public_key::parse_public_key_bytes;

use super::errors::{Answer, refuse};
use super::request::Request;
use super::state::{KeyShape, State};

impl State {
    pub fn registered_key(&self, number: &str) -> Answer {
        let key = self.numbers[number].key.as_ref().map(|(pem, valid)| {
            let status = if *valid { "VALID" } else { "MISMATCH" };
            json!({ "business_public_key": pem, "business_public_key_signature_status": status })
        });
        Ok(match (self.key_shape, key) {
            (KeyShape::List, key) => json!({ "data": key.into_iter().collect::<Vec<_>>() }),
            (KeyShape::Flat, key) => key.unwrap_or_else(|| json!({})),
            (KeyShape::Broken, key) => {
                let mut broken = key.unwrap_or_else(|| json!({}));
                broken["data"] = "broken".into();
                broken
            }
        })
    }

    pub fn register_key(&mut self, number: &str, request: &Request) -> Answer {
        let pem = request.parameter("business_public_key");
        let pem =
            pem.ok_or_else(|| refuse(100, "The parameter business_public_key is required."))?;
        if pem.contains("\\n") || parse_public_key_bytes(pem.as_bytes()).is_err() {
            return Err(refuse(100, "Invalid parameter").titled(
                "Invalid public key",
                "The public key is not a PEM of an RSA key of 2048 bits",
            ));
        }
        let number = self.numbers.get_mut(number).expect("it exists");
        number.key = Some((pem.to_owned(), true));
        Ok(json!({ "success": true }))
    }

    /// Registers the number anew: the key is no longer signed.
    pub fn register_anew(&mut self, number: &str) {
        if let Some((_, valid)) = &mut self.numbers.get_mut(number).expect("it exists").key {
            *valid = false;
        }
    }
}
