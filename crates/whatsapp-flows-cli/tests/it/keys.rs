//! Every form of a private key that people hold, made on the spot by openssl and by Node's crypto (which
//! Meta's key generator uses). The table of docs/keys.md, row by row.

use std::process::Command;

use crate::support::openssl::{OpenSsl, PASSPHRASE, utf16};
use base64::prelude::{BASE64_STANDARD, Engine};
use whatsapp_flows::protocol::envelope::Envelope;
use whatsapp_flows::protocol::key::PrivateKey;
use whatsapp_flows::protocol::pem::{Form, KeyError, Label, text_of_file};
use whatsapp_flows::testing::{KeyPair, RequestSealer};

fn read(pem: &str, passphrase: Option<&str>) -> Result<PrivateKey, KeyError> {
    PrivateKey::from_pem("k", pem, passphrase)
}

fn key_error(pem: &str, passphrase: Option<&str>) -> KeyError {
    read(pem, passphrase).expect_err("it is no key that can be read")
}

/// The key opens what was sealed for its public half.
fn assert_decrypts(key: &PrivateKey, public: &str) {
    let sealed = RequestSealer::new(public).unwrap().seal(b"hello");
    let envelope = Envelope::parse(sealed.body.as_bytes()).unwrap();
    let opened = envelope.open(std::slice::from_ref(key)).unwrap();
    assert_eq!(*opened.plaintext, b"hello");
    assert_eq!(key.public_pem(), public);
}

#[test]
#[ignore = "needs OpenSSL: make test"]
fn every_private_key_form_is_read() {
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
        assert_decrypts(&key, &public);
        assert_eq!(key.form(), *form, "{command}");
        if form.encrypted() {
            assert_eq!(key_error(&pem, None), KeyError::PassphraseMissing, "{command}");
            assert_eq!(key_error(&pem, Some("another")), KeyError::PassphraseWrong, "{command}");
        } else {
            assert_decrypts(&read(&pem, None).unwrap(), &public);
        }
        for (damage, repaired) in damaged_variants(&pem) {
            let key = read(&repaired, Some(PASSPHRASE));
            assert_decrypts(
                &key.unwrap_or_else(|error| panic!("{command}, {damage}: {error}")),
                &public,
            );
        }
        for (encoding, file) in file_variants(&pem) {
            let key = text_of_file(&file).and_then(|text| read(&text, Some(PASSPHRASE)));
            assert_decrypts(
                &key.unwrap_or_else(|error| panic!("{command}, {encoding}: {error}")),
                &public,
            );
        }
    }
    let states = damaged_variants("").len() + file_variants("").len();
    println!("{} forms, each in about {states} states", forms.len());
}

/// What environments, secret stores and people do to a PEM file.
fn damaged_variants(pem: &str) -> Vec<(&'static str, String)> {
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
        ("blanks for line ends", pem.trim_end().replace('\n', " ")),
        ("line ends lost", pem.replace('\n', "")),
        ("escaped twice", pem.replace('\n', "\\\\n")),
        (
            "escaped three times, in quotes",
            format!("\\\\\"{}\\\\\"", pem.replace('\n', "\\\\\\\\n")),
        ),
        ("escaped slashes", pem.replace('/', "\\/")),
        ("backslashes at the ends of lines", pem.replace('\n', "\\\n")),
        ("UTF-16 read as something else", pem.chars().flat_map(|c| [c, '\0']).collect()),
        ("padding lost", pem.replace('=', "")),
        ("base64 of the file", base64.clone()),
        ("base64 of the file, in lines", wrapped.join("\n")),
        ("base64 of the file, in lines with literal \\n", wrapped.join("\\n")),
        ("base64 of a file with literal \\n", BASE64_STANDARD.encode(pem.replace('\n', "\\n"))),
    ]
}

/// The DER between BEGIN and END, if there are no headers.
fn der(pem: &str) -> Option<Vec<u8>> {
    let lines = pem.lines().filter(|line| !line.starts_with("-----"));
    BASE64_STANDARD.decode(lines.collect::<String>()).ok()
}

/// What editors and shells make of a file, and the file without BEGIN and END.
fn file_variants(pem: &str) -> Vec<(&'static str, Vec<u8>)> {
    let marked = format!("\u{feff}{pem}");
    let windows = marked.replace('\n', "\r\n");
    let mut files = vec![
        ("UTF-8 with a mark", marked.clone().into_bytes()),
        ("UTF-16, as PowerShell writes it", utf16(&windows, u16::to_le_bytes)),
        ("UTF-16, big end first", utf16(&marked, u16::to_be_bytes)),
        ("UTF-16 without a mark", utf16(pem, u16::to_le_bytes)),
        ("base64 of UTF-16", BASE64_STANDARD.encode(utf16(&windows, u16::to_le_bytes)).into()),
    ];
    if let Some(der) = der(pem) {
        let base64 = BASE64_STANDARD.encode(&der);
        let lines: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        files.push(("base64 alone", base64.clone().into_bytes()));
        files.push(("base64 alone, without padding", base64.trim_end_matches('=').into()));
        files.push(("base64 alone, in quotes and lines", format!("\"{lines}\\n\"\n").into_bytes()));
        files.push(("base64 alone, UTF-16", utf16(&base64, u16::to_le_bytes)));
        files.push(("DER", der));
    }
    files
}

/// The bytes decide: both forms are found under each other's label.
#[test]
#[ignore = "needs OpenSSL: make test"]
fn private_key_with_the_wrong_pem_label_is_read() {
    let (openssl, public) = OpenSsl::key_pair("labels");
    let labels = ["PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY"];
    for (command, form) in [
        ("pkey -in key.pem", Form::Pkcs8),
        ("pkey -in key.pem -traditional", Form::Pkcs1),
        ("pkcs8 -topk8 -in key.pem -passout $P", Form::Pkcs8Encrypted),
    ] {
        let pem = openssl.run(command);
        let own = pem.lines().next().unwrap().trim_matches('-').trim_start_matches("BEGIN ");
        for label in labels {
            let relabelled = pem.replace(&format!(" {own}-----"), &format!(" {label}-----"));
            assert_eq!(relabelled == pem, own == label);
            let key = read(&relabelled, Some(PASSPHRASE));
            let key = key.unwrap_or_else(|error| panic!("{own} under {label}: {error}"));
            assert_decrypts(&key, &public);
            assert_eq!(key.form(), form, "{own} under {label}");
        }
    }
    // PKCS#8 under the legacy encryption: what is inside decides there as well.
    let pkcs1 = openssl.run("rsa -in key.pem -traditional -aes128 -passout $P");
    assert_decrypts(
        &read(&pkcs1.replace("RSA PRIVATE", "PRIVATE"), Some(PASSPHRASE)).unwrap(),
        &public,
    );
    let relabelled = |label: &str| public.replace("PUBLIC KEY", label);
    for label in labels {
        assert_eq!(key_error(&relabelled(label), None), KeyError::Label(Label::PublicKey));
    }
    let key = openssl.run("pkey -in key.pem");
    for label in ["CERTIFICATE", "PUBLIC KEY", "EC PRIVATE KEY"] {
        let relabelled = key.replace("PRIVATE KEY", label);
        assert!(matches!(key_error(&relabelled, None), KeyError::Label(_)), "{label}");
    }
}

/// Files end with a line end, and it is not part of the passphrase. The tool has the same rule.
#[test]
#[ignore = "needs OpenSSL: make test"]
fn passphrase_is_the_first_line_of_its_file() {
    let (openssl, public) = OpenSsl::key_pair("passphrase");
    for command in
        ["rsa -in key.pem -traditional -des3 -passout $P", "pkcs8 -topk8 -in key.pem -passout $P"]
    {
        let pem = openssl.run(command);
        let (marked, windows) = (format!("\u{feff}{PASSPHRASE}\n"), format!("{PASSPHRASE}\r\n"));
        for passphrase in [&marked, &windows, &format!("\n{PASSPHRASE}\nanother line")] {
            assert_decrypts(&read(&pem, Some(passphrase)).unwrap(), &public);
            openssl.write("passphrase", passphrase);
            openssl.write("encrypted.pem", &pem);
            let shown = openssl.flowctl("key show encrypted.pem --passphrase-file passphrase", b"");
            assert!(shown.unwrap().contains("encrypted"));
        }
        assert_eq!(key_error(&pem, Some(&format!("{PASSPHRASE} "))), KeyError::PassphraseWrong);
        assert_eq!(key_error(&pem, Some("\n")), KeyError::PassphraseMissing);
    }
}

/// Meta's key generator is a call of Node's crypto.
#[test]
#[ignore = "needs OpenSSL and Node.js: make test"]
fn private_keys_from_node_crypto_are_read() {
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
        assert_decrypts(&key, &forms[0]);
        assert_eq!(key.form(), form);
    }
    assert!(forms[3].contains("DEK-Info: DES-EDE3-CBC"));
}

#[test]
#[ignore = "needs OpenSSL: make test"]
fn private_key_among_other_pem_blocks_is_found() {
    let (openssl, public) = OpenSsl::key_pair("bundle");
    let certificate = openssl.run("req -x509 -key key.pem -subj /CN=flows -days 1");
    let key = openssl.run("pkey -in key.pem");
    assert_decrypts(&read(&format!("{certificate}{key}"), None).unwrap(), &public);
    assert_decrypts(&read(&format!("{key}{certificate}"), None).unwrap(), &public);
}

#[test]
#[ignore = "needs OpenSSL: make test"]
fn invalid_private_keys_are_rejected_with_the_cause() {
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
        let error = key_error(&pem, None);
        assert_eq!(error, expected, "{pem}");
        let words = error.to_string();
        assert!(words.len() > 20, "{words}");
        for line in pem.lines().filter(|line| line.len() > 20 && !line.contains("-----")) {
            assert!(!words.contains(&line[..16]), "key material in: {words}");
        }
    }
    let unread = openssl.run("pkcs8 -topk8 -in key.pem -passout $P -v2 camellia-256-cbc");
    assert_eq!(key_error(&unread, Some(PASSPHRASE)), KeyError::Encryption);
    assert!(key_error(&unread, Some(PASSPHRASE)).to_string().contains("openssl pkey"));
    // More rounds than a Lambda has time for.
    let unread = openssl.run("pkcs8 -topk8 -in key.pem -passout $P -iter 2000001");
    assert_eq!(key_error(&unread, Some(PASSPHRASE)), KeyError::Encryption);
    let unread = openssl.run("rsa -in key.pem -traditional -camellia256 -passout $P");
    assert_eq!(key_error(&unread, Some(PASSPHRASE)), KeyError::Encryption);
}

#[test]
#[ignore = "needs OpenSSL: make test"]
fn generated_key_pairs_are_read_by_openssl() {
    let pair = KeyPair::generate();
    assert_decrypts(&read(&pair.private_pem, None).unwrap(), &pair.public_pem);
    let openssl = OpenSsl::new("own");
    openssl.write("own.pem", &*pair.private_pem);
    assert_eq!(openssl.run("pkey -in own.pem -pubout"), pair.public_pem);
    assert!(openssl.run("rsa -in own.pem -check -noout -text").contains("2048 bit"));
}

#[test]
fn every_private_key_form_has_a_name() {
    let names = [Form::Pkcs8, Form::Pkcs8Encrypted, Form::Pkcs1, Form::Pkcs1Encrypted];
    assert_eq!(
        names.map(Form::name),
        ["PKCS#8", "PKCS#8, encrypted", "PKCS#1", "PKCS#1, encrypted (DEK-Info)"]
    );
}

#[test]
fn debug_output_of_a_key_is_redacted() {
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
