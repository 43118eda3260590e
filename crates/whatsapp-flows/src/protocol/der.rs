//! The kind of a DER structure, detected from its elements, because PEM labels and file names are often wrong.

use pkcs8::der::asn1::{AnyRef, BitStringRef, OctetStringRef, UintRef};
use pkcs8::der::{Decode, Encode, Reader, SliceReader, Tag, Tagged};
use pkcs8::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use pkcs8::{ObjectIdentifier, PrivateKeyInfoRef};
use zeroize::Zeroizing;

/// The DER bytes of a private key, zeroized when dropped.
pub type Der = Zeroizing<Vec<u8>>;

/// `rsaEncryption` (RFC 8017, appendix C).
pub(super) const RSA_ENCRYPTION: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// The kinds of keys, and of certificates that are mistaken for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DerKind {
    /// `PrivateKeyInfo` (RFC 5958): version, algorithm, key.
    Pkcs8,
    /// `EncryptedPrivateKeyInfo` (RFC 5958): algorithm, ciphertext.
    Pkcs8Encrypted,
    /// `RSAPrivateKey` (RFC 8017, appendix A.1.2): version, modulus, exponents, primes.
    Pkcs1,
    /// `SubjectPublicKeyInfo` (RFC 5280): algorithm, key.
    PublicKey,
    /// `RSAPublicKey` (RFC 8017, appendix A.1.1): modulus, exponent.
    RsaPublicKey,
    /// `ECPrivateKey` (RFC 5915): version, key.
    EcPrivateKey,
    /// `Certificate` (RFC 5280) or `CertificationRequest` (RFC 2986): signed content, algorithm, signature.
    Certificate,
}

impl DerKind {
    /// Detects the kind from the types of the first two elements; `None` for anything else.
    pub fn detect(der: &[u8]) -> Option<Self> {
        let outer = AnyRef::from_der(der).ok().filter(|outer| outer.tag() == Tag::Sequence)?;
        let mut elements = SliceReader::new(outer.value()).ok()?;
        let first = AnyRef::decode(&mut elements).ok()?.tag();
        let second = AnyRef::decode(&mut elements).ok()?.tag();
        match (first, second) {
            (Tag::Integer, Tag::Sequence) => Some(Self::Pkcs8),
            (Tag::Sequence, Tag::OctetString) => Some(Self::Pkcs8Encrypted),
            (Tag::Integer, Tag::Integer) if elements.is_finished() => Some(Self::RsaPublicKey),
            (Tag::Integer, Tag::Integer) => Some(Self::Pkcs1),
            (Tag::Sequence, Tag::BitString) => Some(Self::PublicKey),
            (Tag::Integer, Tag::OctetString) => Some(Self::EcPrivateKey),
            (Tag::Sequence, Tag::Sequence) => Some(Self::Certificate),
            _ => None,
        }
    }
}

/// Returns the size in bits of an `RSAPrivateKey`'s modulus.
pub(super) fn private_modulus_bits(pkcs1: &[u8]) -> Option<usize> {
    let mut fields = fields(pkcs1)?;
    u8::decode(&mut fields).ok()?;
    bits(&mut fields)
}

/// Returns the size in bits of an `RSAPublicKey`'s modulus.
pub(super) fn public_modulus_bits(pkcs1: &[u8]) -> Option<usize> {
    bits(&mut fields(pkcs1)?)
}

fn fields(sequence: &[u8]) -> Option<SliceReader<'_>> {
    SliceReader::new(AnyRef::from_der(sequence).ok()?.value()).ok()
}

fn bits(fields: &mut SliceReader<'_>) -> Option<usize> {
    let modulus = UintRef::decode(fields).ok()?;
    let leading = modulus.as_bytes().first()?.leading_zeros() as usize;
    Some(modulus.as_bytes().len() * 8 - leading)
}

/// Wraps an `RSAPrivateKey` (PKCS#1) into a `PrivateKeyInfo` (PKCS#8).
pub(super) fn pkcs1_to_pkcs8(pkcs1: &[u8]) -> Option<Der> {
    let key = OctetStringRef::new(pkcs1).ok()?;
    let der = PrivateKeyInfoRef::new(algorithm(), key).to_der().ok()?;
    Some(Zeroizing::new(der))
}

/// Wraps an `RSAPublicKey` (PKCS#1) into a `SubjectPublicKeyInfo`.
pub(super) fn pkcs1_to_spki(pkcs1: &[u8]) -> Option<Vec<u8>> {
    let subject_public_key = BitStringRef::from_bytes(pkcs1).ok()?;
    SubjectPublicKeyInfoRef { algorithm: algorithm(), subject_public_key }.to_der().ok()
}

fn algorithm() -> AlgorithmIdentifierRef<'static> {
    AlgorithmIdentifierRef { oid: RSA_ENCRYPTION, parameters: Some(AnyRef::NULL) }
}
