//! The text of a body: what it may contain, and the mistakes that were made around it.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::GeneralPurposeConfig;
use base64::engine::{DecodePaddingMode, GeneralPurpose};
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::mistake::Mistake;

/// One way to read a body.
#[derive(Debug)]
pub struct Reading {
    pub mistakes: Vec<Mistake>,
    pub content: Content,
}

/// The content of a body.
#[derive(Debug)]
pub enum Content {
    /// Bytes that may be ciphertext and tag.
    Encrypted(Vec<u8>),
    /// A reply that is not encrypted.
    Clear(Value),
    /// Nothing that can be decrypted.
    Opaque,
}

/// Returns the ways to read a body, the most plausible one first.
pub fn readings(body: &[u8]) -> Vec<Reading> {
    let mut readings = Vec::new();
    if body.starts_with(&[0x1f, 0x8b]) {
        readings.push(Reading { mistakes: vec![Mistake::Gzip], content: Content::Opaque });
        return readings;
    }
    if let Ok(text) = str::from_utf8(body) {
        read_text(text, &[], &mut readings);
    }
    let bytes = Content::Encrypted(body.to_vec());
    readings.push(Reading { mistakes: vec![Mistake::Base64Undone], content: bytes });
    // Text that is nothing else is more probably not base64 than ciphertext.
    if str::from_utf8(body).is_ok() && readings.len() == 1 {
        let not_base64 = Reading { mistakes: vec![Mistake::NotBase64], content: Content::Opaque };
        readings.insert(0, not_base64);
    }
    if let Ok(text) = str::from_utf8(body)
        && let Some(bytes) = longest_base64(text)
    {
        let content = Content::Encrypted(bytes);
        readings.push(Reading { mistakes: vec![Mistake::OtherText], content });
    }
    readings
}

fn read_text(text: &str, outer: &[Mistake], readings: &mut Vec<Reading>) {
    if outer.len() > MAX_DEPTH {
        return;
    }
    let with = |more: &[Mistake]| [outer, more].concat();
    if let Some(rest) = text.strip_prefix('\u{feff}') {
        return read_text(rest, &with(&[Mistake::ByteOrderMark]), readings);
    }
    let trimmed = text.trim();
    if trimmed.len() < text.len() {
        // JSON may be surrounded by white space; base64 may not.
        let is_json = trimmed.starts_with(['{', '"']);
        let more: &[Mistake] = if is_json { &[] } else { &[Mistake::LineBreakAtEnd] };
        return read_text(trimmed, &with(more), readings);
    }
    if let Some(inner) = unquote(text) {
        return read_text(inner, &with(&[Mistake::Quoted]), readings);
    }
    match serde_json::from_str::<Value>(text) {
        Ok(Value::String(inner)) => return read_text(&inner, &with(&[Mistake::Quoted]), readings),
        Ok(json @ Value::Object(_)) => return read_object(json, outer, readings),
        _ => {}
    }
    let mut push = |mistakes: Vec<Mistake>, bytes| {
        readings.push(Reading { mistakes, content: Content::Encrypted(bytes) });
    };
    // Hexadecimal text is base64 as well, and would decode to noise.
    if let Some(bytes) = decode_hex(text) {
        push(with(&[Mistake::Hex]), bytes);
    }
    if let Some((mistakes, bytes)) = decode_base64(text) {
        if let Some(inner) = inner_base64(&bytes) {
            push(with(&[&mistakes[..], &[Mistake::Base64Twice]].concat()), inner);
        }
        if let Some(inner) = bytes
            .split_last_chunk::<16>()
            .and_then(|(text, tag)| Some([inner_base64(text)?, tag.to_vec()].concat()))
        {
            push(with(&[&mistakes[..], &[Mistake::CiphertextEncodedApart]].concat()), inner);
        }
        push(with(&mistakes), bytes);
    }
    if let Some(bytes) = decode_joined(text) {
        push(with(&[Mistake::TagEncodedApart]), bytes);
    }
    if text.contains('%') {
        let decoded = ["%2B", "%2b", "%2F", "%2f", "%3D", "%3d"]
            .iter()
            .zip(["+", "+", "/", "/", "=", "="])
            .fold(text.to_owned(), |text, (code, character)| text.replace(code, character));
        if !decoded.contains('%') {
            read_text(&decoded, &with(&[Mistake::PercentEncoded]), readings);
        }
    }
}

/// A JSON object: the encrypted text is in a member, or the reply is not encrypted.
fn read_object(json: Value, outer: &[Mistake], readings: &mut Vec<Reading>) {
    let is_proxy_response = json.get("statusCode").is_some() && json.get("body").is_some();
    let mistake = if is_proxy_response { Mistake::ProxyResponse } else { Mistake::InJson };
    let mistakes = [outer, &[mistake]].concat();
    let before = readings.len();
    for text in json.as_object().into_iter().flat_map(|members| members.values()) {
        let Some(text) = text.as_str().filter(|text| text.len() >= 24) else { continue };
        if let Ok(bytes) = BASE64_STANDARD.decode(text.trim()) {
            let content = Content::Encrypted(bytes);
            readings.push(Reading { mistakes: mistakes.clone(), content });
        }
    }
    if readings.len() == before || json.get("screen").is_some() || json.get("data").is_some() {
        let mistakes = [outer, &[Mistake::NotEncrypted]].concat();
        readings.push(Reading { mistakes, content: Content::Clear(json) });
    }
}

/// Decodes base64 with the usual differences from what a client accepts.
fn decode_base64(text: &str) -> Option<(Vec<Mistake>, Vec<u8>)> {
    let mut mistakes = Vec::new();
    let mut text = text.to_owned();
    if text.contains(char::is_whitespace) {
        mistakes.push(Mistake::LineBreaks);
        text.retain(|character| !character.is_whitespace());
    }
    if text.contains(['-', '_']) && !text.contains(['+', '/']) {
        mistakes.push(Mistake::Base64Url);
        text = text.replace('-', "+").replace('_', "/");
    }
    let bytes = LENIENT.decode(&text).ok()?;
    if BASE64_STANDARD.decode(&text).is_err() {
        mistakes.push(Mistake::NoPadding);
    }
    (!bytes.is_empty()).then_some((mistakes, bytes))
}

/// The bytes of two base64 texts in a row, of which the first ends with padding, or with a dot, a colon or a bar.
fn decode_joined(text: &str) -> Option<Vec<u8>> {
    let at = text.trim_end_matches('=').rfind(['=', '.', ':', '|'])?;
    let (first, second) = text.split_at(at + 1);
    let first = LENIENT.decode(first.trim_end_matches(['.', ':', '|'])).ok()?;
    let second = LENIENT.decode(second).ok()?;
    (!second.is_empty()).then(|| [first, second].concat())
}

/// The text in the quotes of Python: `b'…'`, the `str()` of bytes, or `'…'`.
fn unquote(text: &str) -> Option<&str> {
    text.strip_prefix('b').unwrap_or(text).strip_prefix('\'')?.strip_suffix('\'')
}

/// The longest base64 in a text, such as that after a warning of PHP.
fn longest_base64(text: &str) -> Option<Vec<u8>> {
    let is_other = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '='));
    let longest = text.split(is_other).max_by_key(|part| part.len())?;
    if longest.len() == text.len() || longest.len() < 24 {
        return None;
    }
    BASE64_STANDARD.decode(longest).ok()
}

fn inner_base64(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = str::from_utf8(bytes).ok()?.trim();
    let decoded = LENIENT.decode(text).ok()?;
    (!decoded.is_empty()).then_some(decoded)
}

fn decode_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("0x").unwrap_or(text).as_bytes();
    if digits.is_empty()
        || !digits.len().is_multiple_of(2)
        || !digits.iter().all(u8::is_ascii_hexdigit)
    {
        return None;
    }
    let value = |digit: &u8| (*digit as char).to_digit(16).map_or(0, |value| value as u8);
    Some(digits.chunks(2).map(|pair| value(&pair[0]) << 4 | value(&pair[1])).collect())
}

/// More mistakes around each other than a program makes; a hostile body could have any number.
const MAX_DEPTH: usize = 4;

/// Standard base64, with or without padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
