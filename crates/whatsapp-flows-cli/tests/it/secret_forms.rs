//! The secret, its app secrets and public keys in the forms that consoles, stores, shells and editors produce. The
//! library and `flowctl` read the same forms, and report the others with their position and a remedy.

use crate::support::openssl::{OpenSsl, PASSPHRASE, utf16};
use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};
use whatsapp_flows::protocol::envelope::Envelope;
use whatsapp_flows::protocol::keyring::{JsonError, JsonErrorKind, Keyring, KeyringError};
use whatsapp_flows::protocol::public_key::{PublicKeyError, parse_public_key_bytes};
use whatsapp_flows::protocol::signature::AppSecret;
use whatsapp_flows::testing::{KeyPair, RequestSealer};

const NEW: &str = "0123456789abcdef0123456789abcdef";
const OLD: &str = "fedcba9876543210fedcba9876543210";

/// Asserts that the secret has these keys and app secrets, in this order.
fn assert_reads(form: &str, json: &[u8], publics: &[&str], app_secrets: &[&str]) {
    let (secret, skipped) =
        Keyring::from_json(json).unwrap_or_else(|error| panic!("{form}: {error}"));
    assert!(skipped.is_empty(), "{form}: {skipped:?}");
    let found: Vec<_> = secret.private_keys().iter().map(|key| key.public_pem()).collect();
    assert_eq!(found, publics, "{form}");
    for public in publics {
        let sealed = RequestSealer::new(public).unwrap().seal(b"hello");
        let envelope = Envelope::parse(sealed.body.as_bytes()).unwrap();
        assert_eq!(*envelope.open(secret.private_keys()).unwrap().plaintext, b"hello", "{form}");
    }
    let signs = |secret: &AppSecret| secret.sign(b"body");
    let signed: Vec<_> = secret.app_secrets().iter().map(signs).collect();
    let expected: Vec<_> = app_secrets
        .iter()
        .map(|text| signs(&AppSecret::from_bytes(text.as_bytes()).unwrap()))
        .collect();
    assert_eq!(signed, expected, "{form}");
}

/// A plain and an encrypted private key, and their public key.
struct Keys {
    openssl: OpenSsl,
    plain: String,
    encrypted: String,
    public: String,
}

impl Keys {
    fn new(name: &str) -> Self {
        let (openssl, public) = OpenSsl::key_pair(name);
        let plain = openssl.run("pkey -in key.pem");
        let encrypted = openssl.run("rsa -in key.pem -traditional -des3 -passout $P");
        Self { openssl, plain, encrypted, public }
    }

    fn list(&self) -> Value {
        json!([
            { "id": "new", "pem": self.plain },
            { "id": "old", "pem": self.encrypted, "passphrase": format!("{PASSPHRASE}\n") },
        ])
    }
}

#[test]
#[ignore = "needs OpenSSL: make test"]
fn secret_from_consoles_and_shells_is_read() {
    let keys = Keys::new("consoles");
    let (list, public) = (keys.list(), keys.public.as_str());
    let both = json!({ "private_keys": list, "app_secrets": [NEW, OLD] });
    let text = both.to_string();
    let in_texts =
        json!({ "private_keys": list.to_string(), "app_secrets": json!([NEW, OLD]).to_string() });
    let pretty = format!("{both:#}\n");
    for (form, json) in [
        ("as flowctl makes it", pretty.clone().into_bytes()),
        ("with a byte order mark", format!("\u{feff}{text}").into_bytes()),
        ("UTF-16, as PowerShell writes it", utf16(&format!("\u{feff}{pretty}"), u16::to_le_bytes)),
        ("UTF-16 without a mark", utf16(&text, u16::to_le_bytes)),
        ("every value is a string", in_texts.to_string().into_bytes()),
        ("the whole is a string", json!(text).to_string().into_bytes()),
        ("a string in a string", json!(json!(text).to_string()).to_string().into_bytes()),
        ("escaped, without its quotes", json!(text).to_string().trim_matches('"').as_bytes().to_vec()),
        ("in single quotes", format!("'{text}'\n").into_bytes()),
        ("elements are strings", json!({
            "private_keys": list.as_array().unwrap().iter().map(Value::to_string).collect::<Vec<_>>(),
            "app_secrets": [NEW, OLD],
        }).to_string().into_bytes()),
        // Pasted into the console with line ends, which JSON does not allow in a string.
        ("line ends in strings", text.replace("\\n", "\n").into_bytes()),
        ("Windows line ends in strings", text.replace("\\n", "\r\n").into_bytes()),
    ] {
        assert_reads(form, &json, &[public, public], &[NEW, OLD]);
    }
    for (form, private_keys, app_secrets) in [
        ("a list of PEMs, and one string", json!([keys.plain]), json!(NEW)),
        ("a PEM, and one string", json!(keys.plain), json!(format!("{NEW}\n"))),
        ("one object", list[0].clone(), json!([NEW])),
        ("one object in a string", json!(list[1].to_string()), json!(NEW)),
        ("a PEM escaped twice", json!(keys.plain.replace('\n', "\\n")), json!([NEW])),
        ("base64 of a PEM", json!([{ "pem": BASE64_STANDARD.encode(&keys.plain) }]), json!([NEW])),
        (
            "quotes and names around app secrets",
            json!(keys.plain),
            json!(format!("APP_SECRET=\"{NEW}\"")),
        ),
        (
            "a byte order mark before an app secret",
            json!(keys.plain),
            json!([format!("\u{feff}{NEW}"), " "]),
        ),
    ] {
        let json = json!({ "private_keys": private_keys, "app_secrets": app_secrets, "owner": 7 });
        assert_reads(form, json.to_string().as_bytes(), &[public], &[NEW]);
    }
    // App secrets in another form than Meta's are used unchanged.
    for other in ["a=\"b\"", "our own", "{", "{}", "[x", "[7]", "'"] {
        for app_secrets in [json!(other), json!([other]), json!(format!(" {other}\n"))] {
            let json = json!({ "private_keys": keys.plain, "app_secrets": app_secrets });
            assert_reads(other, json.to_string().as_bytes(), &[public], &[other]);
        }
    }
}

#[test]
fn invalid_secret_error_names_the_member_and_a_command() {
    let at = |member: &str, line, column, kind| {
        KeyringError::Json(JsonError { member: member.into(), line, column, kind })
    };
    let list = "a list of objects with the members `id` and `pem`";
    let whole = "an object with the members `private_keys` and `app_secrets`";
    let key = KeyPair::generate();
    for (json, expected) in [
        ("-----BEGIN PRIVATE KEY-----\nMARK\n-----END PRIVATE KEY-----\n", KeyringError::Pem),
        ("\u{feff}\"-----BEGIN RSA PRIVATE KEY-----\\nMARK", KeyringError::Pem),
        ("MARK", at(".", 1, 1, JsonErrorKind::Syntax)),
        ("", at(".", 1, 0, JsonErrorKind::UnexpectedEnd)),
        ("[\"MARK\"]", at(".", 1, 8, JsonErrorKind::Expected(whole))),
        ("7", at(".", 1, 1, JsonErrorKind::Expected(whole))),
        ("{\n  \"MARK\": [\"MARK\",\n}", at(".", 3, 1, JsonErrorKind::Syntax)),
        (
            "{\n  \"private_keys\": [],\n  \"app_secrets\": [\"MARK\"",
            at("app_secrets", 3, 24, JsonErrorKind::UnexpectedEnd),
        ),
        ("{\"private_keys\":[]}", at(".", 1, 19, JsonErrorKind::MissingMember("app_secrets"))),
        (
            "{\"app_secrets\":\"MARK\"}",
            at(".", 1, 22, JsonErrorKind::MissingMember("private_keys")),
        ),
        (
            "{\"app_secrets\":\"MARK\",\n\"app_secrets\":\"MARK\"}",
            at(".", 2, 13, JsonErrorKind::DuplicateMember("app_secrets")),
        ),
        ("{\n\"private_keys\": 7}", at("private_keys", 2, 17, JsonErrorKind::Expected(list))),
        (
            "{\n\"private_keys\": [{\"id\": 7}]}",
            at("private_keys[0].id", 2, 25, JsonErrorKind::Expected("a string")),
        ),
        (
            "{\n\"private_keys\": [{\"id\": \"MARK\"}]}",
            at("private_keys[0]", 2, 31, JsonErrorKind::MissingMember("pem")),
        ),
        (
            "{\n\"private_keys\": \"[MARK]\"}",
            at("private_keys", 2, 24, JsonErrorKind::Expected(list)),
        ),
        (
            "{\n\"private_keys\": \"\", \"app_secrets\": [\"MARK\", {}]}",
            at("app_secrets[1]", 2, 46, JsonErrorKind::Expected("a string")),
        ),
    ] {
        let error = Keyring::from_json(json.as_bytes()).unwrap_err();
        assert_eq!(error, expected, "{json}");
        let text = error.to_string();
        assert!(
            text.contains("flowctl secret --key KEY.pem --out secret.json < app_secret"),
            "{text}"
        );
        assert!(!text.contains("MARK"), "{text}");
        if let KeyringError::Json(JsonError { member, line, column, .. }) = expected {
            let named = if member == "." { "the text".into() } else { format!("`{member}`") };
            assert!(text.contains(&format!("…]}}: {named} ")), "{text}");
            assert!(text.contains(&format!(" (line {line}, column {column})")), "{text}");
        }
    }
    let error_of = |json: &[u8]| Keyring::from_json(json).unwrap_err();
    assert_eq!(error_of(b"\xff\xfe\x00"), KeyringError::InvalidEncoding);
    assert!(error_of(b"caf\xe9").to_string().contains("save it as UTF-8"));
    // The name of a member may be secret as well.
    let names = format!("{{\"private_keys\": {{\"MARK\": [\"MARK\", {}", json!(*key.private_pem));
    assert!(!error_of(names.as_bytes()).to_string().contains("MARK"));
}

/// The error names the key of the member, and the remedy.
#[test]
#[ignore = "needs OpenSSL: make test"]
fn invalid_key_of_a_secret_is_named() {
    let keys = Keys::new("named");
    let json = json!({
        "private_keys": [{ "id": "good", "pem": keys.plain }, keys.public, { "id": "old", "pem": keys.encrypted }],
        "app_secrets": NEW,
    });
    let (_, skipped) = Keyring::from_json(json.to_string().as_bytes()).unwrap();
    let skipped: Vec<_> = skipped.iter().map(ToString::to_string).collect();
    assert!(skipped[0].starts_with("private key \"#2\": this is a public key"), "{skipped:?}");
    assert!(skipped[1].starts_with("private key \"old\": the key is encrypted"), "{skipped:?}");
    assert!(skipped[1].contains("openssl pkey"));
}

/// The endpoint reads every secret that `flowctl secret` makes, from every form of key.
#[test]
#[ignore = "needs OpenSSL: make test"]
fn flowctl_secret_output_is_a_valid_secret() {
    let keys = Keys::new("made");
    let openssl = &keys.openssl;
    let der = openssl.run("rsa -in key.pem -traditional -des3 -passout $P -out traditional.pem");
    assert_eq!(der, "");
    openssl.run("pkey -in key.pem -outform DER -out key.der");
    openssl.run("pkcs8 -topk8 -in key.pem -passout $P -outform DER -out encrypted.der");
    openssl.write("utf16.pem", utf16(&format!("\u{feff}{}", keys.plain), u16::to_le_bytes));
    openssl.write("one-line.pem", keys.encrypted.replace('\n', " "));
    openssl.write("passphrase", utf16(&format!("\u{feff}{PASSPHRASE}\r\n"), u16::to_le_bytes));
    let command = "secret --key key.pem --key key.der --key utf16.pem --key encrypted.der \
                   --key one-line.pem --passphrase-file passphrase";
    let input = format!("\u{feff}META_APP_SECRET=\"{NEW}\"\r\n\r\n{OLD}\r\n");
    for input in [input.clone().into_bytes(), utf16(&input, u16::to_le_bytes)] {
        let made = openssl.flowctl(command, &input).unwrap();
        let json = &made[..=made.rfind('}').unwrap()];
        let public = keys.public.as_str();
        assert_reads("made", json.as_bytes(), &[public; 5], &[NEW, OLD]);
    }
}

#[test]
#[ignore = "needs OpenSSL: make test"]
fn flowctl_secret_rejects_an_invalid_app_secret_without_printing_it() {
    let keys = Keys::new("app-secrets");
    for (input, message) in [
        ("", "no app secret on standard input"),
        (" \r\n\n", "no app secret on standard input"),
        (
            "MARKMARKMARKMARKMARKMARKMARKMARK",
            "line 1: this is not an app secret: it contains characters",
        ),
        (&format!("{NEW}\n{NEW}0\n"), "line 2: this is not an app secret: it has 33 characters"),
        ("FACEBOOK_TOKEN=EAAMARKMARKMARK", "line 1: this is an access token"),
        ("\n123456789012345\n", "line 2: this is an id"),
    ] {
        let error =
            keys.openssl.flowctl("secret --key key.pem --out secret.json", input.as_bytes());
        let error = error.unwrap_err();
        assert!(error.contains(message), "{input:?}: {error}");
        assert!(!error.contains("MARK") && !error.contains(NEW), "{error}");
        assert!(message.contains("standard input") || error.contains("App secret"), "{error}");
    }
    let error = keys.openssl.flowctl("secret --key key.pem", b"\xff").unwrap_err();
    assert!(error.contains("standard input: neither UTF-8 nor UTF-16"), "{error}");
}

/// Returns the public key in all supported forms, with their names.
fn public_forms(keys: &Keys) -> Vec<(&'static str, Vec<u8>)> {
    let public = keys.public.as_str();
    let pkcs1 = keys.openssl.run("rsa -in key.pem -RSAPublicKey_out");
    let base64 = |pem: &str| pem.lines().filter(|line| !line.starts_with('-')).collect::<String>();
    let status = "business_public_key_signature_status";
    let flat = json!({ "business_public_key": public, status: "VALID" });
    let text = |text: String| text.into_bytes();
    vec![
        ("as it is", text(public.into())),
        ("with a byte order mark", text(format!("\u{feff}{public}"))),
        ("literal \\n", text(public.trim_end().replace('\n', "\\n"))),
        ("escaped twice", text(public.replace('\n', "\\\\n"))),
        ("one line", text(public.replace('\n', " "))),
        ("no line ends", text(public.replace('\n', ""))),
        ("quoted", text(json!(public).to_string())),
        ("UTF-16", utf16(&format!("\u{feff}{public}"), u16::to_le_bytes)),
        ("base64 alone", text(base64(public))),
        ("base64 of the file", text(BASE64_STANDARD.encode(public))),
        ("DER", BASE64_STANDARD.decode(base64(public)).unwrap()),
        ("flat", text(flat.to_string())),
        ("in a list", text(format!("\u{feff}{:#}\n", json!({ "data": [flat] })))),
        ("in an object", text(json!({ "data": flat }).to_string())),
        (
            "escaped in Graph's",
            text(json!({ "business_public_key": public.replace('\n', "\\n") }).to_string()),
        ),
        ("PKCS#1", text(pkcs1.clone())),
        ("PKCS#1, quoted", text(format!("\"{}\"", pkcs1.replace('\n', "\\n")))),
        ("PKCS#1, base64 alone", text(base64(&pkcs1))),
        ("PKCS#1, DER", BASE64_STANDARD.decode(base64(&pkcs1)).unwrap()),
        ("PKCS#1 under the other label", text(pkcs1.replace("RSA PUBLIC KEY", "PUBLIC KEY"))),
        (
            "the other form under PKCS#1's label",
            text(public.replace("PUBLIC KEY", "RSA PUBLIC KEY")),
        ),
    ]
}

#[test]
#[ignore = "needs OpenSSL: make test"]
fn flowctl_key_show_reads_public_keys_from_meta_and_openssl() {
    let keys = Keys::new("public");
    let fingerprint = |shown: &str| {
        let (_, rest) = shown.split_once("fingerprint  ").expect(shown);
        rest[..64].to_owned()
    };
    let private = fingerprint(&keys.openssl.flowctl("key show key.pem", b"").unwrap());
    for (form, file) in public_forms(&keys) {
        keys.openssl.write("public", &file);
        let shown = keys.openssl.flowctl("key show public", b"");
        let shown = shown.unwrap_or_else(|error| panic!("{form}: {error}"));
        assert_eq!(fingerprint(&shown), private, "{form}");
        assert!(shown.starts_with("RSA-2048 public key"), "{form}: {shown}");
        // Meta accepts only the other form.
        let pkcs1 = form.starts_with("PKCS#1");
        assert_eq!(shown.contains("Meta does not accept the PEM label"), pkcs1, "{form}: {shown}");
        assert_eq!(shown.contains("openssl rsa -RSAPublicKey_in"), pkcs1, "{form}");
        // A client can encrypt for every key that is shown.
        assert!(RequestSealer::for_key(&parse_public_key_bytes(&file).unwrap()).is_ok());
    }
    let command = keys.openssl.run("rsa -in key.pem -RSAPublicKey_out -out rsa.pem");
    assert_eq!(command, "");
    assert_eq!(keys.openssl.run("rsa -RSAPublicKey_in -in rsa.pem -pubout"), keys.public);
}

#[test]
#[ignore = "needs OpenSSL: make test"]
fn invalid_public_keys_are_rejected_with_the_cause() {
    let keys = Keys::new("not-public");
    let (public, openssl) = (&keys.public, &keys.openssl);
    let certificate = openssl.run("req -x509 -key key.pem -subj /CN=flows -days 1");
    let ec = openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.pem");
    assert_eq!(ec, "");
    openssl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out small.pem");
    for (file, expected) in [
        (String::new(), PublicKeyError::Empty),
        (json!({ "data": [] }).to_string(), PublicKeyError::Empty),
        (json!({ "data": [{ "business_public_key": null }] }).to_string(), PublicKeyError::Empty),
        ("hello".into(), PublicKeyError::NotFound),
        (json!({ "business_public_key": "MARK" }).to_string(), PublicKeyError::NotFound),
        (keys.plain.clone(), PublicKeyError::Private),
        (certificate, PublicKeyError::Certificate),
        (public[..public.len() / 2].into(), PublicKeyError::Damaged),
        (public.replace("MII", "!II"), PublicKeyError::Damaged),
        (openssl.run("pkey -in ec.pem -pubout"), PublicKeyError::NotRsa),
        (openssl.run("pkey -in small.pem -pubout"), PublicKeyError::Size(1024)),
    ] {
        assert_eq!(parse_public_key_bytes(file.as_bytes()), Err(expected), "{file}");
        openssl.write("file", &file);
        let error =
            openssl.flowctl("call http://127.0.0.1:1 ping --public-key file", b"").unwrap_err();
        assert!(error.contains(&expected.to_string()) && !error.contains("MARK"), "{error}");
    }
    assert_eq!(parse_public_key_bytes(b"caf\xe9"), Err(PublicKeyError::InvalidEncoding));
    // `key show` reports the error of the kind of key that the file looks like.
    for (file, message) in [
        (public[..public.len() / 2].to_owned(), "the public key is damaged"),
        (json!({ "data": [] }).to_string(), "the public key is missing"),
        (keys.plain[..keys.plain.len() / 2].to_owned(), "the private key is damaged"),
        ("hello".to_owned(), "a private key starts with"),
    ] {
        openssl.write("file", &file);
        let error = openssl.flowctl("key show file", b"").unwrap_err();
        assert!(error.contains(message), "{error}");
    }
}
