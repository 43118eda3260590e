//! The two ciphers of the data channel, with the only parameters that it uses: RSAES-OAEP with SHA-256 and
//! MGF1-SHA-256 (RFC 8017, section 7.1), and AES-128-GCM with a 16-byte IV and a 16-byte tag (NIST SP 800-38D).

use aes_gcm::AesGcm;
use aes_gcm::aead::consts::U16;
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::aes::Aes128;
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey};
use zeroize::Zeroizing;

/// Length in bytes of an AES-128 key, of the initialization vector, and of the authentication tag (EP).
pub const AES_BYTES: usize = 16;
/// Length in bytes of an RSA-2048 ciphertext, and therefore of `encrypted_aes_key` (EP).
pub const RSA_BYTES: usize = 256;

/// The AES key of a request, zeroized when dropped.
pub type AesKey = Zeroizing<[u8; AES_BYTES]>;

/// An error for a message that does not decrypt. Deliberately does not say which check failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undecryptable;

type Aes128Gcm = AesGcm<Aes128, U16>;

#[cfg(feature = "testing")]
thread_local! {
    static RSA_OPERATIONS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// The number of RSA private operations that this thread has run, for tests of requests that must not cause one.
#[cfg(feature = "testing")]
pub fn rsa_operations() -> u64 {
    RSA_OPERATIONS.get()
}

/// Decrypts with RSAES-OAEP-DECRYPT (RFC 8017, section 7.1.2) and an empty label. The message may have any length.
///
/// # Errors
///
/// If the ciphertext was not encrypted for this key with these parameters.
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

/// Decrypts `ciphertext ‖ tag` in place and removes the tag.
///
/// # Errors
///
/// If the tag does not match. `message` then contains nothing of the plaintext.
pub fn gcm_open(
    key: &[u8; AES_BYTES],
    iv: &[u8; AES_BYTES],
    aad: &[u8],
    message: &mut Vec<u8>,
) -> Result<(), Undecryptable> {
    Aes128Gcm::new(key.into()).decrypt_in_place(iv.into(), aad, message).map_err(|_| Undecryptable)
}

/// Encrypts in place and appends the tag.
///
/// # Panics
///
/// If the message is larger than 64 GB.
pub fn gcm_seal(key: &[u8; AES_BYTES], iv: &[u8; AES_BYTES], aad: &[u8], message: &mut Vec<u8>) {
    Aes128Gcm::new(key.into())
        .encrypt_in_place(iv.into(), aad, message)
        .expect("AES-GCM encrypts up to 64 GB, and a message has at most a few MB");
}
