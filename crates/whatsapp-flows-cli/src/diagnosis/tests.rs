//! Each mistake is made here, and must be named.

use aes_gcm::aead::KeyInit;
use aes_gcm::aes::cipher::BlockCipherEncrypt;
use aes_gcm::aes::{Aes128, Block};
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, Engine};
use serde_json::json;
use sha2::{Digest, Sha256};
use whatsapp_flows::testing::{KeyPair, RequestSealer};

use super::cipher::gcm_seal;
use super::*;

const KEY: RequestKey = RequestKey { key: *b"sixteen bytes...", iv: *b"another sixteen." };

/// Long enough that its base64 has each character of the alphabet, as a reply with a list of options is.
fn reply() -> Value {
    json!({ "screen": "CHOOSE", "data": { "options": "a list of options: ".repeat(20) } })
}

fn inverted() -> [u8; 16] {
    KEY.iv.map(|byte| !byte)
}

/// Ciphertext and tag under this key and vector.
fn sealed(key: &[u8], iv: &[u8]) -> Vec<u8> {
    gcm_seal(key, iv, reply().to_string().as_bytes()).unwrap()
}

fn right() -> Vec<u8> {
    sealed(&KEY.key, &inverted())
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// The body is diagnosed with these mistakes, and is read in spite of them.
#[track_caller]
fn is_read(body: impl AsRef<[u8]>, mistakes: &[Mistake]) {
    let found = diagnose_with(body.as_ref(), &KEY);
    assert_eq!(found.mistakes, mistakes);
    assert_eq!(found.reply, Some(reply()));
}

/// The body is diagnosed with these mistakes, and cannot be read.
#[track_caller]
fn is_not_read(body: impl AsRef<[u8]>, mistakes: &[Mistake]) {
    let found = diagnose_with(body.as_ref(), &KEY);
    assert_eq!(found, Diagnosis { mistakes: mistakes.into(), reply: None });
}

#[test]
fn vectors_are_named() {
    let (own, inverted) = (KEY.iv, inverted());
    for (iv, mistake) in [
        (&own[..], Mistake::IvNotInverted),
        (&inverted[..12], Mistake::IvTwelveBytes),
        (&own[..12], Mistake::IvTwelveBytesNotInverted),
        (&[0; 16], Mistake::IvZero),
        (&[0; 12], Mistake::IvZero),
    ] {
        is_read(base64(sealed(&KEY.key, iv)), &[mistake]);
    }
}

#[test]
fn vectors_that_are_sent_are_named() {
    for iv in [&inverted()[..], &KEY.iv, b"a random vector.", b"and a nonce."] {
        let sealed = sealed(&KEY.key, iv);
        is_read(base64([iv, &sealed].concat()), &[Mistake::IvPrefixed]);
    }
    let iv = b"a random vector.";
    is_read(base64([&sealed(&KEY.key, iv)[..], iv].concat()), &[Mistake::IvAppended]);
}

#[test]
fn longer_keys_are_named() {
    let key = KEY.key;
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    for long in [
        [key, [0; 16]].concat(),
        [key, key].concat(),
        Sha256::digest(key).to_vec(),
        hex.into_bytes(),
    ] {
        is_read(base64(sealed(&long, &inverted())), &[Mistake::Aes256]);
    }
    is_read(base64(sealed(&[&key[..], &[0; 8]].concat(), &inverted())), &[Mistake::Aes192]);
    is_read(base64(sealed(base64(key).as_bytes(), &inverted())), &[Mistake::Aes192]);
}

#[test]
fn tags_are_named() {
    let right = right();
    let (ciphertext, tag) = right.split_at(right.len() - 16);
    is_read(base64(ciphertext), &[Mistake::TagMissing]);
    is_read(base64([tag, ciphertext].concat()), &[Mistake::TagFirst]);
    is_read(base64(&right[..right.len() - 4]), &[Mistake::TagShort]);
    let mut wrong = right.clone();
    *wrong.last_mut().unwrap() ^= 1;
    is_read(base64(&wrong), &[Mistake::TagWrong]);
    is_read(base64(ciphertext) + &base64(tag), &[Mistake::TagEncodedApart]);
    is_read(format!("{}.{}", base64(ciphertext), base64(tag)), &[Mistake::TagEncodedApart]);
    let twice = [base64(ciphertext).as_bytes(), tag].concat();
    is_read(base64(twice), &[Mistake::CiphertextEncodedApart]);
}

#[test]
fn modes_are_named() {
    let encrypt = |vector: Option<[u8; 16]>| {
        let mut clear = reply().to_string().into_bytes();
        let padding = 16 - clear.len() % 16;
        clear.extend(vec![padding as u8; padding]);
        let cipher = Aes128::new_from_slice(&KEY.key).unwrap();
        let (mut previous, mut ciphertext) = (vector.unwrap_or_default(), Vec::new());
        for chunk in clear.as_chunks::<16>().0 {
            let mut block = Block::from(*chunk);
            block.iter_mut().zip(previous).for_each(|(byte, chained)| *byte ^= chained);
            cipher.encrypt_block(&mut block);
            ciphertext.extend(block);
            previous = vector.map(|_| block.into()).unwrap_or_default();
        }
        ciphertext
    };
    is_read(base64(encrypt(Some(inverted()))), &[Mistake::Cbc]);
    is_read(base64(encrypt(Some(KEY.iv))), &[Mistake::IvNotInverted, Mistake::Cbc]);
    is_read(base64(encrypt(None)), &[Mistake::Ecb]);
}

#[test]
fn texts_are_named() {
    let right = right();
    let text = base64(&right);
    let lines = |width: usize| {
        let lines: Vec<_> = text.as_bytes().chunks(width).map(String::from_utf8_lossy).collect();
        lines.join("\r\n")
    };
    let hex: String = right.iter().map(|byte| format!("{byte:02x}")).collect();
    for (body, mistake) in [
        (format!("{text}\n"), Mistake::LineBreakAtEnd),
        (format!("  {text}"), Mistake::LineBreakAtEnd),
        (format!("\u{feff}{text}"), Mistake::ByteOrderMark),
        (lines(76), Mistake::LineBreaks),
        (json!(text).to_string(), Mistake::Quoted),
        (json!(text).to_string() + "\n", Mistake::Quoted),
        (format!("b'{text}'"), Mistake::Quoted),
        (format!("<br />\n<b>Warning</b>: in /srv/flow.php<br />\n{text}"), Mistake::OtherText),
        (format!("{text}<!-- 3 ms -->"), Mistake::OtherText),
        (json!({ "encrypted_response": text }).to_string(), Mistake::InJson),
        (json!({ "statusCode": 200, "body": text }).to_string(), Mistake::ProxyResponse),
        (BASE64_URL_SAFE.encode(&right), Mistake::Base64Url),
        (BASE64_STANDARD_NO_PAD.encode(&right), Mistake::NoPadding),
        (hex.to_uppercase(), Mistake::Hex),
        (base64(&text), Mistake::Base64Twice),
        (text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"), Mistake::PercentEncoded),
    ] {
        assert_ne!(body, text, "{mistake:?}");
        is_read(body, &[mistake]);
    }
    is_read(reply().to_string(), &[Mistake::NotEncrypted]);
    is_read(&right, &[Mistake::Base64Undone]);
}

#[test]
fn several_mistakes_are_all_named() {
    let sealed = sealed(&KEY.key, &KEY.iv);
    is_read(json!(base64(&sealed)).to_string() + "\n", &[Mistake::Quoted, Mistake::IvNotInverted]);
    let ciphertext = &sealed[..sealed.len() - 16];
    is_read(ciphertext, &[Mistake::Base64Undone, Mistake::IvNotInverted, Mistake::TagMissing]);
}

#[test]
fn unreadable_bodies_are_named() {
    is_not_read([0x1f, 0x8b, 8, 0, 1, 2, 3], &[Mistake::Gzip]);
    is_not_read(base64("seven b"), &[Mistake::TooShort]);
    is_not_read("A".repeat((1 << 20) + 1), &[Mistake::TooLarge]);
    is_not_read("Internal Server Error", &[Mistake::NotBase64]);
    is_not_read([0xff; 100], &[Mistake::NotBase64]);
    is_not_read(base64(sealed(b"a stranger's key", &inverted())), &[Mistake::OtherKey]);
    let not_json = gcm_seal(&KEY.key, &inverted(), b"hello").unwrap();
    is_not_read(base64(not_json), &[Mistake::PlaintextNotJson]);
}

/// A hostile body is not a reason to panic.
#[test]
fn any_body_has_a_diagnosis() {
    let right = right();
    for length in [0, 1, 3, 11, 12, 15, 16, 17, 28, 31, 32, 33, 48] {
        for body in [vec![b'A'; length], vec![0xff; length], right[..length].to_vec()] {
            assert!(!diagnose_with(&body, &KEY).mistakes.is_empty());
            assert!(!diagnose_with(base64(&body).as_bytes(), &KEY).mistakes.is_empty());
        }
    }
    for repeated in ["[", "\u{feff}", " \u{feff}", "%2B", "="] {
        let deep = repeated.repeat(10_000);
        assert_eq!(diagnose_with(deep.as_bytes(), &KEY).reply, None);
    }
}

#[test]
fn every_mistake_has_a_code_of_its_own_and_a_cure() {
    let mut codes: Vec<_> = Mistake::ALL.iter().map(|mistake| mistake.code()).collect();
    for mistake in Mistake::ALL {
        assert!(mistake.fact().contains("reply"), "{mistake:?}");
        assert!(!mistake.cure().is_empty() && !mistake.cure().ends_with('.'), "{mistake:?}");
    }
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), Mistake::ALL.len());
}

#[test]
fn a_reply_is_diagnosed_with_the_opener_of_its_request() {
    let keys = KeyPair::generate();
    let sealed = RequestSealer::new(&keys.public_pem).unwrap().seal(b"{}");
    let (key, iv) = sealed.opener.clone().into_parts();
    let body = base64(gcm_seal(&*key, &iv, b"{}").unwrap());
    let found = diagnose(body.as_bytes(), &sealed.opener);
    assert_eq!(found.mistakes, [Mistake::IvNotInverted]);
    let text = found.to_string();
    assert!(text.contains("not inverted; invert every bit"), "{text}");
}
