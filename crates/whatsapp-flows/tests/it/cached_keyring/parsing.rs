//! Parsing of encrypted keys, which takes long: on a blocking thread, and once.

use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::{Encode, pem};
use pkcs8::pkcs5::pbes2::Parameters;
use pkcs8::{EncryptedPrivateKeyInfoRef, LineEnding};
use whatsapp_flows::protocol::pem::parse_private_key;

use super::*;

/// The time that the decryption of a key takes: long enough to be measured, and far below the limit for parsing.
const DECRYPTION: Duration = Duration::from_millis(120);

/// The largest number of iterations that is accepted.
const MAX_ITERATIONS: f64 = 2_000_000.0;

fn pbkdf2(iterations: u32) -> Parameters {
    Parameters::generate_pbkdf2_sha256_aes256cbc(iterations, b"salt and salt", [7; 16]).unwrap()
}

/// A new private key, encrypted with the passphrase `p`, whose decryption takes about so long on this machine.
fn encrypted_key(decryption: Duration) -> String {
    let sample = || {
        let started = std::time::Instant::now();
        pbkdf2(10_000).encrypt("p", b"sample").unwrap();
        started.elapsed().as_secs_f64()
    };
    // The fastest sample is the least disturbed by other tests.
    let fastest = (0..3).map(|_| sample()).fold(f64::INFINITY, f64::min);
    let iterations = 10_000.0 * decryption.as_secs_f64() / fastest;
    let parameters = pbkdf2(iterations.min(MAX_ITERATIONS) as u32);

    let der = parse_private_key(&KeyPair::generate().private_pem, None).unwrap().der;
    let ciphertext = parameters.encrypt("p", &der[..]).unwrap();
    let info = EncryptedPrivateKeyInfoRef {
        encryption_algorithm: parameters.into(),
        encrypted_data: OctetStringRef::new(&ciphertext).unwrap(),
    };
    pem::encode_string("ENCRYPTED PRIVATE KEY", LineEnding::LF, &info.to_der().unwrap()).unwrap()
}

fn secret_with(pem: &str, app_secrets: &[&str]) -> Value {
    let key = json!({ "id": "k", "pem": pem, "passphrase": "p" });
    json!({ "private_keys": [key], "app_secrets": app_secrets })
}

/// Runs `work` beside a task that yields in a loop. Returns its output, its duration, and the longest time for which
/// the other task did not run.
async fn measure<T>(work: impl Future<Output = T>) -> (T, Duration, Duration) {
    let longest = Arc::new(Mutex::new(Duration::ZERO));
    let observed = Arc::clone(&longest);
    let ticker = tokio::spawn(async move {
        loop {
            let before = std::time::Instant::now();
            tokio::task::yield_now().await;
            let mut longest = observed.lock().unwrap();
            *longest = before.elapsed().max(*longest);
        }
    });
    tokio::task::yield_now().await;
    let started = std::time::Instant::now();
    let output = work.await;
    let took = started.elapsed();
    tokio::task::yield_now().await;
    ticker.abort();
    let longest = *longest.lock().unwrap();
    (output, took, longest)
}

#[tokio::test]
async fn keys_are_parsed_once_on_a_blocking_thread() {
    let (one, two) = (encrypted_key(DECRYPTION), encrypted_key(DECRYPTION));
    let source = Source::new(&secret_with(&one, &["old"]));
    source.set_delay(Duration::ZERO);
    let cached = source.cached();
    let (first, took, longest) = measure(cached.keyring()).await;
    assert!(took > DECRYPTION / 4, "parsing is too fast to be measured: {took:?}");
    assert!(longest < took / 2, "the first load blocked for {longest:?} of {took:?}");

    source.set_time(300);
    let (second, unchanged, _) = measure(cached.keyring()).await;
    assert!(Arc::ptr_eq(first.as_ref().unwrap(), second.as_ref().unwrap()));
    assert!(unchanged < took / 4, "unchanged bytes were parsed: {unchanged:?}");

    // Only the app secret has changed: the key is known.
    source.set(Some(&secret_with(&one, &["new", "old"])));
    source.set_time(600);
    let (changed, took_again, _) = measure(app_secret_count(&cached)).await;
    assert_eq!(changed, Ok(2));
    assert!(took_again < took / 4, "a known key was decrypted again: {took_again:?}");

    source.set(Some(&secret_with(&two, &["old"])));
    source.set_time(900);
    let (changed, took, longest) = measure(app_secret_count(&cached)).await;
    assert_eq!(changed, Ok(1));
    assert!(longest < took / 2, "a reload blocked for {longest:?} of {took:?}");

    // `one` is not cached any longer.
    let stale = cached.keyring().await.unwrap();
    source.set(Some(&secret_with(&one, &["new", "old"])));
    source.set_time(940);
    let (fresh, took, longest) = measure(cached.reload_if_stale(&stale)).await;
    assert_eq!(fresh.expect("another keyring").app_secrets().len(), 2);
    assert!(longest < took / 2, "a reload after a mismatch blocked for {longest:?} of {took:?}");
}

/// An invalid secret may contain a key that takes a second to reject.
#[tokio::test]
async fn an_invalid_secret_is_parsed_once() {
    let mut json = secret_with(&encrypted_key(DECRYPTION), &["s"]);
    json["private_keys"][0]["passphrase"] = "another".into();
    let source = Source::new(&json);
    source.set_delay(Duration::ZERO);
    let cached = source.cached();
    let (first, took, _) = measure(app_secret_count(&cached)).await;
    assert_eq!(first, Err(KeyringUnavailable));
    let lines = LogLines::collect();
    source.set_time(2);
    let (second, took_again, _) = measure(app_secret_count(&cached)).await;
    assert_eq!((second, source.reads()), (Err(KeyringUnavailable), 2));
    assert!(took_again < took / 4, "it was parsed again: {took_again:?} of {took:?}");
    assert!(lines.take(TARGET)[0].contains("the passphrase is wrong"));
}

#[tokio::test(start_paused = true)]
async fn a_parse_that_outlives_its_request_is_used_by_the_next_one() {
    let source = Source::new(&secret_with(&encrypted_key(2 * DECRYPTION), &["s"]));
    let cached = Arc::new(source.cached());
    let request = {
        let cached = Arc::clone(&cached);
        tokio::spawn(async move { app_secret_count(&*cached).await })
    };
    // The paused clock does not advance while the keys are parsed.
    while source.reads() == 0 {
        tokio::task::yield_now().await;
    }
    tokio::time::advance(SLOW).await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    tokio::time::advance(Duration::from_secs(4)).await;
    assert_eq!(request.await.unwrap(), Err(KeyringUnavailable));
    assert_eq!((app_secret_count(&*cached).await, source.reads()), (Ok(1), 1));
}
