//! Compares two implementations of RSA-OAEP: AWS-LC, which the endpoint uses, and the `rsa` crate.
//!
//! 10,000 ciphertexts of one key, valid ones and ones that are invalid in every way we know. Both must follow RFC 8017,
//! section 7.1.2. Where one does not, the difference is asserted, too.
//!
//! The seed is printed. Set `DIFFERENTIAL_SEED` to it to generate the same ciphertexts again.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use crate::support::bytes;
use aws_lc_rs::rsa::{OaepPrivateDecryptingKey, PrivateDecryptingKey};
use fastrand::Rng;
use rsa::BoxedUint;
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use rsa::rand_core::{TryCryptoRng, TryRng};
use rsa::traits::PublicKeyParts;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use whatsapp_flows::internals::cipher::{RSA_BYTES, oaep_decrypt};

const CIPHERTEXTS: usize = 10_000;
/// Each thread has a random generator of its own.
const THREADS: usize = 2;
/// hLen of RFC 8017.
const HASH: usize = 32;
/// The longest message: k - 2 hLen - 2.
const LONGEST: usize = RSA_BYTES - 2 * HASH - 2;

/// The kind of a ciphertext, which determines the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    // These decrypt.
    EncryptedByRsa,
    BlockOfOurs,
    // These do not decrypt.
    BitFlipped,
    RandomBelowModulus,
    AtLeastModulus,
    Zero,
    One,
    ModulusMinusOne,
    Empty,
    OneByteShort,
    LeadingZeroLeftOut,
    OneByteLong,
    LeadingZeroAdded,
    TwiceTheLength,
    LabelHashWrong,
    OtherLabel,
    NoSeparator,
    SeparatorNotOne,
    PaddingNotZero,
    MaskOfSha1,
    AllOfSha1,
    // Here the implementations differ.
    FirstOctetNotZero,
}

use Kind::*;

/// The percentage of each kind.
const SHARES: [(Kind, usize); 22] = [
    (EncryptedByRsa, 20),
    (BlockOfOurs, 20),
    (BitFlipped, 6),
    (RandomBelowModulus, 5),
    (AtLeastModulus, 5),
    (Zero, 1),
    (One, 1),
    (ModulusMinusOne, 1),
    (Empty, 1),
    (OneByteShort, 2),
    (LeadingZeroLeftOut, 1),
    (OneByteLong, 2),
    (LeadingZeroAdded, 2),
    (TwiceTheLength, 1),
    (LabelHashWrong, 4),
    (OtherLabel, 4),
    (NoSeparator, 4),
    (SeparatorNotOne, 4),
    (PaddingNotZero, 6),
    (MaskOfSha1, 4),
    (AllOfSha1, 2),
    (FirstOctetNotZero, 4),
];

/// `rsa` ignores the first octet of a block on purpose: one of its own tests asserts it. RFC 8017 requires zero (7.1.2,
/// step 3g), and AWS-LC rejects any other value.
#[test]
fn aws_lc_and_rsa_differ_only_in_the_first_octet() {
    let seed = seed();
    println!("DIFFERENTIAL_SEED={seed}");
    let key = Key::of_vectors();
    let counts = std::thread::scope(|scope| {
        let part = |thread| {
            let key = &key;
            scope.spawn(move || compare(key, seed, thread))
        };
        let parts: Vec<_> = (0..THREADS).map(part).collect();
        let parts = parts.into_iter().map(|part| part.join().expect("the two agree"));
        parts.reduce(|one, other| one.plus(&other)).expect("there are two")
    });
    for (kind, count) in &counts.of_kind {
        println!("{count:>6} {kind:?}");
    }
    let Counts { both_decrypt, both_refuse, only_rsa_decrypts, .. } = counts;
    println!(
        "{CIPHERTEXTS} ciphertexts: both decrypt {both_decrypt}, both refuse {both_refuse}, \
         only rsa decrypts {only_rsa_decrypts}"
    );
    let of = |kind| counts.of_kind[&kind];
    for (kind, share) in SHARES {
        assert_eq!(of(kind), CIPHERTEXTS / 100 * share, "{kind:?}");
    }
    assert_eq!(both_decrypt, of(EncryptedByRsa) + of(BlockOfOurs));
    assert_eq!(only_rsa_decrypts, of(FirstOctetNotZero));
    assert_eq!(both_decrypt + both_refuse + only_rsa_decrypts, CIPHERTEXTS);
    assert!(counts.lengths.iter().copied().eq(0..=LONGEST), "messages of every length");
}

/// Runs the share of one thread. A failure is printed with everything that is needed to reproduce it.
fn compare(key: &Key, seed: u64, thread: usize) -> Counts {
    let mut random = Rng::with_seed(seed ^ thread as u64);
    let mut counts = Counts::default();
    let hundred = SHARES.iter().flat_map(|(kind, share)| std::iter::repeat_n(*kind, *share));
    for kind in hundred.cycle().take(CIPHERTEXTS / THREADS) {
        // Every length in turn, independent of the seed.
        let before = counts.of_kind.entry(kind).or_default();
        let message = bytes(&mut random, (*before + thread * LONGEST / 2) % (LONGEST + 1));
        *before += 1;
        let ciphertext = ciphertext(kind, key, &message, &mut random);
        let by_aws_lc = oaep_decrypt(&key.aws_lc, &ciphertext).ok().map(|message| message.to_vec());
        let by_rsa = key.rsa.oaep_decrypt::<Sha256>(&ciphertext).ok();
        let expected = match kind {
            EncryptedByRsa | BlockOfOurs => (Some(message.clone()), Some(message)),
            FirstOctetNotZero => (None, Some(message)),
            _ => (None, None),
        };
        assert_eq!(
            (&by_aws_lc, &by_rsa),
            (&expected.0, &expected.1),
            "AWS-LC, rsa on {kind:?}, seed {seed}: {ciphertext:02x?}"
        );
        match (by_aws_lc, by_rsa) {
            (Some(message), Some(_)) => {
                counts.both_decrypt += 1;
                counts.lengths.insert(message.len());
            }
            (None, None) => counts.both_refuse += 1,
            (None, Some(_)) => counts.only_rsa_decrypts += 1,
            (Some(_), None) => unreachable!("no kind expects it"),
        }
    }
    counts
}

fn ciphertext(kind: Kind, key: &Key, message: &[u8], random: &mut Rng) -> Vec<u8> {
    let good = |random: &mut Rng| key.power(&Block::new(message, random).encoded::<Sha256>());
    let starting_with_zero = |random: &mut Rng| {
        std::iter::repeat_with(|| good(random)).find(|ciphertext| ciphertext[0] == 0).unwrap()
    };
    let block = |random: &mut Rng, change: &dyn Fn(&mut Block, &mut Rng)| {
        let mut block = Block::new(message, random);
        change(&mut block, random);
        key.power(&block.encoded::<Sha256>())
    };
    match kind {
        EncryptedByRsa => key
            .rsa
            .to_public_key()
            .oaep_encrypt_with_rng::<Sha256, _>(&mut TestRng(random), message)
            .unwrap(),
        BlockOfOurs => good(random),
        BitFlipped => {
            let mut ciphertext = good(random);
            ciphertext[random.usize(..RSA_BYTES)] ^= 1 << random.usize(..8);
            ciphertext
        }
        RandomBelowModulus => std::iter::repeat_with(|| bytes(random, RSA_BYTES))
            .find(|bytes| *bytes < key.modulus)
            .unwrap(),
        AtLeastModulus => match random.usize(..4) {
            0 => key.modulus.clone(),
            1 => vec![0xff; RSA_BYTES],
            2 => std::iter::repeat_with(|| bytes(random, RSA_BYTES))
                .find(|bytes| *bytes > key.modulus)
                .unwrap(),
            // The same number modulo n: an implementation that reduces it first decrypts it.
            _ => std::iter::repeat_with(|| sum(&good(random), &key.modulus))
                .find_map(|sum| sum)
                .unwrap(),
        },
        Zero => vec![0; RSA_BYTES],
        One => number(1),
        ModulusMinusOne => {
            // It is odd.
            let mut bytes = key.modulus.clone();
            *bytes.last_mut().unwrap() -= 1;
            bytes
        }
        Empty => Vec::new(),
        OneByteShort => good(random)[..RSA_BYTES - 1].to_vec(),
        LeadingZeroLeftOut => starting_with_zero(random)[1..].to_vec(),
        OneByteLong => [good(random), bytes(random, 1)].concat(),
        LeadingZeroAdded => [vec![0], good(random)].concat(),
        TwiceTheLength => [good(random), good(random)].concat(),
        LabelHashWrong => block(random, &|block, random| {
            block.data[random.usize(..HASH)] ^= 1 << random.usize(..8);
        }),
        OtherLabel => block(random, &|block, random| {
            let length = 1 + random.usize(..40);
            let label = bytes(random, length);
            block.data[..HASH].copy_from_slice(&Sha256::digest(label));
        }),
        NoSeparator => block(random, &|block, _| block.data[HASH..].fill(0)),
        SeparatorNotOne => block(random, &|block, random| {
            let separator = block.separator;
            block.data[separator] = 2 + random.usize(..254) as u8;
        }),
        PaddingNotZero => {
            // The longest message leaves no padding.
            let message = &message[..message.len().min(LONGEST - 1)];
            let mut block = Block::new(message, random);
            let padding = HASH..block.separator;
            // 1 would be an early separator, and the result another valid message.
            block.data[padding.start + random.usize(..padding.len())] =
                2 + random.usize(..254) as u8;
            key.power(&block.encoded::<Sha256>())
        }
        MaskOfSha1 => key.power(&Block::new(message, random).encoded::<Sha1>()),
        AllOfSha1 => {
            let public = key.rsa.to_public_key();
            public.oaep_encrypt_with_rng::<Sha1, _>(&mut TestRng(random), message).unwrap()
        }
        FirstOctetNotZero => block(random, &|block, random| {
            // The modulus has 2,048 bits, so a first octet below 0x80 keeps the block below it.
            block.first = 1 + random.usize(..0x7f) as u8;
        }),
    }
}

/// An encoded message before it is masked (RFC 8017, section 7.1.1), which a test can make invalid.
struct Block {
    /// Y, which should be zero.
    first: u8,
    seed: Vec<u8>,
    /// DB = lHash ‖ PS ‖ 0x01 ‖ M.
    data: Vec<u8>,
    /// The position of the 0x01 in DB.
    separator: usize,
}

impl Block {
    fn new(message: &[u8], random: &mut Rng) -> Self {
        let mut data = Sha256::digest(b"").to_vec();
        let separator = RSA_BYTES - HASH - 1 - message.len() - 1;
        data.resize(separator, 0);
        data.push(1);
        data.extend_from_slice(message);
        Self { first: 0, seed: bytes(random, HASH), data, separator }
    }

    /// Returns EM = Y ‖ maskedSeed ‖ maskedDB, with MGF1 of the given hash.
    fn encoded<D: Digest>(&self) -> Vec<u8> {
        let masked_data = masked::<D>(&self.data, &self.seed);
        let masked_seed = masked::<D>(&self.seed, &masked_data);
        [vec![self.first], masked_seed, masked_data].concat()
    }
}

/// Returns `bytes` xor MGF1 of `seed` (RFC 8017, appendix B.2.1).
fn masked<D: Digest>(bytes: &[u8], seed: &[u8]) -> Vec<u8> {
    let blocks = (0u32..).flat_map(|counter| {
        D::new().chain_update(seed).chain_update(counter.to_be_bytes()).finalize().to_vec()
    });
    bytes.iter().zip(blocks).map(|(byte, mask)| byte ^ mask).collect()
}

/// One key, for both implementations.
struct Key {
    aws_lc: OaepPrivateDecryptingKey,
    rsa: rsa::PrivateKey,
    modulus: Vec<u8>,
}

impl Key {
    /// The key of the vectors: with a fixed key, the seed determines everything.
    fn of_vectors() -> Self {
        let pem = include_str!("../vectors/key.pem");
        let pem = &pem[pem.find("-----BEGIN").unwrap()..];
        let rsa = rsa::PrivateKey::from_pkcs8_pem(pem).unwrap();
        let der = rsa.to_pkcs8_der().unwrap();
        let aws_lc = PrivateDecryptingKey::from_pkcs8(der.as_bytes()).unwrap();
        let modulus = rsa.n().to_be_bytes().to_vec();
        assert_eq!(modulus.len(), RSA_BYTES);
        Self { aws_lc: OaepPrivateDecryptingKey::new(aws_lc).unwrap(), rsa, modulus }
    }

    /// RSAEP: block^65537 mod n, by 16 squarings and a multiplication.
    fn power(&self, block: &[u8]) -> Vec<u8> {
        assert_eq!(*self.rsa.e(), BoxedUint::from(65_537u64));
        let n = self.rsa.n();
        let block = BoxedUint::from_be_slice(block, n.bits_precision()).unwrap();
        let square = (0..16).fold(block.clone(), |power, _| power.square_mod_vartime(n));
        square.mul_mod(&block, n).to_be_bytes().to_vec()
    }
}

fn number(small: u8) -> Vec<u8> {
    let mut bytes = vec![0; RSA_BYTES];
    bytes[RSA_BYTES - 1] = small;
    bytes
}

/// Adds two big-endian numbers of the same length. Returns `None` if the sum is longer.
fn sum(one: &[u8], other: &[u8]) -> Option<Vec<u8>> {
    let mut carry = 0;
    let mut sum: Vec<u8> = std::iter::zip(one, other)
        .rev()
        .map(|(one, other)| {
            let digit = u16::from(*one) + u16::from(*other) + carry;
            carry = digit >> 8;
            digit as u8
        })
        .collect();
    sum.reverse();
    (carry == 0).then_some(sum)
}

#[derive(Default)]
struct Counts {
    of_kind: BTreeMap<Kind, usize>,
    both_decrypt: usize,
    both_refuse: usize,
    only_rsa_decrypts: usize,
    /// The number of messages that both decrypted.
    lengths: BTreeSet<usize>,
}

impl Counts {
    fn plus(mut self, other: &Self) -> Self {
        for (kind, count) in &other.of_kind {
            *self.of_kind.entry(*kind).or_default() += count;
        }
        self.both_decrypt += other.both_decrypt;
        self.both_refuse += other.both_refuse;
        self.only_rsa_decrypts += other.only_rsa_decrypts;
        self.lengths.extend(&other.lengths);
        self
    }
}

fn seed() -> u64 {
    match std::env::var("DIFFERENTIAL_SEED") {
        Ok(seed) => seed.parse().expect("DIFFERENTIAL_SEED is a number"),
        Err(_) => getrandom::u64().expect("the system gives random numbers"),
    }
}

/// A generator for `rsa`, which requires a cryptographic one. This one is good enough for a test.
struct TestRng<'a>(&'a mut Rng);

impl TryCryptoRng for TestRng<'_> {}

impl TryRng for TestRng<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.0.u32(..))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.u64(..))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}
