//! Key pairs, and the spellings of a PEM.

use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::{Encode, pem};
use pkcs8::pkcs5::pbes2::Parameters;
use pkcs8::{EncryptedPrivateKeyInfoRef, LineEnding};
use proptest::prelude::*;
use proptest::sample::select;
use std::sync::OnceLock;
use whatsapp_flows::protocol::key::PrivateKey;
use whatsapp_flows::protocol::pem::parse_private_key;
use whatsapp_flows::testing::{KeyPair, RequestSealer};

pub const PASSPHRASE: &str = "pass phrase";

/// The key pair of these tests. There is only one, because its generation is slow.
pub fn pair() -> &'static KeyPair {
    static PAIR: OnceLock<KeyPair> = OnceLock::new();
    PAIR.get_or_init(KeyPair::generate)
}

pub fn keys() -> &'static [PrivateKey] {
    static KEYS: OnceLock<Vec<PrivateKey>> = OnceLock::new();
    KEYS.get_or_init(|| vec![PrivateKey::from_pem("k", &pair().private_pem, None).unwrap()])
}

pub fn sealing() -> &'static RequestSealer {
    static SEALING: OnceLock<RequestSealer> = OnceLock::new();
    SEALING.get_or_init(|| RequestSealer::new(&pair().public_pem).unwrap())
}

/// The key in several forms. The tests of `flowctl` read all forms, as OpenSSL writes them.
pub fn forms() -> &'static [&'static str] {
    static FORMS: OnceLock<Vec<&'static str>> = OnceLock::new();
    FORMS.get_or_init(|| {
        let der = parse_private_key(&pair().private_pem, None).unwrap().der;
        let key = pkcs8::PrivateKeyInfoRef::try_from(&der[..]).unwrap();
        let pkcs1 = key.private_key.as_bytes();
        let pkcs1 = pem::encode_string("RSA PRIVATE KEY", LineEnding::LF, pkcs1).unwrap();
        let forms = [
            pair().private_pem.to_string(),
            pkcs1,
            encrypted(&by_pbkdf2(), &der),
            encrypted(&by_scrypt(), &der),
        ];
        forms.into_iter().map(|form| &*form.leak()).collect()
    })
}

pub fn by_pbkdf2() -> Parameters {
    Parameters::generate_pbkdf2_sha256_aes256cbc(100, b"salt and salt", [7; 16]).unwrap()
}

pub fn by_scrypt() -> Parameters {
    let cheap = pkcs8::pkcs5::scrypt::Params::new(4, 8, 1).unwrap();
    Parameters::generate_scrypt_aes128cbc(cheap, b"salt and salt", [7; 16]).unwrap()
}

pub fn encrypted(parameters: &Parameters, der: &[u8]) -> String {
    under(parameters, &parameters.encrypt(PASSPHRASE, der).unwrap())
}

/// Returns a block that declares these parameters.
pub fn under(parameters: &Parameters, ciphertext: &[u8]) -> String {
    let info = EncryptedPrivateKeyInfoRef {
        encryption_algorithm: parameters.clone().into(),
        encrypted_data: OctetStringRef::new(ciphertext).unwrap(),
    };
    let der = info.to_der().unwrap();
    pem::encode_string("ENCRYPTED PRIVATE KEY", LineEnding::LF, &der).unwrap()
}

/// Returns the start and end of the base64 of a block.
pub fn base64_of(block: &str) -> (usize, usize) {
    (block.find("-----\n").unwrap() + 6, block.find("\n-----END").unwrap())
}

/// Returns twelve characters of the base64 in `text` that `message` repeats.
pub fn leaked(message: &str, text: &str) -> Option<String> {
    let body = text.lines().filter(|line| !line.contains("-----"));
    let base64: Vec<char> = body.flat_map(str::chars).filter(|c| !c.is_whitespace()).collect();
    base64.windows(12).map(|run| run.iter().collect()).find(|run: &String| message.contains(run))
}

/// Damage that environments, secret stores and people do to a PEM file.
#[derive(Debug, Clone, Copy)]
pub enum Mangle {
    CarriageReturns,
    LiteralLineBreaks,
    LiteralCarriageReturns,
    Quotes,
    SingleQuotes,
    Indentation,
    SpacesAround,
    WordsBefore,
    ByteOrderMark,
}

impl Mangle {
    pub fn of(self, text: &str) -> String {
        match self {
            Self::CarriageReturns => text.replace('\n', "\r\n"),
            Self::LiteralLineBreaks => text.replace('\n', "\\n"),
            Self::LiteralCarriageReturns => text.replace('\n', "\\r\\n"),
            Self::Quotes => format!("\"{text}\""),
            Self::SingleQuotes => format!("'{text}'"),
            Self::Indentation => text.lines().map(|line| format!("    {line}\n")).collect(),
            Self::SpacesAround => format!("  \n\t{text}\n\n "),
            Self::WordsBefore => format!("Bag Attributes\n    localKeyID: 01\n{text}"),
            Self::ByteOrderMark => format!("\u{feff}{text}"),
        }
    }
}

impl Arbitrary for Mangle {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        let all = [
            Self::CarriageReturns,
            Self::LiteralLineBreaks,
            Self::LiteralCarriageReturns,
            Self::Quotes,
            Self::SingleQuotes,
            Self::Indentation,
            Self::SpacesAround,
            Self::WordsBefore,
            Self::ByteOrderMark,
        ];
        select(all.to_vec()).boxed()
    }
}
