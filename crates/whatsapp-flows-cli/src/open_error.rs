//! Explains a failed decryption: the body is something else, or it was encrypted with other parameters.
//!
//! The endpoint must not reveal the cause (all its 421 are alike). The developer, who has the private keys, may know
//! it.

use aes_gcm::AesGcm;
use aes_gcm::aead::consts::{U12, U16};
use aes_gcm::aead::{AeadInOut, KeyInit, Nonce};
use aes_gcm::aes::{Aes128, Aes192, Aes256};
use base64::prelude::{BASE64_STANDARD, Engine};
use pkcs8::DecodePrivateKey;
use rsa::{Oaep, Pkcs1v15Encrypt, PrivateKey};
use serde_json::Value;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use whatsapp_flows::protocol::envelope::{AES_BYTES, RSA_BYTES};

/// A private key of the secret: its id, and its PKCS#8 DER.
pub struct NamedKey {
    pub id: String,
    pub der: whatsapp_flows::protocol::pem::Der,
}

/// Explains to the developer that `Envelope::open` rejects this body.
pub fn explain(body: &[u8], keys: &[NamedKey]) -> String {
    let envelope = match Parts::parse(body) {
        Ok(parts) => parts,
        Err(cause) => return cause,
    };
    let mut unwrapped = Vec::new();
    for key in keys {
        let Ok(private_key) = PrivateKey::from_pkcs8_der(key.der.as_slice()) else { continue };
        for (padding, decrypt) in PADDINGS {
            if let Some(aes_key) = decrypt(&private_key, &envelope.aes_key) {
                unwrapped.push((key, padding, aes_key));
            }
        }
    }
    for (key, padding, aes_key) in &unwrapped {
        if let Some((bits, iv)) = envelope.find_cipher(aes_key) {
            let faults: Vec<_> = [padding, &bits, &iv].into_iter().copied().flatten().collect();
            return match &faults[..] {
                [] => "the decrypted request is not JSON".into(),
                faults => format!(
                    "private key \"{}\" decrypts it, but it was encrypted with {}",
                    key.id,
                    faults.join(", and with ")
                ),
            };
        }
    }
    // PKCS#1 v1.5 contains no hash: about one decryption in a few thousand succeeds by chance.
    match unwrapped.iter().find(|(_, padding, _)| *padding != Some(PKCS1_V1_5)) {
        Some((key, padding, _)) => format!(
            "private key \"{}\" decrypts encrypted_aes_key{}, but the AES key in it does not decrypt \
             encrypted_flow_data: the data, its tag (the last 16 bytes) or initial_vector was changed or \
             belongs to another request",
            key.id,
            padding.map(|padding| format!(" (encrypted with {padding})")).unwrap_or_default()
        ),
        None if keys.is_empty() => {
            "the secret holds no readable private key; check each with `flowctl key show`".into()
        }
        None => format!(
            "no private key ({}) decrypts encrypted_aes_key: it was encrypted for another public key; compare the \
             fingerprint of the key that Meta has with `flowctl key show`",
            keys.iter().map(|key| &*key.id).collect::<Vec<_>>().join(", ")
        ),
    }
}

/// The decoded members of an envelope, of any length.
struct Parts {
    flow_data: Vec<u8>,
    aes_key: Vec<u8>,
    iv: Vec<u8>,
}

impl Parts {
    fn parse(body: &[u8]) -> Result<Self, String> {
        let json: Value = serde_json::from_slice(body)
            .map_err(|_| "the body is not an encrypted request: it is not JSON".to_owned())?;
        if json.get("object").is_some() && json.get("entry").is_some() {
            return Err(
                "the body is a webhook of messages (member `object`), not an encrypted request; \
                        give the webhook another URL than the flow"
                    .into(),
            );
        }
        let named = |name: &str| json.get(name).and_then(Value::as_str);
        let [Some(flow_data), Some(aes_key), Some(iv)] = MEMBERS.map(named) else {
            let missing: Vec<_> =
                MEMBERS.into_iter().filter(|name| named(name).is_none()).collect();
            return Err(match json.get("action") {
                Some(_) => {
                    "the body is an unencrypted request; encrypt it with `flowctl seal`".into()
                }
                None => format!(
                    "the body is not an encrypted request: {} is missing or not a string",
                    missing.join(" and ")
                ),
            });
        };
        let decode = |name: &str, text: &str| {
            BASE64_STANDARD.decode(text).map_err(|_| {
                format!("{name} is not base64 (the standard alphabet, padded, without line breaks)")
            })
        };
        let parts = Self {
            flow_data: decode(MEMBERS[0], flow_data)?,
            aes_key: decode(MEMBERS[1], aes_key)?,
            iv: decode(MEMBERS[2], iv)?,
        };
        match parts.aes_key.len() {
            RSA_BYTES => Ok(parts),
            bytes => Err(format!(
                "encrypted_aes_key has {bytes} bytes, not {RSA_BYTES}: it was encrypted for a key that is not RSA-2048"
            )),
        }
    }

    /// Finds the cipher that decrypts the data. Returns its differences from Meta's AES-128-GCM with an IV of 16 bytes:
    /// the key size and the IV.
    fn find_cipher(&self, key: &[u8]) -> Option<(Option<&'static str>, Option<&'static str>)> {
        let bits = match key.len() {
            AES_BYTES => None,
            24 => Some("AES-192 instead of AES-128"),
            32 => Some("AES-256 instead of AES-128"),
            _ => return None,
        };
        let inverted: Vec<u8> = self.iv.iter().map(|byte| !byte).collect();
        let ivs = [
            (&self.iv[..], None),
            (self.iv.get(..12)?, Some("an IV of 12 bytes instead of 16")),
            (&inverted[..], Some("the inverted IV, which is for the reply")),
        ];
        let ivs = ivs.into_iter().map(|(iv, fault)| match iv.len() {
            12 => (iv, Some("an IV of 12 bytes instead of 16")),
            _ => (iv, fault),
        });
        let found = ivs.into_iter().find(|(iv, _)| match key.len() {
            AES_BYTES => {
                decrypts::<AesGcm<Aes128, U16>, AesGcm<Aes128, U12>>(key, iv, &self.flow_data)
            }
            24 => decrypts::<AesGcm<Aes192, U16>, AesGcm<Aes192, U12>>(key, iv, &self.flow_data),
            _ => decrypts::<AesGcm<Aes256, U16>, AesGcm<Aes256, U12>>(key, iv, &self.flow_data),
        });
        found.map(|(_, iv)| (bits, iv))
    }
}

/// Returns true if the cipher for an IV of this length decrypts the message.
fn decrypts<Iv16: AeadInOut + KeyInit, Iv12: AeadInOut + KeyInit>(
    key: &[u8],
    iv: &[u8],
    message: &[u8],
) -> bool {
    match iv.len() {
        12 => decrypts_with::<Iv12>(key, iv, message),
        _ => decrypts_with::<Iv16>(key, iv, message),
    }
}

fn decrypts_with<Cipher: AeadInOut + KeyInit>(key: &[u8], iv: &[u8], message: &[u8]) -> bool {
    let (Ok(cipher), Ok(nonce)) = (Cipher::new_from_slice(key), <&Nonce<Cipher>>::try_from(iv))
    else {
        return false;
    };
    cipher.decrypt_in_place(nonce, b"", &mut message.to_vec()).is_ok()
}

/// A padding and its decryption. `None` is the padding that Meta specifies: OAEP with SHA-256 for hash and mask.
type Padding = (Option<&'static str>, fn(&PrivateKey, &[u8]) -> Option<Vec<u8>>);

const PKCS1_V1_5: &str = "PKCS#1 v1.5 instead of OAEP with SHA-256";

const PADDINGS: [Padding; 6] = [
    (None, |key, wrapped| key.decrypt(Oaep::<Sha256>::new(), wrapped).ok()),
    (Some("OAEP with SHA-1 instead of SHA-256"), |key, wrapped| {
        key.decrypt(Oaep::<Sha1>::new(), wrapped).ok()
    }),
    (
        Some(
            "OAEP whose mask generation function uses SHA-1 instead of SHA-256 (the default in Java)",
        ),
        |key, wrapped| key.decrypt(Oaep::<Sha256, Sha1>::new_with_mgf_hash(), wrapped).ok(),
    ),
    (Some("OAEP with SHA-384 instead of SHA-256"), |key, wrapped| {
        key.decrypt(Oaep::<Sha384>::new(), wrapped).ok()
    }),
    (Some("OAEP with SHA-512 instead of SHA-256"), |key, wrapped| {
        key.decrypt(Oaep::<Sha512>::new(), wrapped).ok()
    }),
    (Some(PKCS1_V1_5), |key, wrapped| key.decrypt(Pkcs1v15Encrypt, wrapped).ok()),
];

const MEMBERS: [&str; 3] = ["encrypted_flow_data", "encrypted_aes_key", "initial_vector"];
