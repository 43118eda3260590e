//! Private keys: PEM in every form, repaired, truncated and hostile.

use base64::prelude::{BASE64_STANDARD, Engine};
use pkcs8::pkcs5::pbes2::{Kdf, Parameters};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::time::{Duration, Instant};
use whatsapp_flows::protocol::envelope::Envelope;
use whatsapp_flows::protocol::key::PrivateKey;
use whatsapp_flows::protocol::pem::{PrivateKeyError, parse_private_key};

use crate::generators::any_key_text;
use crate::generators::keys::{
    Mangle, PASSPHRASE, base64_of, by_pbkdf2, by_scrypt, forms, leaked, pair, sealing, under,
};
use crate::support::properties;

properties! { 300:
    fn no_text_panics_the_key_reader(text in any_key_text(), passphrase in any::<Option<String>>()) {
        let started = Instant::now();
        let error = PrivateKey::from_pem("k", &text, passphrase.as_deref()).map(|_| ());
        prop_assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
        if let Err(error) = error {
            prop_assert_eq!(leaked(&error.to_string(), &text), None);
        }
    }
}

properties! { 300:
    fn a_mangled_pem_is_repaired(
        form in select(forms()),
        mangles in vec(any::<Mangle>(), 0..5),
        (as_base64, wrapped) in (any::<bool>(), any::<bool>()),
        more in vec(any::<Mangle>(), 0..3),
    ) {
        let mut text = mangles.iter().fold(form.to_string(), |text, mangle| mangle.of(&text));
        if as_base64 {
            let base64 = BASE64_STANDARD.encode(text);
            let width = if wrapped { 76 } else { base64.len() };
            let lines = base64.as_bytes().chunks(width);
            text = lines.map(|line| format!("{}\n", str::from_utf8(line).unwrap())).collect();
            // Without the header lines, text before the key is not distinguishable from base64.
            let more = more.iter().filter(|mangle| !matches!(mangle, Mangle::WordsBefore));
            text = more.fold(text, |text, mangle| mangle.of(&text));
        }
        let key = PrivateKey::from_pem("k", &text, Some(PASSPHRASE));
        let key = key.map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
        prop_assert_eq!(&key.public_pem(), &pair().public_pem);
    }
}

properties! { 500:
    fn a_truncated_pem_is_refused_without_leaking_it(
        form in select(forms()),
        at in any::<Index>(),
        front in any::<bool>(),
    ) {
        let whole = form.trim_end();
        let cut = if front { &whole[1 + at.index(whole.len())..] } else { &whole[..at.index(whole.len())] };
        let error = parse_private_key(cut, Some(PASSPHRASE)).map(|_| ()).unwrap_err();
        prop_assert_eq!(leaked(&error.to_string(), form), None);
    }
}

properties! { 500:
    fn a_changed_pem_byte_gives_the_same_key_or_none(
        form in select(forms()),
        at in any::<Index>(),
        other in "[ -~]",
    ) {
        let (start, end) = base64_of(form);
        let at = start + at.index(end - start);
        let mut changed = form.to_owned();
        changed.replace_range(at..=at, &other);
        // A byte that the key does not depend on may change: a line break, or an unused parameter. Any key that is
        // read must be the same key.
        match PrivateKey::from_pem("k", &changed, Some(PASSPHRASE)) {
            Ok(key) => {
                let sealed = sealing().seal(b"hello");
                let envelope = Envelope::parse(sealed.body.as_bytes()).unwrap();
                prop_assert_eq!(&*envelope.open(std::slice::from_ref(&key)).unwrap().plaintext, b"hello");
            }
            Err(error) => prop_assert_eq!(leaked(&error.to_string(), &changed), None),
        }
    }
}

properties! { 500:
    fn key_derivation_parameters_are_limited_to_a_second(
        rounds in any::<u32>(),
        scrypt in any::<bool>(),
        (log_n, block_size, parallelization) in (0..64_u32, any::<u16>(), any::<u16>()),
    ) {
        let mut parameters = if scrypt { by_scrypt() } else { by_pbkdf2() };
        match &mut parameters.kdf {
            Kdf::Pbkdf2(pbkdf2) => pbkdf2.iteration_count = rounds,
            Kdf::Scrypt(scrypt) => {
                scrypt.cost_parameter = 1 << log_n;
                scrypt.block_size = block_size;
                scrypt.parallelization = parallelization;
            }
            _ => unreachable!("there are two"),
        }
        let costly = match &parameters.kdf {
            Kdf::Scrypt(scrypt) => {
                let bytes = 128 * u128::from(block_size) * u128::from(parallelization);
                bytes * u128::from(scrypt.cost_parameter) > 128 << 20
            }
            _ => rounds == 0 || rounds > 2_000_000,
        };
        // Only parameters that are rejected are tried: others take a second.
        prop_assume!(costly);
        let started = Instant::now();
        let error = parse_private_key(&under(&parameters, &[0; 16]), Some(PASSPHRASE));
        prop_assert_eq!(error.map(|_| ()).unwrap_err(), PrivateKeyError::UnsupportedEncryption);
        // The derivation would take a hundred times as long as the rejection, even on a busy machine.
        prop_assert!(started.elapsed() < Duration::from_millis(500), "{:?}", started.elapsed());
    }
}

#[test]
fn the_highest_allowed_key_derivation_cost_is_accepted() {
    let scrypt = pkcs8::pkcs5::scrypt::Params::new(17, 8, 1).unwrap();
    for parameters in [
        Parameters::generate_pbkdf2_sha256_aes256cbc(2_000_000, b"salt", [7; 16]).unwrap(),
        Parameters::generate_scrypt_aes256cbc(scrypt, b"salt", [7; 16]).unwrap(),
    ] {
        let started = Instant::now();
        let tried = parse_private_key(&under(&parameters, &[0; 16]), Some(PASSPHRASE));
        assert_eq!(tried.map(|_| ()).unwrap_err(), PrivateKeyError::PassphraseWrong);
        println!("{:?}: {:?}", parameters.kdf.oid(), started.elapsed());
    }
}
