//! Encryption in five other languages: their requests decrypt here, and their replies equal ours byte for byte.
//! `vectors/make.sh` writes the files, and decrypts ours in those languages.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use http::{Request, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use whatsapp_flows::internals::cipher::{AES_BYTES, AesKey};
use whatsapp_flows::protocol::envelope::Envelope;
use whatsapp_flows::protocol::key::PrivateKey;
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::signature::{AppSecret, HEADER, SignatureError, verify};
use whatsapp_flows::testing::RequestSealer;
use whatsapp_flows::{
    Context, Endpoint, Flow, Init, MemoryStore, Reaches, ReplyTo, Result, Screen, show,
};

const LANGUAGES: [&str; 5] = ["node", "python", "java", "php", "go"];
const VECTORS_EACH: usize = 5;
/// The vector that is not a request: it decrypts, and the endpoint answers 400 without a body.
const NOT_A_REQUEST: &str = "empty object";

#[derive(Deserialize)]
struct Given {
    name: String,
    plaintext: String,
    reply_plaintext: String,
}

#[derive(Serialize, Deserialize)]
struct Vector {
    name: String,
    made_with: String,
    plaintext: String,
    body: String,
    signature: String,
    aes_key: String,
    iv: String,
    reply_plaintext: String,
    reply: String,
}

#[tokio::test]
async fn vectors_of_five_other_languages_decrypt_with_equal_replies() {
    let mut all = 0;
    for language in LANGUAGES {
        let vectors = read(language);
        hold(&vectors).await;
        println!("{language}: {} vectors, {}", vectors.len(), vectors[0].made_with);
        all += vectors.len();
    }
    assert_eq!(all, 25);
}

/// With `VECTORS_WRITE=1`, writes the file first.
#[tokio::test]
async fn vectors_of_earlier_versions_decrypt() {
    if std::env::var_os("VECTORS_WRITE").is_some_and(|write| write == "1") {
        std::fs::write(file("sealed_by_rust.json"), sealed_now().await).unwrap();
    }
    let vectors = read("rust");
    hold(&vectors).await;
    println!("rust: {} vectors, {}", vectors.len(), vectors[0].made_with);
}

#[tokio::test]
#[ignore = "needs Node.js: make test"]
async fn node_decrypts_new_vectors_of_ours() {
    let (good, said) = opened_by_node("good", &sealed_now().await);
    assert!(good && said == format!("{VECTORS_EACH} opened\n"), "{said}");
    let other = sealed_now().await.replacen("active", "passive", 1);
    let (good, said) = opened_by_node("other", &other);
    assert!(!good && said.contains("ping: another reply_plaintext"), "{said}");
}

/// Verifies every value of a set of vectors.
async fn hold(vectors: &[Vector]) {
    let keys = [private_key()];
    let app_secrets = [app_secret()];
    for (vector, given) in vectors.iter().zip(given()) {
        let name = &vector.name;
        assert_eq!((name, &vector.plaintext), (&given.name, &given.plaintext));
        assert_eq!(vector.reply_plaintext, given.reply_plaintext);

        let signed =
            |body: &str| verify([vector.signature.as_bytes()], body.as_bytes(), &app_secrets);
        assert_eq!(signed(&vector.body), Ok(0), "{name}");
        assert_eq!(signed(&format!("{} ", vector.body)), Err(SignatureError::Wrong), "{name}");

        let envelope = Envelope::parse(vector.body.as_bytes()).unwrap();
        let opened = envelope.open(&keys).unwrap_or_else(|_| panic!("{name} does not open"));
        assert_eq!(text(&opened.plaintext), vector.plaintext);
        let reply = opened.reply_key.seal(vector.reply_plaintext.clone().into_bytes());
        assert_eq!(reply, vector.reply, "{name}");
        assert_eq!(sealed_part(&seal_again(vector)), sealed_part(&vector.body), "{name}");

        let response = answer(&vector.body, &vector.signature).await;
        if name == NOT_A_REQUEST {
            assert_eq!((response.status().as_u16(), text(response.body())), (400, ""));
        } else {
            assert_eq!((response.status().as_u16(), text(response.body())), (200, &*vector.reply));
        }
    }
}

/// Seals the plaintext again, with the vector's AES key and IV.
fn seal_again(vector: &Vector) -> String {
    let sealing = RequestSealer::new(&read_text("public.pem")).unwrap();
    let bytes = |base64| BASE64_STANDARD.decode(base64).unwrap().try_into().unwrap();
    let key = AesKey::new(bytes(&vector.aes_key));
    sealing.seal_under(key, bytes(&vector.iv), vector.plaintext.as_bytes()).body
}

/// Returns the members of a body that key, IV and plaintext determine. RSA-OAEP is random.
fn sealed_part(body: &str) -> [Value; 2] {
    let mut body: Value = serde_json::from_str(body).unwrap();
    ["encrypted_flow_data", "initial_vector"].map(|member| body[member].take())
}

/// Reads the vectors of a language.
fn read(language: &str) -> Vec<Vector> {
    let name = format!("sealed_by_{language}.json");
    let json = std::fs::read(file(&name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let vectors: Vec<Vector> = serde_json::from_slice(&json).unwrap();
    assert_eq!((vectors.len(), given().len()), (VECTORS_EACH, VECTORS_EACH), "{name}");
    vectors
}

/// Returns the JSON of a file with bodies of our `RequestSealer` and replies of our endpoint.
async fn sealed_now() -> String {
    let sealing = RequestSealer::new(&read_text("public.pem")).unwrap();
    let mut vectors = Vec::new();
    for Given { name, plaintext, reply_plaintext } in given() {
        let (key, iv): ([u8; AES_BYTES], [u8; AES_BYTES]) = (random(), random());
        let body = sealing.seal_under(AesKey::new(key), iv, plaintext.as_bytes()).body;
        let signature = app_secret().sign(body.as_bytes());
        let reply = if name == NOT_A_REQUEST {
            let opened = Envelope::parse(body.as_bytes()).unwrap().open(&[private_key()]).unwrap();
            opened.reply_key.seal(reply_plaintext.clone().into_bytes())
        } else {
            text(answer(&body, &signature).await.body()).to_owned()
        };
        vectors.push(Vector {
            name,
            made_with: concat!("whatsapp-flows ", env!("CARGO_PKG_VERSION")).into(),
            plaintext,
            body,
            signature,
            aes_key: BASE64_STANDARD.encode(key),
            iv: BASE64_STANDARD.encode(iv),
            reply_plaintext,
            reply,
        });
    }
    serde_json::to_string_pretty(&vectors).unwrap() + "\n"
}

/// Decrypts the vectors with Node. Returns whether it succeeded, and its output.
fn opened_by_node(name: &str, vectors: &str) -> (bool, String) {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("vectors-{name}.json"));
    std::fs::write(&path, vectors).unwrap();
    let mut node = Command::new("node");
    let output =
        node.args(["seal.mjs", "open"]).arg(path).current_dir(file("")).output().expect("node");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

/// Returns the response of a new endpoint, whose flow shows the text that it receives.
async fn answer(body: &str, signature: &str) -> Response<Bytes> {
    let secret = Keyring::new(vec![private_key()], vec![app_secret()]).unwrap();
    let flow = Flow::<()>::new(()).on_init(init).on::<Form>(submit);
    let endpoint = Endpoint::new(Arc::new(secret), MemoryStore::new()).serve("/form", flow);
    let request = Request::post("/form").header(HEADER, signature);
    endpoint.handle(request.body(Bytes::from(body.to_owned())).unwrap()).await
}

#[derive(Serialize, Deserialize)]
struct Form {
    text: String,
}

impl Screen for Form {
    const ID: &'static str = "FORM";
    type Input = Form;
}

impl Reaches<Form> for Init {}

async fn init(_: Context<()>) -> Result<ReplyTo<Init>> {
    Ok(show(Form { text: String::new() }))
}

async fn submit(_: Context<()>, given: Form) -> Result<ReplyTo<Form>> {
    Ok(show(given))
}

fn given() -> Vec<Given> {
    serde_json::from_str(&read_text("plaintexts.json")).unwrap()
}

fn private_key() -> PrivateKey {
    PrivateKey::from_pem("vectors", &read_text("key.pem"), None).unwrap()
}

fn app_secret() -> AppSecret {
    AppSecret::new(read_text("app_secret")).unwrap()
}

fn read_text(name: &str) -> String {
    std::fs::read_to_string(file(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name)
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}
