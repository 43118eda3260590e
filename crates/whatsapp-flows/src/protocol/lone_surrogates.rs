//! Lone surrogates in JSON, which JavaScript writes and which are not valid Unicode.

/// Replaces escaped lone surrogates with U+FFFD.
///
/// JavaScript writes them (ECMA-262, *QuoteJSONString*) for half of a character outside the BMP, which remains if text
/// is truncated inside an emoji.
pub(super) fn replace(json: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(json.len());
    let mut rest = json;
    while let Some((&first, after)) = rest.split_first() {
        let length = match (first, surrogate(rest), surrogate(rest.get(6..).unwrap_or_default())) {
            (b'\\', Some(Surrogate::High), Some(Surrogate::Low)) => 12,
            (b'\\', Some(_), _) => {
                whole.extend_from_slice(b"\\ufffd");
                rest = &rest[6..];
                continue;
            }
            (b'\\', None, _) if !after.is_empty() => 2,
            _ => 1,
        };
        whole.extend_from_slice(&rest[..length]);
        rest = &rest[length..];
    }
    whole
}

/// One half of a surrogate pair.
enum Surrogate {
    High,
    Low,
}

/// Returns the half of a surrogate pair that the JSON starts with as `\uXXXX`.
fn surrogate(json: &[u8]) -> Option<Surrogate> {
    let digits = std::str::from_utf8(json.get(..6)?.strip_prefix(b"\\u")?).ok()?;
    match u16::from_str_radix(digits, 16).ok()? {
        0xd800..=0xdbff => Some(Surrogate::High),
        0xdc00..=0xdfff => Some(Surrogate::Low),
        _ => None,
    }
}
