//! The forms of a private key, made on the spot by Node's crypto, which Meta's key generator uses too.
#![cfg(feature = "phone")]

use std::process::Command;

use whatsapp_flows::phone::{KeyPair, Sealing};
use whatsapp_flows::protocol::envelope::Envelope;
use whatsapp_flows::protocol::key::{Fingerprint, PrivateKey};
use whatsapp_flows::protocol::pem::{KeyError, Label};

const PASSPHRASE: &str = "pass \"ph\u{e4}se\"";

/// What Node makes: the public key, then the private key in one form after the other.
struct ByNode {
    public: String,
    forms: Vec<String>,
}

fn by_node(kind: &str, exports: &[&str]) -> ByNode {
    let script = format!(
        "const {{ publicKey, privateKey }} = require('crypto').generateKeyPairSync({kind});
         const pass = process.argv[1];
         const forms = [{}].map((form) => privateKey.export({{ format: 'pem', ...form }}));
         const publicPem = publicKey.export({{ type: 'spki', format: 'pem' }});
         console.log(JSON.stringify([publicPem, ...forms]));",
        exports.join(",")
    );
    let output = Command::new("node").args(["-e", &script, PASSPHRASE]).output().expect("node");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut forms: Vec<String> = serde_json::from_slice(&output.stdout).unwrap();
    ByNode { public: forms.remove(0), forms }
}

const RSA_2048: &str = "'rsa', { modulusLength: 2048 }";

/// The key opens what was sealed for its public half.
fn works(key: &PrivateKey, public: &str) {
    let sealed = Sealing::new(public).unwrap().seal(b"hello");
    let envelope = Envelope::parse(sealed.body.as_bytes()).unwrap();
    let opened = envelope.open(std::slice::from_ref(key)).unwrap();
    assert_eq!(*opened.plaintext, b"hello");
    assert_eq!(key.public_pem(), public);
}

fn refused(pem: &str, passphrase: Option<&str>) -> KeyError {
    PrivateKey::from_pem("k", pem, passphrase).unwrap_err()
}

#[test]
fn pkcs8_pkcs1_and_metas_generators_form() {
    let ByNode { public, forms } = by_node(
        RSA_2048,
        &[
            "{ type: 'pkcs8' }",
            "{ type: 'pkcs1' }",
            "{ type: 'pkcs1', cipher: 'des-ede3-cbc', passphrase: pass }",
        ],
    );
    for (pem, passphrase) in [(&forms[0], None), (&forms[1], None), (&forms[2], Some(PASSPHRASE))] {
        works(&PrivateKey::from_pem("k", pem, passphrase).unwrap(), &public);
        let crlf = pem.replace('\n', "\r\n");
        let indented = format!("some words before\n   {}  ", pem.replace('\n', "\n   "));
        works(&PrivateKey::from_pem("k", &crlf, passphrase).unwrap(), &public);
        works(&PrivateKey::from_pem("k", &indented, passphrase).unwrap(), &public);
        // A passphrase that an unencrypted key does not need does no harm.
        if passphrase.is_none() {
            works(&PrivateKey::from_pem("k", pem, Some("unneeded")).unwrap(), &public);
        }
    }
    assert!(forms[2].contains("DEK-Info: DES-EDE3-CBC"));
    assert_eq!(refused(&forms[2], None), KeyError::PassphraseMissing);
    assert_eq!(refused(&forms[2], Some("another")), KeyError::PassphraseWrong);
}

#[test]
fn what_is_no_such_key_is_refused_with_words() {
    let rsa = by_node(
        RSA_2048,
        &["{ type: 'pkcs8' }", "{ type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: pass }"],
    );
    let large = by_node("'rsa', { modulusLength: 3072 }", &["{ type: 'pkcs1' }"]);
    let ec = by_node("'ec', { namedCurve: 'P-256' }", &["{ type: 'sec1' }", "{ type: 'pkcs8' }"]);
    let pem = &rsa.forms[0];
    assert_eq!(refused("", None), KeyError::NotPem);
    assert_eq!(refused("hello", None), KeyError::NotPem);
    assert_eq!(refused(&rsa.public, None), KeyError::Label(Label::PublicKey));
    assert_eq!(
        refused("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----", None),
        KeyError::Label(Label::Certificate)
    );
    assert_eq!(refused(&ec.forms[0], None), KeyError::Label(Label::OtherAlgorithm));
    assert_eq!(refused(&ec.forms[1], None), KeyError::NotRsa);
    assert_eq!(refused(&large.forms[0], None), KeyError::Size(3072));
    assert_eq!(refused(&rsa.forms[1], Some(PASSPHRASE)), KeyError::Label(Label::EncryptedPkcs8));
    assert_eq!(refused(&pem[..pem.len() / 2], None), KeyError::Damaged);
    assert_eq!(refused(&pem.replace("MII", "!II"), None), KeyError::Damaged);
    for error in [refused(&rsa.public, None), refused(&large.forms[0], None)] {
        let words = error.to_string();
        assert!(words.len() > 20 && !words.contains("MII"), "{words}");
    }
}

#[test]
fn our_own_pairs_are_read_by_others() {
    let pair = KeyPair::generate();
    works(&PrivateKey::from_pem("k", &pair.private_pem, None).unwrap(), &pair.public_pem);
    let script = "const c = require('crypto');
        const key = c.createPrivateKey(process.argv[1]);
        const spki = c.createPublicKey(key).export({ type: 'spki', format: 'der' });
        console.log(key.asymmetricKeyDetails.modulusLength, c.createHash('sha256').update(spki).digest('hex'));";
    let output =
        Command::new("node").args(["-e", script, "--", &pair.private_pem]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said.trim(), format!("2048 {}", pair.fingerprint));
    let _: Fingerprint = pair.fingerprint;
}
