//! What `Endpoint::handle` costs beside the one operation that cannot be saved: RSA's private one.
//!
//! Machines are noisy, so the two are run in turn in one process, and what is printed is the ratio of
//! their medians.

use std::time::Instant;

use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use bytes::Bytes;
use http::Request;
use pkcs8::DecodePrivateKey;
use serde::{Deserialize, Serialize};
use serde_json::json;
use whatsapp_flows::phone::{KeyPair, Sealing};
use whatsapp_flows::protocol::key::PrivateKey;
use whatsapp_flows::protocol::secret::Secret;
use whatsapp_flows::protocol::signature::{AppSecret, HEADER};
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

fn main() {
    let keys = KeyPair::generate();
    let app_secret = AppSecret::new("benchmark").unwrap();
    let key = PrivateKey::from_pem("bench", &keys.private_pem, None).unwrap();
    let secret = Secret::new(vec![key], vec![app_secret.clone()]).unwrap();
    let flow = Flow::<(), State>::new(()).on::<Form>(submit);
    let endpoint =
        Endpoint::new(std::sync::Arc::new(secret), MemorySessions::new()).serve("/form", flow);
    let sealing = Sealing::new(&keys.public_pem).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();

    let request = |round: usize, signed: bool| {
        let data = json!({ "text": "x".repeat(1000) });
        let request = json!({ "data": data, "flow_token": format!("token {}", round % 50),
            "screen": "FORM", "action": "data_exchange", "version": "4.0" });
        let body = sealing.seal(request.to_string().as_bytes()).body;
        let signature = app_secret.sign(if signed { body.as_bytes() } else { b"another body" });
        Request::post("/form").header(HEADER, signature).body(Bytes::from(body)).unwrap()
    };
    let bare = bare_key(&keys);
    let public = rsa::PrivateKey::from_pkcs8_pem(&keys.private_pem).unwrap().to_public_key();
    let wrapped = public.oaep_encrypt::<sha2::Sha256>(&[7; 16]).unwrap();

    let mut times = [const { Vec::new() }; 3];
    for round in 0..ROUNDS {
        let (good, bad) = (request(round, true), request(round, false));
        let mut time = |which: usize, run: &mut dyn FnMut()| {
            let started = Instant::now();
            run();
            times[which].push(started.elapsed().as_secs_f64() * 1e6);
        };
        let mut message = [0; 256];
        time(0, &mut || {
            bare.decrypt(&OAEP_SHA256_MGF1SHA256, &wrapped, &mut message, None).unwrap();
        });
        let mut good = Some(good);
        time(1, &mut || {
            let response = runtime.block_on(endpoint.handle(good.take().unwrap()));
            assert_eq!(response.status(), 200);
        });
        let mut bad = Some(bad);
        time(2, &mut || {
            let response = runtime.block_on(endpoint.handle(bad.take().unwrap()));
            assert_eq!(response.status().as_u16(), 432);
        });
    }
    let [rsa, good, bad] = times.map(median);
    println!("median of {ROUNDS} rounds, one after the other in turn");
    println!("RSA-2048 private operation (aws-lc-rs)        {rsa:>8.1} µs   1.00");
    println!("handle, 1 KB form, sessions in memory         {good:>8.1} µs   {:.2}", good / rsa);
    println!("handle, wrong signature                       {bad:>8.1} µs   {:.3}", bad / rsa);
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
