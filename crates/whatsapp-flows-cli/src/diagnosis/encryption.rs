//! The encryption of a reply: Meta's parameters, and the usual wrong ones.

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::RequestKey;
use super::cipher::{decrypt_blocks, gcm_open, gcm_open_unverified, unpad};
use super::mistake::Mistake;

/// A decrypted message, and the mistakes of its encryption.
pub struct Message {
    pub mistakes: Vec<Mistake>,
    pub plaintext: Vec<u8>,
}

/// Decrypts bytes with Meta's parameters, or with wrong ones. A message whose tag cannot be verified counts only if it
/// is a JSON object.
pub fn decrypt(bytes: &[u8], key: &RequestKey) -> Option<Message> {
    let keys = keys(key);
    let vectors = vectors(bytes, key);
    let each = || keys.iter().flat_map(|key| vectors.iter().map(move |vector| (key, vector)));
    let verified = each().find_map(|((key, key_mistake), vector)| {
        let is_right_key = key_mistake.is_none();
        let (plaintext, tag) = open_verified(key, is_right_key, &vector.iv, vector.data)?;
        Some(message(plaintext, [*key_mistake, vector.mistake, tag]))
    });
    let unverified = || {
        each().find_map(|((key, key_mistake), vector)| {
            let (plaintext, tag) = open_unverified(key, &vector.iv, vector.data)?;
            Some(message(plaintext, [*key_mistake, vector.mistake, Some(tag)]))
        })
    };
    let in_blocks = || {
        each().find_map(|((key, key_mistake), vector)| {
            let iv = vector.iv.as_slice().try_into().ok()?;
            let plaintext = open_blocks(key, Some(iv), vector.data)?;
            Some(message(plaintext, [*key_mistake, vector.mistake, Some(Mistake::Cbc)]))
        })
    };
    let without_vector = || {
        keys.iter().find_map(|(key, key_mistake)| {
            let plaintext = open_blocks(key, None, bytes)?;
            Some(message(plaintext, [*key_mistake, None, Some(Mistake::Ecb)]))
        })
    };
    verified.or_else(unverified).or_else(in_blocks).or_else(without_vector)
}

fn message(plaintext: Vec<u8>, mistakes: [Option<Mistake>; 3]) -> Message {
    Message { mistakes: mistakes.into_iter().flatten().collect(), plaintext }
}

/// The key of the request, and the longer keys that programs make from it.
fn keys(key: &RequestKey) -> Vec<(Vec<u8>, Option<Mistake>)> {
    let short = key.key;
    let hex: String = short.iter().map(|byte| format!("{byte:02x}")).collect();
    vec![
        (short.to_vec(), None),
        // PHP fills a short key with zeros.
        ([short, [0; 16]].concat(), Some(Mistake::Aes256)),
        (Sha256::digest(short).to_vec(), Some(Mistake::Aes256)),
        ([short, short].concat(), Some(Mistake::Aes256)),
        (hex.into_bytes(), Some(Mistake::Aes256)),
        ([&short[..], &[0; 8]].concat(), Some(Mistake::Aes192)),
        (BASE64_STANDARD.encode(short).into_bytes(), Some(Mistake::Aes192)),
    ]
}

/// An initialization vector, and the bytes that it encrypts.
struct Vector<'a> {
    iv: Vec<u8>,
    data: &'a [u8],
    mistake: Option<Mistake>,
}

fn vectors<'a>(bytes: &'a [u8], key: &RequestKey) -> Vec<Vector<'a>> {
    let inverted = key.iv.map(|byte| !byte);
    let fixed = [
        (&inverted[..], None),
        (&key.iv[..], Some(Mistake::IvNotInverted)),
        (&inverted[..12], Some(Mistake::IvTwelveBytes)),
        (&key.iv[..12], Some(Mistake::IvTwelveBytesNotInverted)),
        (&[0; 16][..], Some(Mistake::IvZero)),
        (&[0; 12][..], Some(Mistake::IvZero)),
    ];
    let mut vectors: Vec<_> = fixed
        .into_iter()
        .map(|(iv, mistake)| Vector { iv: iv.to_vec(), data: bytes, mistake })
        .collect();
    for length in [16, 12] {
        let Some((first, rest)) = bytes.split_at_checked(length) else { continue };
        vectors.push(Vector { iv: first.into(), data: rest, mistake: Some(Mistake::IvPrefixed) });
        let (rest, last) = bytes.split_at(bytes.len() - length);
        vectors.push(Vector { iv: last.into(), data: rest, mistake: Some(Mistake::IvAppended) });
        // The vector is sent although it is the right one.
        if length == 16 {
            let iv = inverted.to_vec();
            vectors.push(Vector { iv, data: &bytes[16..], mistake: Some(Mistake::IvPrefixed) });
        }
    }
    vectors
}

/// Decrypts and verifies. With a wrong key only what starts like an object is decrypted, because most trials fail, and a
/// reply may be large.
fn open_verified(
    key: &[u8],
    is_right_key: bool,
    iv: &[u8],
    data: &[u8],
) -> Option<(Vec<u8>, Option<Mistake>)> {
    if (is_right_key || starts_like_object(key, iv, data))
        && let Some(plaintext) = gcm_open(key, iv, data)
    {
        return Some((plaintext, None));
    }
    let (tag, ciphertext) = data.split_at_checked(16)?;
    if !starts_like_object(key, iv, ciphertext) {
        return None;
    }
    let plaintext = gcm_open(key, iv, &[ciphertext, tag].concat())?;
    Some((plaintext, Some(Mistake::TagFirst)))
}

fn starts_like_object(key: &[u8], iv: &[u8], ciphertext: &[u8]) -> bool {
    let start = &ciphertext[..ciphertext.len().min(16)];
    gcm_open_unverified(key, iv, start)
        .is_some_and(|start| start.trim_ascii_start().starts_with(b"{"))
}

/// Decrypts without verification. What follows the JSON object in the plaintext is a tag that was decrypted as well.
fn open_unverified(key: &[u8], iv: &[u8], data: &[u8]) -> Option<(Vec<u8>, Mistake)> {
    if !starts_like_object(key, iv, data) {
        return None;
    }
    let mut plaintext = gcm_open_unverified(key, iv, data)?;
    let mut values = serde_json::Deserializer::from_slice(&plaintext).into_iter::<Value>();
    values.next()?.ok()?.as_object()?;
    let length = values.byte_offset();
    let tag = match plaintext.len() - length {
        0 => Mistake::TagMissing,
        16 => Mistake::TagWrong,
        4..16 => Mistake::TagShort,
        _ => return None,
    };
    plaintext.truncate(length);
    Some((plaintext, tag))
}

/// Decrypts AES-CBC or ECB, and removes the padding of PKCS #7.
fn open_blocks(key: &[u8], iv: Option<&[u8; 16]>, ciphertext: &[u8]) -> Option<Vec<u8>> {
    let start = decrypt_blocks(key, iv, ciphertext.get(..16)?)?;
    if !start.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    let plaintext = unpad(decrypt_blocks(key, iv, ciphertext)?)?;
    serde_json::from_slice::<Value>(&plaintext)
        .is_ok_and(|value| value.is_object())
        .then_some(plaintext)
}
