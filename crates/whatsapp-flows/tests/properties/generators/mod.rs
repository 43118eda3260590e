//! Generated values.

pub mod envelopes;
pub mod keys;

use base64::prelude::{BASE64_STANDARD, Engine};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use whatsapp_flows::protocol::request::Action;
use whatsapp_flows::protocol::signature::AppSecret;

use crate::generators::envelopes::NAMES;
use crate::generators::keys::{base64_of, forms};

pub fn any_json() -> impl Strategy<Value = Value> {
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

/// A payload of a screen: any object that is not an error notification.
pub fn an_object() -> impl Strategy<Value = Value> {
    vec((any::<String>(), any_json()), 0..5)
        .prop_map(|members| Value::Object(members.into_iter().collect()))
        .prop_filter("no notice", |data| data.get("error_message").is_none())
}

/// Members of a request, of any type.
pub fn a_request_like_object() -> impl Strategy<Value = Map<String, Value>> {
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

pub fn an_action() -> impl Strategy<Value = (Action, &'static str)> {
    select(
        &[(Action::Init, "INIT"), (Action::Back, "BACK"), (Action::DataExchange, "data_exchange")]
            [..],
    )
}

/// Bytes, text, and text that looks like JSON.
pub fn any_text_bytes() -> impl Strategy<Value = Vec<u8>> {
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

/// Surrogates, the characters around them, and text that looks like an escape.
pub fn utf16_units() -> impl Strategy<Value = Vec<u16>> {
    prop_oneof![
        any::<u16>().prop_map(|unit| vec![unit]),
        (0xd800..=0xdfff_u16).prop_map(|half| vec![half]),
        select(&[r"\", "\"", "/", r"\ud83d", r"ude00"][..])
            .prop_map(|text| text.encode_utf16().collect()),
    ]
}

/// Different app secrets, without a NUL at the end, because HMAC pads keys with it.
pub fn app_secrets() -> impl Strategy<Value = Vec<AppSecret>> {
    prop::collection::btree_set("[!-~]([ -~\u{e4}\u{20ac}]{0,70}[!-~])?", 1..4).prop_map(
        |secrets: BTreeSet<String>| {
            secrets.into_iter().map(|secret| AppSecret::new(secret).unwrap()).collect()
        },
    )
}

pub fn any_header_value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..80),
        "sha256=[0-9a-fA-F]{62,66}".prop_map(String::into_bytes),
        "(SHA256|sha1|sha256)[=:, ]{0,2}[0-9a-gA-F]{64}".prop_map(String::into_bytes),
    ]
}

/// Text, blocks of any label, and keys with a few bytes of their DER changed.
pub fn any_key_text() -> impl Strategy<Value = String> {
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
            // Most of a key is one long number; the structure is in its first bytes.
            let at = at.index(der.len().min(120));
            der[at] = byte;
        }
        format!("{}{}\n{}", &form[..start], BASE64_STANDARD.encode(der), &form[end..])
    });
    prop_oneof![any::<String>(), block, changed]
}
