//! The stored form of a reply: one LZ4 block after the length of its text, encrypted.

use sha2::{Digest, Sha256};

use super::reply_encryption::StoredReplyKeys;
use crate::protocol::cipher::AES_BYTES;

/// The largest compressed reply that is stored, in bytes.
pub const MAX_STORED_BYTES: usize = 64 << 10;

/// The text that a flow's replies have in common, so that short ones compress well: writes are billed by the kilobyte.
/// A reply that was stored with another dictionary, before a deployment, counts as not stored.
#[derive(Default)]
pub(crate) struct Dictionary {
    text: Vec<u8>,
    digest: [u8; 8],
}

impl Dictionary {
    /// The longest dictionary, in bytes. Each reply is compared with it, which takes about a microsecond.
    const MAX_BYTES: usize = 4 << 10;

    /// Makes a dictionary from text similar to the replies.
    pub fn new(text: &str) -> Self {
        let text = &text.as_bytes()[..text.len().min(Self::MAX_BYTES)];
        let digest = *Sha256::digest(text).first_chunk().expect("SHA-256 has 32 bytes");
        Self { text: text.to_vec(), digest }
    }
}

/// Compresses and encrypts a plaintext; `None` if it is too large to store.
pub(super) fn pack(
    plaintext: &[u8],
    dictionary: &Dictionary,
    keys: &StoredReplyKeys<'_>,
    iv: [u8; AES_BYTES],
) -> Option<Vec<u8>> {
    let packed = lz4_flex::block::compress_prepend_size_with_dict(plaintext, &dictionary.text);
    (packed.len() <= MAX_STORED_BYTES).then(|| keys.seal(iv, &dictionary.digest, packed))
}

/// Decrypts and decompresses a plaintext; `None` if the bytes are not ours, or their app secret or dictionary is gone.
pub(super) fn unpack(
    packed: &[u8],
    dictionary: &Dictionary,
    keys: &StoredReplyKeys<'_>,
) -> Option<Vec<u8>> {
    let packed = keys.open(&dictionary.digest, packed)?;
    let length = u32::from_le_bytes(*packed.first_chunk()?);
    // The decompressor allocates this length before it reads a byte.
    if length as usize > crate::protocol::response::MAX_BYTES {
        return None;
    }
    let plaintext =
        lz4_flex::block::decompress_size_prepended_with_dict(&packed, &dictionary.text).ok()?;
    (plaintext.len() == length as usize).then_some(plaintext)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::signature::AppSecret;
    use crate::protocol::token::FlowToken;

    fn with_keys(test: impl FnOnce(&StoredReplyKeys<'_>)) {
        let app_secrets = [AppSecret::new("secret").unwrap()];
        let token = &FlowToken::new("T").unwrap();
        test(&StoredReplyKeys::new(&app_secrets, 0, token));
    }

    #[test]
    fn a_stored_reply_is_restored_byte_for_byte() {
        with_keys(|keys| {
            let long = "abc ".repeat(200_000);
            for text in ["", "{}", r#"{"screen":"A","data":{"a":"Zo\u00eb"}}"#, &long] {
                for dictionary in ["", r#"{"data":{"a":"","b":"#, &long].map(Dictionary::new) {
                    let packed = pack(text.as_bytes(), &dictionary, keys, [1; 16]);
                    let packed = packed.expect("it compresses well");
                    let unpacked = unpack(&packed, &dictionary, keys);
                    assert_eq!(unpacked.as_deref(), Some(text.as_bytes()));
                    assert_eq!(unpack(&packed, &Dictionary::new("another"), keys), None);
                }
            }
        });
    }

    #[test]
    fn an_incompressible_reply_has_a_limit_and_invalid_bytes_are_ignored() {
        let mut random = 1_u64;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (random >> 56) as u8
        })
        .take(MAX_STORED_BYTES)
        .collect();
        let none = Dictionary::default();
        with_keys(|keys| {
            assert_eq!(pack(&noise, &none, keys, [1; 16]), None);
            assert!(pack(&noise[..60_000], &none, keys, [1; 16]).is_some());
            for strange in [&b""[..], b"abc", &[0xff; 40], &[9, 0, 0, 0, 1]] {
                assert_eq!(unpack(strange, &none, keys), None);
                let sealed = keys.seal([1; 16], &none.digest, strange.to_vec());
                assert_eq!(unpack(&sealed, &none, keys), None);
            }
        });
    }
}
