//! The time of `Endpoint::handle`, compared with the one operation that cannot be avoided: RSA's private operation.
//!
//! Machines are noisy, so all run in turn in one process, and the ratio of the medians is printed. The time of the
//! session is the median of differences between two requests of one round that differ only in their token: `unused`
//! identifies nobody, and has no session.

use std::time::Instant;

use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use bytes::Bytes;
use http::Request;
use pkcs8::DecodePrivateKey;
use serde::{Deserialize, Serialize};
use serde_json::json;
use whatsapp_flows::protocol::key::PrivateKey;
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::signature::{AppSecret, HEADER};
use whatsapp_flows::testing::{KeyPair, RequestSealer};
use whatsapp_flows::*;

const ROUNDS: usize = 3000;

#[derive(Serialize)]
struct Form {
    text: String,
}

#[derive(Deserialize)]
struct FormInput {
    text: String,
}

impl Screen for Form {
    const ID: &'static str = "FORM";
    type Input = FormInput;
}

impl Reaches<Form> for Init {}

#[derive(Default, Serialize, Deserialize)]
struct State {
    text: String,
}

async fn submit(_: Context<(), State>, given: FormInput) -> Result<ReplyTo<Form, State>> {
    Ok(show(Form { text: given.text.clone() }).saving(State { text: given.text }))
}

/// A handler without a state.
async fn echo(_: Context<()>, given: FormInput) -> Result<ReplyTo<Form>> {
    Ok(show(Form { text: given.text }))
}

fn main() {
    let keys = KeyPair::generate();
    let app_secret = AppSecret::new("benchmark").unwrap();
    let key = PrivateKey::from_pem("bench", &keys.private_pem, None).unwrap();
    let secret = Keyring::new(vec![key], vec![app_secret.clone()]).unwrap();
    let endpoint = Endpoint::new(std::sync::Arc::new(secret), MemoryStore::new())
        .serve("/form", Flow::<(), State>::new(()).on::<Form>(submit))
        .serve("/echo", Flow::<()>::new(()).on::<Form>(echo))
        .serve("/once", Flow::<()>::new(()).once::<Form>(echo));
    let sealing = RequestSealer::new(&keys.public_pem).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();

    let request = |path: &str, token: &str, round: usize, signed: bool| {
        let request = json!({ "data": { "text": text(round) }, "flow_token": token,
            "screen": "FORM", "action": "data_exchange", "version": "4.0" });
        let body = sealing.seal(request.to_string().as_bytes()).body;
        let signature = app_secret.sign(if signed { body.as_bytes() } else { b"another body" });
        Request::post(path).header(HEADER, signature).body(Bytes::from(body)).unwrap()
    };
    let handle = |request: Request<Bytes>, status: u16| {
        let started = Instant::now();
        let response = runtime.block_on(endpoint.handle(request));
        let took = started.elapsed().as_secs_f64() * 1e6;
        assert_eq!(response.status().as_u16(), status);
        took
    };
    let bare = bare_key(&keys);
    let public = rsa::PrivateKey::from_pkcs8_pem(&keys.private_pem).unwrap().to_public_key();
    let wrapped = public.oaep_encrypt::<sha2::Sha256>(&[7; 16]).unwrap();
    let operation = || {
        let mut message = [0; 256];
        let started = Instant::now();
        bare.decrypt(&OAEP_SHA256_MGF1SHA256, &wrapped, &mut message, None).unwrap();
        started.elapsed().as_secs_f64() * 1e6
    };

    let [mut rsa, mut form, mut signature, mut ordinary, mut once] = [const { Vec::new() }; 5];
    for round in 0..ROUNDS {
        // A token belongs to one flow.
        let somebody = |path: &str| format!("{path} {}", round % 50);
        rsa.push(operation());
        form.push(handle(request("/form", &somebody("/form"), round, true), 200));
        signature.push(handle(request("/form", &somebody("/form"), round, false), 432));
        // The order rotates, so that none is always measured after the same other.
        let mut echoes = [
            ("/echo", "unused".into()),
            ("/echo", somebody("/echo")),
            ("/once", somebody("/once")),
        ]
        .map(|(path, token)| Some(request(path, &token, round, true)));
        let mut times = [0.0; 3];
        for which in (0..3).map(|which| (which + round) % 3) {
            times[which] = handle(echoes[which].take().unwrap(), 200);
        }
        ordinary.push(times[1] - times[0]);
        once.push(times[2] - times[0]);
    }
    let [rsa, form, signature, ordinary, once] = [rsa, form, signature, ordinary, once].map(median);
    println!("median of {ROUNDS} rounds, one after the other in turn");
    println!("RSA-2048 private operation (aws-lc-rs)        {rsa:>8.1} µs   1.00");
    println!("handle, 1 KB form, sessions in memory         {form:>8.1} µs   {:.2}", form / rsa);
    println!(
        "handle, wrong signature                       {signature:>8.1} µs   {:.3}",
        signature / rsa
    );
    println!(
        "of it the session, an ordinary exchange       {ordinary:>8.1} µs   {:.3}",
        ordinary / rsa
    );
    println!("of it the session, a `once` handler           {once:>8.1} µs   {:.3}", once / rsa);
}

/// Returns 1 KB of text that differs in each round: a `once` handler would not run again for the same one, and repeated
/// letters would compress too well.
fn text(round: usize) -> String {
    let words = ["Monday", "half past ten", "with a view of the river", "please", "for two", "Zoë"];
    let mut text = format!("{round}");
    let mut random = round as u64 + 1;
    while text.len() < 1000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        text += &format!(" {} {}", words[(random >> 40) as usize % words.len()], random >> 50);
    }
    text
}

fn bare_key(keys: &KeyPair) -> OaepPrivateDecryptingKey {
    use pkcs8::EncodePrivateKey;
    let key = rsa::PrivateKey::from_pkcs8_pem(&keys.private_pem).unwrap();
    let der = key.to_pkcs8_der().unwrap();
    OaepPrivateDecryptingKey::new(PrivateDecryptingKey::from_pkcs8(der.as_bytes()).unwrap())
        .unwrap()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
