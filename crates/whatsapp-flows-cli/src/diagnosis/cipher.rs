//! AES in the modes that endpoints use by mistake, with keys and vectors of any supported length.

use aes_gcm::AesGcm;
use aes_gcm::aead::consts::{U12, U16};
use aes_gcm::aead::{AeadInOut, KeyInit, Nonce};
use aes_gcm::aes::cipher::BlockCipherDecrypt;
use aes_gcm::aes::{Aes128, Aes192, Aes256, Block};

/// Decrypts AES-GCM with a tag of 16 bytes at the end. `None` if the tag is wrong.
pub fn gcm_open(key: &[u8], iv: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let mut message = message.to_vec();
    run(key, iv, &mut message, Operation::Open)?;
    Some(message)
}

/// Decrypts AES-GCM without a tag: encryption is the same XOR as decryption.
pub fn gcm_open_unverified(key: &[u8], iv: &[u8], ciphertext: &[u8]) -> Option<Vec<u8>> {
    let mut message = ciphertext.to_vec();
    run(key, iv, &mut message, Operation::Seal)?;
    message.truncate(ciphertext.len());
    Some(message)
}

/// Encrypts AES-GCM, for requests with a mistake.
pub fn gcm_seal(key: &[u8], iv: &[u8], plaintext: &[u8]) -> Option<Vec<u8>> {
    let mut message = plaintext.to_vec();
    run(key, iv, &mut message, Operation::Seal)?;
    Some(message)
}

/// Decrypts AES-CBC. Without a vector the mode is ECB.
pub fn decrypt_blocks(key: &[u8], iv: Option<&[u8; 16]>, ciphertext: &[u8]) -> Option<Vec<u8>> {
    match key.len() {
        16 => blocks_with(&Aes128::new_from_slice(key).ok()?, iv, ciphertext),
        24 => blocks_with(&Aes192::new_from_slice(key).ok()?, iv, ciphertext),
        32 => blocks_with(&Aes256::new_from_slice(key).ok()?, iv, ciphertext),
        _ => None,
    }
}

#[derive(Clone, Copy)]
enum Operation {
    Open,
    Seal,
}

fn run(key: &[u8], iv: &[u8], message: &mut Vec<u8>, operation: Operation) -> Option<()> {
    match (key.len(), iv.len()) {
        (16, 16) => run_with::<AesGcm<Aes128, U16>>(key, iv, message, operation),
        (16, 12) => run_with::<AesGcm<Aes128, U12>>(key, iv, message, operation),
        (24, 16) => run_with::<AesGcm<Aes192, U16>>(key, iv, message, operation),
        (24, 12) => run_with::<AesGcm<Aes192, U12>>(key, iv, message, operation),
        (32, 16) => run_with::<AesGcm<Aes256, U16>>(key, iv, message, operation),
        (32, 12) => run_with::<AesGcm<Aes256, U12>>(key, iv, message, operation),
        _ => None,
    }
}

fn run_with<Cipher: AeadInOut + KeyInit>(
    key: &[u8],
    iv: &[u8],
    message: &mut Vec<u8>,
    operation: Operation,
) -> Option<()> {
    let cipher = Cipher::new_from_slice(key).ok()?;
    let nonce = <&Nonce<Cipher>>::try_from(iv).ok()?;
    match operation {
        Operation::Open => cipher.decrypt_in_place(nonce, b"", message).ok(),
        Operation::Seal => cipher.encrypt_in_place(nonce, b"", message).ok(),
    }
}

fn blocks_with(
    cipher: &impl BlockCipherDecrypt<BlockSize = U16>,
    iv: Option<&[u8; 16]>,
    ciphertext: &[u8],
) -> Option<Vec<u8>> {
    let (blocks, rest) = ciphertext.as_chunks::<16>();
    if blocks.is_empty() || !rest.is_empty() {
        return None;
    }
    let mut plaintext = Vec::with_capacity(ciphertext.len());
    let mut previous = iv;
    for block in blocks {
        let mut clear = Block::from(*block);
        cipher.decrypt_block(&mut clear);
        let chained = previous.copied().unwrap_or_default();
        plaintext.extend(clear.iter().zip(chained).map(|(byte, chained)| byte ^ chained));
        previous = iv.map(|_| block);
    }
    Some(plaintext)
}

/// Removes the padding of PKCS #7.
pub fn unpad(mut plaintext: Vec<u8>) -> Option<Vec<u8>> {
    let padding = usize::from(*plaintext.last()?);
    let length = plaintext.len().checked_sub(padding)?;
    let is_padding = (1..=16).contains(&padding)
        && plaintext[length..].iter().all(|byte| usize::from(*byte) == padding);
    plaintext.truncate(length);
    is_padding.then_some(plaintext)
}
