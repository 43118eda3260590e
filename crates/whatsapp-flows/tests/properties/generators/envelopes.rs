//! Envelopes, and the spellings of their JSON.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value};
use std::sync::OnceLock;
use whatsapp_flows::protocol::request::{Message, NotJson};
use whatsapp_flows::protocol::signature::AppSecret;

use crate::generators::keys::sealing;

pub const MEMBERS: [&str; 3] = ["encrypted_flow_data", "encrypted_aes_key", "initial_vector"];
pub const NAMES: [&str; 8] = [
    "action",
    "screen",
    "data",
    "flow_token",
    "flow_token_signature",
    "version",
    "error",
    "error_message",
];

/// A defect of a member.
#[derive(Debug, Clone, Copy)]
pub enum Fault {
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

/// A way to write JSON: the characters that are escaped, and the positions of white space, one bit each.
#[derive(Debug, Clone, Copy)]
pub struct Hand {
    /// `\/`, `\"` and `\\`.
    slashes: u64,
    /// `\uXXXX`
    letters: u64,
    spaces: u64,
}

impl Hand {
    pub fn string(self, text: &str) -> String {
        self.utf16(text.encode_utf16())
    }

    /// Surrogates are always escaped: there is no other way to write them.
    pub fn utf16(self, units: impl Iterator<Item = u16>) -> String {
        let bit = |bits: u64, at: usize| bits >> (at % 64) & 1 == 1;
        let written = units.enumerate().map(|(at, unit)| match char::from_u32(unit.into()) {
            Some(c @ ('/' | '"' | '\\')) if bit(self.slashes, at) => format!("\\{c}"),
            Some(c) if c >= ' ' && !matches!(c, '"' | '\\') && !bit(self.letters, at) => c.into(),
            _ => format!("\\u{unit:04X}"),
        });
        format!("\"{}\"", written.collect::<String>())
    }

    /// Writes an object. Names and values are already JSON.
    pub fn object(self, members: &[(String, String)]) -> String {
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

pub fn sealed_members(plaintext: &[u8]) -> Vec<(&'static str, String)> {
    let body: Value = serde_json::from_str(&sealing().seal(plaintext).body).unwrap();
    MEMBERS.map(|name| (name, body[name].as_str().unwrap().to_owned())).to_vec()
}

pub fn sealed_members_once() -> &'static [(&'static str, String)] {
    static SEALED: OnceLock<Vec<(&str, String)>> = OnceLock::new();
    SEALED.get_or_init(|| sealed_members(b"{}"))
}

pub fn json_of(members: &[(&str, String)]) -> Value {
    members.iter().map(|(name, text)| ((*name).to_owned(), Value::from(text.as_str()))).collect()
}

/// Shuffles the items (Fisher-Yates).
pub fn shuffle<T>(items: &mut [T], mut seed: u64) {
    for at in (1..items.len()).rev() {
        items.swap(at, (seed % (at as u64 + 1)) as usize);
        seed /= at as u64 + 1;
    }
}

pub fn parse(request: Map<String, Value>) -> Result<Message, NotJson> {
    Message::parse(Value::from(request).to_string().as_bytes())
}

pub fn is_error_notification(request: &Map<String, Value>) -> bool {
    matches!(parse(request.clone()), Ok(Message::ErrorNotification(..)))
}

pub fn jwt(signer: &AppSecret, header: &Value, claims: &Value) -> String {
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
