//! What a person submitted, whatever it was sealed under: a phone that tries again seals the same thing
//! under a fresh key, so that its body is another.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::request::{Action, Request, is_empty};

/// The first 16 bytes of SHA-256 over action, screen and data.
pub type SubmissionDigest = [u8; 16];

/// The digest of a request. The order of members makes no difference, nor do members that are `null`
/// or `""`: a phone sends an empty field in any of three ways.
pub fn digest(request: &Request) -> SubmissionDigest {
    let mut hash = Sha256::new();
    hash.update(match request.action {
        Action::Init => b"I",
        Action::Back => b"B",
        Action::DataExchange => b"D",
    });
    text(&mut hash, &request.screen);
    value(&mut hash, &request.data);
    *hash.finalize().first_chunk().expect("SHA-256 has 32 bytes")
}

/// Every part says its kind and length, so that two values never run together into the same bytes.
fn value(hash: &mut Sha256, json: &Value) {
    match json {
        Value::Null => hash.update(b"n"),
        Value::Bool(truth) => hash.update(if *truth { b"t" } else { b"f" }),
        Value::Number(number) => {
            hash.update(b"#");
            text(hash, &number.to_string());
        }
        Value::String(string) => {
            hash.update(b"s");
            text(hash, string);
        }
        Value::Array(items) => {
            hash.update(b"[");
            items.iter().for_each(|item| value(hash, item));
            hash.update(b"]");
        }
        Value::Object(members) => {
            let mut members: Vec<_> =
                members.iter().filter(|(_, value)| !is_empty(value)).collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            hash.update(b"{");
            for (name, member) in members {
                text(hash, name);
                value(hash, member);
            }
            hash.update(b"}");
        }
    }
}

fn text(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_be_bytes());
    hash.update(text);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(action: &str, screen: &str, data: &str) -> SubmissionDigest {
        let request = format!(r#"{{"action":"{action}","screen":"{screen}","data":{data}}}"#);
        match super::super::request::Message::parse(request.as_bytes()) {
            Ok(super::super::request::Message::Request(request)) => digest(&request),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_order_of_members_and_empty_ones_make_no_difference() {
        let one = of("data_exchange", "A", r#"{"a":1,"b":{"c":[true,"x"],"d":null}}"#);
        let same = of("data_exchange", "A", r#"{"e":"","b":{"c":[true,"x"]},"a":1}"#);
        assert_eq!(one, same);
    }

    #[test]
    fn anything_else_does() {
        let data = [
            json!({}),
            json!({ "a": "bc" }),
            json!({ "ab": "c" }),
            json!({ "a": 1 }),
            json!({ "a": "1" }),
            json!({ "a": [1, 2] }),
            json!({ "a": [12] }),
            json!({ "a": [[1], 2] }),
            json!({ "a": [1, [2]] }),
            json!({ "a": true }),
            json!({ "a": false }),
            json!({ "a": { "b": 1 }, "c": 2 }),
            json!({ "a": { "b": 1, "c": 2 } }),
            json!([1]),
        ];
        let mut digests: Vec<_> =
            data.iter().map(|data| of("data_exchange", "A", &data.to_string())).collect();
        digests.push(of("data_exchange", "B", "{}"));
        digests.push(of("BACK", "A", "{}"));
        digests.push(of("INIT", "A", "{}"));
        let count = digests.len();
        digests.sort_unstable();
        digests.dedup();
        assert_eq!(digests.len(), count);
    }
}
