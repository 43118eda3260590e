//! The two ciphers of the data channel, with its parameters and no others: RSAES-OAEP with SHA-256
//! and MGF1-SHA-256 (RFC 8017, section 7.1), and AES-128-GCM with a 16-byte IV and a 16-byte tag
//! (NIST SP 800-38D).

use aes_gcm::AesGcm;
use aes_gcm::aead::consts::U16;
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::aes::Aes128;
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey};
use zeroize::Zeroizing;

/// Bytes of an AES-128 key, of the initial vector, and of the authentication tag (EP).
pub const AES_BYTES: usize = 16;
/// Bytes of an RSA-2048 ciphertext: what `encrypted_aes_key` holds (EP).
pub const RSA_BYTES: usize = 256;

/// An AES key from a request, wiped when dropped.
pub type AesKey = Zeroizing<[u8; AES_BYTES]>;

/// The message did not decrypt. Which check failed is not told, here or anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undecryptable;

type Aes128Gcm = AesGcm<Aes128, U16>;

#[cfg(feature = "testing")]
thread_local! {
    static RSA_OPERATIONS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// How many private operations this thread has run, for tests of what must not run one.
#[cfg(feature = "testing")]
pub fn rsa_operations() -> u64 {
    RSA_OPERATIONS.get()
}

/// RSAES-OAEP-DECRYPT with an empty label; the message may have any length.
pub fn oaep_decrypt(
    key: &OaepPrivateDecryptingKey,
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Undecryptable> {
    #[cfg(feature = "testing")]
    RSA_OPERATIONS.set(RSA_OPERATIONS.get() + 1);
    let mut message = Zeroizing::new(vec![0; key.min_output_size()]);
    let length = key
        .decrypt(&OAEP_SHA256_MGF1SHA256, ciphertext, &mut message, None)
        .map_err(|_| Undecryptable)?
        .len();
    message.truncate(length);
    Ok(message)
}

/// Decrypts `ciphertext ‖ tag` in place, or leaves nothing readable.
pub fn gcm_open(
    key: &[u8; AES_BYTES],
    iv: &[u8; AES_BYTES],
    aad: &[u8],
    message: &mut Vec<u8>,
) -> Result<(), Undecryptable> {
    Aes128Gcm::new(key.into()).decrypt_in_place(iv.into(), aad, message).map_err(|_| Undecryptable)
}

/// Encrypts in place and appends the tag.
pub fn gcm_seal(key: &[u8; AES_BYTES], iv: &[u8; AES_BYTES], aad: &[u8], message: &mut Vec<u8>) {
    Aes128Gcm::new(key.into())
        .encrypt_in_place(iv.into(), aad, message)
        .expect("AES-GCM takes 64 GB, a message is at most a few MB");
}
