//! Every form of a private key that people hold, made on the spot by openssl and by Node's crypto (which
//! Meta's key generator uses). The table of DESIGN.md, row by row.
#![cfg(all(feature = "phone", not(feature = "lambda")))]

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::prelude::{BASE64_STANDARD, Engine};
use whatsapp_flows::phone::{KeyPair, Sealing};
use whatsapp_flows::protocol::envelope::Envelope;
use whatsapp_flows::protocol::key::PrivateKey;
use whatsapp_flows::protocol::pem::{Form, KeyError, Label};

const PASSPHRASE: &str = "pass \"ph\u{e4}se\" 1";

/// A folder with one key pair in the making.
struct OpenSsl(PathBuf);

impl OpenSsl {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("keys-{name}"));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// Runs openssl with `$P` standing for the passphrase, and gives its standard output.
    fn run(&self, command: &str) -> String {
        let args = command
            .split(' ')
            .map(|word| if word == "$P" { format!("pass:{PASSPHRASE}") } else { word.into() });
        let output =
            Command::new("openssl").args(args).current_dir(&self.0).output().expect("openssl");
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// A plain RSA-2048 key in `key.pem`, and its public half.
    fn key_pair(name: &str) -> (Self, String) {
        let openssl = Self::new(name);
        openssl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem");
        let public = openssl.run("pkey -in key.pem -pubout");
        (openssl, public)
    }
}

fn read(pem: &str, passphrase: Option<&str>) -> Result<PrivateKey, KeyError> {
    PrivateKey::from_pem("k", pem, passphrase)
}

fn refused(pem: &str, passphrase: Option<&str>) -> KeyError {
    read(pem, passphrase).expect_err("it is no key that can be read")
}

/// The key opens what was sealed for its public half.
fn works(key: &PrivateKey, public: &str) {
    let sealed = Sealing::new(public).unwrap().seal(b"hello");
    let envelope = Envelope::parse(sealed.body.as_bytes()).unwrap();
    let opened = envelope.open(std::slice::from_ref(key)).unwrap();
    assert_eq!(*opened.plaintext, b"hello");
    assert_eq!(key.public_pem(), public);
}

#[test]
fn every_form_of_the_table_is_read() {
    let (openssl, public) = OpenSsl::key_pair("forms");
    let pkcs8 = "pkcs8 -topk8 -in key.pem -passout $P";
    let forms: Vec<(String, Form)> = vec![
        ("pkey -in key.pem".into(), Form::Pkcs8),
        ("pkey -in key.pem -traditional".into(), Form::Pkcs1),
        ("rsa -in key.pem -traditional -des3 -passout $P".into(), Form::Pkcs1Encrypted),
        ("rsa -in key.pem -traditional -aes128 -passout $P".into(), Form::Pkcs1Encrypted),
        ("rsa -in key.pem -traditional -aes192 -passout $P".into(), Form::Pkcs1Encrypted),
        ("rsa -in key.pem -traditional -aes256 -passout $P".into(), Form::Pkcs1Encrypted),
        (format!("{pkcs8} -v2 aes-128-cbc -v2prf hmacWithSHA256"), Form::Pkcs8Encrypted),
        (format!("{pkcs8} -v2 aes-192-cbc -v2prf hmacWithSHA256"), Form::Pkcs8Encrypted),
        (format!("{pkcs8} -v2 aes-256-cbc -v2prf hmacWithSHA256"), Form::Pkcs8Encrypted),
        (format!("{pkcs8} -v2 aes-256-cbc -v2prf hmacWithSHA1"), Form::Pkcs8Encrypted),
        (format!("{pkcs8} -v2 des3 -v2prf hmacWithSHA256"), Form::Pkcs8Encrypted),
        (format!("{pkcs8} -v2 des3 -v2prf hmacWithSHA1"), Form::Pkcs8Encrypted),
        (format!("{pkcs8} -scrypt"), Form::Pkcs8Encrypted),
        (format!("{pkcs8} -v1 PBE-SHA1-3DES"), Form::Pkcs8Encrypted),
    ];
    for (command, form) in &forms {
        let pem = openssl.run(command);
        let key = read(&pem, Some(PASSPHRASE)).unwrap_or_else(|error| panic!("{command}: {error}"));
        works(&key, &public);
        assert_eq!(key.form(), *form, "{command}");
        if form.encrypted() {
            assert_eq!(refused(&pem, None), KeyError::PassphraseMissing, "{command}");
            assert_eq!(refused(&pem, Some("another")), KeyError::PassphraseWrong, "{command}");
        } else {
            works(&read(&pem, None).unwrap(), &public);
        }
        for (damage, repaired) in repairs(&pem) {
            let key = read(&repaired, Some(PASSPHRASE));
            works(&key.unwrap_or_else(|error| panic!("{command}, {damage}: {error}")), &public);
        }
    }
    println!("{} forms, each in {} states", forms.len(), repairs("").len() + 1);
}

/// What environments, secret stores and people do to a PEM file.
fn repairs(pem: &str) -> Vec<(&'static str, String)> {
    let base64 = BASE64_STANDARD.encode(pem);
    let wrapped: Vec<_> =
        base64.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    vec![
        ("CRLF", pem.replace('\n', "\r\n")),
        ("literal \\n", pem.trim_end().replace('\n', "\\n")),
        ("literal \\r\\n", pem.replace('\n', "\\r\\n")),
        ("quotes", format!("\"{}\"", pem.trim_end())),
        ("quotes and literal \\n", format!("'{}'", pem.replace('\n', "\\n"))),
        ("spaces around", format!("  \n\t{pem}\n\n ")),
        ("indentation", pem.lines().map(|line| format!("    {line}\n")).collect()),
        ("words before", format!("Bag Attributes\n    localKeyID: 01\n{pem}")),
        ("a byte order mark", format!("\u{feff}{pem}")),
        ("base64 of the file", base64.clone()),
        ("base64 of the file, in lines", wrapped.join("\n")),
        ("base64 of the file, in lines with literal \\n", wrapped.join("\\n")),
        ("base64 of a file with literal \\n", BASE64_STANDARD.encode(pem.replace('\n', "\\n"))),
    ]
}

/// Meta's key generator is a call of Node's crypto.
#[test]
fn what_nodes_crypto_writes_is_read() {
    let script = format!(
        "const {{ publicKey, privateKey }} = require('crypto').generateKeyPairSync('rsa', {{ modulusLength: 2048 }});
         const passphrase = {PASSPHRASE:?};
         const forms = [
           {{ type: 'pkcs8' }}, {{ type: 'pkcs1' }},
           {{ type: 'pkcs1', cipher: 'des-ede3-cbc', passphrase }},
           {{ type: 'pkcs8', cipher: 'aes-256-cbc', passphrase }},
         ].map((form) => privateKey.export({{ format: 'pem', ...form }}));
         console.log(JSON.stringify([publicKey.export({{ type: 'spki', format: 'pem' }}), ...forms]));"
    );
    let output = Command::new("node").args(["-e", &script]).output().expect("node");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let forms: Vec<String> = serde_json::from_slice(&output.stdout).unwrap();
    for (pem, form) in forms[1..].iter().zip([
        Form::Pkcs8,
        Form::Pkcs1,
        Form::Pkcs1Encrypted,
        Form::Pkcs8Encrypted,
    ]) {
        let key = read(pem, form.encrypted().then_some(PASSPHRASE)).unwrap();
        works(&key, &forms[0]);
        assert_eq!(key.form(), form);
    }
    assert!(forms[3].contains("DEK-Info: DES-EDE3-CBC"));
}

#[test]
fn a_key_among_other_blocks_is_found() {
    let (openssl, public) = OpenSsl::key_pair("bundle");
    let certificate = openssl.run("req -x509 -key key.pem -subj /CN=flows -days 1");
    let key = openssl.run("pkey -in key.pem");
    works(&read(&format!("{certificate}{key}"), None).unwrap(), &public);
    works(&read(&format!("{key}{certificate}"), None).unwrap(), &public);
}

#[test]
fn what_is_no_such_key_is_refused_with_words() {
    let (openssl, public) = OpenSsl::key_pair("refused");
    let key = openssl.run("pkey -in key.pem");
    let label = |label| KeyError::Label(label);
    let cases = [
        (String::new(), KeyError::Empty),
        (" \"\" ".into(), KeyError::Empty),
        ("hello".into(), KeyError::NotPem),
        (BASE64_STANDARD.encode("no key"), KeyError::NotPem),
        (public.clone(), label(Label::PublicKey)),
        (openssl.run("rsa -in key.pem -RSAPublicKey_out"), label(Label::PublicKey)),
        (openssl.run("req -x509 -key key.pem -subj /CN=flows -days 1"), label(Label::Certificate)),
        (openssl.run("req -new -key key.pem -subj /CN=flows"), label(Label::CertificateRequest)),
        (openssl.run("ecparam -name prime256v1 -genkey"), label(Label::OtherAlgorithm)),
        (openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"), KeyError::NotRsa),
        (openssl.run("genpkey -algorithm ED25519"), KeyError::NotRsa),
        (openssl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024"), KeyError::Size(1024)),
        (openssl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072"), KeyError::Size(3072)),
        (openssl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2047"), KeyError::Size(2047)),
        (key[..key.len() / 2].into(), KeyError::Damaged),
        (key.replace("MII", "!II"), KeyError::Damaged),
        (key.replace("-----END PRIVATE KEY-----", ""), KeyError::Damaged),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----".into(), KeyError::Damaged),
        ("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----".into(), KeyError::Damaged),
        (
            "-----BEGIN OPENSSH PRIVATE KEY-----\n-----END OPENSSH PRIVATE KEY-----".into(),
            label(Label::OpenSsh),
        ),
        ("-----BEGIN MESSAGE-----\n-----END MESSAGE-----".into(), label(Label::Unknown)),
    ];
    for (pem, expected) in cases {
        let error = refused(&pem, None);
        assert_eq!(error, expected, "{pem}");
        let words = error.to_string();
        assert!(words.len() > 20, "{words}");
        for line in pem.lines().filter(|line| line.len() > 20 && !line.contains("-----")) {
            assert!(!words.contains(&line[..16]), "key material in: {words}");
        }
    }
    let unread = openssl.run("pkcs8 -topk8 -in key.pem -passout $P -v2 camellia-256-cbc");
    assert_eq!(refused(&unread, Some(PASSPHRASE)), KeyError::Encryption);
    assert!(refused(&unread, Some(PASSPHRASE)).to_string().contains("openssl pkey"));
    // More rounds than a Lambda has time for.
    let unread = openssl.run("pkcs8 -topk8 -in key.pem -passout $P -iter 2000001");
    assert_eq!(refused(&unread, Some(PASSPHRASE)), KeyError::Encryption);
    let unread = openssl.run("rsa -in key.pem -traditional -camellia256 -passout $P");
    assert_eq!(refused(&unread, Some(PASSPHRASE)), KeyError::Encryption);
}

#[test]
fn our_own_pairs_are_read_by_others() {
    let pair = KeyPair::generate();
    works(&read(&pair.private_pem, None).unwrap(), &pair.public_pem);
    let openssl = OpenSsl::new("own");
    std::fs::write(openssl.0.join("own.pem"), &*pair.private_pem).unwrap();
    assert_eq!(openssl.run("pkey -in own.pem -pubout"), pair.public_pem);
    assert!(openssl.run("rsa -in own.pem -check -noout -text").contains("2048 bit"));
}

#[test]
fn every_form_has_a_name() {
    let names = [Form::Pkcs8, Form::Pkcs8Encrypted, Form::Pkcs1, Form::Pkcs1Encrypted];
    assert_eq!(
        names.map(Form::name),
        ["PKCS#8", "PKCS#8, encrypted", "PKCS#1", "PKCS#1, encrypted (DEK-Info)"]
    );
}

#[test]
fn debug_shows_a_keys_public_half_alone() {
    let pair = KeyPair::generate();
    let key = read(&pair.private_pem, None).unwrap();
    let fingerprint = key.fingerprint();
    let digits: String = fingerprint.0.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((format!("{fingerprint:?}"), fingerprint.to_string()), (digits.clone(), digits));
    assert_eq!(
        format!("{key:?}"),
        format!("PrivateKey(\"k\", public half {fingerprint}, [redacted])")
    );
    assert_eq!(format!("{pair:?}"), format!("KeyPair({fingerprint}, [redacted])"));
}
