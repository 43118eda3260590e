//! 100,000 tampered bodies, each with a valid signature, so that only the encryption can reject them. All get the same
//! response.

use std::sync::Arc;

use crate::support::bytes;
use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use fastrand::Rng;
use http::{HeaderMap, Request, Response};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use whatsapp_flows::internals::cipher::{AES_BYTES, AesKey, rsa_operations};
use whatsapp_flows::protocol::key::PrivateKey;
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::signature::{AppSecret, HEADER};
use whatsapp_flows::testing::{KeyPair, RequestSealer};
use whatsapp_flows::{Endpoint, Flow, MemoryStore};

/// The number of bodies whose bits are flipped one by one.
const BODIES: usize = 6;
/// The number of random changes.
const RANDOM: usize = 95_000;
const AT_LEAST: usize = 100_000;
const UNSIGNED: usize = 2_000;
const THREADS: usize = 2;

const MEMBERS: [&str; 3] = ["encrypted_flow_data", "encrypted_aes_key", "initial_vector"];
const DATA: usize = 0;
const KEY: usize = 1;

#[test]
fn every_tampered_body_gets_the_same_421() {
    let seed = getrandom::u64().expect("the system gives random numbers");
    let world = World::new();
    let parts = std::thread::scope(|scope| {
        let part = |thread: usize| {
            let world = &world;
            scope.spawn(move || tamper(world, thread, Rng::with_seed(seed ^ thread as u64)))
        };
        let parts: Vec<_> = (0..THREADS).map(part).collect();
        parts.into_iter().map(|part| part.join().expect("all are rejected")).collect::<Vec<_>>()
    });
    let tamperings: usize = parts.iter().map(|part| part.tamperings).sum();
    let decrypted: u64 = parts.iter().map(|part| part.rsa_operations).sum();
    let in_turn: usize = parts.iter().map(|part| part.bits).sum();
    println!("{tamperings} tamperings, {in_turn} of them a single bit: none accepted");
    println!("{decrypted} were rejected by the ciphers, the others by their form");
    assert!(tamperings >= AT_LEAST, "only {tamperings}");
    assert!(decrypted >= AT_LEAST as u64, "only {decrypted} reached the ciphers");
    let first = parts[0].answer.as_ref().expect("a response");
    assert!(parts.iter().all(|part| part.answer.as_ref() == Some(first)));
    println!("headers of every answer: {first:?}");
}

/// An attacker without the app secret does not reach the ciphers.
#[test]
fn tampered_bodies_with_an_old_signature_need_no_rsa() {
    let world = World::new();
    let server = Server::new(&world);
    let mut random = Rng::with_seed(getrandom::u64().expect("the system gives random numbers"));
    let body = world.body(&mut random);
    let signature = world.app_secret.sign(body.text().as_bytes());
    for number in 0..UNSIGNED {
        let tampered = body.changed(&mut random, &world);
        let before = rsa_operations();
        let response = server.handle(tampered.into_bytes(), &signature);
        assert_eq!(response.status().as_u16(), 432, "tampering {number}");
        assert!(response.body().is_empty());
        assert_eq!(rsa_operations(), before, "tampering {number}");
    }
    println!("{UNSIGNED} tamperings without a new signature: all 432, no RSA operation");
    let before = rsa_operations();
    assert_eq!(server.handle(body.text().into_bytes(), &signature).status().as_u16(), 200);
    assert_eq!(rsa_operations(), before + 1, "an unchanged body is decrypted");
}

/// Runs the share of one thread.
fn tamper(world: &World, thread: usize, mut random: Rng) -> Part {
    let mut visit = Visit { world, server: Server::new(world), part: Part::default() };
    for _ in 0..BODIES / THREADS {
        let body = world.body(&mut random);
        visit.accepted(&body);
        // Tag, ciphertext, wrapped key and vector, bit by bit.
        for member in 0..MEMBERS.len() {
            for bit in 0..body.0[member].len() * 8 {
                let mut tampered = body.clone();
                tampered.0[member][bit / 8] ^= 1 << (bit % 8);
                visit.refused(tampered.text().into_bytes());
                visit.part.bits += 1;
            }
        }
    }
    // The JSON text: base64, member names, punctuation.
    let body = world.body(&mut random);
    let text = body.text().into_bytes();
    for bit in (0..text.len() * 8).skip(thread).step_by(THREADS) {
        let mut tampered = text.clone();
        tampered[bit / 8] ^= 1 << (bit % 8);
        visit.refused(tampered);
        visit.part.bits += 1;
    }
    for number in 0..RANDOM / THREADS {
        // An endpoint that rejects everything would pass this test, too.
        if number % 1_000 == 0 {
            visit.accepted(&world.body(&mut random));
        }
        let body = &world.bodies[random.usize(..world.bodies.len())];
        let tampered = body.changed(&mut random, world);
        visit.refused(tampered.into_bytes());
    }
    visit.part
}

/// The results of one thread.
#[derive(Default)]
struct Part {
    tamperings: usize,
    bits: usize,
    rsa_operations: u64,
    /// The headers of every response so far.
    answer: Option<HeaderMap>,
}

struct Visit<'a> {
    world: &'a World,
    server: Server,
    part: Part,
}

impl Visit<'_> {
    fn accepted(&self, body: &Body) {
        let text = body.text();
        let signature = self.world.app_secret.sign(text.as_bytes());
        assert_eq!(self.server.handle(text.into_bytes(), &signature).status().as_u16(), 200);
    }

    fn refused(&mut self, body: Vec<u8>) {
        let signature = self.world.app_secret.sign(&body);
        let before = rsa_operations();
        let response = self.server.handle(body.clone(), &signature);
        let show = || String::from_utf8_lossy(&body).into_owned();
        assert_eq!(response.status().as_u16(), 421, "{}", show());
        assert!(response.body().is_empty(), "{}", show());
        let answer = self.part.answer.get_or_insert_with(|| response.headers().clone());
        assert_eq!(response.headers(), answer, "{}", show());
        self.part.rsa_operations += rsa_operations() - before;
        self.part.tamperings += 1;
    }
}

/// The endpoint of one thread.
struct Server {
    endpoint: Endpoint,
    runtime: Runtime,
}

impl Server {
    fn new(world: &World) -> Self {
        let endpoint = Endpoint::new(Arc::clone(&world.secret), MemoryStore::new())
            .serve("/", Flow::<()>::new(()));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { endpoint, runtime }
    }

    fn handle(&self, body: Vec<u8>, signature: &str) -> Response<Bytes> {
        let request = Request::post("/").header(HEADER, signature).body(body.into()).unwrap();
        self.runtime.block_on(self.endpoint.handle(request))
    }
}

/// The keys, and bodies that the endpoint accepts.
struct World {
    secret: Arc<Keyring>,
    app_secret: AppSecret,
    sealing: RequestSealer,
    bodies: Vec<Body>,
}

impl World {
    fn new() -> Self {
        let pair = KeyPair::generate();
        let key = PrivateKey::from_pem("k", &pair.private_pem, None).unwrap();
        let app_secret = AppSecret::new("tampering").unwrap();
        let mut world = Self {
            secret: Arc::new(Keyring::new(vec![key], vec![app_secret.clone()]).unwrap()),
            app_secret,
            sealing: RequestSealer::new(&pair.public_pem).unwrap(),
            bodies: Vec::new(),
        };
        let mut random = Rng::with_seed(1);
        world.bodies = (0..50).map(|_| world.body(&mut random)).collect();
        world
    }

    /// A ping, sealed under a key and vector of its own. The longest is a few blocks of AES long.
    fn body(&self, random: &mut Rng) -> Body {
        let filling = "x".repeat(random.usize(..60));
        let ping = json!({ "action": "ping", "version": "3.0", "filling": filling }).to_string();
        let sealed = self.sealing.seal(ping.as_bytes());
        let wire: Value = serde_json::from_str(&sealed.body).unwrap();
        let decoded = |name| BASE64_STANDARD.decode(wire[name].as_str().unwrap()).unwrap();
        Body(MEMBERS.map(decoded))
    }
}

/// A body's members, decoded, in the order of [`MEMBERS`].
#[derive(Clone, PartialEq)]
struct Body([Vec<u8>; 3]);

impl Body {
    fn text(&self) -> String {
        let members: serde_json::Map<_, _> = std::iter::zip(MEMBERS, &self.0)
            .map(|(name, bytes)| (name.to_owned(), BASE64_STANDARD.encode(bytes).into()))
            .collect();
        Value::Object(members).to_string()
    }

    /// The body changed in a random way: never one that the endpoint should accept.
    fn changed(&self, random: &mut Rng, world: &World) -> String {
        loop {
            let mut changed = self.clone();
            let other = &world.bodies[random.usize(..world.bodies.len())];
            changed.change(other, random, world);
            if changed != *self && changed != *other {
                return changed.text();
            }
        }
    }

    fn change(&mut self, other: &Self, random: &mut Rng, world: &World) {
        let member = random.usize(..MEMBERS.len());
        let length = self.0[member].len();
        match random.usize(..20) {
            // The tag of another body.
            0 | 1 => {
                let tag = other.0[DATA].last_chunk::<AES_BYTES>().unwrap();
                *self.0[DATA].last_chunk_mut().unwrap() = *tag;
            }
            // Members of two bodies.
            2 | 3 => {
                let from_other = 1 + random.usize(..6);
                for member in (0..MEMBERS.len()).filter(|member| from_other >> member & 1 == 1) {
                    self.0[member] = other.0[member].clone();
                }
            }
            // Blocks of the ciphertext exchanged: GCM must not be mere CTR.
            4 | 5 => {
                let blocks = (self.0[DATA].len() - AES_BYTES) / AES_BYTES;
                let (one, two) = (random.usize(..blocks), random.usize(..blocks));
                for byte in 0..AES_BYTES {
                    self.0[DATA].swap(one * AES_BYTES + byte, two * AES_BYTES + byte);
                }
            }
            // Another AES key, wrapped for the same public key, which anyone can do.
            6 => {
                let key = AesKey::new(bytes(random, AES_BYTES).try_into().unwrap());
                let sealed = world.sealing.seal_under(key, [0; AES_BYTES], b"");
                let wire: Value = serde_json::from_str(&sealed.body).unwrap();
                let wrapped = wire[MEMBERS[KEY]].as_str().unwrap();
                self.0[KEY] = BASE64_STANDARD.decode(wrapped).unwrap();
            }
            // Ciphertext cut off before the tag, at its start, or its end with the tag kept.
            7 | 8 => {
                let ciphertext = self.0[DATA].len() - AES_BYTES;
                let cut = 1 + random.usize(..ciphertext);
                let start = [0, ciphertext - cut][random.usize(..2)];
                self.0[DATA].drain(start..start + cut);
            }
            // More ciphertext.
            9 | 10 => {
                let more = 1 + random.usize(..40);
                let more = bytes(random, more);
                let at = random.usize(..self.0[DATA].len() + 1);
                self.0[DATA].splice(at..at, more);
            }
            // The whole ciphertext, its tag, or the vector at random.
            11 => self.0[DATA] = bytes(random, self.0[DATA].len()),
            12 => self.0[2] = bytes(random, AES_BYTES),
            // A member cut off, made longer, or in another's place: of another length, mostly.
            13 => self.0[member].truncate(random.usize(..length)),
            14 => {
                let more = 1 + random.usize(..20);
                let more = bytes(random, more);
                self.0[member].extend(more);
            }
            15 => {
                let with = (member + 1 + random.usize(..2)) % MEMBERS.len();
                self.0.swap(member, with);
            }
            // Several bytes of a member.
            _ => {
                for _ in 0..2 + random.usize(..8) {
                    self.0[member][random.usize(..length)] ^= 1 + random.usize(..255) as u8;
                }
            }
        }
    }
}
