//! What DER bytes hold, told from their structure: the label of a PEM, or the name of a file, may say
//! something else.

use pkcs8::der::asn1::{AnyRef, BitStringRef, OctetStringRef, UintRef};
use pkcs8::der::{Decode, Encode, Reader, SliceReader, Tag, Tagged};
use pkcs8::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use pkcs8::{ObjectIdentifier, PrivateKeyInfoRef};
use zeroize::Zeroizing;

/// DER bytes of a private key, wiped when dropped.
pub type Der = Zeroizing<Vec<u8>>;

/// `rsaEncryption` (RFC 8017, appendix C).
pub(super) const RSA_ENCRYPTION: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// Kinds of keys, and what is taken for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Contents {
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
    /// `Certificate` (RFC 5280) or a request for one: what is signed, algorithm, signature.
    Certificate,
}

impl Contents {
    /// Told from the types of the first two elements.
    pub fn of(der: &[u8]) -> Option<Self> {
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

/// The size of an `RSAPrivateKey`'s modulus.
pub(super) fn private_modulus_bits(pkcs1: &[u8]) -> Option<usize> {
    let mut fields = fields(pkcs1)?;
    u8::decode(&mut fields).ok()?;
    bits(&mut fields)
}

/// The size of an `RSAPublicKey`'s modulus.
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

/// An `RSAPrivateKey` as `PrivateKeyInfo`.
pub(super) fn wrap_private(pkcs1: &[u8]) -> Option<Der> {
    let key = OctetStringRef::new(pkcs1).ok()?;
    let der = PrivateKeyInfoRef::new(algorithm(), key).to_der().ok()?;
    Some(Zeroizing::new(der))
}

/// An `RSAPublicKey` as `SubjectPublicKeyInfo`.
pub(super) fn wrap_public(pkcs1: &[u8]) -> Option<Vec<u8>> {
    let subject_public_key = BitStringRef::from_bytes(pkcs1).ok()?;
    SubjectPublicKeyInfoRef { algorithm: algorithm(), subject_public_key }.to_der().ok()
}

fn algorithm() -> AlgorithmIdentifierRef<'static> {
    AlgorithmIdentifierRef { oid: RSA_ENCRYPTION, parameters: Some(AnyRef::NULL) }
}
