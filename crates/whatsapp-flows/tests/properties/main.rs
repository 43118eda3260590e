//! What holds for any input of the protocol, tried on thousands of generated ones. A failing one is made
//! small and printed; it becomes a test of its own.

mod events;
mod support;

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine};
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::{Encode, pem};
use pkcs8::pkcs5::pbes2::{Kdf, Parameters};
use pkcs8::{EncryptedPrivateKeyInfoRef, LineEnding};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};
use support::properties;
use whatsapp_flows::protocol::envelope::Envelope;
use whatsapp_flows::protocol::key::PrivateKey;
use whatsapp_flows::protocol::keyring::{Keyring, KeyringError};
use whatsapp_flows::protocol::pem::{KeyError, read_private_key};
use whatsapp_flows::protocol::request::{Action, Message, NotJson, Request};
use whatsapp_flows::protocol::signature::{AppSecret, SignatureFault, verify};
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::protocol::token_signature;
use whatsapp_flows::testing::{KeyPair, RequestSealer};

// --- the envelope ---

properties! { 300:
    fn what_was_sealed_opens(plaintext in vec(any::<u8>(), 0..3000), reply in any_json()) {
        let sealed = sealing().seal(&plaintext);
        let opened = Envelope::parse(sealed.body.as_bytes()).unwrap().open(keys()).unwrap();
        prop_assert_eq!(&*opened.plaintext, &plaintext);
        prop_assert_eq!(opened.opened_by, 0);
        let body = opened.reply_key.seal(reply.to_string().into_bytes());
        prop_assert_eq!(sealed.opener.open(body.as_bytes()), Ok(reply));
    }
}

properties! { 300:
    fn a_changed_byte_of_any_member_does_not_open(
        plaintext in vec(any::<u8>(), 0..200),
        member in select(&MEMBERS[..]),
        at in any::<Index>(),
        change in 1..=255_u8,
    ) {
        let mut members = sealed_members(&plaintext);
        let text = members.iter_mut().find(|(name, _)| *name == member).map(|(_, text)| text);
        let text = text.unwrap();
        let mut bytes = BASE64_STANDARD.decode(&*text).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        *text = BASE64_STANDARD.encode(bytes);
        let body = json_of(&members).to_string();
        prop_assert!(Envelope::parse(body.as_bytes()).unwrap().open(keys()).is_err());
    }
}

properties! { 2000:
    fn bytes_that_are_no_envelope_are_refused(body in any_text_bytes()) {
        prop_assert!(Envelope::parse(&body).is_err());
    }
}

properties! { 200:
    fn members_that_nobody_sealed_do_not_open(
        data in vec(any::<u8>(), 16..100),
        key in vec(any::<u8>(), 256),
        vector in vec(any::<u8>(), 16),
    ) {
        let members: Vec<_> =
            MEMBERS.into_iter().zip([data, key, vector].map(|b| BASE64_STANDARD.encode(b))).collect();
        let body = json_of(&members).to_string();
        prop_assert!(Envelope::parse(body.as_bytes()).unwrap().open(keys()).is_err());
    }
}

properties! { 200:
    fn how_the_json_is_written_does_not_matter(
        plaintext in vec(any::<u8>(), 0..200),
        unknown in vec(("[a-z]{1,8}", any_json()), 0..4),
        order in any::<u64>(),
        hand in any::<Hand>(),
    ) {
        let mut members: Vec<(String, String)> = sealed_members(&plaintext)
            .into_iter()
            .map(|(name, text)| (hand.string(name), hand.string(&text)))
            .chain(unknown.iter().map(|(name, value)| (hand.string(name), value.to_string())))
            .collect();
        shuffle(&mut members, order);
        let body = hand.object(&members);
        let opened = Envelope::parse(body.as_bytes()).unwrap().open(keys()).unwrap();
        prop_assert_eq!(&*opened.plaintext, &plaintext);
    }
}

properties! { 1000:
    fn a_member_that_is_doubled_missing_or_of_another_type_is_refused(
        member in select(&MEMBERS[..]),
        fault in any::<Fault>(),
        other in any_json().prop_filter("not a string", |value| !value.is_string()),
        order in any::<u64>(),
        hand in any::<Hand>(),
    ) {
        let mut members: Vec<(String, String)> = Vec::new();
        for (name, text) in sealed_members_once() {
            let text = (hand.string(name), hand.string(text));
            let faulty = name == &member;
            match fault {
                Fault::Doubled if faulty => members.extend([text.clone(), text]),
                Fault::Missing if faulty => {}
                Fault::OtherType if faulty => members.push((text.0, other.to_string())),
                Fault::OtherLength if faulty => {
                    let at = if *name == MEMBERS[0] { 20 } else { text.1.len() - 1 };
                    members.push((text.0, format!("\"{}", &text.1[at..])));
                }
                _ => members.push(text),
            }
        }
        shuffle(&mut members, order);
        let envelope = Envelope::parse(hand.object(&members).as_bytes());
        prop_assert!(envelope.and_then(|envelope| envelope.open(keys())).is_err());
    }
}

// --- the request ---

properties! { 5000:
    fn no_plaintext_stops_the_parser(plaintext in any_text_bytes()) {
        let _ = Message::parse(&plaintext);
    }
}

properties! { 5000:
    fn what_is_json_is_never_called_something_else(json in any_json()) {
        let parsed = Message::parse(json.to_string().as_bytes());
        prop_assert_ne!(parsed, Err(NotJson));
    }
}

properties! { 2000:
    fn a_request_keeps_what_it_says(
        (action, word) in an_action(),
        screen in any::<String>(),
        data in an_object(),
        flow_token in any::<String>(),
        signature in any::<Option<String>>(),
        unknown in vec(("[a-z]{1,6}_", any_json()), 0..4),
        order in any::<u64>(),
        hand in any::<Hand>(),
    ) {
        let mut members = vec![
            (hand.string("action"), hand.string(word)),
            (hand.string("screen"), hand.string(&screen)),
            (hand.string("data"), data.to_string()),
            (hand.string("flow_token"), hand.string(&flow_token)),
            (hand.string("flow_token_signature"), json!(signature).to_string()),
        ];
        members.extend(unknown.iter().map(|(name, value)| (hand.string(name), value.to_string())));
        shuffle(&mut members, order);
        let parsed = Message::parse(hand.object(&members).as_bytes());
        let flow_token_signature = signature.filter(|signature| !signature.is_empty());
        let request = Request { action, screen, data, flow_token, flow_token_signature };
        prop_assert_eq!(parsed, Ok(Message::Request(request)));
    }
}

properties! { 2000:
    fn null_is_absent(request in a_request_like_object(), nulls in vec(select(&NAMES[..]), 0..6)) {
        let (mut null, mut absent) = (request.clone(), request);
        for name in nulls {
            null.insert(name.into(), Value::Null);
            absent.remove(name);
        }
        prop_assert_eq!(parse(null), parse(absent));
    }
}

properties! { 2000:
    fn the_version_is_never_judged(request in a_request_like_object(), version in any_json()) {
        let mut other = request.clone();
        other.insert("version".into(), version);
        prop_assert_eq!(parse(other), parse(request));
    }
}

properties! { 2000:
    fn a_ping_is_known_whatever_else_is_there(mut request in a_request_like_object()) {
        request.insert("action".into(), "ping".into());
        prop_assume!(!is_error_notification(&request));
        prop_assert_eq!(parse(request), Ok(Message::Ping));
    }
}

properties! { 2000:
    fn a_listed_key_is_a_notification_whatever_else_is_there(
        mut request in a_request_like_object(),
        name in select(&["error", "error_key"][..]),
        key in select(&["timeout_error", "payload-schema-error", "INVALID_SCREEN_TRANSITION"][..]),
        others in an_object(),
    ) {
        let mut data = others.as_object().cloned().unwrap_or_default();
        data.retain(|other, _| !other.starts_with("error"));
        data.insert(name.into(), key.into());
        request.insert("data".into(), data.into());
        let Ok(Message::ErrorNotification(notice)) = parse(request) else {
            return Err(TestCaseError::fail("it is a notification"));
        };
        let plain = |key: &str| key.to_ascii_lowercase().replace('_', "-");
        prop_assert_eq!(plain(notice.as_str()), plain(key));
    }
}

properties! { 2000:
    fn an_empty_key_or_none_is_a_notification_if_nothing_else_is_there(
        mut request in a_request_like_object(),
        name in select(&["error", "error_key", "error_message"][..]),
        message in any::<String>(),
    ) {
        let text = if name == "error_message" { message } else { String::new() };
        request.insert("data".into(), json!({ name: text }));
        prop_assert!(matches!(parse(request), Ok(Message::ErrorNotification(_))));
    }
}

properties! { 5000:
    fn half_characters_become_the_replacement_character(
        units in vec(utf16_units(), 0..12).prop_map(|units| units.concat()),
        hand in any::<Hand>(),
    ) {
        let text = hand.utf16(units.iter().copied());
        let json = format!(r#"{{"action":"INIT","flow_token":{text}}}"#);
        let Ok(Message::Request(request)) = Message::parse(json.as_bytes()) else {
            return Err(TestCaseError::fail(format!("it is a request: {json}")));
        };
        prop_assert_eq!(request.flow_token, String::from_utf16_lossy(&units));
    }
}

// --- the signature header ---

properties! { 1000:
    fn what_a_secret_signed_is_accepted_in_either_case(
        secrets in app_secrets(),
        signer in any::<Index>(),
        body in vec(any::<u8>(), 0..500),
        upper in any::<u64>(),
    ) {
        let signer = signer.index(secrets.len());
        let value: String = secrets[signer]
            .sign(&body)
            .char_indices()
            .map(|(at, c)| if at > 6 && upper >> (at % 64) & 1 == 1 { c.to_ascii_uppercase() } else { c })
            .collect();
        prop_assert_eq!(verify([value.as_bytes()], &body, &secrets), Ok(signer));
        let twice = [value.as_bytes(), value.as_bytes()];
        prop_assert_eq!(verify(twice, &body, &secrets), Err(SignatureFault::Repeated));
        let joined = format!("{value},{value}");
        prop_assert_eq!(verify([joined.as_bytes()], &body, &secrets), Err(SignatureFault::Repeated));
    }
}

properties! { 1000:
    fn a_changed_signature_body_or_secret_is_refused(
        secrets in app_secrets(),
        body in vec(any::<u8>(), 1..100),
        (at, change) in (any::<Index>(), 1..=255_u8),
        (digit, other) in (7..71_usize, "[0-9a-f]"),
    ) {
        let value = secrets[0].sign(&body);
        let mut changed = value.clone();
        changed.replace_range(digit..=digit, &other);
        let expected = if changed == value { Ok(0) } else { Err(SignatureFault::Wrong) };
        prop_assert_eq!(verify([changed.as_bytes()], &body, &secrets), expected);
        let mut bytes = value.clone().into_bytes();
        bytes[at.index(value.len())] ^= change;
        let same = bytes[..7] == value.as_bytes()[..7] && bytes.eq_ignore_ascii_case(value.as_bytes());
        prop_assert_eq!(verify([&bytes[..]], &body, &secrets).is_ok(), same);
        let mut other = body.clone();
        other[at.index(body.len())] ^= change;
        prop_assert_eq!(verify([value.as_bytes()], &other, &secrets), Err(SignatureFault::Wrong));
        prop_assert_eq!(
            verify([value.as_bytes()], &body, &secrets[1..]),
            Err(SignatureFault::Wrong)
        );
    }
}

properties! { 3000:
    fn any_other_value_is_refused_with_its_cause(
        values in vec(any_header_value(), 0..3),
        body in vec(any::<u8>(), 0..50),
    ) {
        let formed = |value: &[u8]| {
            value.strip_prefix(b"sha256=")
                .is_some_and(|hex| hex.len() == 64 && hex.iter().all(u8::is_ascii_hexdigit))
        };
        let expected = match &values[..] {
            [] => SignatureFault::Absent,
            [value] if formed(value) => SignatureFault::Wrong,
            // Two values, as API Gateway joins them.
            [value] if value.contains(&b',') => SignatureFault::Repeated,
            [_] => SignatureFault::Malformed,
            _ => SignatureFault::Repeated,
        };
        let secrets = [AppSecret::new("secret").unwrap()];
        let values = values.iter().map(Vec::as_slice);
        prop_assert_eq!(verify(values, &body, &secrets), Err(expected));
    }
}

// --- private keys ---

properties! { 300:
    fn no_text_stops_the_key_reader(text in any_key_text(), passphrase in any::<Option<String>>()) {
        let started = Instant::now();
        let error = PrivateKey::from_pem("k", &text, passphrase.as_deref()).map(|_| ());
        prop_assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
        if let Err(error) = error {
            prop_assert_eq!(leaked(&error.to_string(), &text), None);
        }
    }
}

properties! { 300:
    fn a_mangled_key_is_repaired(
        form in select(forms()),
        mangles in vec(any::<Mangle>(), 0..5),
        (as_base64, wrapped) in (any::<bool>(), any::<bool>()),
        more in vec(any::<Mangle>(), 0..3),
    ) {
        let mut text = mangles.iter().fold(form.to_string(), |text, mangle| mangle.of(&text));
        if as_base64 {
            let base64 = BASE64_STANDARD.encode(text);
            let width = if wrapped { 76 } else { base64.len() };
            let lines = base64.as_bytes().chunks(width);
            text = lines.map(|line| format!("{}\n", str::from_utf8(line).unwrap())).collect();
            // Words before the key would be words before the base64, which nobody can tell apart.
            let more = more.iter().filter(|mangle| !matches!(mangle, Mangle::WordsBefore));
            text = more.fold(text, |text, mangle| mangle.of(&text));
        }
        let key = PrivateKey::from_pem("k", &text, Some(PASSPHRASE));
        let key = key.map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
        prop_assert_eq!(&key.public_pem(), &pair().public_pem);
    }
}

properties! { 500:
    fn a_key_that_is_cut_anywhere_is_refused_without_a_word_of_it(
        form in select(forms()),
        at in any::<Index>(),
        front in any::<bool>(),
    ) {
        let whole = form.trim_end();
        let cut = if front { &whole[1 + at.index(whole.len())..] } else { &whole[..at.index(whole.len())] };
        let error = read_private_key(cut, Some(PASSPHRASE)).map(|_| ()).unwrap_err();
        prop_assert_eq!(leaked(&error.to_string(), form), None);
    }
}

properties! { 500:
    fn a_changed_byte_gives_the_same_key_or_none(
        form in select(forms()),
        at in any::<Index>(),
        other in "[ -~]",
    ) {
        let (start, end) = base64_of(form);
        let at = start + at.index(end - start);
        let mut changed = form.to_owned();
        changed.replace_range(at..=at, &other);
        // A byte that the key does not depend on may change: the line's end, or a parameter that says
        // nothing. Whatever else is read must be the key that it was.
        match PrivateKey::from_pem("k", &changed, Some(PASSPHRASE)) {
            Ok(key) => {
                let sealed = sealing().seal(b"hello");
                let envelope = Envelope::parse(sealed.body.as_bytes()).unwrap();
                prop_assert_eq!(&*envelope.open(std::slice::from_ref(&key)).unwrap().plaintext, b"hello");
            }
            Err(error) => prop_assert_eq!(leaked(&error.to_string(), &changed), None),
        }
    }
}

properties! { 500:
    fn a_file_cannot_ask_for_more_work_than_a_second(
        rounds in any::<u32>(),
        scrypt in any::<bool>(),
        (log_n, block_size, parallelization) in (0..64_u32, any::<u16>(), any::<u16>()),
    ) {
        let mut parameters = if scrypt { by_scrypt() } else { by_pbkdf2() };
        match &mut parameters.kdf {
            Kdf::Pbkdf2(pbkdf2) => pbkdf2.iteration_count = rounds,
            Kdf::Scrypt(scrypt) => {
                scrypt.cost_parameter = 1 << log_n;
                scrypt.block_size = block_size;
                scrypt.parallelization = parallelization;
            }
            _ => unreachable!("there are two"),
        }
        let costly = match &parameters.kdf {
            Kdf::Scrypt(scrypt) => {
                let bytes = 128 * u128::from(block_size) * u128::from(parallelization);
                bytes * u128::from(scrypt.cost_parameter) > 128 << 20
            }
            _ => rounds == 0 || rounds > 2_000_000,
        };
        // Only what is refused is tried: what is not takes its second.
        prop_assume!(costly);
        let started = Instant::now();
        let error = read_private_key(&under(&parameters, &[0; 16]), Some(PASSPHRASE));
        prop_assert_eq!(error.map(|_| ()).unwrap_err(), KeyError::Encryption);
        // A second's work is a hundred times what refusing takes, also on a busy machine.
        prop_assert!(started.elapsed() < Duration::from_millis(500), "{:?}", started.elapsed());
    }
}

#[test]
fn the_most_that_a_file_may_ask_for_is_tried() {
    let scrypt = pkcs8::pkcs5::scrypt::Params::new(17, 8, 1).unwrap();
    for parameters in [
        Parameters::generate_pbkdf2_sha256_aes256cbc(2_000_000, b"salt", [7; 16]).unwrap(),
        Parameters::generate_scrypt_aes256cbc(scrypt, b"salt", [7; 16]).unwrap(),
    ] {
        let started = Instant::now();
        let tried = read_private_key(&under(&parameters, &[0; 16]), Some(PASSPHRASE));
        assert_eq!(tried.map(|_| ()).unwrap_err(), KeyError::PassphraseWrong);
        println!("{:?}: {:?}", parameters.kdf.oid(), started.elapsed());
    }
}

// --- the secret ---

properties! { 3000:
    fn no_bytes_stop_the_secrets_reader(json in any_text_bytes()) {
        prop_assert!(Keyring::from_json(&json).is_err());
    }
}

properties! { 3000:
    fn no_json_stops_the_secrets_reader(private_keys in any_json(), app_secrets in any_json()) {
        let json = json!({ "private_keys": private_keys, "app_secrets": app_secrets });
        prop_assert!(Keyring::from_json(json.to_string().as_bytes()).is_err());
    }
}

properties! { 200:
    fn a_secret_serves_if_one_key_and_one_app_secret_do(
        keys in vec((any::<bool>(), any::<Option<String>>(), any::<String>()), 0..4),
        app_secrets in vec(prop_oneof!["[ \t\n]{0,3}", "[!-~]{20,40}"], 0..4),
        unknown in any_json(),
    ) {
        let private_keys: Vec<_> = keys
            .iter()
            .map(|(good, id, text)| {
                json!({ "id": id, "pem": if *good { &pair().private_pem } else { text }, "new": unknown })
            })
            .collect();
        let json = json!({ "private_keys": private_keys, "app_secrets": app_secrets, "new": unknown });
        let good = keys.iter().filter(|(good, ..)| *good).count();
        let signing = app_secrets.iter().filter(|secret| !secret.trim().is_empty()).count();
        match Keyring::from_json(json.to_string().as_bytes()) {
            Ok((secret, skipped)) => {
                prop_assert!(good > 0 && signing > 0);
                prop_assert_eq!(secret.private_keys().len(), good);
                prop_assert_eq!(secret.app_secrets().len(), signing);
                prop_assert_eq!(skipped.len(), keys.len() - good);
                let shown = format!("{secret:?}");
                prop_assert!(!app_secrets.iter().any(|s| s.len() > 3 && shown.contains(s)));
            }
            Err(error) => {
                let expected = if good == 0 {
                    matches!(&error, KeyringError::NoPrivateKey(skipped) if skipped.len() == keys.len())
                } else {
                    signing == 0 && error == KeyringError::NoAppSecret
                };
                prop_assert!(expected, "{}", error);
            }
        }
    }
}

// --- the flow token's signature ---

properties! { 5000:
    fn no_text_is_a_token_signature(jwt in prop_oneof![any::<String>(), "[a-zA-Z0-9_.-]{0,80}", "[^.]{0,9}\\.[^.]{0,9}\\.[^.]{0,9}"], token in any::<String>()) {
        let token = FlowToken::new(token).unwrap();
        let secrets = [AppSecret::new("secret").unwrap()];
        prop_assert!(token_signature::verify(&jwt, &token, &secrets).is_err());
    }
}

properties! { 2000:
    fn only_our_signature_over_this_token_is_accepted(
        secrets in app_secrets(),
        known in any::<bool>(),
        algorithm in prop_oneof![4 => Just("HS256".to_owned()), 1 => "none|HS512|hs256|HS256 |"],
        token in any::<String>(),
        other in prop::option::weighted(0.3, any::<String>()),
        (more, claims) in (an_object(), an_object()),
        (at, with) in (any::<Index>(), "[ -~]"),
    ) {
        let (signer, ring) = if known { (&secrets[secrets.len() - 1], &secrets[..]) } else { (&secrets[0], &secrets[1..]) };
        let signed_token = other.as_ref().unwrap_or(&token);
        let (mut header, mut claims) = (more, claims);
        header["alg"] = algorithm.as_str().into();
        claims["flow_token"] = signed_token.as_str().into();
        let jwt = jwt(signer, &header, &claims);
        let right = known && algorithm == "HS256" && *signed_token == token;
        let token = FlowToken::new(token).unwrap();
        prop_assert_eq!(token_signature::verify(&jwt, &token, ring).is_ok(), right);
        let mut changed = jwt.clone();
        let at = at.index(jwt.len());
        changed.replace_range(at..=at, &with);
        let same = right && changed == jwt;
        prop_assert_eq!(token_signature::verify(&changed, &token, ring).is_ok(), same);
    }
}

// --- what is generated ---

/// JSON without fractions, which are not read to the last bit.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        prop_oneof![any::<i64>(), -9..99_i64].prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        select(&["ping", "INIT", "BACK", "data_exchange", "error"][..]).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        let name = prop_oneof![any::<String>(), select(&NAMES[..]).prop_map(str::to_owned)];
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((name, inner), 0..6).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// A payload of a screen: any object that is no notice.
fn an_object() -> impl Strategy<Value = Value> {
    vec((any::<String>(), any_json()), 0..5)
        .prop_map(|members| Value::Object(members.into_iter().collect()))
        .prop_filter("no notice", |data| data.get("error_message").is_none())
}

/// Members of a request, of any type.
fn a_request_like_object() -> impl Strategy<Value = Map<String, Value>> {
    let words = ["INIT", "BACK", "data_exchange", "ping"];
    let action = select(words.to_vec()).prop_map(Value::from);
    let text = any::<String>().prop_map(Value::from);
    let member = prop_oneof![
        4 => (Just("action"), action),
        2 => (select(&NAMES[..]), text),
        3 => (select(&NAMES[..]), any_json()),
    ];
    vec(member, 0..9).prop_map(|members| {
        let named = members.into_iter().map(|(name, value)| (name.to_owned(), value));
        named.collect::<Map<_, _>>()
    })
}

fn an_action() -> impl Strategy<Value = (Action, &'static str)> {
    select(
        &[(Action::Init, "INIT"), (Action::Back, "BACK"), (Action::DataExchange, "data_exchange")]
            [..],
    )
}

/// Bytes, text, and text that looks like JSON.
fn any_text_bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..200),
        any::<String>().prop_map(String::into_bytes),
        "[\\[\\]{}:,\" a-z0-9\\\\u]{0,60}".prop_map(String::into_bytes),
        (any_json(), any::<Index>(), any::<u8>()).prop_map(|(json, at, byte)| {
            let mut bytes = json.to_string().into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            bytes
        }),
    ]
}

/// Halves of characters, what stands around them, and text that only looks like one.
fn utf16_units() -> impl Strategy<Value = Vec<u16>> {
    prop_oneof![
        any::<u16>().prop_map(|unit| vec![unit]),
        (0xd800..=0xdfff_u16).prop_map(|half| vec![half]),
        select(&[r"\", "\"", "/", r"\ud83d", r"ude00"][..])
            .prop_map(|text| text.encode_utf16().collect()),
    ]
}

/// App secrets that differ: a NUL at the end is left out, for HMAC fills keys up with it.
fn app_secrets() -> impl Strategy<Value = Vec<AppSecret>> {
    prop::collection::btree_set("[!-~]([ -~\u{e4}\u{20ac}]{0,70}[!-~])?", 1..4).prop_map(
        |secrets: BTreeSet<String>| {
            secrets.into_iter().map(|secret| AppSecret::new(secret).unwrap()).collect()
        },
    )
}

fn any_header_value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..80),
        "sha256=[0-9a-fA-F]{62,66}".prop_map(String::into_bytes),
        "(SHA256|sha1|sha256)[=:, ]{0,2}[0-9a-gA-F]{64}".prop_map(String::into_bytes),
    ]
}

/// Text, blocks of any label, and keys with a few bytes of their DER changed.
fn any_key_text() -> impl Strategy<Value = String> {
    let label = select(
        &["PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "CERTIFICATE", "", "\n"][..],
    );
    let headers = prop_oneof![
        Just(String::new()),
        "(Proc-Type|DEK-Info): [ -~]{0,20}\n",
        "DEK-Info: (AES-128-CBC|AES-256-CBC|DES-EDE3-CBC),[0-9A-F]{0,33}\n",
    ];
    let block = (label, headers, vec(any::<u8>(), 0..300)).prop_map(|(label, headers, bytes)| {
        let base64 = BASE64_STANDARD.encode(bytes);
        format!("-----BEGIN {label}-----\n{headers}{base64}\n-----END {label}-----\n")
    });
    let changes = vec((any::<Index>(), any::<u8>()), 1..4);
    let changed = (select(forms()), changes).prop_map(|(form, changes)| {
        let (start, end) = base64_of(form);
        let base64: String = form[start..end].split_whitespace().collect();
        let mut der = BASE64_STANDARD.decode(base64).unwrap();
        for (at, byte) in changes {
            // Most of a key is one long number; what is read with care stands in its first bytes.
            let at = at.index(der.len().min(120));
            der[at] = byte;
        }
        format!("{}{}\n{}", &form[..start], BASE64_STANDARD.encode(der), &form[end..])
    });
    prop_oneof![any::<String>(), block, changed]
}

// --- keys and how they are written down ---

const PASSPHRASE: &str = "pass phrase";

/// The one key pair of these tests: it takes a while to make.
fn pair() -> &'static KeyPair {
    static PAIR: OnceLock<KeyPair> = OnceLock::new();
    PAIR.get_or_init(KeyPair::generate)
}

fn keys() -> &'static [PrivateKey] {
    static KEYS: OnceLock<Vec<PrivateKey>> = OnceLock::new();
    KEYS.get_or_init(|| vec![PrivateKey::from_pem("k", &pair().private_pem, None).unwrap()])
}

fn sealing() -> &'static RequestSealer {
    static SEALING: OnceLock<RequestSealer> = OnceLock::new();
    SEALING.get_or_init(|| RequestSealer::new(&pair().public_pem).unwrap())
}

/// The key in the forms that are read; tests/keys.rs has all of them, as OpenSSL writes them.
fn forms() -> &'static [&'static str] {
    static FORMS: OnceLock<Vec<&'static str>> = OnceLock::new();
    FORMS.get_or_init(|| {
        let der = read_private_key(&pair().private_pem, None).unwrap().der;
        let key = pkcs8::PrivateKeyInfoRef::try_from(&der[..]).unwrap();
        let pkcs1 = key.private_key.as_bytes();
        let pkcs1 = pem::encode_string("RSA PRIVATE KEY", LineEnding::LF, pkcs1).unwrap();
        let forms = [
            pair().private_pem.to_string(),
            pkcs1,
            encrypted(&by_pbkdf2(), &der),
            encrypted(&by_scrypt(), &der),
        ];
        forms.into_iter().map(|form| &*form.leak()).collect()
    })
}

fn by_pbkdf2() -> Parameters {
    Parameters::generate_pbkdf2_sha256_aes256cbc(100, b"salt and salt", [7; 16]).unwrap()
}

fn by_scrypt() -> Parameters {
    let cheap = pkcs8::pkcs5::scrypt::Params::new(4, 8, 1).unwrap();
    Parameters::generate_scrypt_aes128cbc(cheap, b"salt and salt", [7; 16]).unwrap()
}

fn encrypted(parameters: &Parameters, der: &[u8]) -> String {
    under(parameters, &parameters.encrypt(PASSPHRASE, der).unwrap())
}

/// A block that claims to be encrypted in this way.
fn under(parameters: &Parameters, ciphertext: &[u8]) -> String {
    let info = EncryptedPrivateKeyInfoRef {
        encryption_algorithm: parameters.clone().into(),
        encrypted_data: OctetStringRef::new(ciphertext).unwrap(),
    };
    let der = info.to_der().unwrap();
    pem::encode_string("ENCRYPTED PRIVATE KEY", LineEnding::LF, &der).unwrap()
}

/// Where the base64 of a block stands.
fn base64_of(block: &str) -> (usize, usize) {
    (block.find("-----\n").unwrap() + 6, block.find("\n-----END").unwrap())
}

/// Twelve characters of the base64 in `text` that `words` repeat.
fn leaked(words: &str, text: &str) -> Option<String> {
    let body = text.lines().filter(|line| !line.contains("-----"));
    let base64: Vec<char> = body.flat_map(str::chars).filter(|c| !c.is_whitespace()).collect();
    base64.windows(12).map(|run| run.iter().collect()).find(|run: &String| words.contains(run))
}

/// What environments, secret stores and people do to a PEM file.
#[derive(Debug, Clone, Copy)]
enum Mangle {
    CarriageReturns,
    LiteralLineBreaks,
    LiteralCarriageReturns,
    Quotes,
    SingleQuotes,
    Indentation,
    SpacesAround,
    WordsBefore,
    ByteOrderMark,
}

impl Mangle {
    fn of(self, text: &str) -> String {
        match self {
            Self::CarriageReturns => text.replace('\n', "\r\n"),
            Self::LiteralLineBreaks => text.replace('\n', "\\n"),
            Self::LiteralCarriageReturns => text.replace('\n', "\\r\\n"),
            Self::Quotes => format!("\"{text}\""),
            Self::SingleQuotes => format!("'{text}'"),
            Self::Indentation => text.lines().map(|line| format!("    {line}\n")).collect(),
            Self::SpacesAround => format!("  \n\t{text}\n\n "),
            Self::WordsBefore => format!("Bag Attributes\n    localKeyID: 01\n{text}"),
            Self::ByteOrderMark => format!("\u{feff}{text}"),
        }
    }
}

impl Arbitrary for Mangle {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        let all = [
            Self::CarriageReturns,
            Self::LiteralLineBreaks,
            Self::LiteralCarriageReturns,
            Self::Quotes,
            Self::SingleQuotes,
            Self::Indentation,
            Self::SpacesAround,
            Self::WordsBefore,
            Self::ByteOrderMark,
        ];
        select(all.to_vec()).boxed()
    }
}

// --- envelopes and how they are written down ---

const MEMBERS: [&str; 3] = ["encrypted_flow_data", "encrypted_aes_key", "initial_vector"];
const NAMES: [&str; 8] = [
    "action",
    "screen",
    "data",
    "flow_token",
    "flow_token_signature",
    "version",
    "error",
    "error_message",
];

/// What is wrong with a member.
#[derive(Debug, Clone, Copy)]
enum Fault {
    Doubled,
    Missing,
    OtherType,
    OtherLength,
}

impl Arbitrary for Fault {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        select(&[Self::Doubled, Self::Missing, Self::OtherType, Self::OtherLength][..]).boxed()
    }
}

/// A way to write JSON: which characters are escaped, and where space stands. One bit a place.
#[derive(Debug, Clone, Copy)]
struct Hand {
    /// `\/`, `\"` and `\\`.
    slashes: u64,
    /// `\uXXXX`
    letters: u64,
    spaces: u64,
}

impl Hand {
    fn string(self, text: &str) -> String {
        self.utf16(text.encode_utf16())
    }

    /// Halves of characters are always escaped: they cannot be written in any other way.
    fn utf16(self, units: impl Iterator<Item = u16>) -> String {
        let bit = |bits: u64, at: usize| bits >> (at % 64) & 1 == 1;
        let written = units.enumerate().map(|(at, unit)| match char::from_u32(unit.into()) {
            Some(c @ ('/' | '"' | '\\')) if bit(self.slashes, at) => format!("\\{c}"),
            Some(c) if c >= ' ' && !matches!(c, '"' | '\\') && !bit(self.letters, at) => c.into(),
            _ => format!("\\u{unit:04X}"),
        });
        format!("\"{}\"", written.collect::<String>())
    }

    /// Names and values as they are written already.
    fn object(self, members: &[(String, String)]) -> String {
        let space =
            |at: usize| [" ", "", "\r\n", "\t"][(self.spaces >> (at * 2 % 64) & 3) as usize];
        let written = members.iter().enumerate().map(|(at, (name, value))| {
            let (a, b, c, d) = (space(at), space(at + 1), space(at + 2), space(at + 3));
            format!("{a}{name}{b}:{c}{value}{d}")
        });
        let written = written.collect::<Vec<_>>().join(",");
        format!("{}{{{written}{}}}{}", space(4), space(5), space(6))
    }
}

impl Arbitrary for Hand {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        let letters = prop_oneof![Just(0), any::<u64>()];
        (any::<u64>(), letters, any::<u64>())
            .prop_map(|(slashes, letters, spaces)| Self { slashes, letters, spaces })
            .boxed()
    }
}

fn sealed_members(plaintext: &[u8]) -> Vec<(&'static str, String)> {
    let body: Value = serde_json::from_str(&sealing().seal(plaintext).body).unwrap();
    MEMBERS.map(|name| (name, body[name].as_str().unwrap().to_owned())).to_vec()
}

fn sealed_members_once() -> &'static [(&'static str, String)] {
    static SEALED: OnceLock<Vec<(&str, String)>> = OnceLock::new();
    SEALED.get_or_init(|| sealed_members(b"{}"))
}

fn json_of(members: &[(&str, String)]) -> Value {
    members.iter().map(|(name, text)| ((*name).to_owned(), Value::from(text.as_str()))).collect()
}

/// Fisher and Yates, with a seed for the dice.
fn shuffle<T>(items: &mut [T], mut seed: u64) {
    for at in (1..items.len()).rev() {
        items.swap(at, (seed % (at as u64 + 1)) as usize);
        seed /= at as u64 + 1;
    }
}

fn parse(request: Map<String, Value>) -> Result<Message, NotJson> {
    Message::parse(Value::from(request).to_string().as_bytes())
}

fn is_error_notification(request: &Map<String, Value>) -> bool {
    matches!(parse(request.clone()), Ok(Message::ErrorNotification(_)))
}

fn jwt(signer: &AppSecret, header: &Value, claims: &Value) -> String {
    let encode = |part: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(part);
    let parts = [header, claims].map(|part| encode(part.to_string().as_bytes()));
    let signed = parts.join(".");
    let hex = signer.sign(signed.as_bytes());
    let tag: Vec<u8> = (7..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect();
    format!("{signed}.{}", encode(&tag))
}
