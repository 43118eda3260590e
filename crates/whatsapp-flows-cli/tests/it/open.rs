//! The output of `flowctl open`: the signature check, and the explanation of a failed decryption.

use std::path::{Path, PathBuf};
use std::process::Command;

use aes_gcm::AesGcm;
use aes_gcm::aead::consts::{U12, U16};
use aes_gcm::aead::{AeadInOut, KeyInit, Nonce};
use aes_gcm::aes::{Aes128, Aes256};
use base64::prelude::{BASE64_STANDARD, Engine};
use local_lambda::event;
use pkcs8::DecodePublicKey;
use rsa::traits::PaddingScheme;
use rsa::{Oaep, Pkcs1v15Encrypt, PublicKey};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::signature::{AppSecret, HEADER};
use whatsapp_flows::testing::{KeyPair, RequestSealer};

const PING: &[u8] = br#"{"version":"3.0","action":"ping"}"#;

/// A secret with two app secrets, in a folder for one test.
struct Fixture {
    folder: PathBuf,
    secret: Keyring,
}

impl Fixture {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("open-{name}"));
        std::fs::create_dir_all(&folder).unwrap();
        let keys = KeyPair::generate();
        let json = json!({
            "private_keys": [{ "id": "the-key", "pem": *keys.private_pem }],
            "app_secrets": ["0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"],
        });
        std::fs::write(folder.join("secret.json"), json.to_string()).unwrap();
        let (secret, _) = Keyring::from_json(json.to_string().as_bytes()).unwrap();
        Self { folder, secret }
    }

    fn public_key(&self) -> PublicKey {
        PublicKey::from_public_key_pem(&self.secret.private_keys()[0].public_pem()).unwrap()
    }

    fn sealed(&self) -> String {
        RequestSealer::new(&self.secret.private_keys()[0].public_pem()).unwrap().seal(PING).body
    }

    /// Returns an HTTP API event with this body, signed with the app secret in this position.
    fn signed(&self, position: usize, body: &str) -> Value {
        let signature = self.secret.app_secrets()[position].sign(body.as_bytes());
        http_api(body, &[(HEADER, &signature)])
    }

    /// Runs `flowctl open`, and returns its exit code, output and errors.
    fn open(&self, file: &str) -> (Option<i32>, String, String) {
        let path = self.folder.join("event.json");
        std::fs::write(&path, file).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_flowctl"))
            .arg("open")
            .arg(&path)
            .arg("--secret")
            .arg(self.folder.join("secret.json"))
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }
}

fn http_api(body: &str, headers: &[(&str, &str)]) -> Value {
    let headers = headers.iter().map(|(name, value)| (*name, value.as_bytes()));
    event::http_api("POST", "/basic", headers, body.as_bytes())
}

#[test]
fn open_prints_an_event_of_any_source_and_names_the_app_secret() {
    let fixture = Fixture::new("sources");
    let body = fixture.sealed();
    for (name, event) in event::all_sources(&fixture.signed(0, &body)) {
        let (status, printed, errors) = fixture.open(&event.to_string());
        assert_eq!(status, Some(0), "{name}: {errors}");
        assert!(printed.contains("\"ping\""), "{name}: {printed}");
        assert_eq!(errors, "signature  valid for app secret 0, the newest of 2\n", "{name}");
    }
    let (status, _, errors) = fixture.open(&fixture.signed(1, &body).to_string());
    assert_eq!(
        (status, &*errors),
        (Some(0), "signature  valid for app secret 1 of 2 (0 is the newest)\n")
    );
    let (status, printed, errors) = fixture.open(&body);
    assert_eq!(status, Some(0), "a body alone: {errors}");
    assert!(printed.contains("\"ping\"") && errors.contains("not checked"), "{errors}");
}

#[test]
fn open_explains_an_invalid_signature_and_prints_the_request() {
    let fixture = Fixture::new("signatures");
    let body = fixture.sealed();
    let good = fixture.signed(0, &body);
    let signature = good["headers"][HEADER].as_str().unwrap();
    let stranger = AppSecret::new("another app's secret").unwrap().sign(body.as_bytes());
    let mut formatted = good.clone();
    let parsed: Value = serde_json::from_str(&body).unwrap();
    formatted["body"] = serde_json::to_string_pretty(&parsed).unwrap().into();
    for (event, words) in [
        (http_api(&body, &[(HEADER, &stranger)]), "wrong for all app secrets (2)"),
        (formatted, "the body was changed after it was signed"),
        (http_api(&body, &[("content-type", "application/json")]), "missing: there is no header"),
        (
            http_api(&body, &[("X-Hub-Signature", "sha1=00")]),
            "there is only X-Hub-Signature, which is SHA-1",
        ),
        (
            http_api(&body, &[(HEADER, &format!("{signature},{signature}"))]),
            "the header occurs more than once",
        ),
        (http_api(&body, &[(HEADER, "sha256=00")]), "it is not sha256= and 64 hexadecimal digits"),
    ] {
        let (status, printed, errors) = fixture.open(&event.to_string());
        assert_eq!(status, Some(1), "{words}");
        assert!(printed.contains("\"ping\""), "{words}: {printed}");
        assert!(errors.contains(words) && errors.contains("(432)"), "{words}: {errors}");
    }
}

/// An envelope with other parameters than Meta's.
struct Sealed<'a> {
    aes_key: &'a [u8],
    iv: &'a [u8],
    data: Vec<u8>,
}

impl Sealed<'_> {
    fn with_cipher<Cipher: AeadInOut + KeyInit>(aes_key: &'static [u8], iv: &'static [u8]) -> Self {
        let mut data = PING.to_vec();
        let cipher = Cipher::new_from_slice(aes_key).unwrap();
        cipher.encrypt_in_place(<&Nonce<Cipher>>::try_from(iv).unwrap(), b"", &mut data).unwrap();
        Sealed { aes_key, iv, data }
    }

    fn body(&self, public_key: &PublicKey, padding: impl PaddingScheme) -> String {
        let wrapped = public_key.encrypt(&mut getrandom::SysRng, padding, self.aes_key).unwrap();
        json!({
            "encrypted_flow_data": BASE64_STANDARD.encode(&self.data),
            "encrypted_aes_key": BASE64_STANDARD.encode(wrapped),
            "initial_vector": BASE64_STANDARD.encode(self.iv),
        })
        .to_string()
    }
}

#[test]
fn open_names_the_wrong_cipher_or_padding() {
    let fixture = Fixture::new("parameters");
    let key = fixture.public_key();
    const KEY: &[u8] = b"sixteen bytes...";
    const LONG: &[u8] = b"an AES key of thirty-two bytes..";
    const IV: &[u8] = b"another sixteen.";
    let metas = Sealed::with_cipher::<AesGcm<Aes128, U16>>(KEY, IV);
    let short = Sealed::with_cipher::<AesGcm<Aes128, U12>>(KEY, &IV[..12]);
    let mut sliced = Sealed::with_cipher::<AesGcm<Aes128, U12>>(KEY, &IV[..12]);
    sliced.iv = IV;
    let long = Sealed::with_cipher::<AesGcm<Aes256, U16>>(LONG, IV);
    let mut inverted = Sealed::with_cipher::<AesGcm<Aes128, U16>>(KEY, IV);
    let flipped: Vec<u8> = IV.iter().map(|byte| !byte).collect();
    inverted.iv = &flipped;
    let mut changed = Sealed::with_cipher::<AesGcm<Aes128, U16>>(KEY, IV);
    changed.data[0] ^= 1;
    let sha256 = Oaep::<Sha256>::new;
    let cases = [
        (
            metas.body(&key, Oaep::<Sha1>::new()),
            "encrypted with OAEP with SHA-1 instead of SHA-256",
        ),
        (
            metas.body(&key, Oaep::<Sha256, Sha1>::new_with_mgf_hash()),
            "whose mask generation function uses SHA-1",
        ),
        (metas.body(&key, Oaep::<Sha512>::new()), "OAEP with SHA-512 instead of SHA-256"),
        (metas.body(&key, Pkcs1v15Encrypt), "PKCS#1 v1.5 instead of OAEP"),
        (short.body(&key, sha256()), "an IV of 12 bytes instead of 16"),
        (sliced.body(&key, sha256()), "an IV of 12 bytes instead of 16"),
        (
            short.body(&key, Oaep::<Sha1>::new()),
            "OAEP with SHA-1 instead of SHA-256, and with an IV of 12 bytes",
        ),
        (long.body(&key, sha256()), "AES-256 instead of AES-128"),
        (inverted.body(&key, sha256()), "the inverted IV, which is for the reply"),
        (
            changed.body(&key, sha256()),
            "decrypts encrypted_aes_key, but the AES key in it does not",
        ),
        (
            metas.body(
                &PublicKey::from_public_key_pem(&KeyPair::generate().public_pem).unwrap(),
                sha256(),
            ),
            "no private key (the-key) decrypts encrypted_aes_key: it was encrypted for another public key",
        ),
    ];
    for (body, words) in cases {
        let (status, printed, errors) = fixture.open(&fixture.signed(0, &body).to_string());
        assert_eq!((status, &*printed), (Some(1), ""), "{words}: {errors}");
        assert!(errors.contains("valid for app secret 0"), "{words}: {errors}");
        assert!(errors.contains(words) && errors.contains("(421)"), "{words}: {errors}");
    }
    let (status, printed, _) =
        fixture.open(&fixture.signed(0, &metas.body(&key, sha256())).to_string());
    assert!(status == Some(0) && printed.contains("ping"), "Meta's parameters are decrypted");
}

#[test]
fn open_names_a_body_that_is_not_an_envelope() {
    let fixture = Fixture::new("bodies");
    let envelope: Value = serde_json::from_str(&fixture.sealed()).unwrap();
    let with = |name: &str, value: Value| {
        let mut changed = envelope.clone();
        changed[name] = value;
        changed.to_string()
    };
    let without = json!({ "encrypted_flow_data": "", "initial_vector": "" });
    for (body, words) in [
        (
            json!({ "object": "whatsapp_business_account", "entry": [] }).to_string(),
            "a webhook of messages",
        ),
        (String::from_utf8(PING.into()).unwrap(), "an unencrypted request"),
        ("hello".into(), "not an encrypted request: it is not JSON"),
        (without.to_string(), "encrypted_aes_key is missing"),
        (with("initial_vector", json!([1])), "initial_vector is missing or not a string"),
        (with("initial_vector", json!("***")), "initial_vector is not base64"),
        (with("encrypted_aes_key", json!("AAAA")), "encrypted_aes_key has 3 bytes, not 256"),
    ] {
        let (status, _, errors) = fixture.open(&fixture.signed(0, &body).to_string());
        assert_eq!(status, Some(1), "{words}");
        assert!(errors.contains(words) && errors.contains("(421)"), "{words}: {errors}");
    }
    let mut parsed = fixture.signed(0, "");
    parsed["body"] = envelope;
    let (status, _, errors) = fixture.open(&parsed.to_string());
    assert!(status == Some(1) && errors.contains("use a Lambda proxy integration"), "{errors}");
    let (status, _, errors) = fixture.open(r#"{"requestContext":{}}"#);
    assert!(status == Some(1) && errors.contains("not an event of a gateway"), "{errors}");
}

/// One key instead of a list: the secret can be read, but a failed decryption cannot be explained.
#[test]
fn open_without_a_key_list_still_decrypts() {
    let fixture = Fixture::new("one-key");
    let file = fixture.folder.join("secret.json");
    let mut json: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    json["private_keys"] = json["private_keys"][0].take();
    std::fs::write(&file, json.to_string()).unwrap();
    let (status, printed, _) = fixture.open(&fixture.signed(0, &fixture.sealed()).to_string());
    assert!(status == Some(0) && printed.contains("ping"), "{printed}");
    let foreign = RequestSealer::new(&KeyPair::generate().public_pem).unwrap().seal(PING).body;
    let (status, _, errors) = fixture.open(&fixture.signed(0, &foreign).to_string());
    assert!(status == Some(1) && errors.contains("decrypts encrypted_aes_key"), "{errors}");
}
