//! Tests whether the time of a 421 depends on the check that failed. From OAEP onward it must not: that would be the
//! oracle of RFC 8017, section 7.1.2.
//!
//! Bodies of four classes are answered in turn, and the times of each two classes are compared with Welch's t-test. |t|
//! under 4.5 is the usual bound for "no difference found" (ISO/IEC 17825).

use std::time::Instant;

use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use whatsapp_flows::protocol::key::PrivateKey;
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::signature::{AppSecret, HEADER};
use whatsapp_flows::testing::{KeyPair, RequestSealer};
use whatsapp_flows::{Endpoint, Flow, MemoryStore};

const SAMPLES: usize = 20_000;
const CLASSES: [&str; 4] = ["random wrapped key", "another key's", "tag wrong", "text changed"];

fn main() {
    for keys in [1, 2] {
        measure(keys);
    }
}

fn measure(keys: usize) {
    let pairs: Vec<_> = (0..keys).map(|_| KeyPair::generate()).collect();
    let private =
        pairs.iter().map(|pair| PrivateKey::from_pem("k", &pair.private_pem, None).unwrap());
    let app_secret = AppSecret::new("timing").unwrap();
    let secret = Keyring::new(private.collect(), vec![app_secret.clone()]).unwrap();
    let endpoint = Endpoint::new(std::sync::Arc::new(secret), MemoryStore::new())
        .serve("/", Flow::<()>::new(()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ours = RequestSealer::new(&pairs[0].public_pem).unwrap();
    let others = RequestSealer::new(&KeyPair::generate().public_pem).unwrap();
    let plaintext = json!({ "action": "ping", "data": { "text": "x".repeat(600) } }).to_string();

    let mut random = 1;
    let mut times = [const { Vec::new() }; CLASSES.len()];
    for sample in 0..SAMPLES + 500 {
        // The order varies, so that no class is always measured after the same one.
        let first = step(&mut random) as usize;
        for class in (0..CLASSES.len()).map(|class| (class + first) % CLASSES.len()) {
            let sealing = if class == 1 { &others } else { &ours };
            let body = changed(&sealed(sealing, &plaintext), class, &mut random);
            let signature = app_secret.sign(body.as_bytes());
            let request =
                Request::post("/").header(HEADER, signature).body(Bytes::from(body)).unwrap();
            let started = Instant::now();
            let response = runtime.block_on(endpoint.handle(request));
            let took = started.elapsed().as_secs_f64() * 1e6;
            assert_eq!(response.status().as_u16(), 421);
            if sample >= 500 {
                times[class].push(took);
            }
        }
    }
    // Every class has the same interruptions by the machine; the slowest tenth is left out.
    let times = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times.truncate(times.len() * 9 / 10);
        times
    });
    println!("{keys} private key(s), {SAMPLES} samples a class");
    for (class, times) in CLASSES.iter().zip(&times) {
        println!("  {class:<20} {:>8.2} µs", mean(times));
    }
    for one in 0..CLASSES.len() {
        for other in one + 1..CLASSES.len() {
            let t = welch(&times[one], &times[other]);
            println!("  t({}, {}) = {t:.2}", CLASSES[one], CLASSES[other]);
        }
    }
}

/// Returns a sealed body whose encrypted AES key is below the modulus of every key. One that is not is rejected without
/// an exponentiation (RFC 8017, 5.1.2), which reveals nothing, because both numbers are public.
fn sealed(sealing: &RequestSealer, plaintext: &str) -> String {
    loop {
        let body = sealing.seal(plaintext.as_bytes()).body;
        let envelope: Value = serde_json::from_str(&body).unwrap();
        let wrapped = BASE64_STANDARD.decode(envelope["encrypted_aes_key"].as_str().unwrap());
        if wrapped.unwrap()[0] < 0x80 {
            return body;
        }
    }
}

/// Makes the body invalid in the way of its class, without changing a length.
fn changed(body: &str, class: usize, random: &mut u64) -> String {
    let mut envelope: Value = serde_json::from_str(body).unwrap();
    let mut change = |member: &str, change: &mut dyn FnMut(&mut Vec<u8>, &mut u64)| {
        let mut bytes = BASE64_STANDARD.decode(envelope[member].as_str().unwrap()).unwrap();
        change(&mut bytes, random);
        envelope[member] = BASE64_STANDARD.encode(bytes).into();
    };
    match class {
        0 => change("encrypted_aes_key", &mut |bytes, random| {
            bytes.iter_mut().for_each(|byte| *byte = step(random) as u8);
            bytes[0] &= 0x7f;
        }),
        2 => change("encrypted_flow_data", &mut |bytes, _| *bytes.last_mut().unwrap() ^= 1),
        3 => change("encrypted_flow_data", &mut |bytes, _| bytes[7] ^= 1),
        _ => {}
    }
    envelope.to_string()
}

/// Xorshift. Not for cryptography.
fn step(random: &mut u64) -> u64 {
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    *random
}

fn mean(times: &[f64]) -> f64 {
    times.iter().sum::<f64>() / times.len() as f64
}

fn welch(one: &[f64], other: &[f64]) -> f64 {
    let part = |times: &[f64]| {
        let mean = mean(times);
        let squares: f64 = times.iter().map(|time| (time - mean).powi(2)).sum();
        squares / (times.len() - 1) as f64 / times.len() as f64
    };
    (mean(one) - mean(other)) / (part(one) + part(other)).sqrt()
}
