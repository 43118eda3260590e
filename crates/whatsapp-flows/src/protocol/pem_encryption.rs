//! Decryption of private keys with a passphrase: RFC 1421's `DEK-Info`, and PKCS#8's PBES2 (RFC 8018) and
//! PBE-SHA1-3DES (RFC 7292). Some of these methods are old, but Meta's key generator and OpenSSL have written them for
//! years.

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt, KeyInit, KeyIvInit};
use des::TdesEde3;
use md5::{Digest, Md5};
use pkcs8::der::asn1::{AnyRef, OctetStringRef};
use pkcs8::der::{Decode, Reader, SliceReader};
use pkcs8::pkcs5::EncryptionScheme;
use pkcs8::pkcs5::pbes2::Kdf;
use pkcs8::spki::AlgorithmIdentifierRef;
use pkcs8::{EncryptedPrivateKeyInfoRef, ObjectIdentifier};
use sha1::Sha1;
use zeroize::Zeroizing;

use super::der::Der;
use super::private_key_error::PrivateKeyError;

/// `pbeWithSHAAnd3-KeyTripleDES-CBC` (RFC 7292, appendix C).
const PBE_SHA1_3DES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.3");
/// The largest accepted number of iterations. It is above the recommendation of OWASP's *Password Storage* page and
/// takes about a second: a damaged or malicious file must not keep a Lambda function busy.
const MAX_ROUNDS: u32 = 2_000_000;
/// The largest accepted amount of memory that scrypt fills, in bytes: four times OpenSSL's default, and about a second
/// of work.
const MAX_SCRYPT_BYTES: u64 = 128 << 20;

/// The header `DEK-Info: <cipher>,<IV in hex>` (RFC 1421, section 4.6.1.3).
pub(super) struct DekInfo {
    pub cipher: String,
    pub iv: Vec<u8>,
}

/// Decrypts a key with RFC 1421's legacy encryption.
pub(super) fn decrypt_dek_info(
    DekInfo { cipher, iv }: DekInfo,
    der: Der,
    passphrase: &str,
) -> Result<Der, PrivateKeyError> {
    let salt = *iv.first_chunk().ok_or(PrivateKeyError::Damaged)?;
    match &*cipher {
        "DES-EDE3-CBC" => cbc_decrypt::<TdesEde3>(&*bytes_to_key::<24>(passphrase, salt), &iv, der),
        "AES-128-CBC" => cbc_decrypt::<Aes128>(&*bytes_to_key::<16>(passphrase, salt), &iv, der),
        "AES-192-CBC" => cbc_decrypt::<Aes192>(&*bytes_to_key::<24>(passphrase, salt), &iv, der),
        "AES-256-CBC" => cbc_decrypt::<Aes256>(&*bytes_to_key::<32>(passphrase, salt), &iv, der),
        _ => Err(PrivateKeyError::UnsupportedEncryption),
    }
}

/// Decrypts an `EncryptedPrivateKeyInfo` (RFC 5958, section 3).
pub(super) fn decrypt_pkcs8(der: &[u8], passphrase: &str) -> Result<Der, PrivateKeyError> {
    if let Some((parameters, encrypted)) = pbe_sha1_3des(der)? {
        return decrypt_pbe_sha1_3des(parameters, encrypted, passphrase);
    }
    let info = EncryptedPrivateKeyInfoRef::try_from(der)
        .map_err(|_| PrivateKeyError::UnsupportedEncryption)?;
    if !has_acceptable_cost(&info.encryption_algorithm) {
        return Err(PrivateKeyError::UnsupportedEncryption);
    }
    let key = info.decrypt(passphrase).map_err(|_| PrivateKeyError::PassphraseWrong)?;
    Ok(Zeroizing::new(key.as_bytes().to_vec()))
}

/// Reports whether the key derivation stays within the limits. The file chooses its cost, which could be hours of work
/// or all available memory.
fn has_acceptable_cost(scheme: &EncryptionScheme) -> bool {
    match scheme.pbes2().map(|parameters| &parameters.kdf) {
        Some(Kdf::Pbkdf2(pbkdf2)) => (1..=MAX_ROUNDS).contains(&pbkdf2.iteration_count),
        // RFC 7914, section 2: 128 · N · r bytes, p times.
        Some(Kdf::Scrypt(scrypt)) => scrypt
            .cost_parameter
            .checked_mul(128 * u64::from(scrypt.block_size) * u64::from(scrypt.parallelization))
            .is_some_and(|bytes| bytes <= MAX_SCRYPT_BYTES),
        _ => false,
    }
}

/// Returns the parameters and the ciphertext if the key is encrypted with PBE-SHA1-3DES.
fn pbe_sha1_3des(der: &[u8]) -> Result<Option<(AnyRef<'_>, &[u8])>, PrivateKeyError> {
    let parsed = SliceReader::new(der).and_then(|mut reader| {
        reader.sequence(|reader| {
            let algorithm = AlgorithmIdentifierRef::decode(reader)?;
            Ok((algorithm, <&OctetStringRef>::decode(reader)?.as_bytes()))
        })
    });
    let (algorithm, encrypted) = parsed.map_err(|_: pkcs8::der::Error| PrivateKeyError::Damaged)?;
    if algorithm.oid != PBE_SHA1_3DES {
        return Ok(None);
    }
    Ok(Some((algorithm.parameters.ok_or(PrivateKeyError::Damaged)?, encrypted)))
}

fn decrypt_pbe_sha1_3des(
    parameters: AnyRef<'_>,
    encrypted: &[u8],
    passphrase: &str,
) -> Result<Der, PrivateKeyError> {
    let parsed = parameters.sequence(|reader| {
        Ok::<_, pkcs8::der::Error>((
            <&OctetStringRef>::decode(reader)?.as_bytes(),
            u32::decode(reader)?,
        ))
    });
    let (salt, rounds) = parsed.map_err(|_| PrivateKeyError::Damaged)?;
    if !(1..=MAX_ROUNDS).contains(&rounds) {
        return Err(PrivateKeyError::UnsupportedEncryption);
    }
    let key = pkcs12_derive::<24>(1, passphrase, salt, rounds);
    let iv = pkcs12_derive::<8>(2, passphrase, salt, rounds);
    cbc_decrypt::<TdesEde3>(&*key, &*iv, Zeroizing::new(encrypted.to_vec()))
}

fn cbc_decrypt<C>(key: &[u8], iv: &[u8], mut der: Der) -> Result<Der, PrivateKeyError>
where
    C: BlockCipherDecrypt + KeyInit,
    cbc::Decryptor<C>: KeyIvInit + BlockModeDecrypt,
{
    let cipher =
        cbc::Decryptor::<C>::new_from_slices(key, iv).map_err(|_| PrivateKeyError::Damaged)?;
    let decrypted = cipher.decrypt_padded::<Pkcs7>(&mut der);
    let length = decrypted.map_err(|_| PrivateKeyError::PassphraseWrong)?.len();
    der.truncate(length);
    Ok(der)
}

/// Derives a key with OpenSSL's `EVP_BytesToKey`: MD5, one round, and the first eight bytes of the IV as salt.
fn bytes_to_key<const N: usize>(passphrase: &str, salt: [u8; 8]) -> Zeroizing<[u8; N]> {
    let mut key = Zeroizing::new([0; N]);
    let mut block = Zeroizing::new([0; 16]);
    for (at, part) in key.chunks_mut(16).enumerate() {
        let before = if at == 0 { &[][..] } else { &*block };
        let hash = Md5::new().chain_update(before).chain_update(passphrase).chain_update(salt);
        *block = hash.finalize().into();
        part.copy_from_slice(&block[..part.len()]);
    }
    key
}

/// Derives a key as in RFC 7292, appendix B.2, with SHA-1 (u = 20, v = 64 bytes) and the names of the RFC.
///
/// The crate `pkcs12` implements it, but for the DER crate used here only as a pre-release that depends on
/// pre-releases.
fn pkcs12_derive<const N: usize>(
    id: u8,
    passphrase: &str,
    salt: &[u8],
    rounds: u32,
) -> Zeroizing<[u8; N]> {
    const V: usize = 64;
    let password: Zeroizing<Vec<u8>> =
        Zeroizing::new(passphrase.encode_utf16().chain([0]).flat_map(u16::to_be_bytes).collect());
    let filled = |text: &[u8]| {
        let length = text.len().div_ceil(V) * V;
        text.iter().copied().cycle().take(length).collect::<Vec<u8>>()
    };
    let mut i = Zeroizing::new([filled(salt), filled(&password)].concat());
    let mut key = Zeroizing::new([0; N]);
    for part in key.chunks_mut(20) {
        let mut a = Zeroizing::new(<[u8; 20]>::from(
            Sha1::new().chain_update([id; V]).chain_update(&*i).finalize(),
        ));
        for _ in 1..rounds {
            *a = Sha1::digest(*a).into();
        }
        part.copy_from_slice(&a[..part.len()]);
        // I_j = (I_j + B + 1) mod 2^v, for each block of I.
        let b: Zeroizing<Vec<u8>> = Zeroizing::new(a.iter().copied().cycle().take(V).collect());
        for block in i.chunks_mut(V) {
            let mut carry = 1;
            for (byte, add) in block.iter_mut().zip(b.iter()).rev() {
                let sum = u16::from(*byte) + u16::from(*add) + carry;
                *byte = sum as u8;
                carry = sum >> 8;
            }
        }
    }
    key
}
